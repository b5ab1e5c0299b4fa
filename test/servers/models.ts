/**
 * A stand-in for the server that models are downloaded from. It does what goes wrong with large files: breaks
 * off, falls silent, sends another file, leads elsewhere, does not know ranges.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ModelServer {
  readonly origin: string;
  /** Method, path and range of each request, in order. */
  readonly asked: string[];
  /** What the next requests meet, in order; after that all is well. */
  readonly moods: Mood[];
  close(): void;
}

export type Mood =
  | { readonly kind: 'breaks'; readonly afterBytes: number }
  | { readonly kind: 'stalls'; readonly afterBytes: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirects'; readonly to: string }
  | { readonly kind: 'content'; readonly content: Buffer; readonly chunked?: boolean }
  | { readonly kind: 'noRanges' }
  | { readonly kind: 'changed'; readonly content: Buffer }
  | { readonly kind: 'packed' };

export async function startModelServer(content: Buffer, etag = '"one"'): Promise<ModelServer> {
  const asked: string[] = [];
  const moods: Mood[] = [];
  const server = createServer((request, response) => {
    asked.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    answer(request, response, moods.shift(), content, etag);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    moods,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mood: Mood | undefined,
  published: Buffer,
  etag: string,
): void {
  if (mood?.kind === 'status') {
    response.writeHead(mood.status, mood.headers).end('Not now.');
    return;
  }
  if (mood?.kind === 'redirects') {
    response.writeHead(302, { location: mood.to }).end();
    return;
  }
  const content = mood?.kind === 'content' || mood?.kind === 'changed' ? mood.content : published;
  const tag = mood?.kind === 'changed' ? '"two"' : etag;
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const same = request.headers['if-range'] === undefined || request.headers['if-range'] === tag;
  const from = wanted === undefined || !same || mood?.kind === 'noRanges' ? 0 : Number(wanted);
  if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const body = content.subarray(from);
  const chunked = mood?.kind === 'content' && mood.chunked === true;
  response.writeHead(from > 0 ? 206 : 200, {
    etag: tag,
    ...(chunked ? {} : { 'content-length': String(body.length) }),
    ...(mood?.kind === 'packed' ? { 'content-encoding': 'gzip' } : {}),
    ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });
  if (mood?.kind === 'breaks') response.write(body.subarray(0, mood.afterBytes), () => response.destroy());
  else if (mood?.kind === 'stalls') response.write(body.subarray(0, mood.afterBytes));
  else response.end(body);
}
