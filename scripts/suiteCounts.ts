/** Reads from a suite's output what mocha says it did, and keeps what it says of failures. */
import { stripVTControlCharacters } from 'node:util';

export interface Counts {
  readonly passing: number;
  readonly failing: number;
  readonly pending: number;
  /** Whether mocha's summary was there at all. */
  readonly seen: boolean;
  /** The first lines from the summary of failures on. */
  readonly failures: readonly string[];
}

const keptLines = 120;

export class OutputCounts {
  private readonly numbers = { passing: 0, failing: 0, pending: 0 };
  private readonly failures: string[] = [];
  private seen = false;
  private unfinished = '';

  read(text: string): void {
    const lines = (this.unfinished + text).split('\n');
    this.unfinished = lines.pop() ?? '';
    for (const line of lines) this.count(line);
  }

  end(): Counts {
    this.count(this.unfinished);
    this.unfinished = '';
    return this.counts;
  }

  get counts(): Counts {
    return { ...this.numbers, seen: this.seen, failures: this.failures };
  }

  private count(coloured: string): void {
    // Colours, where a terminal has them, come before the figures.
    const line = stripVTControlCharacters(coloured);
    const found = /^\s*(\d+) (passing|failing|pending)\b/.exec(line);
    const kind = found?.[2];
    if (kind === 'passing' || kind === 'failing' || kind === 'pending') {
      this.numbers[kind] += Number(found?.[1]);
      this.seen ||= kind === 'passing';
    } else if (this.numbers.failing > 0 && this.failures.length < keptLines) this.failures.push(line);
  }
}
