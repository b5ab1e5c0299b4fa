/**
 * Which entries of a playlist, channel or feed are wanted: `lists.limit`, `.after`, `.before`,
 * `.minDuration`, `.maxDuration`. An unknown value never drops an entry.
 */
import type { VideoMeta } from '../model/link';
import { parseDuration, type Settings } from '../model/settings';

export type Verdict =
  | 'keep'
  | 'drop'
  /** Older than wanted: in a newest-first list nothing wanted follows. */
  | 'too-old';

const dayMs = 86_400_000;

/** Counts what is kept; one filter for each list. */
export class ListFilter {
  private readonly limit: number;
  private readonly after: string;
  private readonly before: string;
  private readonly min: number;
  private readonly max: number;
  kept = 0;
  dropped = 0;

  constructor(settings: Settings) {
    this.limit = settings['lists.limit'];
    this.after = settings['lists.after'];
    this.before = settings['lists.before'];
    this.min = parseDuration(settings['lists.minDuration']) ?? 0;
    this.max = parseDuration(settings['lists.maxDuration']) ?? Infinity;
  }

  get full(): boolean {
    return this.limit > 0 && this.kept >= this.limit;
  }

  get asksForDates(): boolean {
    return this.after !== '' || this.before !== '';
  }

  /** How many entries from the top are enough; undefined when that is unknown. */
  get enough(): number | undefined {
    const plain = !this.asksForDates && this.min === 0 && this.max === Infinity;
    return plain && this.limit > 0 ? this.limit : undefined;
  }

  /**
   * `roughMs`: epoch ms of an approximate date ("3 months ago"), which is the latest possible day; the
   * entry may be up to one such unit older.
   */
  judge(meta: VideoMeta, roughMs: number | undefined, nowMs: number): Verdict {
    const verdict = this.dateVerdict(meta.published, roughMs, nowMs) ?? this.lengthVerdict(meta.duration);
    if (verdict === 'keep') this.kept += 1;
    else this.dropped += 1;
    return verdict;
  }

  private dateVerdict(
    published: string | undefined,
    roughMs: number | undefined,
    nowMs: number,
  ): Verdict | undefined {
    if (!this.asksForDates) return undefined;
    if (published !== undefined) {
      const day = published.slice(0, 10);
      if (this.after !== '' && day < this.after) return 'too-old';
      return this.before !== '' && day >= this.before ? 'drop' : undefined;
    }
    if (roughMs === undefined) return undefined;
    if (this.after !== '' && roughMs + dayMs < Date.parse(this.after)) return 'too-old';
    const earliest = roughMs - unitOf(nowMs - roughMs);
    return this.before !== '' && earliest >= Date.parse(this.before) ? 'drop' : undefined;
  }

  private lengthVerdict(duration: number | undefined): Verdict {
    if (duration === undefined) return 'keep';
    return duration < this.min || duration > this.max ? 'drop' : 'keep';
  }
}

/** Precision of "… ago" at a given age: days, weeks, months, years. */
function unitOf(ageMs: number): number {
  if (ageMs < 8 * dayMs) return dayMs;
  if (ageMs < 32 * dayMs) return 8 * dayMs;
  return ageMs < 366 * dayMs ? 31 * dayMs : 366 * dayMs;
}
