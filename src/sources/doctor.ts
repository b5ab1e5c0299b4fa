/**
 * Check Setup: for every source, program, service, proxy and folder one line that says whether it works and
 * what to do next. Sends few requests, waits only briefly, and works without a network, which it reports.
 */
import path from 'node:path';
import { FailureError, toFailure } from '../model/failure';
import type { SettingName, Settings } from '../model/settings';
import type { Readiness, Source } from '../model/source';
import type { SourceId } from '../model/transcript';
import { AudioTools } from './audio';
import { AudioFetch } from './audioFetch';
import { DeapiClient, type DeapiCall } from './deapiClient';
import { missingProgram, trustStep } from './missingProgram';
import { openaiLine } from './openaiSetup';
import { shortWords, type SourceParts } from './parts';
import type { SetupLine } from './setupLine';
import type { SpeechSetup } from './speechSetup/setup';
import { whisperLine } from './speechSetup/setupLine';
import { createSources } from './table';
import { WhisperSource } from './whisper';
import { youtubeLine } from './youtube/setupLine';
import { YtDlpProgram } from './ytDlpProgram';
import { ytDlpLine } from './ytDlpSetup';

export interface SetupOptions {
  /** Absolute; absent where no folder is open. */
  readonly outputFolder?: string;
  readonly signal?: AbortSignal;
  /** Tries the engine of this computer, and knows what it heard before. Absent: it is only looked for. */
  readonly speech?: SpeechSetup | undefined;
}

const answerMs = 6000;

/** All lines, in the order of the chain. Never throws. */
export async function checkSetup(
  parts: SourceParts,
  settings: Settings,
  options: SetupOptions = {},
): Promise<readonly SetupLine[]> {
  const doctor = new Doctor(parts, settings, options.signal ?? new AbortController().signal, options.speech);
  const lines = await Promise.all([
    ...createSources(parts, doctor.program).map((source) => doctor.source(source)),
    doctor.ffmpeg(),
    doctor.graphics(),
    doctor.network(),
    doctor.output(options.outputFolder),
  ]);
  return lines.flat();
}

class Doctor {
  readonly program: YtDlpProgram;

  constructor(
    private readonly parts: SourceParts,
    private readonly settings: Settings,
    private readonly signal: AbortSignal,
    private readonly speech: SpeechSetup | undefined,
  ) {
    this.program = new YtDlpProgram(parts);
  }

  async source(source: Source): Promise<SetupLine> {
    const { id } = source;
    try {
      const readiness = await source.readiness(this.settings);
      const line = readiness.ready
        ? await this.details(id, readiness.detail)
        : await this.notReady(id, readiness);
      if (!readiness.ready || this.settings.sources.includes(id)) return line;
      return { ...line, state: 'off', text: `${line.text} It is not in the setting sources.` };
    } catch (error) {
      return { subject: id, state: 'error', text: toFailure(error).message };
    }
  }

  private notReady(
    id: SourceId,
    readiness: Extract<Readiness, { ready: false }>,
  ): Promise<SetupLine> | SetupLine {
    if (id === 'yt-dlp') return this.ytDlp();
    // Nothing was set up, which is the default. A path or endpoint that was set and does not work is an
    // error.
    const given: Partial<Record<SourceId, readonly SettingName[]>> = {
      openai: ['openai.endpoint'],
      whisper: ['whisper.path', 'whisper.model'],
    };
    const isGiven = (given[id] ?? []).some((name) => this.settings[name] !== '');
    const { why, nextStep } = readiness;
    const isWrong = isGiven && nextStep !== trustStep;
    return { subject: id, state: isWrong ? 'error' : 'off', text: why, nextStep };
  }

  private details(id: SourceId, detail: string): Promise<SetupLine> | SetupLine {
    if (id === 'youtube' && this.settings.sources.includes(id))
      return youtubeLine(this.parts, this.settings, sentence(detail), this.signal);
    if (id === 'yt-dlp') return this.ytDlp();
    if (id === 'deapi') return this.deapi();
    if (id === 'openai') return this.openai();
    if (id === 'whisper' && this.speech !== undefined)
      return whisperLine(this.speech, this.parts.clock, this.settings, sentence(detail), this.signal);
    return { subject: id, state: 'ok', text: sentence(detail) };
  }

  private ytDlp(): Promise<SetupLine> {
    return ytDlpLine(this.program, this.settings, this.parts.clock.now(), this.signal);
  }

  async ffmpeg(): Promise<SetupLine> {
    const subject = 'ffmpeg';
    const { processes } = this.parts;
    const command = await new AudioTools(this.parts).find(this.settings);
    const configured = this.settings['ffmpeg.path'];
    if (command === undefined) {
      const { why, nextStep } = missingProgram(processes, subject, 'ffmpeg.path', configured, {
        why: 'ffmpeg is not installed.',
        nextStep: 'Install ffmpeg for speech-to-text of files.',
      });
      const isWrong = configured !== '' && nextStep !== trustStep;
      return { subject, state: isWrong ? 'error' : 'off', text: why, nextStep };
    }
    const run = { command, args: ['-hide_banner', '-version'], signal: this.signal, timeoutMs: answerMs };
    const result = await processes.run(run).catch(() => undefined);
    const version = /^ffmpeg version (\S+)/.exec(result?.stdout ?? '')?.[1];
    return version === undefined
      ? { subject, state: 'error', text: `${command} does not run.`, nextStep: 'Reinstall ffmpeg.' }
      : { subject, state: 'ok', text: `${command}, version ${version}.` };
  }

  /** Only where there is one to report. */
  async graphics(): Promise<SetupLine[]> {
    const audio = new AudioTools(this.parts);
    const whisper = new WhisperSource(this.parts, audio, new AudioFetch(this.parts, this.program));
    const memory = await whisper.gpuMemory(this.signal);
    if (memory === undefined) return [];
    const text = `${memory.freeMB} of ${memory.totalMB} MB of graphics memory are free.`;
    return [{ subject: 'graphics card', state: memory.freeMB < 1000 ? 'warn' : 'ok', text }];
  }

  private async deapi(): Promise<SetupLine> {
    const subject = 'deapi';
    const client = new DeapiClient(this.parts);
    const limits: number[] = [];
    const call: DeapiCall = {
      settings: { ...this.settings, requestTimeout: answerMs / 1000 },
      signal: this.signal,
      identity: 'check-setup',
      sent: () => undefined,
      permit: {
        heard: ({ headers }) => {
          const limit = Number(headers['x-ratelimit-limit'] ?? NaN);
          if (Number.isFinite(limit)) limits.push(limit);
        },
        release: () => undefined,
      },
    };
    const origin = client.origin(this.settings);
    try {
      const balance = await client.balance(call);
      // The price of an hour: it shows that the model is known, and its limits show the tier.
      const price = await client.price(call, { seconds: 3600 });
      const limit = limits.at(-1);
      const tier =
        limit === undefined
          ? ''
          : limit >= 300
            ? ' Premium account.'
            : ' Basic account: 1 transcription a minute and 10 a day.';
      const costs = price === undefined ? '' : ` An hour costs about ${price}.`;
      const old =
        this.settings['deapi.version'] === 'v1'
          ? ' deAPI calls version 1 deprecated: set deapi.version to v2.'
          : '';
      const text = `${origin}, ${this.settings['deapi.model']}. Balance ${balance ?? 'unknown'}.${costs}${tier}${old}`;
      return balance !== undefined && balance < (price ?? 0)
        ? { subject, state: 'warn', text, nextStep: 'Top up the account.' }
        : { subject, state: 'ok', text };
    } catch (error) {
      const line = this.serviceLine(subject, origin, error);
      if (toFailure(error).subject !== 'deapi-model') return line;
      const models = await client.models(call).catch(() => undefined);
      const slugs = (models ?? []).map(({ slug }) => slug).join(', ');
      const text = slugs === '' ? line.text : `${line.text} It has ${slugs}.`;
      return { ...line, text, nextStep: 'Set deapi.model to one of them.' };
    }
  }

  private async openai(): Promise<SetupLine> {
    try {
      return await openaiLine(this.parts, this.settings, this.signal);
    } catch (error) {
      return this.serviceLine('openai', new URL(this.settings['openai.endpoint']).origin, error);
    }
  }

  private serviceLine(subject: string, origin: string, error: unknown): SetupLine {
    const { code, message } = toFailure(error);
    if (code === 'network' || code === 'timeout')
      return {
        subject,
        state: 'warn',
        text: `${origin} could not be reached: ${shortWords(message)}`,
        nextStep: 'Check the connection, then check again.',
      };
    const nextStep =
      code === 'auth' ? 'Set the key again.' : code === 'payment' ? 'Top up the account.' : undefined;
    return {
      subject,
      state: 'error',
      text: shortWords(message),
      ...(nextStep === undefined ? {} : { nextStep }),
    };
  }

  /** One request to YouTube's endpoint: is there a network, and do the listed proxies work? */
  async network(): Promise<SetupLine> {
    const proxied = this.settings.proxies.length > 0 && this.settings['proxy.mode'] !== 'off';
    const subject = proxied ? 'proxies' : 'network';
    const url = this.settings['youtube.endpoint'];
    try {
      const answer = await this.parts.http.request({
        method: 'HEAD',
        url,
        signal: this.signal,
        timeoutMs: answerMs,
        redirects: 'none',
        identity: 'check-setup',
      });
      const way =
        answer.via === 'direct' ? 'directly' : answer.via === 'tor' ? 'through Tor' : 'through a proxy';
      if (answer.status === 429)
        return {
          subject,
          state: 'warn',
          text: `${new URL(url).host} answers ${way}, but asks to slow down.`,
          nextStep: 'Wait, or add a proxy.',
        };
      return { subject, state: 'ok', text: `${new URL(url).host} can be reached ${way}.` };
    } catch (error) {
      const words = error instanceof FailureError ? error.failure.message : 'the request failed';
      return {
        subject,
        state: proxied ? 'error' : 'warn',
        text: proxied
          ? `No listed proxy lets a request out: ${shortWords(words)}`
          : `Offline: ${shortWords(words)}`,
        nextStep: proxied
          ? 'Correct the setting proxies.'
          : 'Check the connection. Local files work without one.',
      };
    }
  }

  async output(folder: string | undefined): Promise<SetupLine> {
    const subject = 'output folder';
    if (folder === undefined)
      return { subject, state: 'off', text: 'No folder is open; you are asked where transcripts go.' };
    const { files } = this.parts;
    // A missing folder is created when needed: the nearest existing parent must allow it.
    let nearest = path.resolve(folder);
    try {
      while ((await files.stat(nearest)) === undefined && path.dirname(nearest) !== nearest)
        nearest = path.dirname(nearest);
      const probe = path.join(nearest, `.bulk-transcribe-check-${this.parts.clock.now().toString(36)}`);
      await files.createExclusive(probe, '');
      await files.remove(probe);
      return { subject, state: 'ok', text: `${folder} can be written.` };
    } catch (error) {
      const text = `${folder} cannot be written: ${shortWords(toFailure(error).message)}`;
      return { subject, state: 'error', text, nextStep: 'Choose another folder, or free space.' };
    }
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) || text === '' ? text : `${text}.`;
}
