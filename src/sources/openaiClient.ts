/** One request to an OpenAI-compatible `/audio/transcriptions`, and what its answers mean. */
import path from 'node:path';
import * as v from 'valibot';
import { inSlices, type Sliced } from '../captions/sliced';
import { failure, FailureError, type Failure } from '../model/failure';
import type { Clock, Http, HttpResponse, Secrets } from '../model/ports';
import { retryAfterMs } from '../model/retryAfter';
import type { SourceRequest, Permit } from '../model/source';
import { mediaType } from './mediaTypes';
import { isOwnServer } from './ownServer';
import { fail, readJson, shortWords } from './parts';
import { speechOfJson, speechOfText, type Speech } from './speech';

const errorBody = v.object({
  error: v.union([
    v.object({
      message: v.fallback(v.optional(v.nullable(v.string())), undefined),
      code: v.fallback(v.optional(v.nullable(v.string())), undefined),
      type: v.fallback(v.optional(v.nullable(v.string())), undefined),
    }),
    v.pipe(
      v.string(),
      v.transform((message) => ({ message, code: undefined, type: undefined })),
    ),
  ]),
});

export interface OpenAiUpload {
  readonly file: string;
  /** Seconds of sound in it, where known. */
  readonly seconds?: number;
  /** Seconds from the start of the whole sound. */
  readonly offset: number;
}

/**
 * A synchronous service sends nothing until it is done: at most this long, and twice the audio's length.
 */
const answerMs = 10 * 60_000;

export class OpenAiClient {
  /** Endpoint and model that do not support `verbose_json`. */
  private readonly plain = new Set<string>();

  constructor(
    private readonly parts: { readonly http: Http; readonly secrets: Secrets; readonly clock: Clock },
  ) {}

  key(endpoint: string): Promise<string | undefined> {
    return this.parts.secrets.get('openai', new URL(endpoint).origin);
  }

  /** Sends one file. Throws the service's error; `maybe-charged` when a paid service's answer was lost. */
  async transcribe(request: SourceRequest, upload: OpenAiUpload, permit: Permit): Promise<Speech> {
    const { settings } = request;
    const known = `${settings['openai.endpoint']} ${settings['openai.model']}`;
    const rich = !this.plain.has(known);
    let answer = await this.send(request, upload, permit, rich);
    if (rich && (answer.status === 400 || answer.status === 422)) {
      // Another request is another start of the quota; the place is given back first.
      permit.release();
      const another = await request.permit(['openai']);
      const plain = await this.send(request, upload, another, false).finally(() => another.release());
      // Refused in both forms: the first answer has the reason.
      if (plain.status < 400) this.plain.add(known);
      if (plain.status !== 400 && plain.status !== 422) answer = plain;
    }
    const own = isOwnServer(settings);
    // A gateway may have lost the answer of a service that did the work; another try would pay again.
    if (!own && [502, 504].includes(answer.status))
      fail(failure('maybe-charged', `The service answered ${answer.status}.`, { status: answer.status }));
    const wrong = openAiFailure(answer, this.parts.clock.now());
    if (wrong) fail(wrong);
    const speech = await inSlices(speechOf(answer, upload));
    if (speech !== undefined) return speech;
    const words = 'The service answered a transcript in an unknown form.';
    return fail(failure(own ? 'bad-response' : 'maybe-charged', words, { status: answer.status }));
  }

  private async send(
    request: SourceRequest,
    upload: OpenAiUpload,
    permit: Permit,
    rich: boolean,
  ): Promise<HttpResponse> {
    const { settings } = request;
    const endpoint = settings['openai.endpoint'];
    const own = isOwnServer(settings);
    const key = await this.key(endpoint);
    try {
      permit.going?.();
      const answer = await this.parts.http.request({
        method: 'POST',
        url: `${endpoint.replace(/\/+$/, '')}/audio/transcriptions`,
        headers: {
          accept: 'application/json',
          'user-agent': 'bulk-transcribe',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        body: {
          fields: [
            ['model', settings['openai.model']],
            ['response_format', rich ? 'verbose_json' : 'json'],
            ...(rich ? [['timestamp_granularities[]', 'segment'] as const] : []),
          ],
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
      permit.heard({ status: answer.status, headers: answer.headers, quota: 'openai' });
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
  const text = new TextDecoder().decode(answer.body);
  const speech = yield* speechOfJson(text, upload.seconds, upload.offset);
  if (speech !== undefined) return speech;
  const isText = /^text\/(?:plain|vtt|srt)\b|^application\/x-subrip/i.test(
    answer.headers['content-type'] ?? '',
  );
  return isText && !/^\s*[<{]/.test(text)
    ? yield* speechOfText(text, upload.seconds, upload.offset)
    : undefined;
}

function openAiFailure(answer: HttpResponse, now: number): Failure | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const read = v.safeParse(errorBody, readJson(answer.body));
  const error = read.success ? read.output.error : undefined;
  const words = shortWords(`The service answered ${status}${error?.message ? `: ${error.message}` : '.'}`);
  const more = { status, subject: 'openai' };
  if (error?.code === 'insufficient_quota' || error?.type === 'insufficient_quota' || status === 402)
    return failure('payment', words, { ...more, needs: 'openai:credit' });
  if (status === 401 || status === 403) return failure('auth', words, { ...more, needs: 'openai:key' });
  if (status === 413) return failure('too-large', words, more);
  if (status === 429) {
    const wait = retryAfterMs(headers, now);
    return failure('rate-limited', words, { ...more, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
  }
  if (status >= 300 && status < 500 && status !== 408) return failure('unsupported', words, more);
  return failure('bad-response', words, more);
}
