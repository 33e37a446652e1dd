// The shared worker: one hub for all tabs.

import { Hub } from "/hub.js";

const hub = new Hub();

addEventListener("connect", ({ ports: [port] }) => {
  let tab = null;
  const handlers = {
    attach(message) {
      tab = message.tab;
      hub.attach(tab, (event) => port.postMessage(event));
      // A tab holds this lock as long as it lives, however it ends.
      navigator.locks?.request(`linocut ${tab}`, () => hub.detach(tab));
    },
    detach: () => hub.detach(tab),
    start: ({ slot, job, work }) => hub.start(tab, slot, job, work),
    stop: ({ slot }) => hub.stop(tab, slot),
    drop: ({ slot }) => hub.drop(tab, slot),
  };
  port.addEventListener("message", ({ data }) => handlers[data.do](data));
  port.start();
});
