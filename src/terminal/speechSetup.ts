/**
 * `setup speech`: from nothing to words, in a terminal or without one: on this computer, at a service, or on a server.
 * Without somebody to ask, nothing is downloaded but by `--yes`.
 */

import { failure, FailureError, toFailure, type Failure } from '../model/failure';
import { settingNames, type SettingName, type Settings } from '../model/settings';
import { megabytes, whisperModels } from '../sources/speechSetup/models';
import { withVersion, wrongPart } from '../sources/speechSetup/services';
import type { Offer, SpeechSetup } from '../sources/speechSetup/setup';
import { trialWords, type Trial } from '../sources/speechSetup/trial';
import type { Console } from './console';
import type { ExitCode } from './exitCodes';
import { plainText } from './screen';
import { setupJson, setupText } from './setup';
import type { SpeechWay } from './speechWay';

export interface SpeechWish {
  readonly way: SpeechWay;
  /** Here a name of the catalogue, or the path of a model's file. */
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
  readonly keep: (name: SettingName, value: unknown) => Promise<string>;
  /** Milliseconds that never decrease. */
  readonly monotonic: () => number;
}

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
    return refuse(world.console, wish.way.source, known, nextStepOf(known, wish.way));
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
    const { source, settings } = this.wish.way;
    const wanted = source === 'whisper' ? await this.here() : await this.elsewhere(settings);
    if (typeof wanted === 'number') return wanted;
    this.world.console.words('Trying it with a spoken sentence of two seconds…');
    const trial = await this.world.setup.try(source, { ...this.world.settings, ...wanted }, this.signal);
    if (this.signal.aborted) throw new FailureError(failure('cancelled', 'Stopped.'));
    return this.end(wanted, trial);
  }

  private async here(): Promise<Partial<Settings> | ExitCode> {
    const { setup, settings, console } = this.world;
    if ((await setup.engine(settings)) === undefined) {
      const set = settings['whisper.path'];
      const missing = setup.noEngine(settings);
      const why =
        set === '' ? 'This package has no speech engine, and whisper-cli was not found.' : missing.why;
      const builtIn = setup.hasEngine ? ', or empty it: the engine of this package is used then' : '';
      const next =
        set === ''
          ? 'Install whisper.cpp (Homebrew: brew install whisper-cpp), or set whisper.path. A service: setup speech --service NAME; a server of yours: --server URL'
          : missing.nextStep.replace(/\.$/, `${builtIn}.`);
      return refuse(console, 'whisper', failure('tool-missing', why), next);
    }
    const model = await this.model();
    return model === undefined ? 3 : { 'whisper.model': model };
  }

  /** At a service or on a server; with the first of the server's models where none was named. */
  private async elsewhere(settings: Partial<Settings>): Promise<Partial<Settings>> {
    const { setup, console } = this.world;
    if (this.wish.way.findModel !== true) return settings;
    const models = await setup.modelsAt({ ...this.world.settings, ...settings }, this.signal);
    const [first] = models;
    if (first === undefined || models.includes(settings['openai.model'] ?? '')) return settings;
    const others =
      models.length === 1 ? '' : `; --model NAME takes another of ${models.slice(0, 6).join(', ')}`;
    console.words(plainText(`The model is ${first}${others}.`));
    return { ...settings, 'openai.model': first };
  }

  /** The model's path, downloaded where it was not there; undefined: nobody agreed to a download. */
  private async model(): Promise<string | undefined> {
    const { setup, settings, absolute } = this.world;
    const { model: wanted } = this.wish;
    const offers = await setup.offers(settings);
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
      console.json?.(
        line({ type: 'setup', subject: 'whisper', state: 'off', text: problem, model: model.name }),
      );
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

  private async end(wanted: Partial<Settings>, trial: Trial): Promise<ExitCode> {
    const { console, settings, setup } = this.world;
    const { way } = this.wish;
    const { source: subject } = way;
    if (!trial.ok) {
      const endpoint = wanted['openai.endpoint'] ?? '';
      return refuse(
        console,
        subject,
        trial.failure,
        trial.nextStep ?? nextStepOf(trial.failure, way, endpoint),
      );
    }
    const minutes = subject === 'whisper' ? await setup.hourMinutes({ ...settings, ...wanted }) : undefined;
    const pace = minutes === undefined ? '' : ` An hour of sound takes about ${minutes} min here.`;
    const text = `${trialWords(trial)}${pace}`;
    const state = trial.right ? ('ok' as const) : ('warn' as const);
    console.words(setupText({ subject, state, text }));
    await this.keep(wanted);
    if (!settings.sources.includes(subject))
      console.problem(`${subject} is not in the setting sources: add it there.`);
    console.words('Videos without captions are transcribed from now on. For those that failed before:');
    console.words('  bulk-transcribe retry <batch folder>');
    const { words, language, seconds } = trial;
    const model = wanted['whisper.model'] ?? wanted['openai.model'] ?? wanted['deapi.model'];
    const endpoint = wanted['openai.endpoint'];
    console.json?.(
      line({
        type: 'setup',
        subject,
        state,
        text,
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(model === undefined ? {} : { model }),
        words,
        language,
        seconds,
        ...(minutes === undefined ? {} : { minutes_per_hour: minutes }),
      }),
    );
    return trial.right ? 0 : 1;
  }

  /** Keeps what was tried, as settings of the user's. */
  private async keep(wanted: Partial<Settings>): Promise<void> {
    const { console, keep, settings } = this.world;
    const names = settingNames.filter((name) => wanted[name] !== undefined);
    // What was given on the command line is in force, and not yet kept.
    if (this.wish.way.source === 'whisper' && names.every((name) => settings[name] === wanted[name])) return;
    let where = '';
    for (const name of names) where = await keep(name, wanted[name]);
    if (where !== '')
      console.words(`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} kept in ${where}.`);
  }
}

const namesOfModels = `Name one of ${whisperModels.map(({ name }) => name).join(', ')}, or a file such as ./ggml-base.bin.`;

function refuse(
  console: Console,
  subject: SpeechWay['source'],
  why: Failure,
  nextStep: string | undefined,
): ExitCode {
  const text = why.message;
  const told = { subject, state: 'error', text, ...(nextStep === undefined ? {} : { nextStep }) } as const;
  console.problem(setupText(told));
  console.json?.(setupJson(told));
  return why.code === 'disk' ? 6 : 1;
}

/** What helps after a failed download or trial. `endpoint`: of the service or server that was tried. */
function nextStepOf(why: Failure, way: SpeechWay, endpoint = ''): string | undefined {
  if (why.code === 'disk') return 'Free some space, then run it again.';
  if (way.source !== 'whisper') return serviceStep(why, way, endpoint);
  switch (why.code) {
    case 'network':
    case 'timeout':
    case 'bad-response':
      return 'Run it again to go on; or set speech.mirror; or name a file that you have: setup speech --model FILE';
    case 'no-speech':
      return 'Take a larger model: setup speech --model small';
    default:
      return wrongPart(why) === 'model' ? 'Take another model: setup speech --model NAME or FILE' : undefined;
  }
}

function serviceStep(why: Failure, way: SpeechWay, endpoint: string): string {
  const address = withVersion(why, endpoint);
  if (address !== undefined) return `Run: bulk-transcribe setup speech --server ${address}`;
  switch (wrongPart(why)) {
    case 'key':
      return why.code === 'payment' ? 'Top up the account, or set the key of another one.' : 'Set the key.';
    case 'model':
      return `Name a model that it has: ${way.words} --model NAME`;
    case 'address':
      if (way.source === 'deapi') return 'Correct deapi.endpoint or deapi.version, then run it again.';
      return `Look whether ${endpoint === '' ? 'the service' : endpoint} is right and running, then run it again.`;
    default:
      return 'Look at the service, then run it again.';
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
