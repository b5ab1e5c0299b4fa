/**
 * One request and its answer over a connection that a route has chosen: size and time limits, abort, body
 * to memory or to disk. Redirects and proxies are handled elsewhere.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FailureError, failure } from '../model/failure';
import type { AnswerSink, HttpRequest } from '../model/ports';
import { diskFailure } from './files';
import { overSize, unpack } from './httpBody';
import type { OutgoingBody } from './httpBody';

const defaultMaxBytes = 10 * 1024 * 1024;

export interface Exchange {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Headers of a request as sent; the caller's own take precedence. */
export function outgoingHeaders(request: HttpRequest, body: OutgoingBody | undefined): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  headers.accept ??= '*/*';
  // Media is compressed already; compressing a download again would also hide its length.
  const streamed = request.saveTo !== undefined || request.into !== undefined;
  headers['accept-encoding'] ??= streamed ? 'identity' : 'gzip, deflate, br';
  headers['user-agent'] ??= 'bulk-transcribe';
  if (body) {
    headers['content-length'] = body.length;
    if (body.type !== undefined) headers['content-type'] = body.type;
  } else if (request.method === 'POST') headers['content-length'] = 0;
  return headers;
}

/** Sends the body on `outgoing` and waits for the whole answer. Throws FailureError or the connection's error. */
export async function exchange(
  outgoing: ClientRequest,
  request: HttpRequest,
  body: OutgoingBody | undefined,
  signal: AbortSignal,
): Promise<Exchange> {
  let giveUp: (error: Error) => void = () => undefined;
  const stop = (): void => {
    // A destroyed request emits nothing before its agent has found a connection, which can take long.
    giveUp(new Error('stopped'));
    outgoing.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const answering = answerOf(outgoing, request, body, (reject) => (giveUp = reject));
    if (signal.aborted) stop();
    const answer = await answering;
    const headers = joined(answer);
    const status = answer.statusCode ?? 0;
    if (request.method === 'HEAD' || status === 204 || status === 304) {
      answer.resume();
      return { status, headers, body: new Uint8Array() };
    }
    if (status === 206 && !isWhole(request, headers)) {
      answer.destroy();
      throw new FailureError(
        failure('bad-response', 'Only a part of the answer came, though all was asked for.'),
      );
    }
    if (request.saveTo !== undefined && status >= 200 && status < 300) {
      await save(answer, headers, request, request.saveTo, signal);
      return { status, headers, body: new Uint8Array() };
    }
    if (request.into !== undefined && status >= 200 && status < 300) {
      await hand(answer, { status, headers }, request.into);
      return { status, headers, body: new Uint8Array() };
    }
    const limit = (request.saveTo === undefined ? request.maxBytes : undefined) ?? defaultMaxBytes;
    const packed = await collect(answer, limit);
    const packing = headers['content-encoding'];
    return { status, headers, body: packing === undefined ? packed : await unpack(packed, packing, limit) };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Whether a partial answer is what was asked for, or in truth all of it. */
function isWhole({ headers = {} }: HttpRequest, answered: Readonly<Record<string, string>>): boolean {
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'range')) return true;
  const [, last, size] = /^bytes 0-(\d{1,15})\/(\d{1,15})$/.exec(answered['content-range'] ?? '') ?? [];
  return last !== undefined && Number(last) + 1 === Number(size);
}

function answerOf(
  outgoing: ClientRequest,
  request: HttpRequest,
  body: OutgoingBody | undefined,
  onStop: (reject: (error: Error) => void) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answered = false;
    onStop(reject);
    outgoing.on('response', (answer) => {
      answered = true;
      resolve(answer);
    });
    // After the answer has begun, its own stream reports errors (a server that refuses an upload answers
    // and closes while we are still sending).
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    outgoing.on('close', () => {
      if (!answered) reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
    });
    if (body?.stream) {
      const total = body.length;
      let sent = 0;
      const stream = body.stream();
      stream.on('data', (piece: Buffer) => {
        sent += piece.byteLength;
        request.onProgress?.(sent, total);
      });
      stream.on('error', (error) => {
        if (answered) return;
        reject(error);
        outgoing.destroy();
      });
      outgoing.on('close', () => stream.destroy());
      stream.pipe(outgoing);
    } else outgoing.end(body?.content);
  });
}

function joined(answer: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

function collect(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const tooLarge = (): void => {
      reject(new FailureError(failure('bad-response', overSize(maxBytes))));
      answer.destroy();
    };
    if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
      tooLarge();
      return;
    }
    answer.on('data', (piece: Buffer) => {
      size += piece.byteLength;
      if (size > maxBytes) tooLarge();
      else pieces.push(piece);
    });
    answer.on('end', () => {
      resolve(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces));
    });
    answer.on('error', reject);
    answer.on('close', () => {
      if (!answer.complete) reject(cutShort());
    });
  });
}

const cutShort = (): FailureError =>
  new FailureError(failure('network', 'The connection was closed in the middle of the answer.'));

/** An uncompressed answer was requested. A few kilobytes of gzip can unpack to gigabytes on the disk. */
function refusePacked(answer: IncomingMessage, headers: Readonly<Record<string, string>>): void {
  const packing = headers['content-encoding'] ?? 'identity';
  if (packing.toLowerCase() === 'identity') return;
  answer.destroy();
  throw new FailureError(
    failure(
      'bad-response',
      `The file came packed (${packing.slice(0, 20)}), though it was asked for as it is.`,
    ),
  );
}

/** Hands an answer over piece by piece; an answer that is refused is read no further. */
async function hand(
  answer: IncomingMessage,
  head: Pick<Exchange, 'status' | 'headers'>,
  sink: AnswerSink,
): Promise<void> {
  refusePacked(answer, head.headers);
  try {
    await sink.begin(head);
    const pieces: AsyncIterable<Buffer> = answer;
    for await (const piece of pieces) await sink.piece(piece);
  } finally {
    if (!answer.readableEnded) answer.destroy();
  }
  if (!answer.complete) throw cutShort();
}

async function save(
  answer: IncomingMessage,
  headers: Readonly<Record<string, string>>,
  request: HttpRequest,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const maxBytes = request.maxBytes ?? Number.MAX_SAFE_INTEGER;
  const tooLarge = (): FailureError => new FailureError(failure('too-large', overSize(maxBytes)));
  refusePacked(answer, headers);
  const length = Number(headers['content-length'] ?? Number.NaN);
  const total = Number.isFinite(length) ? length : undefined;
  if (total !== undefined && total > maxBytes) {
    answer.destroy();
    throw tooLarge();
  }
  let size = 0;
  const counter = new Transform({
    transform(piece: Buffer, _encoding, done) {
      size += piece.byteLength;
      if (size > maxBytes) {
        done(tooLarge());
        return;
      }
      request.onProgress?.(size, total);
      done(null, piece);
    },
  });
  const file = createWriteStream(path);
  let fileError: unknown;
  file.on('error', (error) => {
    fileError ??= error;
  });
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  try {
    await pipeline([answer, counter, file], { signal });
    if (!answer.complete) throw cutShort();
  } catch (error) {
    // It may still be opening: removed before that, the file would exist after all.
    file.destroy();
    await closed;
    await rm(path, { force: true }).catch(() => undefined);
    const systems = fileError instanceof Error && 'syscall' in fileError;
    throw systems ? diskFailure(fileError, path) : error;
  }
}
