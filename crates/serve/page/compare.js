// Two settings side by side over the same picture.

import { byId } from "/dom.js";
import { picker, Tracing } from "/trace.js";

export const setUpCompare = (isActive) => {
  byId("compare-pick").append(picker());
  const [a, b] = ["a", "b"].map(
    (side) =>
      new Tracing({
        slot: `compare-${side}`,
        scope: side,
        prefix: `${side}.`,
        shown: byId(`${side}-shown`),
        form: byId(`${side}-settings`),
        label: `Drawing ${side.toUpperCase()}`,
        isActive,
        // Something to compare from the start.
        usual: side === "a" ? {} : { objective: "perceptual" },
      }),
  );
  // Both show the same part of the picture; what follows tells nobody.
  for (const [one, other] of [[a, b], [b, a]]) {
    one.viewer.onview = (view) => {
      const told = other.viewer.onview;
      other.viewer.onview = null;
      other.viewer.follow(view);
      requestAnimationFrame(() => requestAnimationFrame(() => (other.viewer.onview = told ?? other.viewer.onview)));
    };
  }
  return {
    settings: [a.settings, b.settings],
    show: () => [a, b].forEach((tracing) => tracing.stale !== false && tracing.start()),
    rest: () => [a, b].forEach((tracing) => tracing.rest()),
  };
};
