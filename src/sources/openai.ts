/**
 * Any OpenAI-compatible transcription service: audio compressed with ffmpeg, split below the limit in quiet
 * moments, sent part by part, times shifted back. Synchronous: no id to poll later.
 */
import path from 'node:path';
import { failure, toFailure } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { Quote, Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import type { Cue } from '../model/transcript';
import type { AudioTools, Sound } from './audio';
import type { AudioFetch } from './audioFetch';
import { languageCode } from './languageNames';
import { addressProblem } from './openaiAddress';
import { OpenAiClient, type OpenAiUpload } from './openaiClient';
import { serviceAt } from './openaiPresets';
import { isOwnServer } from './ownServer';
import { asResult, fail, given, type SourceParts } from './parts';
import type { Speech } from './speech';

/** File types that these services accept unchanged. */
const acceptedKinds = /\.(?:flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/i;
/** While an answer is awaited the job counts as active; the request has its own limit. */
const heartbeatMs = 30_000;
/** Jobs whose first parts are kept while a later one waits; each is only text. */
const mostKept = 200;

export class OpenAiSource implements Source {
  readonly id = 'openai';
  readonly paid = true;
  readonly client: OpenAiClient;
  /** Parts that were paid already, of jobs that were interrupted by a limit. */
  private readonly kept = new Map<string, Map<string, Speech>>();

  constructor(
    private readonly parts: SourceParts,
    private readonly audio: AudioTools,
    private readonly fetcher: AudioFetch,
  ) {
    this.client = new OpenAiClient(parts);
  }

  async readiness(settings: Settings): Promise<Readiness> {
    const endpoint = settings['openai.endpoint'];
    if (endpoint === '')
      return {
        ready: false,
        code: 'unsupported',
        why: 'No OpenAI-compatible service is set up.',
        nextStep: 'Set openai.endpoint.',
      };
    if (serviceAt(endpoint)?.needsKey === true && (await this.client.key(endpoint)) === undefined)
      return {
        ready: false,
        code: 'auth',
        why: `There is no key for ${new URL(endpoint).host}.`,
        nextStep: 'Set the key.',
      };
    return { ready: true, detail: `${new URL(endpoint).origin}, ${settings['openai.model']}` };
  }

  accepts(link: Link): boolean {
    return this.fetcher.accepts(link);
  }

  signedIn(link: Link, settings: Settings): boolean {
    return this.fetcher.signedIn(link, settings);
  }

  quotas(link: Link): readonly QuotaName[] {
    return ['openai', ...this.fetcher.quotas(link)];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    // Without an OK, or without audio, the start goes to another video.
    return asResult(() => this.attempt(request).finally(() => request.started.unused?.('openai')));
  }

  private async attempt(request: SourceRequest): Promise<SourceResult> {
    const { settings } = request;
    const wrong = addressProblem(settings['openai.endpoint']);
    if (wrong) fail(wrong);
    const free = isOwnServer(settings);
    let quote = this.quote(settings, request.meta);
    const agreed = (): boolean | Promise<boolean> => free || request.consent(quote);
    // Nothing is downloaded before the user agrees; a local file's length is read first.
    const known = request.meta.duration !== undefined || request.link.path === undefined;
    if (known && !(await agreed())) return { consent: quote };

    const fetched = await this.fetcher.fetch(request);
    const folder = await request.tempFolder();
    if (await this.fitsAsItIs(fetched.path, settings)) {
      if (!(await agreed())) return { consent: quote };
      // A feed's length is not measured; the service reports what it transcribed.
      const seconds = request.meta.durationIsClaim === true ? undefined : request.meta.duration;
      const upload = { file: fetched.path, offset: 0, ...given('seconds', seconds) };
      const speech = await this.send(request, quote, upload, true, 0, free);
      return this.result(request, [speech], seconds);
    }
    const sound = await this.audio.soundOf(fetched, request, 'transcribing');
    quote = this.quote(settings, { duration: sound.seconds });
    if (!(await agreed())) return { consent: quote };
    const speeches = await this.sendParts(request, quote, sound, folder, free);
    return this.result(request, speeches, sound.seconds);
  }

  private quote(settings: Settings, { duration, durationIsClaim }: VideoMeta): Quote {
    const origin = new URL(settings['openai.endpoint']).origin;
    const estimate = durationIsClaim === true ? { estimate: true as const } : {};
    return { service: 'openai', origin, ...given('seconds', duration), ...estimate };
  }

  private async sendParts(
    request: SourceRequest,
    quote: Quote,
    sound: Sound,
    folder: string,
    free: boolean,
  ): Promise<Speech[]> {
    const { settings, signal, link } = request;
    const stretches = this.audio.cut(sound, settings['openai.maxUploadMB']);
    const job = `${settings['openai.endpoint']} ${settings['openai.model']} ${link.url}`;
    const kept = this.kept.get(job) ?? new Map<string, Speech>();
    const speeches: Speech[] = [];
    let sent = 0;
    try {
      for (const [at, stretch] of stretches.entries()) {
        const place = `${stretch.start}-${stretch.end}`;
        let speech = kept.get(place);
        if (speech === undefined) {
          const file = await this.audio.compress(sound, stretch, folder, `part-${at}`, settings, signal);
          const upload = { file, seconds: stretch.end - stretch.start, offset: stretch.start };
          try {
            speech = await this.send(request, quote, upload, sent === 0, (at * 100) / stretches.length, free);
          } finally {
            await this.parts.files.remove(file);
          }
          sent += 1;
          kept.set(place, speech);
        }
        // A service may run past the end of its part; the next part begins there.
        speeches.push({
          ...speech,
          cues: speech.cues.map((cue) => ({
            ...cue,
            start: Math.min(cue.start, stretch.end),
            end: Math.min(cue.end, stretch.end),
          })),
        });
      }
      this.kept.delete(job);
      return speeches;
    } catch (error) {
      if (kept.size > 0 && toFailure(error).code !== 'maybe-charged') this.keep(job, kept);
      throw error;
    } finally {
      await this.parts.files.remove(sound.path);
    }
  }

  private keep(job: string, kept: Map<string, Speech>): void {
    this.kept.delete(job);
    this.kept.set(job, kept);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
  }

  /** One upload and its answer. Recorded before, where it costs money. */
  private async send(
    request: SourceRequest,
    quote: Quote,
    upload: OpenAiUpload,
    first: boolean,
    percent: number,
    free: boolean,
  ): Promise<Speech> {
    const permit = first ? request.started : await request.permit(['openai']);
    let cancel = (): void => undefined;
    const beat = (): void => {
      cancel = this.parts.clock.after(heartbeatMs, () => {
        request.stage('transcribing', percent);
        beat();
      });
    };
    try {
      if (!free) await request.intent(quote);
      request.stage('transcribing', percent);
      beat();
      return await this.client.transcribe(request, upload, permit);
    } finally {
      cancel();
      // Also the first one's: holding a place while waiting for another could deadlock.
      permit.release();
    }
  }

  /** Small files of known types need no ffmpeg; with it, they become smaller and their length known. */
  private async fitsAsItIs(file: string, settings: Settings): Promise<boolean> {
    if (!acceptedKinds.test(path.basename(file)) || (await this.audio.find(settings)) !== undefined)
      return false;
    const stat = await this.parts.files.stat(file);
    return stat !== undefined && stat.size <= settings['openai.maxUploadMB'] * 1e6;
  }

  private result(
    request: SourceRequest,
    speeches: readonly Speech[],
    seconds: number | undefined,
  ): SourceResult {
    const cues: Cue[] = speeches.flatMap((speech) => speech.cues);
    const paid = isOwnServer(request.settings) ? {} : { paid: { ...given('seconds', seconds) } };
    if (cues.length === 0) return { failure: failure('no-speech', 'No speech was found in it.'), ...paid };
    const named = speeches.find((speech) => speech.language !== undefined)?.language;
    return {
      transcript: {
        language: languageCode(named),
        captions: 'speech',
        source: 'openai',
        cues,
        meta: { ...given('duration', seconds), ...request.meta },
      },
      ...paid,
    };
  }
}
