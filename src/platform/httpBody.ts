/** The body of a request, and unpacking of an answer's body, each with its limits. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { FailureError, failure } from '../model/failure';
import type { HttpRequest, MultipartBody } from '../model/ports';
import { diskFailure } from './files';

export interface OutgoingBody {
  /** Text is sent as UTF-8: Node writes it together with the headers, in one chunk. */
  readonly content?: Uint8Array | string;
  /** Opens the stream anew for each use. */
  readonly stream?: () => Readable;
  readonly length: number;
  readonly type?: string;
}

/** Throws FailureError `disk` when the file to be sent is missing. */
export async function outgoingBody(body: HttpRequest['body']): Promise<OutgoingBody | undefined> {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return { content: body, length: Buffer.byteLength(body, 'utf8') };
  if (body instanceof Uint8Array) return { content: body, length: body.byteLength };
  return multipart(body);
}

async function multipart(body: MultipartBody): Promise<OutgoingBody> {
  const boundary = `----form-${randomBytes(16).toString('hex')}`;
  const quoted = (name: string): string =>
    name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
  let head = '';
  for (const [name, value] of body.fields)
    head += `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`;
  const { file } = body;
  if (file)
    head +=
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.name)}"; ` +
      `filename="${quoted(file.fileName)}"\r\nContent-Type: ${file.type.replace(/[\r\n]/g, '')}\r\n\r\n`;
  const before = Buffer.from(head, 'utf8');
  const after = Buffer.from(`${file ? '\r\n' : ''}--${boundary}--\r\n`, 'utf8');
  const type = `multipart/form-data; boundary=${boundary}`;
  if (!file) {
    const content = Buffer.concat([before, after]);
    return { content, length: content.byteLength, type };
  }
  const { path } = file;
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      throw diskFailure(error, path, 'read');
    },
  );
  async function* pieces(): AsyncGenerator<Buffer> {
    yield before;
    // No more than announced, if the file grows meanwhile.
    if (size > 0) {
      const content: AsyncIterable<Buffer> = createReadStream(path, { end: size - 1 });
      try {
        for await (const piece of content) yield piece;
      } catch (error) {
        throw diskFailure(error, path, 'read');
      }
    }
    yield after;
  }
  return {
    stream: () => Readable.from(pieces(), { objectMode: false }),
    length: before.byteLength + size + after.byteLength,
    type,
  };
}

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const brotli = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

/** Smaller ones are unpacked synchronously: a trip to the thread pool costs more than the work. */
const smallBytes = 32 * 1024;

/** Nobody packs more than twice; each time may make a thousandfold. */
const mostEncodings = 3;

/** Unpacks a whole body; throws FailureError `bad-response` when it is broken or exceeds the limit. */
export async function unpack(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  let result = body;
  const names = (encoding ?? '').toLowerCase().split(',');
  if (names.length > mostEncodings)
    throw new FailureError(failure('bad-response', 'The answer is packed too many times.'));
  for (const name of names.map((part) => part.trim()).reverse()) {
    if (result.byteLength === 0 || name === '' || name === 'identity') continue;
    const limit = { maxOutputLength: maxBytes };
    try {
      if (name === 'gzip' || name === 'x-gzip')
        result =
          result.byteLength < smallBytes ? zlib.gunzipSync(result, limit) : await gunzip(result, limit);
      else if (name === 'br') result = await brotli(result, limit);
      // "deflate" is zlib by the standard and raw by some servers.
      else if (name === 'deflate')
        result = await ((Number(result[0]) & 0x0f) === 8
          ? inflate(result, limit)
          : inflateRaw(result, limit));
      else throw new FailureError(failure('bad-response', `Packed in an unknown way: ${name.slice(0, 40)}`));
    } catch (error) {
      if (error instanceof FailureError) throw error;
      const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      throw new FailureError(
        failure('bad-response', tooLong ? overSize(maxBytes) : `The answer's ${name} packing is broken.`),
      );
    }
  }
  return result;
}

/** The message of a `bad-response`. */
export function overSize(maxBytes: number): string {
  return `The answer is larger than ${Math.round(maxBytes / 1024)} KB.`;
}
