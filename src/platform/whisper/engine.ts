/**
 * The built-in speech engine: whisper.cpp as a native module, in a process of its own, with the options, the
 * output, the exit codes and the JSON file of `whisper-cli`. What whisper.cpp itself logs goes to stderr.
 */
import { writeFile } from 'node:fs/promises';
import { readArguments, type EngineOptions } from './arguments';
import {
  loadBinding,
  type Binding,
  type NativeOptions,
  type NativeSegment,
  type NativeWhisper,
} from './binding';
import { openSound, type SoundFile } from './sound';
import { speechOnly } from './speech';
import { hearWindows, type Heard } from './windows';

/** As whisper-cli ends; 4 is ours: the native module does not load here. */
export const exits = { done: 0, usage: 1, noInput: 2, noModel: 3, noModule: 4, failed: 10 } as const;
export type Exit = (typeof exits)[keyof typeof exits];

export interface EngineWorld {
  readonly load: (path: string) => unknown;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** `words`: the native module's absolute path, then the options. Never throws. */
export async function runEngine(words: readonly string[], world: EngineWorld): Promise<Exit> {
  const failed = (exit: Exit, error: unknown): Exit => {
    world.err(`error: ${error instanceof Error ? error.message : String(error)}`);
    return exit;
  };
  const [module = '', ...rest] = words;
  let binding: Binding;
  try {
    binding = loadBinding(module, world.load);
  } catch (error) {
    return failed(exits.noModule, error);
  }
  let options: EngineOptions;
  try {
    options = readArguments(rest);
  } catch (error) {
    return failed(exits.usage, error);
  }
  let sound: SoundFile;
  try {
    sound = await openSound(options.file);
  } catch (error) {
    return failed(exits.noInput, error);
  }
  try {
    const whisper = new binding.WhisperContext({ filePath: options.model, useGpu: options.gpu });
    const vad =
      options.vadModel === undefined
        ? undefined
        : new binding.WhisperVadContext({ filePath: options.vadModel, useGpu: false });
    const run = new Run(options, sound, whisper, vad, world);
    await run.transcribe().catch((error: unknown) => Promise.reject(new Failed(error)));
    return exits.done;
  } catch (error) {
    return error instanceof Failed ? failed(exits.failed, error.reason) : failed(exits.noModel, error);
  } finally {
    await sound.close();
  }
}

class Failed extends Error {
  constructor(readonly reason: unknown) {
    super('failed to process audio');
  }
}

class Run {
  private language: string;
  private shown = -1;

  constructor(
    private readonly options: EngineOptions,
    private readonly sound: SoundFile,
    private readonly whisper: NativeWhisper,
    private readonly vad: InstanceType<Binding['WhisperVadContext']> | undefined,
    private readonly world: EngineWorld,
  ) {
    this.language = options.language;
  }

  async transcribe(): Promise<void> {
    const { offsetMs, durationMs, output } = this.options;
    const end = Math.min(this.sound.ms, offsetMs + (durationMs ?? this.sound.ms));
    const all: Heard[] = [];
    for await (const heard of hearWindows(offsetMs, end, (from, to) => this.hear(from, to, end))) {
      all.push(heard);
      this.world.out(`[${stamp(heard.from, '.')} --> ${stamp(heard.to, '.')}]  ${spoken(heard.text)}`);
    }
    this.progress(100);
    if (output !== undefined) await writeFile(`${output}.json`, JSON.stringify(this.result(all)));
  }

  private async hear(from: number, to: number, end: number): Promise<readonly Heard[]> {
    const whole = await this.sound.read(from, to);
    const found = await this.vad?.detectSpeechData(whole);
    if (found?.length === 0) return [];
    const speech =
      found === undefined
        ? { sound: whole, timeOf: (ms: number) => ms }
        : speechOnly(
            whole,
            found.map(({ t0, t1 }) => ({ from: t0 * 10, to: t1 * 10 })),
          );
    const { offsetMs } = this.options;
    const turns: NativeSegment[] = [];
    const { segments, language } = await this.whisper.transcribeData(speech.sound, {
      ...this.native(),
      onProgress: (percent) =>
        this.progress(((from - offsetMs + ((to - from) * percent) / 100) / (end - offsetMs)) * 100),
      // Where the speaker changes is said here alone.
      ...(this.options.speakerTurns
        ? { tdrzEnable: true, onNewSegments: (heard) => void turns.push(...heard.segments) }
        : {}),
    }).promise;
    // As whisper-cli does: the language of the beginning is that of the whole.
    if (this.language === 'auto' && language !== undefined) this.language = language;
    return (this.options.speakerTurns ? turns : segments).map(({ t0, t1, text }) => ({
      from: from + speech.timeOf(t0),
      to: from + speech.timeOf(t1),
      text,
    }));
  }

  private native(): NativeOptions {
    const { translate, prompt, threads, maxContext } = this.options;
    return {
      language: this.language,
      translate,
      ...(prompt === undefined ? {} : { prompt }),
      ...(threads === undefined ? {} : { maxThreads: threads }),
      ...(maxContext === undefined ? {} : { maxContext }),
    };
  }

  private progress(percent: number): void {
    const whole = Math.min(100, Math.floor(percent));
    if (!this.options.showProgress || whole <= this.shown) return;
    this.shown = whole;
    this.world.err(`whisper_print_progress_callback: progress = ${String(whole).padStart(3)}%`);
  }

  private result(all: readonly Heard[]): unknown {
    const { model, translate, language } = this.options;
    return {
      params: { model, language, translate },
      result: { language: this.language },
      transcription: all.map(({ from, to, text }) => ({
        timestamps: { from: stamp(from, ','), to: stamp(to, ',') },
        offsets: { from, to },
        text: spoken(text),
        ...(this.options.speakerTurns ? { speaker_turn_next: text.endsWith(turnMark) } : {}),
      })),
    };
  }
}

const turnMark = ' [SPEAKER_TURN]';
const spoken = (text: string): string => (text.endsWith(turnMark) ? text.slice(0, -turnMark.length) : text);

function stamp(ms: number, mark: string): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${mark}${String(Math.round(ms) % 1000).padStart(3, '0')}`;
}
