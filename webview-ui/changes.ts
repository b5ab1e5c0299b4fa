/** Tells views that what they depend on has changed: once a frame, however many changes have come. */

/** What a view depends on; several are added. `second` comes once a second, `rows` when a row has changed. */
export const topic = {
  batches: 1,
  phase: 2,
  second: 4,
  workers: 8,
  rows: 16,
  settings: 32,
  sources: 64,
  view: 128,
  quotas: 256,
  selection: 512,
} as const;
export type Topics = number;

export class Changes {
  readonly #listeners = new Map<() => void, Topics>();
  #dirty: Topics = 0;
  #frame = 0;

  subscribe(topics: Topics, listener: () => void): () => void {
    this.#listeners.set(listener, topics);
    return () => this.#listeners.delete(listener);
  }

  mark(topics: Topics): void {
    this.#dirty |= topics;
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = 0;
    this.#frame = 0;
    for (const [listener, topics] of [...this.#listeners]) if ((topics & dirty) !== 0) listener();
  }
}
