/**
 * Any OpenAI-compatible transcription service: audio compressed with ffmpeg, split below the limit in quiet
 * moments, sent part by part, times shifted back. Synchronous: no id to poll later.
 */
import path from 'node:path';
import { failure } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { Quote, Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import type { AudioTools } from './audio';
import type { AudioFetch } from './audioFetch';
import { languageCode } from '../model/languageNames';
import { addressProblem } from './openaiAddress';
import { isTranslated, unheardWishes } from './openaiRequest';
import { OpenAiClient, type OpenAiUpload } from './openaiClient';
import { serviceAt } from './openaiPresets';
import { isVllm } from './openaiModels';
import { isOwnServer } from './ownServer';
import { asResult, fail, given, type SourceParts } from './parts';
import { hearInParts, type PartsPlan } from './soundParts';
import { leftNote, type Speech } from './speech';
import { speechStep } from './speechSetup/step';
import { speechWishes } from './speechWishes';
import { saysUndecoded, UploadLimits } from './uploadLimits';

/** File types that these services accept unchanged. */
const acceptedKinds = /\.(?:flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/i;
/** While an answer is awaited the job counts as active; the request has its own limit. */
const heartbeatMs = 30_000;

export class OpenAiSource implements Source {
  readonly id = 'openai';
  readonly paid = true;
  readonly client: OpenAiClient;
  private readonly limits = new UploadLimits();

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
        nextStep: speechStep,
      };
    if (serviceAt(endpoint)?.needsKey === true && (await this.client.key(settings)) === undefined)
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
    if (await this.fitsAsItIs(fetched.path, settings)) {
      if (!(await agreed())) return { consent: quote };
      // A feed's length is not measured; the service reports what it transcribed.
      const seconds = request.meta.durationIsClaim === true ? undefined : request.meta.duration;
      const upload = { file: fetched.path, offset: 0, ...given('seconds', seconds) };
      const speech = await this.send(request, quote, upload, true, 0, free);
      return this.result(request, speech, seconds);
    }
    const sound = await this.audio.soundOf(fetched, request, 'transcribing');
    quote = this.quote(settings, { duration: sound.seconds });
    if (!(await agreed())) return { consent: quote };
    const tools = { files: this.parts.files, audio: this.audio };
    const speech = await hearInParts(tools, request, sound, this.plan(request, quote, free));
    return this.result(request, speech, sound.seconds);
  }

  private plan(request: SourceRequest, quote: Quote, free: boolean): PartsPlan {
    const { settings } = request;
    return {
      by: [settings['openai.endpoint'], settings['openai.model'], speechWishes(settings)],
      paid: !free,
      limit: () => this.limits.of(settings),
      again: async (refusal, size) => {
        if (refusal.code === 'too-large') return this.limits.refused(settings, size, refusal.message);
        return refusal.code === 'unsupported' && (await this.decodesOtherSound(request, refusal.message));
      },
      hear: ({ first, percent, ...upload }) => this.send(request, quote, upload, first, percent, free),
    };
  }

  /** The server is one that decodes no mp3, which is learnt by this. */
  private async decodesOtherSound({ settings, signal }: SourceRequest, said: string): Promise<boolean> {
    if (!isOwnServer(settings) || !saysUndecoded(said)) return false;
    return (await isVllm(this.parts, settings, signal)) && this.limits.isVllm(settings);
  }

  private quote(settings: Settings, { duration, durationIsClaim }: VideoMeta): Quote {
    const origin = new URL(settings['openai.endpoint']).origin;
    const estimate = durationIsClaim === true ? { estimate: true as const } : {};
    return { service: 'openai', origin, ...given('seconds', duration), ...estimate };
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
    return stat !== undefined && stat.size <= this.limits.of(settings).megabytes * 1e6;
  }

  private result(request: SourceRequest, speech: Speech, seconds: number | undefined): SourceResult {
    const { cues, language } = speech;
    const { settings } = request;
    for (const note of unheardWishes(settings)) request.note?.(note);
    const paid = isOwnServer(settings) ? {} : { paid: { ...given('seconds', seconds) } };
    if (cues.length === 0) return { failure: failure('no-speech', 'No speech was found in it.'), ...paid };
    const note = leftNote(speech);
    if (note !== undefined) request.note?.(note);
    return {
      transcript: {
        language: isTranslated(settings) ? 'en' : languageCode(language ?? speechWishes(settings).language),
        captions: 'speech',
        source: 'openai',
        cues,
        meta: { ...given('duration', seconds), ...request.meta },
      },
      ...paid,
    };
  }
}
