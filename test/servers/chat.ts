/** A stand-in for OpenAI-compatible chat services: right answers about what it is given, and all the wrong ones. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SlidingWindow } from './slidingWindow';

export type ChatTrouble =
  | 'none'
  /** The connection is closed in the middle of the body. */
  | 'cut'
  /** A stream that ends without its last event. */
  | 'cut-stream'
  | 'stream'
  | 'html'
  | 'nonsense'
  | 'empty'
  | 'refusal'
  | 'filter'
  /** As long as the model writes. */
  | 'length'
  | 'invented'
  /** Terms and what they mean, the same for every transcript. */
  | 'definitions'
  /** One subject for the first two recordings, and for one that does not exist. */
  | 'subjects'
  /** Reads a small part of the request and says so only in its counts, as Ollama does. */
  | 'truncates'
  | 'never'
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

export interface ChatServerOptions {
  readonly key?: string;
  /** Tokens that the model reads; longer requests are refused as OpenAI does. */
  readonly context?: number;
  readonly model?: string;
  /** Before each answer, ms. */
  readonly delayMs?: number;
  /** More requests in a window are refused with 429 and the seconds to wait. */
  readonly limit?: { readonly requests: number; readonly windowMs: number };
}

interface Asked {
  readonly model?: string;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
}

const lettersPerToken = 4;

export class ChatServer {
  origin = '';
  endpoint = '';
  /** Used up from the front, one a request; none left: right answers. */
  readonly troubles: ChatTrouble[] = [];
  /** Requests that were answered with words, each of which costs money. */
  readonly answered: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** All requests for words, also those that were refused. */
  asked = 0;
  /** Tokens of the answers with words, as their counts say. */
  tokens = 0;
  private readonly server = http.createServer((request, response) => this.site(request, response));
  private readonly window: SlidingWindow | undefined;

  constructor(private readonly options: ChatServerOptions = {}) {
    const { limit } = options;
    if (limit) this.window = new SlidingWindow(limit.requests, limit.windowMs);
  }

  /** Answers a request, also one that came to another server. */
  site(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.endpoint = `${this.origin}/v1`;
    return this;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { key, context, model = 'tiny' } = this.options;
    this.authorizations.push(request.headers.authorization);
    const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    };
    const refuse = (status: number, message: string, code: string): void =>
      json(status, { error: { message, type: 'invalid_request_error', code } });
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      refuse(401, 'Incorrect API key provided.', 'invalid_api_key');
      return;
    }
    if (request.url === '/v1/models') {
      json(200, {
        object: 'list',
        data: [{ id: model, object: 'model', ...(context === undefined ? {} : { context_length: context }) }],
      });
      return;
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      refuse(404, `Unknown request URL: ${request.method ?? ''} ${request.url ?? ''}.`, 'unknown_url');
      return;
    }
    const body = await textOf(request);
    const asked = JSON.parse(body) as Asked;
    this.asked += 1;
    if (asked.model !== model) {
      refuse(
        404,
        `The model \`${asked.model ?? ''}\` does not exist or you do not have access to it.`,
        'model_not_found',
      );
      return;
    }
    const messages = asked.messages ?? [];
    const tokens = Math.ceil(
      messages.reduce((sum, { content }) => sum + content.length, 0) / lettersPerToken,
    );
    if (context !== undefined && tokens > context) {
      refuse(
        400,
        `This model's maximum context length is ${context} tokens. However, your messages resulted in ${tokens} tokens.`,
        'context_length_exceeded',
      );
      return;
    }
    const now = performance.now();
    if (this.window?.take(now) === false) {
      const seconds = String(Math.ceil((this.window.nextAt(now) - now) / 1000));
      json(429, { error: { message: 'Rate limit reached for requests.' } }, { 'retry-after': seconds });
      return;
    }
    if (this.options.delayMs !== undefined) await delay(this.options.delayMs);
    const trouble = this.troubles.shift() ?? 'none';
    if (typeof trouble === 'object') {
      json(trouble.status, trouble.body, trouble.headers);
      return;
    }
    if (trouble === 'never') return;
    if (trouble === 'html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
      return;
    }
    if (trouble === 'nonsense') {
      json(200, { hello: 'world' });
      return;
    }
    const words = textFor(messages, trouble);
    this.answered.push(messages.at(-1)?.content ?? '');
    this.tokens += tokens + Math.ceil(words.length / lettersPerToken);
    if (trouble === 'stream' || trouble === 'cut-stream') {
      streamed(response, words, trouble === 'stream');
      return;
    }
    const reason = trouble === 'length' ? 'length' : trouble === 'filter' ? 'content_filter' : 'stop';
    const answer = JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: trouble === 'refusal' ? null : words,
            ...(trouble === 'refusal' ? { refusal: "I'm sorry, I can't help with that." } : {}),
          },
          finish_reason: reason,
        },
      ],
      usage: {
        prompt_tokens: trouble === 'truncates' ? Math.min(20, tokens) : tokens,
        completion_tokens: Math.ceil(words.length / lettersPerToken),
      },
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer),
    });
    if (trouble === 'cut') {
      response.write(answer.slice(0, answer.length / 2), () => response.destroy());
      return;
    }
    response.end(answer);
  }
}

/** Statements with the times of the lines that were sent, or invented ones. */
function textFor(messages: readonly { readonly content: string }[], trouble: ChatTrouble): string {
  if (trouble === 'empty') return ' ';
  if (trouble === 'subjects') return 'Earth: 1, 2, 99\n';
  if (trouble === 'definitions')
    return '## Definitions\n\n- **Chlorophyll**: the green of leaves [0:05]\n- **Leaf**: where light is caught [0:10]\n';
  if (trouble === 'invented')
    return '## Key ideas\n\n- It is said at the end [99:59:59]\n- He says "nobody has ever said these words here" [0:00]\n';
  return statementsAbout(messages.at(-1)?.content ?? '');
}

/** What a model writes that does as it is told: statements with the times of the lines in the request. */
export function statementsAbout(content: string): string {
  // A transcript has the time in front of the words, what was gathered of it has it behind.
  const lines = [...content.matchAll(/^(?:\[(\d[\d:]*)\] ([^\n]{1,80})|- ([^\n]{1,80}) \[(\d[\d:]*)\]$)/gm)];
  const statements = lines
    .slice(0, 12)
    .map(
      ([, time, said, gathered = '', at = '']) =>
        `- ${(said ?? gathered).replace(/["“”]/g, '')} [${time ?? at}]`,
    );
  return `## Key ideas\n\n${statements.length === 0 ? '- It is a talk' : statements.join('\n')}\n`;
}

function streamed(response: http.ServerResponse, words: string, isWhole: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of words.match(/[\s\S]{1,40}/g) ?? [])
    response.write(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] })}\n\n`,
    );
  if (isWhole) {
    response.write(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`,
    );
    response.write('data: [DONE]\n\n');
  }
  response.end();
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
