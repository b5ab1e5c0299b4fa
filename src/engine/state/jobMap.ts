/**
 * Values for some of a batch's jobs, by index. A Map does the same, but one that deletes an entry for each
 * it adds is rebuilt again and again, and its discarded tables in the old generation keep alive whatever
 * they referenced: they were three quarters of the memory of a long batch.
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
    // Without holes it stays an array; with holes V8 would turn it into a dictionary.
    while (items.length < job) items.push(undefined);
    if (items[job] === undefined) this.count += 1;
    items[job] = item;
  }

  /** False when the job had no entry. */
  delete(job: number): boolean {
    if (this.items[job] === undefined) return false;
    this.items[job] = undefined;
    this.count -= 1;
    return true;
  }

  /** The jobs by index; entries added or deleted meanwhile may or may not be visited. */
  *keys(): Generator<number> {
    if (this.count === 0) return;
    for (let job = 0; job < this.items.length; job += 1) if (this.items[job] !== undefined) yield job;
  }

  *values(): Generator<T> {
    if (this.count === 0) return;
    for (const item of this.items) if (item !== undefined) yield item;
  }
}
