/**
 * When the files derived from a batch's state (manifest, report, failed list) are written: immediately at
 * turning points, otherwise at most every max(2 s, 20 × the duration of the last write).
 */
import { toFailure } from '../../model/failure';
import type { Clock, Log } from '../../model/ports';
import type { DerivedFiles } from '../api';
import type { BatchState } from '../state/reducer';

const leastGapMs = 2_000;
const gapFactor = 20;

export class DerivedFilesWriter {
  private writing: Promise<void> | undefined;
  private again = false;
  private lastTookMs = 0;
  private lastEndedAt = -Infinity;
  private cancelTimer: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly derived: DerivedFiles,
    private readonly folder: string,
    private readonly state: BatchState,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Something changed: written when the interval has passed. */
  changed(): void {
    if (this.closed || this.cancelTimer || this.writing) {
      if (this.writing) this.again = true;
      return;
    }
    const gap = Math.max(leastGapMs, gapFactor * this.lastTookMs);
    const wait = Math.max(0, this.lastEndedAt + gap - this.clock.monotonic());
    this.cancelTimer = this.clock.after(wait, () => {
      this.cancelTimer = undefined;
      void this.write(false);
    });
  }

  /** Writes now; resolves when done. Errors are logged only: the journal is the source of truth. */
  async write(final: boolean): Promise<void> {
    // One after the other, so that a request made earlier never writes an older state over a newer one.
    const before = this.writing;
    const writing = (async () => {
      await before;
      this.cancelTimer?.();
      this.cancelTimer = undefined;
      this.again = false;
      await this.once(final);
    })();
    this.writing = writing;
    await writing;
    if (this.writing !== writing) return;
    this.writing = undefined;
    if (this.asked()) this.changed();
  }

  /** Whether something changed while the files were written. */
  private asked(): boolean {
    return this.again;
  }

  /** Says what will not be written. What cannot be found out now is logged at the end. */
  async warn(tell: (text: string) => void): Promise<void> {
    const warnings = await this.derived.warnings?.(this.folder, this.state).catch(() => []);
    for (const text of warnings ?? []) tell(text);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    await this.writing;
  }

  private async once(final: boolean): Promise<void> {
    const from = this.clock.monotonic();
    try {
      await this.derived.write(this.folder, this.state, final);
    } catch (error) {
      this.log.write('warn', `Manifest and report could not be written: ${toFailure(error).message}`);
    }
    this.lastEndedAt = this.clock.monotonic();
    this.lastTookMs = this.lastEndedAt - from;
  }
}
