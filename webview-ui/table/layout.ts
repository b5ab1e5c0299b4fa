/**
 * The positions of rows: every row is one line of 22 px, opened details push the rows below down by whole lines.
 * The height of details is set when they open and never again.
 */
export const lineHeight = 22;

/** The id of a job's row in the page; keyboard focus refers to it. */
export const rowId = (job: number): string => `row-${job}`;

interface Detail {
  readonly job: number;
  readonly row: number;
  readonly lines: number;
}

export class Layout {
  private details: Detail[] = [];
  /** Lines before each detail's row, details included; same length as `#details`. */
  private before: number[] = [];

  /** Sets the open details; `rowOf` gives their row in the present view; undefined: not in it. */
  place(open: ReadonlyMap<number, number>, rowOf: (job: number) => number | undefined): void {
    const details: Detail[] = [];
    for (const [job, lines] of open) {
      const row = rowOf(job);
      if (row !== undefined) details.push({ job, row, lines });
    }
    details.sort((a, b) => a.row - b.row);
    let sum = 0;
    this.before = details.map((detail) => {
      const before = sum;
      sum += detail.lines;
      return before;
    });
    this.details = details;
  }

  lines(rows: number): number {
    const last = this.details.length - 1;
    return rows + (last < 0 ? 0 : (this.before[last] ?? 0) + (this.details[last]?.lines ?? 0));
  }

  /** The line of a row. */
  lineOf(row: number): number {
    let extra = 0;
    for (const detail of this.details) {
      if (detail.row >= row) break;
      extra += detail.lines;
    }
    return row + extra;
  }

  /** The row that covers a line, its details included. */
  rowAt(line: number): number {
    let extra = 0;
    for (const detail of this.details) {
      const start = detail.row + extra;
      if (line <= start) break;
      if (line <= start + detail.lines) return detail.row;
      extra += detail.lines;
    }
    return line - extra;
  }
}
