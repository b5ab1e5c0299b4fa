/**
 * whisper.cpp on this computer. Its exit code is unreliable (0 also for an unknown language or unreadable
 * audio): what counts is whether the JSON file exists and can be read.
 */
import path from 'node:path';
import { inSlices } from '../captions/sliced';
import { failure } from '../model/failure';
import type { Link } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import type { AudioTools } from './audio';
import type { AudioFetch } from './audioFetch';
import { languageCode } from '../model/languageNames';
import { missingProgram, type MissingProgram } from './missingProgram';
import { EngineProgress } from './engineProgress';
import { engineRun, EngineSpeeds, type EngineRun } from './engineSpeeds';
import { FirstRuns, type Turn } from './firstRuns';
import { asResult, fail, given, pause, stillAsked, type SourceParts } from './parts';
import { hearInParts, type PartsPlan, type SoundPart } from './soundParts';
import { speechStep } from './speechSetup/step';
import { leftNote, speechOfJson, type Speech } from './speech';
import { fittedPrompt, speechWishes, whisperPrompt } from './speechWishes';
import { whisperFailure } from './whisperErrors';
import { findWhisper, missingWhisper, modelPath, type WhisperProgram } from './whisperProgram';
import { Lines } from './ytDlpProgram';

const runTimeoutMs = 48 * 3_600_000;
const gpuTimeoutMs = 5000;
const gpuPauseMs = 5000;
/** What a run needs besides the model's own size: buffers for the audio and the computation. */
const gpuReserveMB = 600;

/** What all parts of one sound are heard with. */
interface Hearing {
  readonly program: WhisperProgram;
  readonly folder: string;
  readonly run: EngineRun;
  readonly turn: Turn;
}

export interface GpuMemory {
  readonly freeMB: number;
  readonly totalMB: number;
}

export class WhisperSource implements Source {
  readonly id = 'whisper';
  readonly paid = true;
  private readonly speeds: EngineSpeeds;
  private readonly first = new FirstRuns();
  private running = 0;

  constructor(
    private readonly parts: SourceParts,
    private readonly audio: AudioTools,
    private readonly fetcher: AudioFetch,
  ) {
    this.speeds = new EngineSpeeds(parts);
  }

  async readiness(settings: Settings): Promise<Readiness> {
    const missing = (what: MissingProgram): Readiness => ({ ready: false, code: 'tool-missing', ...what });
    const model = modelPath(this.parts, settings);
    if (model === '')
      return {
        ready: false,
        code: 'unsupported',
        why: 'There is no model for speech-to-text on this computer.',
        nextStep: speechStep,
      };
    const program = await findWhisper(this.parts, settings);
    if (program === undefined) return missing(missingWhisper(this.parts, settings));
    const stat = path.isAbsolute(model) ? await this.parts.files.stat(model) : undefined;
    if (stat?.kind !== 'file')
      return missing({
        why: `There is no model at ${model}.`,
        nextStep: 'Correct the setting whisper.model.',
      });
    if ((await this.audio.find(settings)) === undefined)
      return missing(
        // A wrong path of ffmpeg is named on ffmpeg's own line.
        missingProgram(this.parts.processes, 'ffmpeg', 'ffmpeg.path', '', {
          why: 'whisper.cpp needs ffmpeg, which was not found.',
          nextStep: 'Install ffmpeg.',
        }),
      );
    return { ready: true, detail: `${program.shown}, ${path.basename(model)}` };
  }

  accepts(link: Link): boolean {
    return this.fetcher.accepts(link);
  }

  signedIn(link: Link, settings: Settings): boolean {
    return this.fetcher.signedIn(link, settings);
  }

  quotas(link: Link): readonly QuotaName[] {
    return ['whisper', ...this.fetcher.quotas(link)];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(async () => {
      const { settings } = request;
      const ready = await this.readiness(settings);
      const program = await findWhisper(this.parts, settings);
      if (!ready.ready || program === undefined)
        return {
          failure: failure('tool-missing', ready.ready ? 'whisper-cli was not found.' : ready.why, {
            subject: 'whisper-cli',
            needs: 'program:whisper-cli',
          }),
        };
      const fetched = await this.fetcher.fetch(request);
      const folder = await request.tempFolder();
      const sound = await this.audio.soundOf(fetched, request, 'transcribing');
      request.stage('transcribing', 0);
      const tools = { files: this.parts.files, audio: this.audio };
      const model = modelPath(this.parts, settings);
      const turn = await this.first.turn(`${program.file}\n${model}`, this.parts.clock, request);
      try {
        const speech = await hearInParts(
          tools,
          request,
          sound,
          await this.plan(request, program, folder, turn),
        );
        return this.result(request, speech, sound.seconds);
      } finally {
        turn.over();
      }
    });
  }

  private async plan(
    request: SourceRequest,
    program: WhisperProgram,
    folder: string,
    turn: Turn,
  ): Promise<PartsPlan> {
    const { settings } = request;
    const model = modelPath(this.parts, settings);
    const stat = await this.parts.files.stat(model);
    const run = engineRun(program, model, settings);
    await this.speeds.read();
    return {
      by: ['whisper.cpp', path.basename(model), stat?.size, stat?.modifiedMs, speechWishes(settings)],
      paid: false,
      limit: () => ({ megabytes: Infinity, seconds: this.speeds.partSeconds(run), kind: 'wav' }),
      again: () => false,
      hear: async (part) => {
        const speech = await this.hear(request, { program, folder, run, turn }, part);
        turn.worked();
        return speech;
      },
    };
  }

  /** One run of the engine, once there is room for it. */
  private async hear(request: SourceRequest, hearing: Hearing, part: SoundPart): Promise<Speech> {
    const onGpu = await this.gpuHasRoom(request);
    this.running += 1;
    try {
      const began = this.parts.clock.monotonic();
      const speech = await this.run(request, hearing, part, onGpu);
      const work = (this.parts.clock.monotonic() - began) / 1000;
      await this.speeds.measured(hearing.run, work, part.seconds);
      return speech;
    } finally {
      this.running -= 1;
    }
  }

  private async run(
    request: SourceRequest,
    { program, folder, run, turn }: Hearing,
    part: SoundPart,
    onGpu: boolean,
  ): Promise<Speech> {
    const { settings, signal } = request;
    const target = path.join(folder, 'speech');
    const { seconds } = part;
    const far = new EngineProgress(request, this.parts.clock, part, this.speeds.factor(run));
    const progress = (percent: number): void => {
      turn.worked();
      far.heard(percent);
    };
    const stdout = new Lines((line) => {
      const at = /^\[[\d:.]+ --> (\d+):(\d+):(\d+(?:\.\d+)?)\]/.exec(line);
      if (at) progress((Number(at[1]) * 3600 + Number(at[2]) * 60 + Number(at[3])) * (100 / seconds));
    });
    const stderr = new Lines((line) => {
      const percent = /^whisper_print_progress_callback: progress = +(\d+)%/.exec(line)?.[1];
      if (percent !== undefined) progress(Number(percent));
    });
    // What another job has learnt of the model or the program while this one waited.
    stillAsked(request);
    await this.parts.files.remove(`${target}.json`);
    const result = await this.parts.processes.run({
      command: program.command,
      env: program.env,
      // There is no `--`, and a lone argument that begins with @ is read as a file of arguments: every
      // value follows its option, and paths are absolute.
      args: [
        ...program.args,
        ...['-m', modelPath(this.parts, settings), '-f', part.file, '-oj', '-ojf', '-of', target, '-pp'],
        ...wishArgs(settings, part.language),
        ...(onGpu ? [] : ['-ng']),
      ],
      cwd: folder,
      signal,
      timeoutMs: runTimeoutMs,
      onStdout: (text) => stdout.add(text),
      onStderr: (text) => stderr.add(text),
      // A large model on a slow computer says nothing for many minutes.
      onBusy: () => far.busy(),
    });
    const bytes = await this.parts.files.read(`${target}.json`, 200 * 1024 * 1024);
    // A character cut in two by whisper.cpp becomes a replacement character, not a failure.
    const json = bytes === undefined ? '' : new TextDecoder().decode(bytes);
    const speech = await inSlices(speechOfJson(json, seconds, part.offset, part.levels));
    if (result.exitCode !== 0 || speech === undefined) fail(whisperFailure(result, bytes !== undefined));
    return speech;
  }

  private result(request: SourceRequest, speech: Speech, seconds: number): SourceResult {
    if (speech.cues.length === 0)
      return { failure: failure('no-speech', 'whisper.cpp found no speech in it.') };
    const note = leftNote(speech);
    if (note !== undefined) request.note?.(note);
    return {
      transcript: {
        language: request.settings['speech.translate'] ? 'en' : languageCode(speech.language),
        captions: 'speech',
        source: 'whisper',
        cues: speech.cues,
        meta: { ...given('duration', seconds), ...request.meta },
      },
    };
  }

  /**
   * Waits while the graphics memory is full of our own runs; when other programs use it, this run takes the
   * CPU. Where nvidia-smi does not answer, whisper.cpp decides by itself.
   */
  private async gpuHasRoom(request: SourceRequest): Promise<boolean> {
    const { settings, signal } = request;
    const model = await this.parts.files.stat(modelPath(this.parts, settings));
    const neededMB = (model?.size ?? 0) / 1e6 + gpuReserveMB;
    for (;;) {
      const memory = await this.gpuMemory(signal);
      if (memory === undefined || memory.freeMB >= neededMB) return true;
      const has = `${memory.freeMB} of ${memory.totalMB} MB of graphics memory are free, ${Math.round(neededMB)} are needed`;
      if (this.running === 0) {
        this.parts.log.write('warn', `whisper: ${has}; this one runs without the graphics card.`);
        return false;
      }
      this.parts.log.write('info', `whisper: ${has}; waiting for another run to end.`);
      request.stage('transcribing', 0);
      await pause(this.parts.clock, gpuPauseMs, signal);
    }
  }

  /** Of the first graphics card; undefined where nvidia-smi is missing or does not answer. */
  async gpuMemory(signal: AbortSignal): Promise<GpuMemory | undefined> {
    const { processes } = this.parts;
    const program = await processes.find('nvidia-smi', '');
    if (program === undefined) return undefined;
    const args = ['--query-gpu=memory.free,memory.total', '--format=csv,noheader,nounits'];
    const result = await processes
      .run({ command: program, args, signal, timeoutMs: gpuTimeoutMs })
      .catch(() => undefined);
    const match = /^(\d+), *(\d+)/.exec(result?.stdout ?? '');
    return result?.exitCode === 0 && match
      ? { freeMB: Number(match[1]), totalMB: Number(match[2]) }
      : undefined;
  }
}

/**
 * What the user wants, in whisper-cli's options. Its own default language is English, so `auto` is said; `heard`: the
 * language of the parts before, which is that of the whole.
 */
function wishArgs(settings: Settings, heard: string | undefined): readonly string[] {
  const { language = heard, translate, speakers, prompt } = speechWishes(settings);
  const threads = settings['whisper.threads'];
  return [
    ...['-l', language ?? 'auto'],
    ...(translate ? ['-tr'] : []),
    ...(prompt === '' ? [] : ['--prompt', fittedPrompt(prompt, whisperPrompt)]),
    ...(threads === 0 ? [] : ['-t', String(threads)]),
    // Only models that were trained for it mark where the speaker changes.
    ...(speakers && /tdrz/i.test(path.basename(settings['whisper.model'])) ? ['-tdrz'] : []),
  ];
}
