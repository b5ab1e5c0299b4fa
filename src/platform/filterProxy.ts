/**
 * A proxy on loopback for programs that fetch by themselves (yt-dlp). It lets them reach public addresses
 * and the one the user named, never another private one, whatever a page, playlist or redirect says; and it
 * passes everything on through the user's own proxies, whose passwords thus never stand in arguments.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { lookup } from 'node:dns/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { failure, FailureError, toFailure, type Failure } from '../model/failure';
import type { Outlet, Outlets, OutletRequest, Via } from '../model/ports';
import { urlOf } from '../model/webUrl';
import { bareHost, isPublicAddress, mayBePublic } from './addresses';

/** How a connection is made: checks the address, then goes direct or through a proxy. Throws FailureError. */
export type Dial = (
  target: { readonly host: string; readonly port: number },
  options: {
    readonly reach: 'asked' | 'public-only';
    readonly identity: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly socket: Socket; readonly via: Via }>;

/** Straight to the host: every address of its name is checked, and the one that was checked is connected to. */
export const directDial: Dial = async ({ host, port }, { reach, signal }) => {
  const refused = (): FailureError =>
    new FailureError(
      failure('invalid-url', `${host} is a private address; a public page may not lead there.`),
    );
  if (reach === 'public-only' && !mayBePublic(host)) throw refused();
  const addresses = await lookup(host, { all: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FailureError(failure('network', `No address for ${host} (${reason}).`));
  });
  if (reach === 'public-only' && !addresses.every(({ address }) => isPublicAddress(address))) throw refused();
  let last: unknown;
  for (const { address } of addresses.slice(0, 4)) {
    try {
      return { socket: await connected(address, port, signal), via: 'direct' };
    } catch (error) {
      last = error;
    }
  }
  const reason = last instanceof Error ? last.message : 'no address';
  throw new FailureError(failure('network', `No connection to ${host} (${reason}).`));
};

const connectTimeoutMs = 15_000;

function connected(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal, timeout: connectTimeoutMs });
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('timeout', () => socket.destroy(new Error('timed out')));
    socket.once('error', reject);
  });
}

export function createOutlets(dial: Dial): Outlets {
  return { open: (request) => open(dial, request) };
}

const hopHeaders = /^(proxy-.*|connection|keep-alive|te|trailer|upgrade)$/i;

async function open(dial: Dial, request: OutletRequest): Promise<Outlet> {
  // Any program of this machine can reach a loopback port; only the one we start knows the password.
  const password = randomBytes(18).toString('hex');
  const expected = Buffer.from(`Basic ${Buffer.from(`x:${password}`).toString('base64')}`);
  const failures: Failure[] = [];
  const sockets = new Set<Socket>();
  const stop = new AbortController();
  let via: Via = 'direct';
  let count = 0;

  const authorised = (header: string | undefined): boolean => {
    const given = Buffer.from(header ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  const connect = async (host: string, port: number): Promise<Socket> => {
    count += 1;
    const dialled = await dial(
      { host, port },
      {
        reach: isAsked(request.asked, host, port) ? 'asked' : 'public-only',
        identity: request.identity,
        signal: stop.signal,
      },
    );
    via = dialled.via;
    const { socket } = dialled;
    if (stop.signal.aborted) socket.destroy();
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const refuse = (error: unknown): { status: number; reason: string } => {
    const why = toFailure(error);
    failures.push(why);
    return why.code === 'timeout'
      ? { status: 504, reason: 'Gateway Timeout' }
      : why.code === 'network'
        ? { status: 502, reason: 'Bad Gateway' }
        : { status: 403, reason: 'Refused' };
  };

  const server = http.createServer((incoming, outgoing) => {
    void forward(incoming, outgoing);
  });
  const forward = async (incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> => {
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    if (!authorised(incoming.headers['proxy-authorization'])) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="outlet"' }).end();
      return;
    }
    const target = incoming.url ?? '';
    const url = urlOf(target);
    if (url?.protocol !== 'http:') {
      outgoing.writeHead(400).end();
      return;
    }
    try {
      const socket = await connect(bareHost(url.hostname), Number(url.port || 80));
      const headers = Object.entries(incoming.headers).filter(([name]) => !hopHeaders.test(name));
      const onward = new http.ClientRequest({
        method: incoming.method,
        path: `${url.pathname}${url.search}`,
        headers: { ...Object.fromEntries(headers), host: url.host, connection: 'close' },
        setHost: false,
        // VS Code replaces http.request and drops its agent; a request made this way keeps our socket.
        createConnection: () => socket,
      });
      onward.on('response', (answer) => {
        const back = Object.entries(answer.headers).filter(([name]) => !hopHeaders.test(name));
        outgoing.writeHead(answer.statusCode ?? 502, { ...Object.fromEntries(back), connection: 'close' });
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      });
      onward.on('error', () => {
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(502).end();
      });
      outgoing.once('close', () => onward.destroy());
      incoming.pipe(onward);
    } catch (error) {
      const { status, reason } = refuse(error);
      outgoing.writeHead(status, reason).end();
    }
  };
  server.on('connect', (incoming: http.IncomingMessage, client: Socket, head: Buffer) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    client.once('close', () => sockets.delete(client));
    if (!authorised(incoming.headers['proxy-authorization'])) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="outlet"\r\n\r\n',
      );
      return;
    }
    const target = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(incoming.url ?? '');
    const [, host = '', port = '0'] = target ?? [];
    connect(host, Number(port)).then(
      (socket) => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) socket.write(head);
        socket.pipe(client).pipe(socket);
        socket.once('close', () => client.destroy());
        client.once('close', () => socket.destroy());
      },
      (error: unknown) => {
        const { status, reason } = refuse(error);
        client.end(`HTTP/1.1 ${status} ${reason}\r\n\r\n`);
      },
    );
  });
  server.on('clientError', (_error, socket) => socket.destroy());

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    stop.abort();
    server.close();
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  };
  request.signal.addEventListener('abort', close, { once: true });
  const url = `http://x:${password}@127.0.0.1:${port}`;
  return {
    environment: Object.fromEntries(
      ['http_proxy', 'https_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].map((name) => [
        name,
        url,
      ]),
    ),
    get via() {
      return via;
    },
    get connections() {
      return count;
    },
    failures,
    close: () => {
      request.signal.removeEventListener('abort', close);
      close();
    },
  };
}

/** Host and port as the user named them; a private machine's other ports were not named. */
function isAsked(asked: string | undefined, host: string, port: number): boolean {
  const url = asked === undefined ? undefined : urlOf(asked);
  if (url === undefined) return false;
  const askedPort = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return bareHost(url.hostname).toLowerCase() === host.toLowerCase() && askedPort === port;
}
