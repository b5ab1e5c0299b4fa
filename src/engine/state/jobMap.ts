/**
 * Values for some of a batch's jobs, by index. A Map does the same, but one that deletes an entry for each
 * it adds is rebuilt again and again, and its discarded tables in the old generation keep alive whatever
 * they referenced: they were three quarters of the memory of a long batch. The jobs are in runs that are there while
 * one of them has a value: of the jobs that run, a million others would take 8 MB.
 */
const runLength = 1024;

interface Run<T> {
  readonly items: (T | undefined)[];
  size: number;
}

export class JobMap<T extends object> {
  private readonly runs: (Run<T> | undefined)[] = [];
  /** Was emptied last: with one worker a run is emptied by each job. */
  private spare: Run<T> | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  has(job: number): boolean {
    return this.get(job) !== undefined;
  }

  get(job: number): T | undefined {
    return this.runs[Math.floor(job / runLength)]?.items[job % runLength];
  }

  set(job: number, item: T): void {
    const run = this.runOf(Math.floor(job / runLength));
    const at = job % runLength;
    if (run.items[at] === undefined) {
      run.size += 1;
      this.count += 1;
    }
    run.items[at] = item;
  }

  /** False when the job had no entry. */
  delete(job: number): boolean {
    const number = Math.floor(job / runLength);
    const run = this.runs[number];
    const at = job % runLength;
    if (run?.items[at] === undefined) return false;
    run.items[at] = undefined;
    run.size -= 1;
    this.count -= 1;
    if (run.size === 0) {
      this.runs[number] = undefined;
      this.spare = run;
    }
    return true;
  }

  /** The jobs by index; entries added or deleted meanwhile may or may not be visited. */
  *keys(): Generator<number> {
    for (let number = 0; number < this.runs.length; number += 1) {
      const items = this.runs[number]?.items ?? [];
      for (let at = 0; at < items.length; at += 1) if (items[at] !== undefined) yield number * runLength + at;
    }
  }

  *values(): Generator<T> {
    for (const run of this.runs) for (const item of run?.items ?? []) if (item !== undefined) yield item;
  }

  private runOf(number: number): Run<T> {
    const { runs } = this;
    // Without holes they stay arrays; with holes V8 would turn them into dictionaries.
    while (runs.length <= number) runs.push(undefined);
    const known = runs[number];
    if (known) return known;
    const run = this.spare ?? { items: new Array<T | undefined>(runLength).fill(undefined), size: 0 };
    this.spare = undefined;
    runs[number] = run;
    return run;
  }
}
