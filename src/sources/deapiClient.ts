/**
 * deAPI's interface, versions 1 and 2: price, balance, submit, status. Paths and shapes differ, the meaning
 * does not; every answer is validated by a schema, and the key is sent only to the endpoint's own origin.
 */
import * as v from 'valibot';
import { failure, FailureError } from '../model/failure';
import type { HttpResponse, MultipartBody, Secrets, Http, Clock } from '../model/ports';
import type { Settings } from '../model/settings';
import type { Permit, QuotaAnswer, SourceRequest } from '../model/source';
import { urlOf } from '../model/webUrl';
import { deapiFailure, type DeapiStep } from './deapiErrors';
import { contentOf, formFields, isMultipart, paths } from './deapiForm';
import { deapiFields, readDeapiModels, wantsList, type DeapiFields, type DeapiModel } from './deapiModels';
import { keepsKeyBack, keyFor } from './keyKeptBack';
import { fail, given, readJson } from './parts';
import { speechWishes } from './speechWishes';

/** The context of a call: settings, abort, proxy identity, and callbacks for requests and limits. */
export interface DeapiCall {
  readonly settings: Settings;
  readonly signal: AbortSignal;
  readonly identity: string;
  sent(via: HttpResponse['via']): void;
  /** Called for every uploaded chunk. */
  readonly uploading?: (done: number, total: number | undefined) => void;
  /** The permit whose quota the answer is about. */
  readonly permit?: Permit;
  readonly quota?: QuotaAnswer['quota'];
}

/** The context shared by a request's calls, without its permits. */
export function callOf(request: SourceRequest): DeapiCall {
  const { settings, signal, identity } = request;
  return { settings, signal, identity, sent: (via) => request.sent(via) };
}

export type DeapiSound =
  { readonly url: string } | { readonly file: string; readonly name: string; readonly type: string };

export interface DeapiStatus {
  readonly state: 'waiting' | 'done' | 'failed';
  /** 0–100. */
  readonly progress?: number;
  readonly text?: string;
  readonly resultUrl?: string;
  readonly language?: string;
  readonly cost?: number;
  readonly title?: string;
  readonly channel?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

const text = v.fallback(v.optional(v.nullable(v.string())), undefined);
const amount = v.fallback(
  v.optional(
    v.union([
      v.number(),
      v.pipe(v.string(), v.decimal(), v.transform(Number)),
      v.pipe(
        v.object({ amount: v.number() }),
        v.transform((price) => price.amount),
      ),
    ]),
  ),
  undefined,
);
const structured = v.pipe(
  v.looseObject({}),
  v.transform((value): string => JSON.stringify(value)),
);
const submitted = v.object({
  data: v.object({ request_id: v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/)) }),
});
const priced = v.object({ data: v.object({ price: amount }) });
const balance = v.union([
  v.pipe(
    v.object({ data: v.object({ balance: amount }) }),
    v.transform((answer) => answer.data.balance),
  ),
  v.pipe(
    v.object({ balance: amount }),
    v.transform((answer) => answer.balance),
  ),
]);
const statusSchema = v.object({
  data: v.object({
    status: v.string(),
    progress: v.fallback(
      v.optional(v.union([v.number(), v.pipe(v.string(), v.decimal(), v.transform(Number))])),
      undefined,
    ),
    // A structured transcript may come as the object itself.
    result: v.fallback(v.optional(v.nullable(v.union([v.string(), structured]))), undefined),
    result_url: text,
    error_code: text,
    error_message: text,
    price: amount,
    metadata: v.fallback(
      v.optional(v.nullable(v.object({ title: text, channel: text, uploader: text }))),
      undefined,
    ),
    transcription: v.fallback(v.optional(v.nullable(v.object({ language: text }))), undefined),
  }),
});

const userAgent = 'bulk-transcribe';

export class DeapiClient {
  /** Keys that the native interface accepts only without their `dpn-sk-` prefix. */
  private readonly stripped = new Set<string>();
  /** The models of each address and version. */
  private readonly lists = new Map<string, readonly DeapiModel[]>();

  constructor(
    private readonly parts: { readonly http: Http; readonly secrets: Secrets; readonly clock: Clock },
  ) {}

  origin(settings: Settings): string {
    return new URL(settings['deapi.endpoint']).origin;
  }

  /** The key for the endpoint; undefined where there is none, or where it is kept back. */
  key(settings: Settings): Promise<string | undefined> {
    return keyFor(this.parts.secrets, settings, 'deapi');
  }

  /**
   * In the account's currency; undefined when the service has no price for it. `seconds`: of a file's
   * audio.
   */
  async price(
    call: DeapiCall,
    sound: { readonly url: string } | { readonly seconds: number },
  ): Promise<number | undefined> {
    const { settings } = call;
    const { fields } = await this.fields(call);
    const answer = await this.send(
      call,
      'price',
      'POST',
      paths[settings['deapi.version']].price,
      contentOf(settings, {
        ...fields,
        ...('url' in sound
          ? { source_url: sound.url }
          : { duration_seconds: Math.max(1, Math.ceil(sound.seconds)) }),
      }),
    );
    if (answer.status === 404 || answer.status === 405) return undefined;
    const read = v.safeParse(priced, this.checked(answer, 'price'));
    return read.success ? positive(read.output.data.price) : undefined;
  }

  /** deAPI's speech-to-text models; undefined where the list cannot be had. Throws `auth` and `cancelled`. */
  async models(call: DeapiCall): Promise<readonly DeapiModel[] | undefined> {
    const { settings } = call;
    const place = `${settings['deapi.endpoint']} ${settings['deapi.version']}`;
    const before = this.lists.get(place);
    if (before !== undefined) return before;
    try {
      const answer = await this.send(call, 'account', 'GET', paths[settings['deapi.version']].models);
      const models = answer.status === 200 ? readDeapiModels(readJson(answer.body)) : undefined;
      if (models !== undefined) this.lists.set(place, models);
      return models;
    } catch (error) {
      if (error instanceof FailureError && ['auth', 'cancelled'].includes(error.failure.code)) throw error;
      return undefined;
    }
  }

  /** What a request says beside its sound (deapiModels.ts). */
  async fields(call: DeapiCall): Promise<DeapiFields> {
    const wishes = speechWishes(call.settings);
    const models = wantsList(call.settings, wishes) ? await this.models(call) : undefined;
    return deapiFields(call.settings, wishes, models);
  }

  async balance(call: DeapiCall): Promise<number | undefined> {
    const answer = await this.send(call, 'account', 'GET', paths[call.settings['deapi.version']].balance);
    const read = v.safeParse(balance, this.checked(answer, 'account'));
    return read.success ? read.output : undefined;
  }

  /**
   * The paid step. Returns the request id; throws `maybe-charged` when it is unknown whether the service
   * accepted it.
   */
  async submit(call: DeapiCall, sound: DeapiSound): Promise<string> {
    const { settings } = call;
    const path = paths[settings['deapi.version']].submit;
    const fields = { ...(await this.fields(call)).fields, return_result_in_response: true };
    let answer: HttpResponse;
    try {
      answer = await this.send(
        call,
        'submit',
        'POST',
        path,
        'url' in sound
          ? contentOf(settings, { source_url: sound.url, ...fields })
          : {
              fields: formFields(fields),
              file: { name: 'source_file', path: sound.file, fileName: sound.name, type: sound.type },
            },
      );
    } catch (error) {
      // Stopped or broken after it may have been accepted: only the service knows.
      if (
        error instanceof FailureError &&
        error.failure.unsent !== true &&
        error.failure.code !== 'cancelled'
      )
        fail(
          failure('maybe-charged', `deAPI did not answer the submit: ${error.failure.message}`, {
            subject: 'deAPI',
          }),
        );
      throw error;
    }
    const wrong = deapiFailure(answer, 'submit', this.parts.clock.now());
    if (wrong) fail(wrong);
    const read = v.safeParse(submitted, readJson(answer.body));
    if (!read.success)
      return fail(
        failure('maybe-charged', 'deAPI took the submit, but its answer has no request id.', {
          status: answer.status,
          subject: 'deAPI',
        }),
      );
    return read.output.data.request_id;
  }

  async status(call: DeapiCall, requestId: string): Promise<DeapiStatus> {
    const path = paths[call.settings['deapi.version']].status + encodeURIComponent(requestId);
    const answer = await this.send(call, 'poll', 'GET', path);
    const read = v.safeParse(statusSchema, this.checked(answer, 'poll'));
    if (!read.success) return fail(failure('bad-response', 'deAPI answered a status in an unknown form.'));
    const { data } = read.output;
    const word = data.status.toLowerCase();
    return {
      state: word === 'done' ? 'done' : word === 'error' || word === 'failed' ? 'failed' : 'waiting',
      ...given('progress', data.progress),
      ...given('text', data.result),
      ...given('resultUrl', data.result_url),
      ...given('language', data.transcription?.language),
      ...given('cost', positive(data.price)),
      ...given('title', data.metadata?.title),
      ...given('channel', data.metadata?.channel ?? data.metadata?.uploader),
      ...given('errorCode', data.error_code),
      ...given('errorMessage', data.error_message),
    };
  }

  /**
   * A result at another address: fetched without the key, never from a private address unless it is the
   * endpoint's own host.
   */
  async result(call: DeapiCall, url: string): Promise<string> {
    const named = urlOf(url);
    if (named === undefined || !/^https?:$/.test(named.protocol))
      return fail(failure('bad-response', 'deAPI named a result that is no link.'));
    const own = named.host === new URL(call.settings['deapi.endpoint']).host;
    const answer = await this.parts.http
      .request({
        method: 'GET',
        url,
        headers: { 'user-agent': userAgent },
        signal: call.signal,
        timeoutMs: call.settings.requestTimeout * 1000,
        redirects: 'public',
        reach: own ? 'asked' : 'public-only',
        identity: call.identity,
      })
      .catch((error: unknown) => {
        // The user's link is right, and the paid result can be fetched again.
        if (error instanceof FailureError && error.failure.code === 'invalid-url')
          fail(
            failure('bad-response', `deAPI named a result that is not followed: ${error.failure.message}`),
          );
        throw error;
      });
    call.sent(answer.via);
    if (answer.status !== 200)
      return fail(
        failure('bad-response', `deAPI's result could not be fetched (${answer.status}).`, {
          status: answer.status,
        }),
      );
    const text = new TextDecoder().decode(answer.body);
    // Where a presigned address has expired, some stores say so in a page with status 200.
    if (/^\s*<(?:!doctype|html|head|body|\?xml|error)\b/i.test(text))
      return fail(failure('bad-response', "deAPI's result is a web page, no words."));
    return text;
  }

  private checked(answer: HttpResponse, step: DeapiStep): unknown {
    const wrong = deapiFailure(answer, step, this.parts.clock.now());
    if (wrong) fail(wrong);
    const value = readJson(answer.body);
    if (value === undefined)
      fail(failure('bad-response', 'deAPI did not answer JSON.', { status: answer.status }));
    return value;
  }

  private async send(
    call: DeapiCall,
    step: DeapiStep,
    method: 'GET' | 'POST',
    path: string,
    content?: Readonly<Record<string, unknown>> | MultipartBody,
  ): Promise<HttpResponse> {
    const { settings } = call;
    const key = await this.key(settings);
    if (key === undefined)
      return fail(
        keepsKeyBack(settings, 'deapi')
          ? failure('auth', 'The key of deAPI is not sent over plain http to another computer.', {
              needs: 'deapi:key',
              subject: 'deapi-http',
              unsent: true,
            })
          : failure('auth', 'There is no key for deAPI.', {
              needs: 'deapi:key',
              subject: 'deAPI',
              unsent: true,
            }),
      );
    const isForm = content !== undefined && isMultipart(content);
    const hasFile = isForm && content.file !== undefined;
    const once = async (token: string): Promise<HttpResponse> => {
      const answer = await this.parts.http.request({
        method,
        url: settings['deapi.endpoint'].replace(/\/+$/, '') + path,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          'user-agent': userAgent,
          ...(content === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        },
        ...(content === undefined ? {} : { body: isMultipart(content) ? content : JSON.stringify(content) }),
        signal: call.signal,
        // An upload takes as long as the line needs; its answer gets the usual timeout.
        timeoutMs: settings.requestTimeout * 1000 + (hasFile ? 30 * 60_000 : 0),
        redirects: 'none',
        identity: call.identity,
        fresh: step === 'submit',
        ...(hasFile && call.uploading ? { onProgress: call.uploading } : {}),
      });
      call.sent(answer.via);
      call.permit?.heard({
        status: answer.status,
        headers: answer.headers,
        ...(call.quota === undefined ? {} : { quota: call.quota }),
      });
      return answer;
    };
    const bare = key.replace(/^dpn-sk-/, '');
    if (this.stripped.has(key)) return once(bare);
    const answer = await once(key);
    // Nothing was accepted or charged with an unknown key.
    if (answer.status !== 401 || bare === key) return answer;
    const again = await once(bare);
    if (again.status !== 401) this.stripped.add(key);
    return again;
  }
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}
