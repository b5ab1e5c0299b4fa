/** One request to an OpenAI-compatible `/audio/transcriptions`, and what its answers mean. */
import path from 'node:path';
import { decodeCaptions } from '../captions/decode';
import type { Sliced } from '../captions/sliced';
import { charsetOf, isLostAnswer } from './httpAnswer';
import { inRoom } from './inRoom';
import { failure, FailureError } from '../model/failure';
import type { Clock, Http, HttpResponse, Secrets } from '../model/ports';
import type { Settings } from '../model/settings';
import type { SourceRequest, Permit, QuotaAnswer } from '../model/source';
import { mediaType } from './mediaTypes';
import { keyHeaders, openAiUrl } from './openaiAddress';
import { isNoCredit, isTooFast, openAiFailure, pageFailure, refusalOf } from './openaiErrors';
import { firstForm, nextForm, requestForm, type RequestForm } from './openaiRequest';
import { OwnServers } from './openaiServers';
import { isOwnServer } from './ownServer';
import { keepsKeyBack, keyFor } from './keyKeptBack';
import { fail, given, readJson, shortWords, stillAsked } from './parts';
import { serviceWords } from './serviceWords';
import { speechOfJson, speechOfText, type Speech } from './speech';
import { statedWaitMs } from './statedWait';

export interface OpenAiUpload {
  readonly file: string;
  /** Seconds of sound in it, where known. */
  readonly seconds?: number;
  /** Seconds from the start of the whole sound. */
  readonly offset: number;
  /** Loudness of the whole sound, where known (audio.ts). */
  readonly levels?: readonly number[];
}

/**
 * A synchronous service sends nothing until it is done: at most this long, and twice the audio's length.
 */
const answerMs = 10 * 60_000;

export class OpenAiClient {
  /** The form that an endpoint and model answer, where the first one was refused. */
  private readonly forms = new Map<string, RequestForm>();
  /** Endpoints and models that have given a transcript. */
  private readonly worked = new Set<string>();

  private readonly servers: OwnServers;

  constructor(
    private readonly parts: { readonly http: Http; readonly secrets: Secrets; readonly clock: Clock },
  ) {
    this.servers = new OwnServers(parts.http);
  }

  /** The key for the endpoint; undefined where there is none, or where it is kept back. */
  key(settings: Settings): Promise<string | undefined> {
    return keyFor(this.parts.secrets, settings, 'openai');
  }

  /** Sends one file. Throws the service's error; `maybe-charged` when a paid service's answer was lost. */
  async transcribe(request: SourceRequest, upload: OpenAiUpload, permit: Permit): Promise<Speech> {
    const { settings } = request;
    const answer = await this.ask(request, upload, permit);
    const own = isOwnServer(settings);
    const refusal = refusalOf(answer);
    if (!own && isLostAnswer(answer.status))
      fail(failure('maybe-charged', `The service answered ${answer.status}.`, { status: answer.status }));
    if (refusal) {
      const why = openAiFailure(refusal, settings, answer.headers, this.parts.clock.now());
      fail(
        why.code === 'auth' && why.subject !== 'openai-turned-away' && keepsKeyBack(settings, 'openai')
          ? { ...why, subject: 'openai-http' }
          : why,
      );
    }
    const speech = await inRoom(request, answer.body, speechOf(answer, upload), own ? 'free' : 'paid');
    const known = keyOf(settings);
    if (speech !== undefined) {
      this.worked.add(known);
      return speech;
    }
    if (own && isPage(answer)) fail(pageFailure(answer, settings['openai.endpoint']));
    const words = `The service answered no transcript: ${said(answer)}`;
    const { status } = answer;
    if (own) return fail(failure('bad-response', words, { status }));
    // A job to be asked for later, or a page: it would answer so for every other sound, and take the money.
    const forAll = !this.worked.has(known) && (isPage(answer) || readJson(answer.body) !== undefined);
    return fail(
      failure('maybe-charged', words, { status, ...(forAll ? { subject: 'openai-form', forAll } : {}) }),
    );
  }

  /** Asks for the best form of answer that the service gives; the last answer is the one that counts. */
  private async ask(request: SourceRequest, upload: OpenAiUpload, permit: Permit): Promise<HttpResponse> {
    const { settings } = request;
    const known = keyOf(settings);
    let form = this.forms.get(known) ?? firstForm(settings);
    let answer = await this.send(request, upload, permit, form);
    for (;;) {
      const refusal = refusalOf(answer);
      const next = refusal && nextForm(settings, form, refusal);
      if (next === undefined) {
        if (refusal === undefined) this.forms.set(known, form);
        return answer;
      }
      form = next;
      // Another request is another start of the quota; the place is given back first.
      permit.release();
      const another = await request.permit(['openai']);
      answer = await this.send(request, upload, another, form).finally(() => another.release());
    }
  }

  private async send(
    request: SourceRequest,
    upload: OpenAiUpload,
    permit: Permit,
    form: RequestForm,
  ): Promise<HttpResponse> {
    const { settings } = request;
    const endpoint = settings['openai.endpoint'];
    const own = isOwnServer(settings);
    const key = await this.key(settings);
    const { end, fields } = requestForm(settings, form, await this.servers.kindOf(settings, request.signal));
    // What another job has learnt while this one read its sound.
    stillAsked(request);
    try {
      permit.going?.();
      const answer = await this.parts.http.request({
        method: 'POST',
        url: openAiUrl(endpoint, end),
        headers: {
          accept: 'application/json',
          'user-agent': 'bulk-transcribe',
          ...keyHeaders(endpoint, key),
        },
        body: {
          fields,
          file: {
            name: 'file',
            path: upload.file,
            fileName: path.basename(upload.file),
            type: mediaType(upload.file),
          },
        },
        signal: request.signal,
        timeoutMs: answerMs + 2000 * (upload.seconds ?? 3600),
        redirects: 'none',
        identity: request.identity,
        ownMachine: own,
        fresh: !own,
      });
      request.sent(answer.via);
      permit.heard({ quota: 'openai', ...pacing(answer, this.parts.clock.now()) });
      return answer;
    } catch (error) {
      if (error instanceof FailureError && !own) {
        const { code, unsent, message } = error.failure;
        if (unsent !== true && ['network', 'timeout', 'bad-response'].includes(code))
          return fail(failure('maybe-charged', `No answer to the upload: ${message}`));
      }
      throw error;
    }
  }
}

/**
 * Also for a server that returns text although JSON was requested; a web page or unknown JSON is not a
 * transcript.
 */
function* speechOf(answer: HttpResponse, upload: OpenAiUpload): Sliced<Speech | undefined> {
  const { seconds, offset, levels } = upload;
  const text = yield* textOf(answer);
  const speech = yield* speechOfJson(text, seconds, offset, levels);
  if (speech !== undefined) return speech;
  // Flask names its texts HTML, others name no type or a stream of bytes.
  const type = answer.headers['content-type'] ?? '';
  const isText =
    type === '' || /^text\/|^application\/(?:x-subrip|octet-stream|(?:x-)?ndjson|jsonl)\b/i.test(type);
  return isText && !/^\s*<|\0|\ufffd/.test(text)
    ? yield* speechOfText(text, seconds, offset, levels)
    : undefined;
}

/** As UTF-8, unless the answer names another encoding or begins with the mark of UTF-16. */
function* textOf({ body, headers }: HttpResponse): Sliced<string> {
  const charset = charsetOf(headers['content-type'] ?? '');
  if (charset === undefined && (body[0] ?? 0) < 0xfe) return new TextDecoder().decode(body);
  return (yield* decodeCaptions(body, { charset })).pieces.join('');
}

/** What an answer says about the pace. An account without credit is no matter of time: nothing is waited for. */
function pacing(answer: HttpResponse, now: number): Pick<QuotaAnswer, 'status' | 'headers' | 'waitMs'> {
  const { headers } = answer;
  const refusal = refusalOf(answer);
  if (refusal === undefined) return { status: answer.status, headers };
  if (isNoCredit(refusal)) return { status: 402, headers: {} };
  // Some say it with another status than 429.
  if (!isTooFast(refusal)) return { status: answer.status, headers };
  return { status: 429, headers, ...given('waitMs', statedWaitMs(headers, refusal.said.whole, now)) };
}

function isPage(answer: HttpResponse): boolean {
  return serviceWords(answer.body, answer.headers['content-type']).isPage;
}

function keyOf(settings: Settings): string {
  return `${settings['openai.endpoint']} ${settings['openai.model']}`;
}

/** The beginning of an answer that is no transcript, or its own words. */
function said({ body, headers }: HttpResponse): string {
  if (body.length === 0) return 'an empty answer.';
  const { words } = serviceWords(body, headers['content-type']);
  return shortWords(words === '' ? new TextDecoder().decode(body.subarray(0, 1000)) : words, 150);
}
