// This tab's jobs.

import { Hub } from "/hub.js";

const tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const listeners = new Map();
const running = new Map();
const waiting = [];
let jobs = 0;
let send = (message) => waiting.push(message);

// How the connection changes: "opened", "lost".
export const connection = new EventTarget();

const hear = (event) => {
  if (event.type === "opened" || event.type === "lost") {
    connection.dispatchEvent(new Event(event.type));
    if (event.type === "lost") {
      for (const [slot, job] of running) hear({ type: "failed", slot, job, error: "The connection was lost.", status: 0 });
    }
    return;
  }
  if (running.get(event.slot) !== event.job) return;
  if (["done", "drawn", "failed"].includes(event.type)) running.delete(event.slot);
  listeners.get(event.slot)?.(event);
};

const use = (way) => {
  send = way;
  for (const message of waiting.splice(0)) send(message);
};

const useHub = () => {
  const hub = new Hub();
  const ways = {
    start: ({ slot, job, work }) => hub.start(tab, slot, job, work),
    stop: ({ slot }) => hub.stop(tab, slot),
    drop: ({ slot }) => hub.drop(tab, slot),
  };
  hub.attach(tab, hear);
  use((message) => ways[message.do](message));
};

const useWorker = async () => {
  // Held until the tab is gone.
  const held = new Promise((resolve) =>
    navigator.locks.request(`linocut ${tab}`, () => {
      resolve();
      return new Promise(() => {});
    }),
  );
  const policy = globalThis.trustedTypes?.createPolicy("linocut", { createScriptURL: (path) => path });
  const worker = new SharedWorker(policy?.createScriptURL("/worker.js") ?? "/worker.js", { type: "module" });
  const { port } = worker;
  await held;
  const ready = await new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), 10000);
    worker.addEventListener("error", () => resolve(false));
    port.addEventListener("message", ({ data }) => {
      if (data.type !== "ready") return hear(data);
      clearTimeout(late);
      resolve(true);
    });
    port.start();
    port.postMessage({ do: "attach", tab });
  });
  if (!ready) return useHub();
  use((message) => port.postMessage(message));
  // Sooner than the lock is seen to be free, where the tab has time for it.
  addEventListener("pagehide", () => port.postMessage({ do: "detach" }));
};

// Without locks, which pages from other machines lack, a tab could not be seen to end: it has a stream of its own.
if (globalThis.SharedWorker && navigator.locks) useWorker().catch(useHub);
else useHub();

// Begins a job in a slot, in place of the present one; `listener` hears its events.
export const start = (slot, work, listener) => {
  jobs += 1;
  listeners.set(slot, listener);
  running.set(slot, jobs);
  send({ do: "start", slot, job: jobs, work });
};

// Ends a job with what it has.
export const stop = (slot) => send({ do: "stop", slot });

// Ends a job without a word.
export const drop = (slot) => {
  running.delete(slot);
  send({ do: "drop", slot });
};

export const isRunning = (slot) => running.has(slot);
