/**
 * deAPI's video-to-text: links of the platforms it reads by itself, everything else as compressed audio.
 * Paid work is quoted and agreed to first, recorded before and after each submit, and never submitted
 * twice.
 */
import path from 'node:path';
import { inRoom } from './inRoom';
import { failure, FailureError } from '../model/failure';
import type { Link } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { PaidRequest, Quote, Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import { urlOf } from '../model/webUrl';
import type { AudioTools, Sound } from './audio';
import type { Stretch } from './audioCuts';
import type { AudioFetch } from './audioFetch';
import { callOf, DeapiClient, type DeapiSound, type DeapiStatus } from './deapiClient';
import { deapiJobFailure } from './deapiErrors';
import { DeapiPrices } from './deapiPrices';
import { keepsKeyBack } from './keyKeptBack';
import { languageCode } from '../model/languageNames';
import { mediaType } from './mediaTypes';
import { paidUntil, readPaidParts, writePaidParts, type PaidPart, type PaidParts } from './paidParts';
import { asResult, fail, given, pause, stillAsked, type SourceParts } from './parts';
import { heardRange, joinParts, overlapSeconds, type HeardPart } from './seams';
import { speechOfText, type Speech } from './speech';

/** Sites whose links deAPI accepts (its transcription of other addresses is an upload). */
const platforms =
  /^(?:[\w-]+\.)*(?:youtube\.com|youtu\.be|tiktok\.com|twitch\.tv|kick\.com|x\.com|twitter\.com)$/i;
const firstPollMs = 5000;
const longestPollMs = 15_000;
/** A request without progress for this long is left for now; its id is kept. */
const silenceMs = 15 * 60_000;
const mostPollErrors = 5;
/** Small files of these kinds are uploaded unchanged; WAV is refused in practice. */
const acceptedKinds = /\.(?:mp3|m4a|aac|ogg|flac|webm|mp4)$/i;

export class DeapiSource implements Source {
  readonly id = 'deapi';
  readonly paid = true;
  readonly client: DeapiClient;
  private readonly prices: DeapiPrices;

  constructor(
    private readonly parts: SourceParts,
    private readonly audio: AudioTools,
    private readonly fetcher: AudioFetch,
  ) {
    this.client = new DeapiClient(parts);
    this.prices = new DeapiPrices(this.client, parts.clock);
  }

  async readiness(settings: Settings): Promise<Readiness> {
    if ((await this.client.key(settings)) !== undefined)
      return { ready: true, detail: `${this.client.origin(settings)}, ${settings['deapi.model']}` };
    if (keepsKeyBack(settings, 'deapi'))
      return {
        ready: false,
        code: 'auth',
        why: 'The key of deAPI is not sent over plain http to another computer.',
        nextStep: 'Set deapi.ownServer if the server is yours, or use https://.',
      };
    return { ready: false, code: 'auth', why: 'There is no key for deAPI.', nextStep: 'Set the key.' };
  }

  accepts(link: Link): boolean {
    return this.fetcher.accepts(link);
  }

  signedIn(link: Link, settings: Settings): boolean {
    return !goesByLink(link) && this.fetcher.signedIn(link, settings);
  }

  quotas(link: Link, _settings: Settings, resume?: PaidRequest): readonly QuotaName[] {
    // A request that was submitted whole is only polled.
    if (resume !== undefined && paidUntil(readPaidParts(resume.requestId)) === undefined) return [];
    return goesByLink(link) ? ['deapi.submit'] : ['deapi.submit', ...this.fetcher.quotas(link)];
  }

  hourPrice(settings: Settings, signal: AbortSignal): Promise<number | undefined> {
    return this.prices.hour(settings, signal);
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(async () => {
      const { resume } = request;
      let record: PaidParts = resume?.source === 'deapi' ? readPaidParts(resume.requestId) : { parts: [] };
      let cost: number | undefined;
      let seconds: number | undefined;
      if (record.parts.length === 0 || paidUntil(record) !== undefined) {
        const submitting = goesByLink(request.link)
          ? this.submitLink(request)
          : this.submitSound(request, record);
        // Without an OK, or without audio, the start for the submit goes to another video.
        const submitted = await submitting.finally(() => request.started.unused?.('deapi.submit'));
        if ('consent' in submitted) return submitted;
        ({ record, cost, seconds } = submitted);
      }
      return this.collect(request, record, cost, seconds);
    });
  }

  private async submitLink(request: SourceRequest): Promise<Submitted> {
    const quote = await this.prices.quote(request, { url: request.link.url });
    if (!(await request.consent(quote))) return { consent: quote };
    const id = await this.submit(request, quote, { url: request.link.url }, undefined);
    await request.requestId(id);
    return { record: { parts: [{ id }] }, cost: quote.cost, seconds: undefined };
  }

  /** Downloads, compresses and splits the audio, then submits the parts not submitted before. */
  private async submitSound(request: SourceRequest, before: PaidParts): Promise<Submitted> {
    const { settings, link } = request;
    const limit = settings['deapi.maxUploadMB'];
    let quote: Quote | undefined;
    const agreed = async (seconds: number | undefined): Promise<boolean> => {
      quote = await this.prices.quote(request, seconds === undefined ? undefined : { seconds });
      return request.consent(quote);
    };
    // Where the length is known, nothing is downloaded before the user agrees.
    if (request.meta.duration !== undefined && !(await agreed(request.meta.duration)))
      return { consent: quote ?? this.prices.bare(settings) };

    const fetched = await this.fetcher.fetch(request);
    const whole = await this.asItIs(fetched.path, settings, limit);
    if (whole !== undefined && before.parts.length === 0) {
      // The length is not measured here, and a feed's claim about it is no basis for a price.
      if (request.meta.durationIsClaim === true) {
        quote = this.prices.bare(settings);
        if (!(await request.consent(quote))) return { consent: quote };
      } else if (!(await agreed(request.meta.duration)))
        return { consent: quote ?? this.prices.bare(settings) };
      const id = await this.submit(request, quote ?? this.prices.bare(settings), whole, undefined);
      await request.requestId(id);
      return { record: { parts: [{ id }] }, cost: quote?.cost, seconds: undefined };
    }
    const folder = await request.tempFolder();
    const sound = await this.audio.soundOf(fetched, request, 'uploading');
    if (!(await agreed(sound.seconds))) return { consent: quote ?? this.prices.bare(settings) };

    const from = paidUntil(before) ?? 0;
    const stretches = this.audio.cut(
      sound,
      { megabytes: limit, seconds: Infinity },
      from,
      2 * overlapSeconds,
    );
    const single = from === 0 && stretches.length === 1;
    const sent: PaidPart[] = [...before.parts];
    try {
      for (const [at, stretch] of stretches.entries()) {
        const range = heardRange(stretch, sent.at(-1)?.stretch, sound.seconds);
        const upload = await this.uploadOf(sound, range, folder, `part-${at}`, request);
        const percent = (at * 100) / stretches.length;
        const known = sent.length > 0 ? writePaidParts({ parts: sent, total: sound.seconds }) : undefined;
        try {
          const agreedTo = quote ?? this.prices.bare(settings);
          const id = await this.submit(request, agreedTo, upload, known, at > 0, percent);
          sent.push(single ? { id } : { id, stretch });
        } finally {
          await this.parts.files.remove(upload.file);
        }
        const record = single ? { parts: sent } : { parts: sent, total: sound.seconds };
        await request.requestId(writePaidParts(record));
      }
    } finally {
      await this.parts.files.remove(sound.path);
    }
    this.parts.log.write('debug', `deAPI: ${link.url} was sent in ${sent.length} part(s).`);
    const record = single ? { parts: sent } : { parts: sent, total: sound.seconds };
    return { record, cost: quote?.cost, seconds: sound.seconds };
  }

  /**
   * The file itself, when it is small and of a kind that the service accepts; then ffmpeg is not needed.
   */
  private async asItIs(
    file: string,
    settings: Settings,
    limitMB: number,
  ): Promise<Extract<DeapiSound, { file: string }> | undefined> {
    const stat = await this.parts.files.stat(file);
    if (stat === undefined || stat.size > limitMB * 1e6 || !acceptedKinds.test(file)) return undefined;
    // With ffmpeg the length is measured and a tenth of the bytes uploaded; without it, this is the only
    // way.
    if ((await this.audio.find(settings)) !== undefined) return undefined;
    return { file, name: `sound${path.extname(file).toLowerCase()}`, type: mediaType(file) };
  }

  private async uploadOf(
    sound: Sound,
    stretch: Stretch,
    folder: string,
    name: string,
    request: SourceRequest,
  ): Promise<Extract<DeapiSound, { file: string }>> {
    const file = await this.audio.compress(sound, stretch, folder, name, request.settings, request.signal);
    return { file, name: path.basename(file), type: mediaType(file) };
  }

  /**
   * One paid submit between its intent and its id. `known`: the record of earlier parts; it is restored
   * when the service certainly did not accept this one, so that they are not sent again.
   */
  private async submit(
    request: SourceRequest,
    quote: Quote,
    sound: DeapiSound,
    known: string | undefined,
    another = false,
    percent?: number,
  ): Promise<string> {
    request.stage('uploading', percent);
    const permit = another ? await request.permit(['deapi.submit']) : request.started;
    try {
      stillAsked(request);
      await request.intent(quote);
      permit.going?.();
      // A slow line is not a stall: every uploaded chunk is progress.
      const uploading = (): void => request.stage('uploading', percent);
      const call = { ...callOf(request), permit, quota: 'deapi.submit' as const, uploading };
      return await this.client.submit(call, sound);
    } catch (error) {
      const code = error instanceof FailureError ? error.failure.code : 'internal';
      if (code === 'payment') this.prices.forgetBalance();
      if (known !== undefined && code !== 'maybe-charged' && code !== 'cancelled')
        await request.requestId(known);
      throw error;
    } finally {
      if (another) permit.release();
    }
  }

  /** Waits for all parts and puts them together. */
  private async collect(
    request: SourceRequest,
    record: PaidParts,
    quoted: number | undefined,
    measured: number | undefined,
  ): Promise<SourceResult> {
    const known = request.meta.durationIsClaim === true ? undefined : request.meta.duration;
    const heard: HeardPart[] = [];
    let language: string | undefined;
    let cost: number | undefined;
    for (const [at, part] of record.parts.entries()) {
      const status = await this.wait(request, part.id, (percent) =>
        request.stage('transcribing', ((at + percent / 100) * 100) / record.parts.length),
      );
      const paid = { requestId: record.parts.map(({ id }) => id).join(' ') };
      if (status.state === 'failed')
        return { failure: deapiJobFailure(status.errorCode, status.errorMessage), paid };
      if (status.title !== undefined || status.channel !== undefined)
        request.learn({
          ...(status.title === undefined ? {} : { title: status.title }),
          ...(status.channel === undefined ? {} : { channel: status.channel }),
        });
      const stretch = part.stretch ?? { start: 0, end: Infinity };
      const before = record.parts[at - 1]?.stretch;
      const range = part.stretch && heardRange(part.stretch, before, record.total ?? Infinity);
      const speech = await this.speechOf(request, status, range);
      heard.push({ stretch, cues: speech.cues });
      language ??= status.language ?? speech.language;
      if (status.cost !== undefined) cost = (cost ?? 0) + status.cost;
    }
    for (const note of (await this.client.fields(callOf(request))).unheard) request.note?.(note);
    const cues = joinParts(heard);
    const summary = {
      ...given('cost', cost ?? quoted),
      ...given('seconds', record.total ?? measured ?? known),
      requestId: record.parts.map(({ id }) => id).join(' '),
    };
    if (cues.length === 0)
      return { failure: failure('no-speech', 'deAPI found no speech in it.'), paid: summary };
    return {
      transcript: {
        language: languageCode(language),
        captions: 'speech',
        source: 'deapi',
        cues,
        meta: request.meta,
      },
      paid: summary,
    };
  }

  private async speechOf(
    request: SourceRequest,
    status: DeapiStatus,
    stretch: Stretch | undefined,
  ): Promise<Speech> {
    const seconds = stretch === undefined ? request.meta.duration : stretch.end - stretch.start;
    const text =
      status.text ??
      (status.resultUrl === undefined ? '' : await this.client.result(callOf(request), status.resultUrl));
    const speech = await inRoom(request, text, speechOfText(text, seconds, stretch?.start ?? 0), 'paid');
    return speech ?? fail(failure('bad-response', "deAPI's result is no transcript in a known form."));
  }

  /** Polls late at first and then less and less often, from a quota of its own. */
  private async wait(
    request: SourceRequest,
    id: string,
    progress: (percent: number) => void,
  ): Promise<DeapiStatus> {
    const { clock } = this.parts;
    let gap = firstPollMs;
    let errors = 0;
    let last = '';
    let movedAt = clock.monotonic();
    progress(0);
    // A request submitted before a restart may be done already.
    if (request.resume === undefined) await pause(clock, gap, request.signal);
    for (;;) {
      const permit = await request.permit(['deapi.poll']);
      try {
        const status = await this.client.status({ ...callOf(request), permit, quota: 'deapi.poll' }, id);
        errors = 0;
        if (status.state !== 'waiting') return status;
        const now = `${status.progress ?? 0}`;
        if (now !== last) {
          progress(Math.min(99, Math.max(0, status.progress ?? 0)));
          [last, movedAt] = [now, clock.monotonic()];
        }
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        const { code, retryAfterMs } = error.failure;
        if (code === 'rate-limited') gap = Math.max(gap, Math.min(retryAfterMs ?? 0, 120_000));
        else if (!['network', 'timeout', 'bad-response'].includes(code) || (errors += 1) >= mostPollErrors)
          throw error;
      } finally {
        permit.release();
      }
      if (clock.monotonic() - movedAt > silenceMs)
        fail(failure('timeout', 'deAPI has not finished this one yet; it is asked again later.'));
      await pause(clock, gap, request.signal);
      gap = Math.min(longestPollMs, gap * 1.5);
    }
  }
}

type Submitted =
  | { readonly consent: Quote }
  | {
      readonly record: PaidParts;
      readonly cost: number | undefined;
      /** As measured; undefined where it was not. */
      readonly seconds: number | undefined;
    };

function goesByLink(link: Link): boolean {
  if (link.kind === 'youtube') return true;
  return link.kind === 'page' && platforms.test(urlOf(link.url)?.hostname ?? '');
}
