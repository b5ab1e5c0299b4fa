/** One piece of work at a time for each key: what is asked for under a key waits for what was asked for before. */
export class InTurn {
  /** What was asked for last under a key; none of them rejects. */
  private readonly last = new Map<string, Promise<void>>();

  /** Runs `work` when all before it under `key` has ended, well or not. Throws what `work` throws. */
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
