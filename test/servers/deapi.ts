/**
 * A stand-in for deAPI, both versions: keys, true sliding windows and daily caps by tier, prices, a counter
 * of what was billed, jobs that take a while, and every wrong answer it is known to give.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hear } from '../helpers/toneWords';
import { bodyOf, partsOf } from './multipart';

export interface DeapiOptions {
  readonly key?: string;
  /** Basic: transcriptions share 1 a minute and 10 a day. Premium: 300 a minute each endpoint. */
  readonly tier?: 'basic' | 'premium';
  /** Of the premium tier, each endpoint. Default 300. */
  readonly perMinute?: number;
  readonly balance?: number;
  /** Largest upload in bytes. */
  readonly maxUpload?: number;
  /** Polls a job needs until it is done. */
  readonly polls?: number;
  /** The service's clock, epoch ms. */
  readonly now?: () => number;
  /** A minute of the sliding window, ms; tests may shorten it. */
  readonly minuteMs?: number;
}

interface Job {
  readonly id: string;
  readonly text: string;
  readonly seconds: number;
  readonly price: number;
  polls: number;
}

/** What goes wrong with the next submits, in order; `none` is a proper answer. */
export type DeapiTrouble =
  | 'none'
  | 'lost-answer' // taken and billed, then the connection breaks
  | 'no-answer' // taken and billed, then silence
  | 'gateway' // taken and billed, 502
  | 'unavailable' // 503, not taken
  | 'no-id' // taken and billed, an answer without request id
  | 'html' // taken and billed, a web page
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** The text fields of a request; yes is 1. */
type Input = Readonly<Partial<Record<string, string>>>;

function inputOf(type: string | undefined, body: Buffer): Input {
  if (type?.startsWith('application/json') !== true)
    return Object.fromEntries(
      partsOf(type ?? '', body)
        .filter(({ fileName }) => fileName === undefined)
        .map((part) => [part.name, part.body.toString()]),
    );
  const value = JSON.parse(body.toString()) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, one === true ? '1' : String(one)]),
  );
}

export class DeapiServer {
  origin = '';
  /** The text fields of all prices and submits. */
  readonly asked: Input[] = [];
  models: readonly { readonly slug: string; readonly info?: unknown }[] = [
    {
      slug: 'WhisperLargeV3',
      info: { features: { supports_timestamps: true }, limits: { timestamp_levels: ['segment'] } },
    },
    {
      slug: 'WhisperLargeV3Ct2',
      info: {
        features: { supports_timestamps: true, supports_diarization: true },
        limits: { timestamp_levels: ['segment', 'word'], languages: ['auto', 'en', 'de'] },
      },
    },
  ];
  /** Submits that were taken, each of which costs money. */
  billed: { readonly what: string; readonly price: number }[] = [];
  balance: number;
  /** Method and path of each request. */
  readonly requests: string[] = [];
  /** Requests that were over a limit. */
  throttled = 0;
  readonly troubles: DeapiTrouble[] = [];
  resultBy: 'text' | 'url' | 'structured' = 'text';
  jobError: { readonly code: string; readonly message: string } | undefined;
  /** Overrides the address of a result. */
  resultUrl: string | undefined;
  /** A web page in place of the words, as where a presigned address has expired. */
  resultPage: string | undefined;
  pollTroubles: DeapiTrouble[] = [];
  readonly jobs = new Map<string, Job>();
  /** Authorization headers seen where none belongs. */
  readonly leakedKeys: string[] = [];
  private readonly windows = new Map<string, number[]>();
  private readonly days = new Map<string, { day: number; count: number }>();
  private readonly server: http.Server;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'deapi-server-'));

  constructor(private readonly options: DeapiOptions = {}) {
    this.balance = options.balance ?? 100;
    this.server = http.createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  static price(seconds: number): number {
    return Math.round((0.005 + seconds * 0.000013) * 1e6) / 1e6;
  }

  private now(): number {
    return this.options.now?.() ?? Date.now();
  }

  /** Takes one from the endpoint's sliding window and day, or says how long to wait. */
  private limited(
    endpoint: 'submit' | 'poll' | 'price',
  ): Record<string, string> | { refused: Record<string, string> } {
    const basic = this.options.tier === 'basic';
    const minute = this.options.minuteMs ?? 60_000;
    const perMinute = basic ? (endpoint === 'submit' ? 1 : 50) : (this.options.perMinute ?? 300);
    const perDay = basic ? (endpoint === 'submit' ? 10 : 200) : 0;
    const now = this.now();
    const window = (this.windows.get(endpoint) ?? []).filter((at) => at > now - minute);
    this.windows.set(endpoint, window);
    const today = Math.floor(now / 86_400_000);
    const known = this.days.get(endpoint);
    const day = known?.day === today ? known : { day: today, count: 0 };
    this.days.set(endpoint, day);
    const headers = (): Record<string, string> => ({
      'x-ratelimit-limit': String(perMinute),
      'x-ratelimit-remaining': String(Math.max(0, perMinute - window.length)),
      ...(perDay === 0
        ? {}
        : {
            'x-ratelimit-daily-limit': String(perDay),
            'x-ratelimit-daily-remaining': String(Math.max(0, perDay - day.count)),
          }),
    });
    const refuse = (type: 'minute' | 'daily', seconds: number) => {
      this.throttled += 1;
      return {
        refused: { ...headers(), 'x-ratelimit-type': type, 'retry-after': String(Math.ceil(seconds)) },
      };
    };
    if (perDay > 0 && day.count >= perDay) return refuse('daily', ((today + 1) * 86_400_000 - now) / 1000);
    if (window.length >= perMinute) return refuse('minute', ((window[0] ?? now) + minute - now) / 1000);
    window.push(now);
    day.count += 1;
    return headers();
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    this.requests.push(`${request.method ?? ''} ${url.pathname}`);
    const body = await bodyOf(request);
    const json = (status: number, value: unknown, headers: Record<string, string> = {}): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    };
    if (url.pathname.startsWith('/results/')) {
      if (request.headers.authorization !== undefined) this.leakedKeys.push(request.headers.authorization);
      if (this.resultPage !== undefined) {
        response.writeHead(200, { 'content-type': 'text/html' }).end(this.resultPage);
        return;
      }
      const job = this.jobs.get(url.pathname.slice(9));
      response.writeHead(job ? 200 : 404, { 'content-type': 'text/plain' }).end(job?.text ?? '');
      return;
    }
    if (request.headers.accept !== 'application/json') {
      response.writeHead(302, { location: '/login' }).end('<html>Redirecting</html>');
      return;
    }
    if (request.headers.authorization !== `Bearer ${this.options.key ?? 'test-key'}`) {
      json(401, { data: null, message: 'Unauthenticated.', errors: [], statusCode: 401 });
      return;
    }
    const v2 = url.pathname.startsWith('/api/v2/');
    const name = url.pathname.replace(/^\/api\/(?:v1\/client|v2)\//, '');
    const price = v2 ? 'audio/transcriptions/price' : 'transcribe/price-calculation';
    const submit = v2 ? 'audio/transcriptions' : 'transcribe';
    const status = v2 ? 'jobs/' : 'request-status/';
    if (name === (v2 ? 'account/balance' : 'balance')) {
      json(200, v2 ? { data: { balance: this.balance } } : { balance: this.balance });
    } else if (name === price) {
      const model = inputOf(request.headers['content-type'], body).model;
      if (!this.models.some(({ slug }) => slug === model)) {
        json(422, { message: 'Invalid.', errors: { model: ['The selected model is invalid.'] } });
        return;
      }
      const limit = this.limited('price');
      if ('refused' in limit)
        json(429, { message: 'Too Many Attempts.' }, limit.refused as Record<string, string>);
      else {
        const input = inputOf(request.headers['content-type'], body);
        this.asked.push(input);
        json(200, { data: { price: DeapiServer.price(this.secondsOf(input)) } }, limit);
      }
    } else if (name === 'models') {
      json(200, { data: this.models });
    } else if (name === submit) this.submit(request, response, body, json);
    else if (name.startsWith(status)) this.status(name.slice(status.length), v2, response, json);
    else json(404, { message: 'Not Found' });
  }

  private secondsOf(input: Input): number {
    // The stand-in's videos are as long as their address says.
    return Number(input.duration_seconds ?? /(?:len|v)=?(\d+)/.exec(input.source_url ?? '')?.[1] ?? 60);
  }

  private submit(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    body: Buffer,
    json: (status: number, value: unknown, headers?: Record<string, string>) => void,
  ): void {
    const limit = this.limited('submit');
    if ('refused' in limit) {
      json(429, { message: 'Too Many Attempts.' }, limit.refused as Record<string, string>);
      return;
    }
    const trouble = this.troubles.shift() ?? 'none';
    if (trouble === 'unavailable') {
      response.writeHead(503).end('Service Unavailable');
      return;
    }
    if (typeof trouble === 'object') {
      json(trouble.status, trouble.body, { ...trouble.headers });
      return;
    }
    const type = request.headers['content-type'] ?? '';
    let what: string;
    let seconds: number;
    let text: string;
    const input = inputOf(type, body);
    this.asked.push(input);
    if (!this.models.some(({ slug }) => slug === input.model)) {
      json(422, { message: 'Invalid.', errors: { model: ['The selected model is invalid.'] } });
      return;
    }
    if (input.source_url !== undefined) {
      // Version 2 documents forms alone, version 1 JSON for links.
      const isForm = type.startsWith('multipart/form-data');
      const isRight = isForm === (request.url ?? '').startsWith('/api/v2/');
      if (!isRight || input.include_ts !== '1' || !input.source_url.startsWith('http')) {
        json(422, { message: 'Invalid.', errors: { source_url: ['The source url is not supported.'] } });
        return;
      }
      what = input.source_url;
      seconds = this.secondsOf(input);
      text = `[0:00 - 0:04] Words of ${what}\n[0:04 - 1:09] and more of them.`;
    } else {
      const parts = partsOf(type, body);
      const file = parts.find(({ name }) => name === 'source_file');
      if (!file || !/\.(mp3|m4a|ogg|flac|webm|mp4|aac)$/.test(file.fileName ?? '')) {
        json(422, {
          message: 'Invalid.',
          errors: [{ field: 'source_file', messages: ['Wrong kind of file.'] }],
        });
        return;
      }
      if (file.body.length > (this.options.maxUpload ?? 10 * 1024 * 1024)) {
        json(413, { message: 'Content Too Large' });
        return;
      }
      const stored = path.join(this.folder, `${randomUUID()}.${file.fileName ?? ''}`);
      writeFileSync(stored, file.body);
      const heard = hear(stored);
      what = file.fileName ?? '';
      seconds = heard.seconds;
      text = JSON.stringify({
        language: 'en',
        segments: heard.words.map(({ word, start, end }) => ({
          start,
          end,
          text: String(word),
          speaker: null,
        })),
      });
    }
    const job: Job = {
      id: randomUUID(),
      text,
      seconds,
      price: DeapiServer.price(seconds),
      polls: this.options.polls ?? 1,
    };
    if (job.price > this.balance) {
      json(422, { message: 'Insufficient balance.', errors: { balance: ['Insufficient balance.'] } });
      return;
    }
    this.jobs.set(job.id, job);
    this.billed.push({ what, price: job.price });
    this.balance -= job.price;
    if (trouble === 'lost-answer') request.socket.destroy();
    else if (trouble === 'no-answer') return;
    else if (trouble === 'gateway') response.writeHead(502).end('<html>Bad Gateway</html>');
    else if (trouble === 'no-id') json(200, { data: {} }, limit);
    else if (trouble === 'html')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    else json(200, { data: { request_id: job.id } }, limit);
  }

  private status(
    id: string,
    v2: boolean,
    response: http.ServerResponse,
    json: (status: number, value: unknown, headers?: Record<string, string>) => void,
  ): void {
    const limit = this.limited('poll');
    if ('refused' in limit) {
      json(429, { message: 'Too Many Attempts.' }, limit.refused as Record<string, string>);
      return;
    }
    const trouble = this.pollTroubles.shift() ?? 'none';
    if (trouble === 'lost-answer') {
      response.socket?.destroy();
      return;
    }
    if (trouble === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
      return;
    }
    if (typeof trouble === 'object') {
      json(trouble.status, trouble.body, { ...trouble.headers });
      return;
    }
    const job = this.jobs.get(id);
    if (!job) {
      json(404, { message: 'Not Found' });
      return;
    }
    if (job.polls > 0) {
      job.polls -= 1;
      json(200, { data: { status: job.polls > 0 ? 'queued' : 'processing', progress: 40 } }, limit);
      return;
    }
    if (this.jobError) {
      const { code, message } = this.jobError;
      json(200, {
        data: { status: 'error', progress: 0, ...(v2 ? { error_code: code, error_message: message } : {}) },
      });
      return;
    }
    const byUrl = this.resultBy === 'url' || this.resultUrl !== undefined;
    json(
      200,
      {
        data: {
          status: 'done',
          progress: 100,
          result: byUrl ? null : job.text,
          result_url: byUrl ? (this.resultUrl ?? `${this.origin}/results/${id}`) : null,
          ...(v2
            ? {
                price: { amount: job.price, is_estimated: false },
                transcription: { language: 'en', structured: this.resultBy === 'structured' },
                metadata: { title: 'A title from deAPI' },
              }
            : {}),
        },
      },
      limit,
    );
  }
}
