/**
 * A proxy on loopback for programs that fetch by themselves (yt-dlp). It lets them reach public addresses
 * and the one the user named, never another private one, whatever a page, playlist or redirect says; and it
 * sends everything through the user's own proxies, whose passwords are therefore never in arguments.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { lookup } from 'node:dns/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { failure, FailureError, toFailure, type Failure } from '../model/failure';
import type { Outlet, Outlets, OutletRequest, Reach, Via } from '../model/ports';
import { urlOf } from '../model/webUrl';
import { bareHost, mayBePublic } from '../model/addresses';
import { NamedHosts, RefusedAddress, refusal } from './namedHosts';
import { networkStateOf } from './networkState';

/** How a connection is made: checks the address, then goes direct or through a proxy. Throws FailureError. */
export type Dial = (
  target: { readonly host: string; readonly port: number },
  options: {
    readonly reach: Reach;
    readonly identity: string;
    readonly signal: AbortSignal;
    /** For one plain request, which a proxy may want to receive directly. */
    readonly plain?: boolean;
  },
) => Promise<Dialled>;

export interface Dialled {
  readonly socket: Socket;
  readonly via: Via;
  /** The connection ends at a proxy that expects the request with its whole address and these headers. */
  readonly handed?: Readonly<Record<string, string>>;
}

/** Directly to the host: every address of its name is checked, and the checked one is connected to. */
export function directDial(hosts = new NamedHosts()): Dial {
  return (target, options) => dialDirectly(target, options, hosts);
}

async function dialDirectly(
  { host, port }: Parameters<Dial>[0],
  { reach, signal }: Parameters<Dial>[1],
  hosts: NamedHosts,
): Promise<Dialled> {
  const publicOnly = reach !== 'asked';
  if (publicOnly && !mayBePublic(host)) throw refusal(host, reach);
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    throw notReached(`No address for ${host}`, error, host);
  });
  let addresses: typeof found;
  try {
    addresses = [...hosts.admit(host, found, publicOnly)];
  } catch (error) {
    throw error instanceof RefusedAddress ? refusal(host, reach) : error;
  }
  let last: unknown;
  for (const { address } of addresses.slice(0, 4)) {
    try {
      return { socket: await connected(address, port, signal), via: 'direct' };
    } catch (error) {
      last = error;
    }
  }
  throw notReached(`No connection to ${host}`, last ?? new Error('no address'), host);
}

function notReached(words: string, error: unknown, host: string): FailureError {
  const reason = error instanceof Error ? error.message : String(error);
  const state = networkStateOf(error, host);
  return new FailureError(
    failure('network', `${words} (${reason}).`, {
      unsent: true,
      ...(state === undefined ? {} : { subject: state }),
    }),
  );
}

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

/** One proxy for each program: opened before it starts, closed when it has ended or `signal` aborts. */
export function createOutlets(dial: Dial): Outlets {
  return {
    open: async (request) => {
      const outlet = new FilterOutlet(dial, request);
      await outlet.listen();
      return outlet;
    },
  };
}

const hopHeaders = /^(proxy-.*|connection|keep-alive|te|trailer|upgrade)$/i;
const withoutHops = (headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.test(name)));

class FilterOutlet implements Outlet {
  readonly failures: Failure[] = [];
  via: Via = 'direct';
  connections = 0;
  /** Any program on this machine can reach a loopback port; only the one we start knows the password. */
  private readonly password = randomBytes(18).toString('hex');
  private readonly expected = Buffer.from(`Basic ${Buffer.from(`x:${this.password}`).toString('base64')}`);
  private readonly sockets = new Set<Socket>();
  private readonly stop = new AbortController();
  private readonly server = http.createServer((incoming, outgoing) => {
    void this.forward(incoming, outgoing);
  });
  private port = 0;

  constructor(
    private readonly dial: Dial,
    private readonly request: OutletRequest,
  ) {}

  private readonly onAbort = (): void => this.end();

  async listen(): Promise<void> {
    const { server } = this;
    server.on('connect', (incoming: http.IncomingMessage, client: Socket, head: Buffer) =>
      this.tunnel(incoming, client, head),
    );
    server.on('clientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    server.unref();
    this.port = (server.address() as AddressInfo).port;
    this.request.signal.addEventListener('abort', this.onAbort, { once: true });
  }

  get environment(): Readonly<Record<string, string>> {
    const url = `http://x:${this.password}@127.0.0.1:${this.port}`;
    // Python's urllib knows no all_proxy for ftp.
    const names = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy'];
    return Object.fromEntries(
      [...names, ...names.map((name) => name.toUpperCase())].map((name) => [name, url]),
    );
  }

  close(): void {
    this.request.signal.removeEventListener('abort', this.onAbort);
    this.end();
  }

  private end(): void {
    this.stop.abort();
    this.server.close();
    this.server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
  }

  private authorised({ headers }: http.IncomingMessage): boolean {
    const given = Buffer.from(headers['proxy-authorization'] ?? '');
    return given.length === this.expected.length && timingSafeEqual(given, this.expected);
  }

  private async connect(host: string, port: number, plain = false): Promise<Dialled> {
    this.connections += 1;
    const { asked, identity } = this.request;
    const reach = isAsked(asked, host, port) ? (this.request.reach ?? 'asked') : 'public-only';
    const dialled = await this.dial({ host, port }, { reach, identity, signal: this.stop.signal, plain });
    this.via = dialled.via;
    const { socket } = dialled;
    if (this.stop.signal.aborted) socket.destroy();
    this.keep(socket);
    return dialled;
  }

  /** Until it closes by itself, or the outlet does. */
  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
  }

  private refuse(error: unknown): { readonly status: number; readonly reason: string } {
    const why = toFailure(error);
    this.failures.push(why);
    if (why.code === 'timeout') return { status: 504, reason: 'Gateway Timeout' };
    return why.code === 'network'
      ? { status: 502, reason: 'Bad Gateway' }
      : { status: 403, reason: 'Refused' };
  }

  /** Plain http: one request and its answer. */
  private async forward(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    if (!this.authorised(incoming)) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="outlet"' }).end();
      return;
    }
    const url = urlOf(incoming.url ?? '');
    if (url?.protocol !== 'http:') {
      outgoing.writeHead(400).end();
      return;
    }
    try {
      const { socket, handed } = await this.connect(bareHost(url.hostname), Number(url.port || 80), true);
      const place = handed === undefined ? '' : `http://${url.host}`;
      const onward = new http.ClientRequest({
        method: incoming.method,
        path: `${place}${url.pathname}${url.search}`,
        headers: { ...withoutHops(incoming.headers), ...handed, host: url.host, connection: 'close' },
        setHost: false,
        // VS Code replaces http.request and drops its agent; a request made this way keeps our socket.
        createConnection: () => socket,
      });
      onward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, { ...withoutHops(answer.headers), connection: 'close' });
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
      const { status, reason } = this.refuse(error);
      outgoing.writeHead(status, reason).end();
    }
  }

  /** Everything else: bytes in both directions, once the address was accepted. */
  private tunnel(incoming: http.IncomingMessage, client: Socket, head: Buffer): void {
    this.keep(client);
    if (!this.authorised(incoming)) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="outlet"\r\n\r\n',
      );
      return;
    }
    const [, host = '', port = '0'] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(incoming.url ?? '') ?? [];
    this.connect(host, Number(port)).then(
      ({ socket }) => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) socket.write(head);
        socket.pipe(client).pipe(socket);
        socket.once('close', () => client.destroy());
        client.once('close', () => socket.destroy());
      },
      (error: unknown) => {
        const { status, reason } = this.refuse(error);
        client.end(`HTTP/1.1 ${status} ${reason}\r\n\r\n`);
      },
    );
  }
}

/** Host and port as the user named them; other ports of a private machine were not named. */
function isAsked(asked: string | undefined, host: string, port: number): boolean {
  const url = asked === undefined ? undefined : urlOf(asked);
  if (url === undefined) return false;
  const askedPort = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return bareHost(url.hostname).toLowerCase() === host.toLowerCase() && askedPort === port;
}
