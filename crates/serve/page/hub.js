// Talks to the server for all tabs of a browser. A browser opens only six connections to a server, and a stream of events takes one of
// them for good: so the tabs share one stream, in a shared worker where there are such workers.

export class Hub {
  #tabs = new Map();
  #slots = new Map();
  #source = null;
  #stream = null;
  #opened = Promise.withResolvers?.() ?? deferred();

  // `tell` takes every event for the slots of the tab.
  attach(tab, tell) {
    this.#tabs.set(tab, tell);
    this.#source ??= this.#listen();
    tell({ type: "ready" });
  }

  detach(tab) {
    this.#tabs.delete(tab);
    for (const slot of [...this.#slots.keys()]) if (slot.startsWith(`${tab}/`)) this.#slots.delete(slot);
    if (this.#stream) post("/cancel", { stream: this.#stream, prefix: `${tab}/` }).catch(() => {});
  }

  // Begins a job. Of several that are asked for while a request is on its way only the last is sent: requests on different
  // connections might overtake each other.
  async start(tab, slot, job, work) {
    const name = `${tab}/${slot}`;
    const held = this.#slots.get(name) ?? { isSending: false };
    this.#slots.set(name, held);
    Object.assign(held, { next: { job, work }, isDropped: false });
    if (held.isSending) return;
    held.isSending = true;
    while (held.next) {
      const asked = held.next;
      held.next = null;
      const error = await this.#send(name, asked);
      if (error && !held.next) this.#tell({ slot: name, job: asked.job, type: "failed", ...error });
    }
    held.isSending = false;
    if (held.isDropped) await this.drop(tab, slot);
  }

  // Ends a job with what it has.
  async stop(tab, slot) {
    await this.#opened.promise;
    await post("/cancel", { stream: this.#stream, slot: `${tab}/${slot}` }).catch(() => {});
  }

  // Ends a job without a word; one whose request is on its way, once it is there.
  async drop(tab, slot) {
    const held = this.#slots.get(`${tab}/${slot}`);
    if (held?.isSending) return void Object.assign(held, { next: null, isDropped: true });
    await this.#opened.promise;
    await post("/cancel", { stream: this.#stream, prefix: `${tab}/${slot}` }).catch(() => {});
  }

  async #send(slot, { job, work }) {
    try {
      await this.#opened.promise;
      const answer = await post("/jobs", { stream: this.#stream, slot, job, work });
      if (answer.ok) return null;
      return { error: (await answer.json()).error, status: answer.status };
    } catch {
      return { error: "linocut does not answer: is it still running?", status: 0 };
    }
  }

  #tell(event) {
    const slash = event.slot.indexOf("/");
    this.#tabs.get(event.slot.slice(0, slash))?.({ ...event, slot: event.slot.slice(slash + 1) });
  }

  #listen() {
    const source = new EventSource("/events");
    source.addEventListener("message", ({ data }) => {
      const event = JSON.parse(data);
      if (event.type !== "open") return this.#tell(event);
      this.#stream = event.stream;
      this.#opened.resolve();
      this.#all({ type: "opened" });
    });
    // The browser tries again by itself; if the server gave up on us, we do.
    source.addEventListener("error", () => {
      if (this.#stream !== null) {
        this.#stream = null;
        this.#opened = deferred();
      }
      this.#all({ type: "lost" });
      if (source.readyState === EventSource.CLOSED) setTimeout(() => (this.#source = this.#listen()), 1000);
    });
    return source;
  }

  #all(event) {
    for (const tell of this.#tabs.values()) tell(event);
  }
}

const deferred = () => {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
};

const post = (path, value) =>
  fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
