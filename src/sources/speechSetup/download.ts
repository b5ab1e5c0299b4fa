/**
 * Downloads a large file so that it is whole and the right one: goes on where it broke off, also after a
 * restart, gives up a connection on which nothing comes, and checks the content before the file gets its name.
 */
import { createHash, type Hash } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import { failure, FailureError, toFailure } from '../../model/failure';
import type { AppendFile, HttpResponse } from '../../model/ports';
import { retryAfterMs } from '../../model/retryAfter';
import { fail, pause, readJson, type SourceParts } from '../parts';
import { megabytes, type ModelFile } from './models';

/** Nothing came for this long: the connection is given up. */
const stallMs = 30_000;
/** Tries in a row in which nothing came. */
const maxTries = 6;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;
const wholeMs = 48 * 3_600_000;
/** Left free for everything else that is written meanwhile. */
const reserveBytes = 128 * 1024 * 1024;
/** How often the content is flushed to the device: what a power cut takes is downloaded again. */
const flushBytes = 16 * 1024 * 1024;

export type DownloadParts = Pick<SourceParts, 'http' | 'files' | 'clock' | 'log'>;

export interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** The content is not what was published; `found` and `expected` are SHA-256 in hex, or sizes in words. */
export class WrongFile extends FailureError {
  constructor(
    readonly expected: string,
    readonly found: string,
    host: string,
  ) {
    super(
      failure(
        'bad-response',
        `What ${host} sent is not the published file: ${found} instead of ${expected}. It was deleted.`,
      ),
    );
  }
}

/**
 * Fetches `file` from `url` into the absolute path `target`, whose folder is there. A right file that is there
 * already is kept. Throws WrongFile and FailureError `network` `timeout` `bad-response` `disk` `cancelled`;
 * what came until then is kept in `target.part`, but not after WrongFile.
 */
export async function download(
  parts: DownloadParts,
  file: ModelFile,
  url: string,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  const { files } = parts;
  const there = await files.stat(target);
  if (there?.size === file.bytes && (await hashOf(parts, target, options.signal)) === file.sha256) return;
  await new Download(parts, file, url, target, options).run();
}

/** SHA-256 of a file, in hex. Throws `cancelled`. */
export async function hashOf(
  { files }: Pick<DownloadParts, 'files'>,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of files.readPieces(file)) {
    if (signal.aborted) fail(failure('cancelled', 'Stopped.'));
    hash.update(piece);
  }
  return hash.digest('hex');
}

/** Why a request ended early, and how long the service asks to wait. */
interface Interruption {
  readonly because: FailureError;
  readonly ms?: number;
}

/** What is kept beside a part, so that it is only continued with more of the same file. */
const partNote = v.object({ url: v.string(), etag: v.string() });

class Download {
  private readonly part: string;
  private readonly note: string;
  private readonly host: string;
  private output: AppendFile | undefined;
  private hash: Hash = createHash('sha256');
  private have = 0;
  private flushedAt = 0;
  private etag: string | undefined;

  constructor(
    private readonly parts: DownloadParts,
    private readonly file: ModelFile,
    private readonly url: string,
    private readonly target: string,
    private readonly options: DownloadOptions,
  ) {
    this.part = `${target}.part`;
    this.note = `${this.part}.json`;
    this.host = new URL(url).host;
  }

  async run(): Promise<void> {
    const { files } = this.parts;
    await this.resume();
    await this.checkRoom();
    try {
      let without = 0;
      while (this.have < this.file.bytes) {
        const before = this.have;
        const wait = await this.attempt();
        without = this.have > before ? 0 : without + 1;
        if (this.have >= this.file.bytes) break;
        if (without >= maxTries) throw wait.because;
        this.parts.log.write('info', `${this.host}: ${wait.because.failure.message} Trying again.`);
        await pause(this.parts.clock, wait.ms ?? pauseMs(without), this.options.signal);
      }
      await this.output?.flush();
    } finally {
      await this.close();
    }
    const found = this.hash.digest('hex');
    if (found !== this.file.sha256) {
      await this.forget();
      throw new WrongFile(`SHA-256 ${this.file.sha256}`, `SHA-256 ${found}`, this.host);
    }
    await files.rename(this.part, this.target);
    await files.remove(this.note);
  }

  /** Takes up what an earlier download of the same file left. */
  private async resume(): Promise<void> {
    const { files } = this.parts;
    const stat = await files.stat(this.part);
    const bytes = await files.read(this.note, 4096).catch(() => undefined);
    const read = v.safeParse(partNote, bytes === undefined ? undefined : readJson(bytes));
    if (stat === undefined || stat.size > this.file.bytes || !read.success || read.output.url !== this.url) {
      await this.forget();
      return;
    }
    this.etag = read.output.etag === '' ? undefined : read.output.etag;
    for await (const piece of files.readPieces(this.part)) {
      if (this.options.signal.aborted) fail(failure('cancelled', 'Stopped.'));
      this.hash.update(piece);
      this.have += piece.byteLength;
    }
  }

  private async checkRoom(): Promise<void> {
    const folder = path.dirname(this.target);
    const free = await this.parts.files.freeBytes(folder);
    const needed = this.file.bytes - this.have + reserveBytes;
    if (free === undefined || free >= needed) return;
    fail(
      failure(
        'disk',
        `${this.file.fileName} needs ${megabytes(needed)} free, and ${folder} has ${megabytes(free)}.`,
        { needs: 'disk' },
      ),
    );
  }

  /** One request. Throws what no further try mends. */
  private async attempt(): Promise<Interruption> {
    const met = await this.ask();
    return 'because' in met ? met : this.afterAnswer(met);
  }

  /** The answer, whose content was taken; or what interrupted it and may pass. */
  private async ask(): Promise<HttpResponse | Interruption> {
    const { signal } = this.options;
    const stop = new AbortController();
    const quiet = new AbortController();
    const stall = (): void => {
      quiet.abort();
      stop.abort();
    };
    let disarm = this.parts.clock.after(stallMs, stall);
    const alive = (): void => {
      disarm();
      disarm = this.parts.clock.after(stallMs, stall);
    };
    const end = (): void => stop.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      return await this.request(stop.signal, alive);
    } catch (error) {
      if (signal.aborted) fail(failure('cancelled', 'Stopped.'));
      if (error instanceof WrongFile) throw error;
      const known = toFailure(error);
      if (quiet.signal.aborted)
        return { because: new FailureError(failure('timeout', `Nothing came for ${stallMs / 1000} s.`)) };
      if (known.code === 'network' || known.code === 'timeout' || known.code === 'bad-response')
        return { because: new FailureError(known) };
      throw error;
    } finally {
      disarm();
      signal.removeEventListener('abort', end);
    }
  }

  private request(signal: AbortSignal, alive: () => void): Promise<HttpResponse> {
    const ranged = this.have > 0;
    return this.parts.http.request({
      method: 'GET',
      url: this.url,
      headers: {
        ...(ranged ? { range: `bytes=${this.have}-` } : {}),
        ...(ranged && this.etag !== undefined ? { 'if-range': this.etag } : {}),
      },
      signal,
      timeoutMs: wholeMs,
      redirects: 'public',
      into: {
        begin: async ({ status, headers }) => {
          alive();
          await this.begin(status, headers);
        },
        piece: async (bytes) => {
          alive();
          await this.take(bytes);
        },
      },
    });
  }

  private async begin(status: number, headers: Readonly<Record<string, string>>): Promise<void> {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    const continues = status === 206 && Number(range?.[1] ?? -1) === this.have;
    // The whole file, or another part than was asked for: from the beginning.
    if (!continues && this.have > 0) await this.forget();
    if (status === 206 && !continues)
      fail(failure('bad-response', `${this.host} sent another part than was asked for.`));
    const length = Number(headers['content-length'] ?? Number.NaN);
    const total = status === 206 ? Number(range?.[2]) : length;
    if (Number.isFinite(total) && total !== this.file.bytes) {
      await this.forget();
      throw new WrongFile(`${this.file.bytes} bytes`, `${total} bytes`, this.host);
    }
    const etag = headers.etag ?? '';
    // A weak one names no exact content and is not allowed in If-Range.
    this.etag = etag.startsWith('"') ? etag : undefined;
    await this.parts.files.writeWhole(this.note, JSON.stringify({ url: this.url, etag: this.etag ?? '' }));
    this.output ??= await this.parts.files.openAppend(this.part);
  }

  private async take(bytes: Uint8Array): Promise<void> {
    if (this.have + bytes.byteLength > this.file.bytes) {
      await this.forget();
      throw new WrongFile(`${this.file.bytes} bytes`, 'more bytes', this.host);
    }
    await this.output?.append(bytes);
    this.hash.update(bytes);
    this.have += bytes.byteLength;
    if (this.have - this.flushedAt >= flushBytes) {
      await this.output?.flush();
      this.flushedAt = this.have;
    }
    this.options.onProgress?.(this.have, this.file.bytes);
  }

  private async afterAnswer({ status, headers }: HttpResponse): Promise<Interruption> {
    const because = new FailureError(failure('bad-response', `${this.host} answered ${status}.`, { status }));
    if (status >= 200 && status < 300)
      return { because: new FailureError(failure('network', 'The answer ended early.')) };
    if (status === 416) {
      await this.forget();
      return { because };
    }
    if (status !== 408 && status !== 429 && status < 500) throw because;
    const asked = retryAfterMs(headers, this.parts.clock.now());
    return asked === undefined ? { because } : { because, ms: Math.min(asked, longestPauseMs) };
  }

  private async close(): Promise<void> {
    const { output } = this;
    this.output = undefined;
    await output?.close();
  }

  /** Removes the part; the next piece is the file's first. */
  private async forget(): Promise<void> {
    await this.close();
    await this.parts.files.remove(this.part);
    await this.parts.files.remove(this.note);
    this.hash = createHash('sha256');
    this.have = 0;
    this.flushedAt = 0;
    this.etag = undefined;
  }
}

function pauseMs(without: number): number {
  return Math.min(firstPauseMs * 2 ** Math.max(0, without - 1), longestPauseMs);
}
