/**
 * The numbered places where jobs run. p-limit only holds the running jobs: it receives one job for each
 * free place, so that its own queue stays empty and controls never wait behind it.
 */
import pLimit from 'p-limit';

/** p-limit refuses 0; our own `free` handles a capacity of 0. */
const least = 1;

export class WorkerPool {
  private readonly limit = pLimit(least);
  /** Place number - 1 → taken. Places above the capacity finish their job and are not given out again. */
  private readonly taken: boolean[] = [];
  private capacityNow = 0;

  /** How many may run from now on; never ends or restarts a running job. */
  set capacity(count: number) {
    this.capacityNow = Math.max(0, Math.floor(count));
    // Never below what runs already: a job above the new capacity finishes in its place.
    this.limit.concurrency = Math.max(least, this.capacityNow, this.running);
  }

  get capacity(): number {
    return this.capacityNow;
  }

  get running(): number {
    return this.taken.reduce((count, taken) => count + (taken ? 1 : 0), 0);
  }

  /** Free places, lowest number first; fewer while jobs of a larger capacity finish. */
  free(): readonly number[] {
    const may = this.capacityNow - this.running;
    const numbers: number[] = [];
    for (let number = 1; number <= this.capacityNow && numbers.length < may; number += 1)
      if (!this.taken[number - 1]) numbers.push(number);
    return numbers;
  }

  /** Runs the work in the place; the place is free again when it settles. The work must not throw. */
  run(number: number, work: () => Promise<void>, freed: () => void): void {
    if (this.taken[number - 1]) throw new Error(`worker ${number} is busy`);
    this.taken[number - 1] = true;
    void this.limit(work).finally(() => {
      this.taken[number - 1] = false;
      this.capacity = this.capacityNow;
      freed();
    });
  }
}
