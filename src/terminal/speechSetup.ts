/**
 * `setup speech`: from nothing to words on this computer, in a terminal or without one. Without somebody to ask,
 * nothing is downloaded but by `--yes`.
 */

import { failure, FailureError, toFailure, type Failure } from '../model/failure';
import type { Settings } from '../model/settings';
import { megabytes, whisperModels } from '../sources/speechSetup/models';
import { measuredMinutes, type Offer, type SpeechSetup } from '../sources/speechSetup/setup';
import { trialWords, type Trial } from '../sources/speechSetup/trial';
import type { Console } from './console';
import type { ExitCode } from './exitCodes';
import { setupText } from './setup';

export interface SpeechWish {
  /** A name of the catalogue, or the path of a model's file. */
  readonly model?: string;
  /** The user agrees to the download. */
  readonly yes: boolean;
}

export interface SpeechSetupWorld {
  readonly setup: SpeechSetup;
  readonly settings: Settings;
  readonly console: Console;
  /** Absolute, as the user means it. */
  readonly absolute: (file: string) => string;
  /** Keeps a setting of the user's; returns where it was written. Throws FailureError. */
  readonly keep: (name: 'whisper.model', value: string) => Promise<string>;
  /** Milliseconds that never decrease. */
  readonly monotonic: () => number;
}

const subject = 'whisper';
/** How often the bytes are said where no bar moves. */
const sayEveryMs = 5000;

export async function setUpSpeech(world: SpeechSetupWorld, wish: SpeechWish): Promise<ExitCode> {
  const stop = new AbortController();
  const unlisten = world.console.onInterrupt(() => stop.abort());
  try {
    return await new SpeechTerminal(world, wish, stop.signal).run();
  } catch (error) {
    const known = toFailure(error);
    if (known.code === 'cancelled') {
      world.console.problem('Stopped. What came is kept; the same command goes on.');
      return 130;
    }
    // The command line was wrong.
    if (known.code === 'invalid-url') throw error;
    return refuse(world.console, known, nextStepOf(known));
  } finally {
    world.console.redraw?.('');
    unlisten();
  }
}

class SpeechTerminal {
  constructor(
    private readonly world: SpeechSetupWorld,
    private readonly wish: SpeechWish,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<ExitCode> {
    const { setup, settings, console } = this.world;
    if ((await setup.engine(settings)) === undefined)
      return refuse(
        console,
        failure('tool-missing', 'This package has no speech engine, and whisper-cli was not found.'),
        'Install whisper.cpp (Homebrew: brew install whisper-cpp), or set whisper.path.',
      );
    const model = await this.model();
    if (model === undefined) return 3;
    console.words('Trying it with a spoken sentence of two seconds…');
    const trial = await setup.try('whisper', { ...settings, 'whisper.model': model }, this.signal);
    if (this.signal.aborted) throw new FailureError(failure('cancelled', 'Stopped.'));
    return this.end(model, trial);
  }

  /** The model's path, downloaded where it was not there; undefined: nobody agreed to a download. */
  private async model(): Promise<string | undefined> {
    const { setup, settings, absolute } = this.world;
    const { model: wanted } = this.wish;
    const offers = await setup.offers();
    if (wanted === undefined && settings['whisper.model'] !== '') {
      await setup.checkFile(settings['whisper.model']);
      return settings['whisper.model'];
    }
    const offer = offers.find(({ model, advised }) =>
      wanted === undefined ? advised : model.name === wanted,
    );
    if (offer !== undefined) return offer.path ?? this.downloaded(offer, offers);
    if (wanted === undefined || !/[\\/]|\.bin$/.test(wanted))
      throw new FailureError(failure('invalid-url', `${wanted ?? ''} is not a model. ${namesOfModels}`));
    const file = absolute(wanted);
    await setup.checkFile(file);
    return file;
  }

  private async downloaded(offer: Offer, offers: readonly Offer[]): Promise<string | undefined> {
    const { setup, settings, console } = this.world;
    const { model } = offer;
    for (const line of offerLines(offers)) console.words(line);
    const question = `Download ${model.name} (${megabytes(model.bytes)}, ${model.licence}) from ${hostOf(settings)}?`;
    if (!this.wish.yes && !((await console.confirm?.(question)) ?? false)) {
      const problem = `Nothing was downloaded. Agree with: bulk-transcribe setup speech --model ${model.name} --yes`;
      console.problem(problem);
      console.json?.(line({ type: 'setup', subject, state: 'off', text: problem, model: model.name }));
      return undefined;
    }
    let said = this.world.monotonic();
    const path = await setup.install(model, settings, {
      signal: this.signal,
      onProgress: (done, total) => {
        const text = `${model.name}: ${megabytes(done)} of ${megabytes(total)}`;
        console.redraw?.(text);
        const now = this.world.monotonic();
        if (done < total && now - said < sayEveryMs) return;
        said = now;
        console.json?.(line({ type: 'download', model: model.name, done_bytes: done, total_bytes: total }));
        if (console.redraw === undefined) console.words(text);
      },
    });
    console.redraw?.('');
    return path;
  }

  private async end(model: string, trial: Trial): Promise<ExitCode> {
    const { console, keep, settings } = this.world;
    if (!trial.ok) return refuse(console, trial.failure, trial.nextStep ?? nextStepOf(trial.failure));
    const minutes = measuredMinutes(trial.seconds);
    const text = `${trialWords(trial)} An hour of sound takes about ${minutes} min here.`;
    const state = trial.right ? ('ok' as const) : ('warn' as const);
    console.words(setupText({ subject, state, text }));
    if (settings['whisper.model'] !== model)
      console.words(`The model is kept as whisper.model in ${await keep('whisper.model', model)}.`);
    if (!settings.sources.includes('whisper'))
      console.problem('whisper is not in the setting sources: add it there.');
    console.words('Videos without captions are transcribed from now on. For those that failed before:');
    console.words('  bulk-transcribe retry <batch folder>');
    const { words, language, seconds } = trial;
    console.json?.(
      line({
        type: 'setup',
        subject,
        state,
        text,
        model,
        words,
        language,
        seconds,
        minutes_per_hour: minutes,
      }),
    );
    return trial.right ? 0 : 1;
  }
}

const namesOfModels = `Name one of ${whisperModels.map(({ name }) => name).join(', ')}, or a file such as ./ggml-base.bin.`;

function refuse(console: Console, why: Failure, nextStep: string | undefined): ExitCode {
  const text = why.message;
  const told = { subject, state: 'error', text, ...(nextStep === undefined ? {} : { nextStep }) } as const;
  console.problem(setupText(told));
  console.json?.(
    line({ type: 'setup', subject, state: 'error', text, ...(nextStep ? { next_step: nextStep } : {}) }),
  );
  return why.code === 'disk' ? 6 : 1;
}

/** What helps after a failed download or trial. */
function nextStepOf({ code }: Failure): string | undefined {
  switch (code) {
    case 'network':
    case 'timeout':
    case 'bad-response':
      return 'Run it again to go on; or set speech.mirror; or name a file that you have: setup speech --model FILE';
    case 'disk':
      return 'Free some space, then run it again.';
    case 'no-speech':
      return 'Take a larger model: setup speech --model small';
    default:
      return undefined;
  }
}

/** The catalogue as a table, with the one that suits this computer marked. */
function offerLines(offers: readonly Offer[]): readonly string[] {
  return offers.map(({ model, minutes, advised, path: there }) =>
    [
      advised ? '→' : ' ',
      model.name.padEnd(15),
      (there === undefined ? megabytes(model.bytes) : 'downloaded').padStart(10),
      `  about ${minutes} min for an hour of sound here; ${model.suits}`,
    ].join(' '),
  );
}

function hostOf(settings: Settings): string {
  const mirror = settings['speech.mirror'];
  return mirror === '' ? 'huggingface.co' : new URL(mirror).host;
}

function line(value: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(value)}\n`;
}
