/** A client and servers for it, raw and of http, for tests of the client; all of them end with their test. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Server as RawServer, Socket } from 'node:net';
import { createServer as createRawServer } from 'node:net';
import { FailureError } from '../../src/model/failure';
import type { Failure } from '../../src/model/failure';
import type { HttpRequest, HttpResponse } from '../../src/model/ports';
import { NodeHttp } from '../../src/platform/http';
import { DirectRoute } from '../../src/platform/httpRoute';
import { DirectRouter } from './directRouter';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Called in a `describe`. `http` is another client in each test. */
export function httpRig() {
  const closers: (() => void)[] = [];
  let http: NodeHttp;
  beforeEach(() => {
    http = new NodeHttp(new DirectRouter(new DirectRoute('own')));
  });
  afterEach(() => {
    http.close();
    for (const close of closers.splice(0)) close();
  });

  async function serve(handler: Handler): Promise<{ origin: string; server: Server }> {
    const server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
  }
  async function serveRaw(handler: (socket: Socket) => void): Promise<string> {
    const { port } = await rawServer((socket) => socket.once('data', () => handler(socket)), closers);
    return `http://127.0.0.1:${port}`;
  }
  const ask = (url: string, more: Partial<HttpRequest> = {}, from = http): Promise<HttpResponse> =>
    from.request({ method: 'GET', url, signal: new AbortController().signal, timeoutMs: 5000, ...more });
  const textOf = (answer: HttpResponse): string => Buffer.from(answer.body).toString('utf8');
  return {
    ask,
    closers,
    failed: failureOf,
    serve,
    serveRaw,
    textOf,
    get http(): NodeHttp {
      return http;
    },
  };
}

/** A server below http, with its port; `closers` get what ends it. */
export async function rawServer(
  handler: (socket: Socket) => void,
  closers: { push(close: () => void): unknown },
): Promise<RawServer & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    handler(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

/** What the work failed with; anything but a failure is thrown. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    (answer) => assert.fail(`worked: ${String(answer)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof FailureError) return error.failure;
  throw error;
}
