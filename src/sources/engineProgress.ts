/**
 * How far a run of the engine on this computer is, and how much longer the whole sound takes. whisper.cpp says how far
 * it is only once for each half minute of sound, a slow one minutes apart: in between, its measured speed says it.
 */
import type { Clock } from '../model/ports';
import type { SourceRequest } from '../model/source';
import type { SoundPart } from './soundParts';

/** What is only expected never shows a part as done. */
const mostExpected = 0.95;
/** From this much sound on, this run's own speed counts, not that of the runs before. */
const ownSpeedSeconds = 60;

export class EngineProgress {
  private readonly began: number;
  private shown: number;
  /** Of this part, from 0 to 1, as the engine has said. */
  private said = 0;

  /** `factor`: seconds of work for a second of sound; undefined: not measured yet. */
  constructor(
    private readonly request: Pick<SourceRequest, 'stage' | 'left'>,
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly part: Pick<SoundPart, 'percent' | 'percentAfter' | 'seconds'>,
    private readonly factor: number | undefined,
  ) {
    this.began = clock.monotonic();
    this.shown = part.percent;
    this.report();
  }

  /** The engine says that this much of the part is done. */
  heard(percent: number): void {
    const share = Math.min(100, percent) / 100;
    if (!(share > this.said)) return;
    this.said = share;
    this.report();
  }

  /** The engine says nothing and works. */
  busy(): void {
    this.report();
  }

  private report(): void {
    const { request, part, clock } = this;
    const { percent: from, percentAfter: to, seconds } = part;
    const work = (clock.monotonic() - this.began) / 1000;
    const done = this.said * seconds;
    const speed = done >= ownSpeedSeconds && work > 0 ? work / done : this.factor;
    const expected = speed === undefined ? 0 : Math.min(mostExpected, work / (speed * seconds));
    const percent = Math.min(99, from + (to - from) * Math.max(this.said, expected));
    // What was shown is not taken back; the time left is.
    this.shown = Math.max(this.shown, percent);
    request.stage('transcribing', this.shown);
    if (speed === undefined || to <= from) return;
    const whole = (seconds * 100) / (to - from);
    request.left?.((1 - percent / 100) * whole * speed * 1000);
  }
}
