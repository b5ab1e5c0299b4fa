/**
 * Something for some of a batch's jobs, by index. A Map does the same, but one that sheds an entry for each
 * it gains is rebuilt again and again, and its worn-out tables, grown old in the heap, keep alive whatever
 * they named when they were left: three quarters of the memory of a long batch were such leftovers.
 */
export class JobMap<T extends object> {
  private readonly items: (T | undefined)[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(job: number): boolean {
    return this.items[job] !== undefined;
  }

  get(job: number): T | undefined {
    return this.items[job];
  }

  set(job: number, item: T): void {
    const { items } = this;
    // Without holes it stays an array; with them it would become a table of its own.
    while (items.length < job) items.push(undefined);
    if (items[job] === undefined) this.count += 1;
    items[job] = item;
  }

  /** False when there was nothing for the job. */
  delete(job: number): boolean {
    if (this.items[job] === undefined) return false;
    this.items[job] = undefined;
    this.count -= 1;
    return true;
  }

  /** The jobs by index; what is added or taken away meanwhile may be met or not. */
  *keys(): Generator<number> {
    if (this.count === 0) return;
    for (let job = 0; job < this.items.length; job += 1) if (this.items[job] !== undefined) yield job;
  }

  *values(): Generator<T> {
    if (this.count === 0) return;
    for (const item of this.items) if (item !== undefined) yield item;
  }
}
