/**
 * *Set Up Speech-to-Text…* without its surface: what suits this computer, the download of a model, a model of the
 * user's own, the trial of any engine, and the removal. The wizard and the terminal both are faces of this.
 */
import path from 'node:path';
import * as v from 'valibot';
import { failure, FailureError } from '../../model/failure';
import type { Settings } from '../../model/settings';
import type { Source } from '../../model/source';
import { sourceFacts, type SourceId } from '../../model/transcript';
import { listedModels } from '../openaiModels';
import { fail, pause, readJson, type SourceParts } from '../parts';
import { engineRun, EngineSpeeds } from '../engineSpeeds';
import type { MissingProgram } from '../missingProgram';
import { findWhisper, missingWhisper, modelPath, type WhisperProgram } from '../whisperProgram';
import { download, type DownloadOptions } from './download';
import {
  addressOf,
  advisedModel,
  minutesPerHour,
  vadModel,
  whisperModels,
  type ModelFile,
  type Computer,
  type WhisperModel,
} from './models';
import { TestedSetups, type Tested } from './tested';
import { trySpeech, type Trial } from './trial';

/** What can be downloaded. */
export interface Catalogue {
  readonly models: readonly WhisperModel[];
  readonly vad: ModelFile;
}

export interface SpeechSetupParts extends SourceParts {
  readonly stateFolder: string;
  /** Absolute; where downloaded models are kept. */
  readonly modelsFolder: string;
  readonly computer: Computer;
}

/** A model of the catalogue on this computer. */
export interface Offer {
  readonly model: WhisperModel;
  /** For an hour of sound: measured here, or an estimate before anything has run. */
  readonly minutes: number;
  readonly advised: boolean;
  /** Absolute; absent: it is not downloaded. */
  readonly path?: string;
}

/** What models begin with: `ggml` as a number in little endian, which is what whisper.cpp reads, or `GGUF`. */
const magics: readonly string[] = ['lmgg', 'GGUF'];
const lockPauseMs = 1000;

/** Who downloads, as `Processes.own` has it. */
const holderShape = v.object({ host: v.string(), boot: v.string(), pid: v.number(), started: v.string() });

export class SpeechSetup {
  private readonly tested: TestedSetups;
  private readonly speeds: EngineSpeeds;

  constructor(
    private readonly parts: SpeechSetupParts,
    private readonly sources: readonly Source[],
    private readonly catalogue: Catalogue = { models: whisperModels, vad: vadModel },
  ) {
    this.tested = new TestedSetups(parts);
    this.speeds = new EngineSpeeds(parts);
  }

  /** How the engine is called that would run here; undefined: there is none. */
  async engine(settings: Settings): Promise<string | undefined> {
    return (await findWhisper(this.parts, settings))?.shown;
  }

  /** What is said where there is none. */
  noEngine(settings: Settings): MissingProgram {
    return missingWhisper(this.parts, settings);
  }

  /** Whether this package has an engine of its own. */
  get hasEngine(): boolean {
    return this.parts.whisperEngine !== undefined;
  }

  /** The models of the catalogue, with the engine that the settings name. */
  async offers(settings: Settings): Promise<readonly Offer[]> {
    const { computer, files } = this.parts;
    const { models } = this.catalogue;
    const best = advisedModel(computer, models);
    const program = await findWhisper(this.parts, settings);
    await this.speeds.read();
    return Promise.all(
      models.map(async (model): Promise<Offer> => {
        const file = this.pathOf(model.fileName);
        const stat = await files.stat(file);
        return {
          model,
          minutes: this.measuredMinutes(program, file, settings) ?? minutesPerHour(model, computer),
          advised: model === best,
          ...(stat?.kind === 'file' && stat.size === model.bytes ? { path: file } : {}),
        };
      }),
    );
  }

  /**
   * About how many minutes an hour of sound takes with the engine and model of the settings: measured here, or
   * estimated for a model of the catalogue. Undefined: there is no engine or model, or nothing is known of the model's
   * speed.
   */
  async hourMinutes(settings: Settings): Promise<number | undefined> {
    const program = await findWhisper(this.parts, settings);
    const file = modelPath(this.parts, settings);
    if (program === undefined || file === '') return undefined;
    await this.speeds.read();
    const model = this.catalogue.models.find(({ fileName }) => fileName === path.basename(file));
    return (
      this.measuredMinutes(program, file, settings) ??
      (model === undefined ? undefined : minutesPerHour(model, this.parts.computer))
    );
  }

  /**
   * Downloads a model and the voice detection; returns the model's path. Throws as `download` does. Two at once
   * take turns: the second finds what the first has brought.
   */
  async install(model: WhisperModel, settings: Settings, options: DownloadOptions): Promise<string> {
    const { files, modelsFolder } = this.parts;
    await files.makeFolder(modelsFolder);
    const mirror = settings['speech.mirror'];
    const { vad } = this.catalogue;
    const bytes = model.bytes + vad.bytes;
    const release = await this.lock(options.signal);
    try {
      const small = this.pathOf(vad.fileName);
      await download(this.parts, vad, addressOf(vad, mirror), small, {
        signal: options.signal,
        onProgress: (done) => options.onProgress?.(done, bytes),
      });
      const file = this.pathOf(model.fileName);
      await download(this.parts, model, addressOf(model, mirror), file, {
        signal: options.signal,
        onProgress: (done) => options.onProgress?.(done + vad.bytes, bytes),
      });
      return file;
    } finally {
      await release();
    }
  }

  /** Whether the file that the user has chosen is a model. Throws FailureError `unsupported` in words. */
  async checkFile(file: string): Promise<void> {
    const stat = await this.parts.files.stat(file);
    if (stat?.kind !== 'file') fail(failure('unsupported', `There is no model at ${file}.`));
    if (await this.isModel(file)) return;
    fail(
      failure(
        'unsupported',
        `${path.basename(file)} is not a ggml model: choose a file such as ggml-base.bin.`,
      ),
    );
  }

  /** Whether the file at whisper.model begins as models do. */
  hasModel(settings: Settings): Promise<boolean> {
    return this.isModel(modelPath(this.parts, settings));
  }

  /** The models for sound that the server at `openai.endpoint` lists; none where it lists none. Never throws. */
  modelsAt(settings: Settings, signal: AbortSignal): Promise<readonly string[]> {
    return listedModels(this.parts, settings, signal);
  }

  /** Tries a source with these settings; what was heard on this computer is remembered. Never throws. */
  async try(id: SourceId, settings: Settings, signal: AbortSignal): Promise<Trial> {
    const source = this.sources.find((known) => known.id === id);
    if (source === undefined) return { ok: false, failure: failure('internal', `There is no source ${id}.`) };
    const trial = await trySpeech(source, this.parts, settings, signal);
    if (id === 'whisper' && trial.ok && trial.right) {
      const program = await findWhisper(this.parts, settings);
      const model = modelPath(this.parts, settings);
      if (program !== undefined) {
        await this.speeds.tried(engineRun(program, model, settings), trial.seconds);
        await this.tested.add(program.file, model, trial, signal).catch((error: unknown) => {
          const words = error instanceof FailureError ? error.failure.message : String(error);
          this.parts.log.write('warn', `The result of the trial could not be kept: ${words}`);
        });
      }
    }
    return trial;
  }

  /** What was heard with the engine and model of the settings; undefined: they were not tried as they are now. */
  async heardBefore(settings: Settings, signal: AbortSignal): Promise<Tested | undefined> {
    const program = await findWhisper(this.parts, settings);
    if (program === undefined || settings['whisper.model'] === '') return undefined;
    const model = modelPath(this.parts, settings);
    const found = await this.tested.find(program.file, model, signal);
    if (found !== undefined) await this.speeds.tried(engineRun(program, model, settings), found.seconds);
    return found;
  }

  /** Downloaded models, which `remove` removes; also what a broken download left. */
  async removable(): Promise<
    readonly { readonly path: string; readonly name: string; readonly bytes: number }[]
  > {
    const { files, modelsFolder } = this.parts;
    const names = (await files.list(modelsFolder)).filter(
      (name) => /^ggml-.*\.bin(?:\.part)?$/.test(name) && !name.startsWith(this.catalogue.vad.fileName),
    );
    const found = await Promise.all(
      names.map(async (name) => ({
        name,
        path: this.pathOf(name),
        stat: await files.stat(this.pathOf(name)),
      })),
    );
    return found.flatMap(({ name, path: file, stat }) =>
      stat?.kind === 'file' ? [{ name, path: file, bytes: stat.size }] : [],
    );
  }

  /** With the last model the voice detection goes too, which came with the first. */
  async remove(file: string): Promise<void> {
    const { files, modelsFolder } = this.parts;
    await files.remove(file);
    await files.remove(`${file}.json`);
    if ((await this.removable()).length > 0) return;
    const { fileName } = this.catalogue.vad;
    for (const name of await files.list(modelsFolder))
      if (name.startsWith(fileName)) await files.remove(this.pathOf(name));
  }

  /**
   * The same where sound without captions goes to the engine on this computer: it is the first source of the chain that
   * hears and is ready. Undefined: it goes elsewhere, or nowhere.
   */
  async hourMinutesInChain(settings: Settings): Promise<number | undefined> {
    for (const id of settings.sources) {
      const source = this.sources.find((known) => known.id === id);
      if (source === undefined || !sourceFacts[source.id].hearsSound) continue;
      const { ready } = await source.readiness(settings);
      if (ready) return source.id === 'whisper' ? this.hourMinutes(settings) : undefined;
    }
    return undefined;
  }

  private measuredMinutes(
    program: WhisperProgram | undefined,
    model: string,
    settings: Settings,
  ): number | undefined {
    const factor = program && this.speeds.factor(engineRun(program, model, settings));
    return factor === undefined ? undefined : Math.max(1, Math.round(factor * 60));
  }

  /** False where it cannot be read. */
  private async isModel(file: string): Promise<boolean> {
    for await (const piece of this.parts.files.readPieces(file))
      return magics.includes(new TextDecoder('latin1').decode(piece.subarray(0, 4)));
    return false;
  }

  private pathOf(fileName: string): string {
    return path.join(this.parts.modelsFolder, fileName);
  }

  /** One download at a time, of all windows and terminals; a holder that has died counts no more. */
  private async lock(signal: AbortSignal): Promise<() => Promise<void>> {
    const { files, processes, clock } = this.parts;
    const file = path.join(this.parts.modelsFolder, '.downloading');
    const own = JSON.stringify(processes.own);
    while (!(await files.createExclusive(file, own))) {
      const bytes = await files.read(file, 4096);
      const read = v.safeParse(holderShape, bytes === undefined ? undefined : readJson(bytes));
      if (!read.success || !(await processes.isAlive(read.output))) await files.remove(file);
      else await pause(clock, lockPauseMs, signal);
    }
    return () => files.remove(file);
  }
}
