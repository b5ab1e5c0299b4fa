/** Runs work one at a time for each key: new work under a key waits for the earlier work under that key. */
export class InTurn {
  /** The last work under each key; these promises never reject. */
  private readonly last = new Map<string, Promise<void>>();

  /** Runs `work` when all earlier work under `key` has ended, well or not. Throws what `work` throws. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const result = before === undefined ? work() : before.then(work);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(key, ended);
    try {
      return await result;
    } finally {
      if (this.last.get(key) === ended) this.last.delete(key);
    }
  }
}
