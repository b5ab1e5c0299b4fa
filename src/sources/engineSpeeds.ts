/**
 * How fast the engine on this computer hears, as measured: seconds of work for a second of sound, by model and threads.
 * From it come the length of the parts and the time that is left. Known while the program runs.
 */
import type { Settings } from '../model/settings';

/** A part is about this much work: so much is lost at most when the engine is killed. */
const partWorkSeconds = 300;
/** Each part loads the model once more. */
const shortestSeconds = 120;
const longestSeconds = 1800;
/** Before anything was measured. */
const firstSeconds = 300;
/** Loading the model weighs too much in less sound than this. */
const leastMeasured = 20;

type EngineSettings = Pick<Settings, 'whisper.model' | 'whisper.threads' | 'whisper.path'>;

export class EngineSpeeds {
  private readonly factors = new Map<string, number>();

  /** A run has ended; `work` and `sound` in seconds. */
  measured(settings: EngineSettings, work: number, sound: number): void {
    if (sound < leastMeasured || work <= 0) return;
    this.factors.set(keyOf(settings), work / sound);
  }

  /** Seconds of work for a second of sound; undefined before the first run. */
  factor(settings: EngineSettings): number | undefined {
    return this.factors.get(keyOf(settings));
  }

  /** How long a part is at most, in seconds of sound. */
  partSeconds(settings: EngineSettings): number {
    const factor = this.factor(settings);
    if (factor === undefined) return firstSeconds;
    return Math.min(longestSeconds, Math.max(shortestSeconds, partWorkSeconds / factor));
  }
}

function keyOf(settings: EngineSettings): string {
  return [settings['whisper.path'], settings['whisper.model'], settings['whisper.threads']].join('\n');
}
