/** How often each job has changed; a row redraws when its number differs. */
export class Versions {
  private counts = new Uint32Array(0);

  reset(jobs: number): void {
    this.counts = new Uint32Array(jobs + 64);
  }

  of(job: number): number {
    return this.counts[job] ?? 0;
  }

  changed(job: number): void {
    if (job >= this.counts.length) {
      const wider = new Uint32Array(Math.max(job + 64, this.counts.length * 2));
      wider.set(this.counts);
      this.counts = wider;
    }
    this.counts[job] = this.of(job) + 1;
  }
}
