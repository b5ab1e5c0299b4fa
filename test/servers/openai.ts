/** A stand-in for OpenAI-compatible transcription services, with their limits, refusals and wrong answers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hear } from '../helpers/toneWords';
import { bodyOf, partsOf } from './multipart';

export interface OpenAiOptions {
  /** Absent: the server wants no key. */
  readonly key?: string;
  readonly maxUpload?: number;
  /** False: models that answer `json` alone. */
  readonly verbose?: boolean;
}

export type OpenAiTrouble =
  | 'none'
  | 'lost-answer'
  | 'html'
  | 'nonsense'
  | 'silence'
  | {
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

export class OpenAiServer {
  origin = '';
  endpoint = '';
  readonly troubles: OpenAiTrouble[] = [];
  /** Uploads that were transcribed, each of which costs money. */
  transcribed = 0;
  /** Uploads that were refused as too large or too long. */
  refused = 0;
  /** Seconds of sound that one upload may hold. */
  longestSeconds = Infinity;
  models: readonly { readonly id: string; readonly owned_by?: string }[] = [];
  /** vLLM's way: HTTP 200 with an error for mp3. */
  decodesMp3 = true;
  readonly authorizations: (string | undefined)[] = [];
  readonly formats: string[] = [];
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'openai-server-'));
  private readonly server = http.createServer((request, response) => {
    this.handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  constructor(private readonly options: OpenAiOptions = {}) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.endpoint = `${this.origin}/v1`;
    return this;
  }

  close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response
        .writeHead(status, {
          'content-type': 'application/json',
          'x-ratelimit-limit-requests': '500',
          'x-ratelimit-remaining-requests': '499',
          'x-ratelimit-reset-requests': '120ms',
          ...headers,
        })
        .end(JSON.stringify(value));
    };
    const refuse = (status: number, message: string, code: string | null = null): void =>
      json(status, { error: { message, type: 'invalid_request_error', param: null, code } });
    this.authorizations.push(request.headers.authorization);
    if (request.url === '/v1/models') {
      json(200, { object: 'list', data: this.models });
      return;
    }
    if (request.url !== '/v1/audio/transcriptions') {
      refuse(404, 'Unknown request URL');
      return;
    }
    const { key, maxUpload = 25 * 1024 * 1024, verbose = true } = this.options;
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      refuse(
        401,
        `Incorrect API key provided: ${request.headers.authorization?.slice(7, 12) ?? ''}***.`,
        'invalid_api_key',
      );
      return;
    }
    const parts = partsOf(request.headers['content-type'] ?? '', body);
    const field = (name: string): string => parts.find((part) => part.name === name)?.body.toString() ?? '';
    const file = parts.find(({ name }) => name === 'file');
    this.formats.push(field('response_format'));
    if (!verbose && field('response_format') !== 'json') {
      refuse(400, "response_format 'verbose_json' is not compatible with this model.", 'unsupported_value');
      return;
    }
    const trouble = this.troubles.shift() ?? 'none';
    if (typeof trouble === 'object') {
      json(trouble.status, trouble.body, trouble.headers);
      return;
    }
    if (!file?.fileName || field('model') === '') {
      refuse(400, 'Missing file or model.');
      return;
    }
    if (!this.decodesMp3 && file.fileName.endsWith('.mp3')) {
      this.refused += 1;
      json(200, {
        error: { message: 'Invalid or unsupported audio file.', type: 'BadRequestError', code: 400 },
      });
      return;
    }
    if (file.body.length > maxUpload) {
      this.refused += 1;
      refuse(413, `Maximum content size limit (${maxUpload}) exceeded`);
      return;
    }
    const stored = path.join(this.folder, `${this.transcribed}-${file.fileName}`);
    writeFileSync(stored, file.body);
    const { words, seconds } = trouble === 'silence' ? { words: [], seconds: 9 } : hear(stored);
    if (seconds > this.longestSeconds) {
      this.refused += 1;
      refuse(400, `audio duration ${seconds} seconds is longer than ${this.longestSeconds} seconds`);
      return;
    }
    this.transcribed += 1;
    if (trouble === 'lost-answer') {
      request.socket.destroy();
      return;
    }
    if (trouble === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      return;
    }
    if (trouble === 'nonsense') {
      json(200, { ok: true });
      return;
    }
    const text = words.map(({ word }) => `${word}.`).join(' ');
    json(
      200,
      field('response_format') === 'verbose_json'
        ? {
            task: 'transcribe',
            language: 'english',
            duration: seconds,
            text,
            segments: words.map(({ word, start, end }, id) => ({
              id,
              seek: 0,
              start,
              end,
              text: ` ${word}`,
            })),
          }
        : { text, usage: { type: 'duration', seconds } },
    );
  }
}
