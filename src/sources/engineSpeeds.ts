/**
 * How fast the engine on this computer is, as measured: seconds of work for a second of sound, by program, model and
 * threads. From it come the length of the parts, the time that is left, and the minutes that a set-up and a plan name.
 * Kept in the state folder, so that also the first recording of a run has them.
 */
import path from 'node:path';
import * as v from 'valibot';
import { toFailure } from '../model/failure';
import type { Settings } from '../model/settings';
import { readJson, type SourceParts } from './parts';

/** A part is about this much work: so much is lost at most when the engine is killed. */
const partWorkSeconds = 300;
/** Each part loads the model once more. */
const shortestSeconds = 120;
const longestSeconds = 1800;
/** Before anything was measured. */
const firstSeconds = 300;
/** Loading the model weighs too much in less sound than this. */
const leastMeasured = 20;
/** Whisper computes half a minute for the shortest sound. */
const windowSeconds = 30;
/** Runs before the last this many seconds of sound count less and less: the computer may be busier now. */
const rememberedSeconds = 3600;
/** As many engines, models and numbers of threads as people switch between. */
const most = 16;

/** Which engine: all that its speed depends on. */
export interface EngineRun {
  /** As `WhisperProgram.shown`: the package's engine is the same one after an update. */
  readonly program: string;
  /** Absolute path. */
  readonly model: string;
  /** The setting `whisper.threads`. */
  readonly threads: number;
}

const record = v.object({
  program: v.string(),
  model: v.string(),
  threads: v.number(),
  /** Seconds. */
  work: v.pipe(v.number(), v.minValue(0.001), v.finite()),
  /** Seconds. */
  sound: v.pipe(v.number(), v.minValue(0.001), v.finite()),
});
type Measured = v.InferOutput<typeof record>;

export type SpeedParts = Pick<SourceParts, 'files' | 'log' | 'stateFolder'>;

/** The engine as the settings have it. */
export function engineRun(
  program: { readonly shown: string },
  model: string,
  settings: Pick<Settings, 'whisper.threads'>,
): EngineRun {
  return { program: program.shown, model, threads: settings['whisper.threads'] };
}

export class EngineSpeeds {
  /** Newest first. */
  private known: readonly Measured[] = [];

  constructor(private readonly parts: SpeedParts) {}

  /** A run has ended; `work` and `sound` in seconds. Never rejects. */
  async measured(run: EngineRun, work: number, sound: number): Promise<void> {
    if (sound < leastMeasured || work <= 0) return;
    await this.read();
    const before = this.of(run);
    const share = before === undefined ? 0 : Math.min(1, rememberedSeconds / (before.sound + sound));
    await this.keep({
      ...run,
      work: work + (before?.work ?? 0) * share,
      sound: sound + (before?.sound ?? 0) * share,
    });
  }

  /** The trial of a set-up has taken this many seconds; counts until a recording was measured. Never rejects. */
  async tried(run: EngineRun, seconds: number): Promise<void> {
    await this.read();
    if (seconds > 0 && this.of(run) === undefined)
      await this.keep({ ...run, work: seconds, sound: windowSeconds });
  }

  /** Seconds of work for a second of sound, as far as it was read; undefined before the first run. */
  factor(run: EngineRun): number | undefined {
    const found = this.of(run);
    return found && found.work / found.sound;
  }

  /** How long a part is at most, in seconds of sound. */
  partSeconds(run: EngineRun): number {
    const factor = this.factor(run);
    if (factor === undefined) return firstSeconds;
    return Math.min(longestSeconds, Math.max(shortestSeconds, partWorkSeconds / factor));
  }

  /** Takes over what this and other windows and terminals have measured. Never rejects. */
  async read(): Promise<void> {
    const { file } = this;
    if (file === undefined) return;
    const bytes = await this.parts.files.read(file, 100_000).catch(() => undefined);
    const read = v.safeParse(v.array(record), bytes === undefined ? undefined : readJson(bytes));
    if (read.success) this.known = read.output;
  }

  private of(run: EngineRun): Measured | undefined {
    return this.known.find((one) => isSame(one, run));
  }

  private async keep(measured: Measured): Promise<void> {
    this.known = [measured, ...this.known.filter((one) => !isSame(one, measured))].slice(0, most);
    const { files, log, stateFolder } = this.parts;
    if (this.file === undefined || stateFolder === undefined) return;
    try {
      await files.makeFolder(stateFolder);
      await files.writeWhole(this.file, `${JSON.stringify(this.known, undefined, 1)}\n`);
    } catch (error) {
      log.write('warn', `The engine's speed could not be kept: ${toFailure(error).message}`);
    }
  }

  private get file(): string | undefined {
    const { stateFolder } = this.parts;
    return stateFolder === undefined ? undefined : path.join(stateFolder, 'speech-speeds.json');
  }
}

function isSame(one: EngineRun, other: EngineRun): boolean {
  return one.program === other.program && one.model === other.model && one.threads === other.threads;
}
