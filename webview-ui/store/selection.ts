/** Which rows are selected: one active row, and any number with it, as in VS Code's lists. */
export class Selection {
  /** The row with the focus, by job; undefined: none yet. */
  active: number | undefined;
  /** The group head with the focus, by its row; then no job is active. */
  activeGroupRow: number | undefined;
  readonly jobs = new Set<number>();
  private anchor: number | undefined;

  clear(): void {
    this.active = this.activeGroupRow = this.anchor = undefined;
    this.jobs.clear();
  }

  /** The rows that were selected with the active one before the page was hidden. */
  restore(jobs: readonly number[]): void {
    for (const job of jobs) this.jobs.add(job);
  }

  /** A plain click or arrow: this row alone. */
  only(job: number): void {
    this.jobs.clear();
    this.jobs.add(job);
    this.active = this.anchor = job;
    this.activeGroupRow = undefined;
  }

  /** Another tab, search or order: rows no longer shown are deselected, or keys would act on them unseen. */
  keepOnly(isShown: (job: number) => boolean): void {
    for (const job of this.jobs) if (!isShown(job)) this.jobs.delete(job);
    this.activeGroupRow = undefined;
  }

  group(row: number): void {
    this.jobs.clear();
    this.active = this.anchor = undefined;
    this.activeGroupRow = row;
  }

  /** Ctrl and a click. */
  toggle(job: number): void {
    if (!this.jobs.delete(job)) this.jobs.add(job);
    this.active = this.anchor = job;
    this.activeGroupRow = undefined;
  }

  /** Shift: everything between the anchor and this row, by their rows. */
  extend(
    job: number,
    rowOf: (job: number) => number | undefined,
    jobAt: (row: number) => number | undefined,
  ): void {
    const from = this.anchor === undefined ? undefined : rowOf(this.anchor);
    const to = rowOf(job);
    if (from === undefined || to === undefined) {
      this.only(job);
      return;
    }
    this.jobs.clear();
    for (let row = Math.min(from, to); row <= Math.max(from, to); row += 1) {
      const at = jobAt(row);
      if (at !== undefined) this.jobs.add(at);
    }
    this.active = job;
    this.activeGroupRow = undefined;
  }

  all(length: number, jobAt: (row: number) => number | undefined): void {
    for (let row = 0; row < length; row += 1) {
      const job = jobAt(row);
      if (job !== undefined) this.jobs.add(job);
    }
  }
}
