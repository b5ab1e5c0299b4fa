/**
 * The route through one proxy. Requests are made with `new http.ClientRequest` and an agent of our own: VS
 * Code patches `http.request`, and would silently drop the agent there.
 */
import * as http from 'http';
import * as tls from 'tls';
import { isIP } from 'net';
import type { Duplex } from 'node:stream';
import { lookup } from 'node:dns/promises';
import { bareHost, mayBePublic } from '../model/addresses';
import type { NamedHosts } from './namedHosts';
import type { Opened, Route } from './httpRoute';
import type { Proxy } from './proxyAddress';
import { TunnelError } from './proxyTunnel';

export interface Target {
  readonly host: string;
  readonly port: number;
}
/**
 * Opens a connection at the far end of the proxy, or to the proxy where it receives requests itself; throws
 * TunnelError.
 */
export type Connect = (target: Target) => Promise<Duplex>;

type Done = (error: Error | null, stream?: Duplex) => void;

/** Its connections go through a proxy; kept alive on request. */
export class TunnelAgent extends http.Agent {
  // Read by Node: the protocol that requests must have, and the default port that a Host header omits.
  readonly protocol: string;
  readonly defaultPort: number;

  constructor(
    private readonly connect: Connect,
    private readonly secure: boolean,
    keepAlive: boolean,
  ) {
    super({ keepAlive, ...(keepAlive ? { keepAliveMsecs: 15_000, scheduling: 'lifo' } : {}) });
    this.protocol = secure ? 'https:' : 'http:';
    this.defaultPort = secure ? 443 : 80;
  }

  /** Called by Node for each new connection; the result goes to `done`. */
  override createConnection(options: http.ClientRequestArgs, done: Done): undefined {
    const host = bareHost(options.host ?? '');
    const port = Number(options.port ?? this.defaultPort);
    this.connect({ host, port }).then(
      (stream) => {
        if (this.secure) secured(stream, host, done);
        else done(null, stream);
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
    return undefined;
  }
}

function secured(stream: Duplex, host: string, done: Done): void {
  const socket = tls.connect({
    socket: stream,
    ALPNProtocols: ['http/1.1'],
    host,
    ...(isIP(host) ? {} : { servername: host }),
  });
  const fail = (error: Error): void => {
    stream.destroy();
    done(error);
  };
  const closed = (): void => {
    fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
  };
  socket.once('error', fail);
  socket.once('close', closed);
  socket.once('secureConnect', () => {
    socket.removeListener('error', fail);
    socket.removeListener('close', closed);
    done(null, socket);
  });
}

export class ProxyRoute implements Route {
  constructor(
    readonly proxy: Proxy,
    private readonly agentFor: (secure: boolean, fresh: boolean) => TunnelAgent,
    private readonly hosts: NamedHosts,
    /** Called with each answer's status. */
    private readonly told: (status: number) => void,
    /** Where the proxy receives plain requests itself (RFC 9112 3.2.2): the headers for it. */
    private readonly handed?: () => Promise<Readonly<Record<string, string>>>,
  ) {}

  worked(status: number): void {
    if (this.handed !== undefined && status === 407)
      throw new TunnelError('password', `The proxy ${this.key} wants another user name or password.`);
    this.told(status);
  }

  get key(): string {
    return this.proxy.key;
  }

  async open(url: URL, options: http.RequestOptions, publicOnly: boolean): Promise<Opened> {
    const host = bareHost(url.hostname);
    await checkNearProxy(this.proxy, host, publicOnly, this.hosts);
    const secure = url.protocol === 'https:';
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    const auth =
      url.username === '' && url.password === ''
        ? {}
        : { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` };
    // `agent: false` requests a connection that is not shared.
    const agent = this.agentFor(secure, options.agent === false);
    const place = this.handed === undefined ? '' : `http://${url.host}`;
    const forProxy = Object.entries((await this.handed?.()) ?? {});
    const request = new http.ClientRequest({
      method: options.method,
      ...auth,
      protocol: url.protocol,
      host,
      port,
      path: `${place}${url.pathname}${url.search}`,
      headers: options.headers,
      agent,
    });
    for (const [name, value] of forProxy) request.setHeader(name, value);
    return {
      request,
      address: () => undefined,
      via: () => this.proxy.via,
      refused: () => undefined,
    };
  }
}

/**
 * A proxy on this computer or network reaches private addresses too. What its name resolves to here is
 * checked (throws RefusedAddress); not for Tor, which refuses private addresses itself and exists so that
 * no name is resolved locally.
 */
export async function checkNearProxy(
  proxy: Proxy,
  host: string,
  publicOnly: boolean,
  hosts: NamedHosts,
): Promise<void> {
  if (proxy.via === 'tor' || mayBePublic(proxy.host) || isIP(host)) return;
  const addresses = await lookup(host, { all: true }).catch(() => []);
  hosts.admit(host, addresses, publicOnly);
}
