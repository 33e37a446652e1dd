// Saves drawings as files.

import { el, trouble } from "/dom.js";

export const save = (blob, name) => {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};

export const saveSvg = (svg, name) => save(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`);

// The PNG is rendered by linocut, so that it is the same in every browser.
export const savePng = async (svg, name) => {
  const answer = await fetch("/png?side=1024", { method: "POST", body: svg }).catch(() => null);
  if (answer?.ok) return save(await answer.blob(), `${name}.png`);
  trouble(answer ? (await answer.json()).error : "linocut does not answer: is it still running?");
};

// Two buttons that save what `drawing` returns, { svg, name }, or nothing while there is none.
export const saveButtons = (drawing) => {
  const button = (text, save) =>
    el("button", { type: "button", onclick: () => save(drawing().svg, drawing().name) }, text);
  return [button("Save SVG", saveSvg), button("Save PNG", savePng)];
};
