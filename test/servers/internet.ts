/**
 * The internet on loopback: a proxy through which `*.example` hosts are reached, each with a configured
 * answer, and with a record of every requested host. Also a server that must never be asked.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export type Site = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export class Internet {
  /** `host:port` of each tunnel that was asked for. */
  readonly targets: string[] = [];
  private readonly sockets = new Set<Duplex>();

  private constructor(
    private readonly sites: Server,
    private readonly proxy: Server,
    /** For the setting `proxies`. */
    readonly address: string,
  ) {}

  /** `sites`: by host name. Addresses on loopback are passed on as they are; all else is not there. */
  static async start(sites: Readonly<Record<string, Site>>): Promise<Internet> {
    const web = createServer((request, response) => {
      const site = sites[(request.headers.host ?? '').replace(/:\d+$/, '')];
      if (site) site(request, response);
      else response.writeHead(404).end();
    });
    const webPort = await listen(web);
    const proxy = createServer();
    const port = await listen(proxy);
    const internet = new Internet(web, proxy, `http://127.0.0.1:${port}`);
    proxy.on('connect', (request, socket: Duplex) => internet.tunnel(request.url ?? '', socket, webPort));
    return internet;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([close(this.sites), close(this.proxy)]);
  }

  private tunnel(target: string, socket: Duplex, webPort: number): void {
    this.targets.push(target);
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(target) ?? [];
    const isExample = host.endsWith('.example');
    if (!isExample && host !== '127.0.0.1') {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const upstream = connect(isExample ? webPort : Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) {
      this.sockets.add(end);
      end.on('error', () => {
        upstream.destroy();
        socket.destroy();
      });
      end.on('close', () => this.sockets.delete(end));
    }
  }
}

/** Records whoever comes: the place where a hostile folder would like our keys and requests to go. */
export class Attacker {
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<Attacker> {
    const server = createServer();
    const attacker = new Attacker(server, await listen(server));
    server.on('connection', () => attacker.requests.push('a connection'));
    server.on('connect', (_request, socket: Duplex) => socket.destroy());
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      attacker.requests.push(
        `${request.method ?? ''} ${request.url ?? ''} ${JSON.stringify(request.headers)}`,
      );
      response.writeHead(200, { 'content-type': 'text/vtt' });
      response.end('WEBVTT\n\n00:00.000 --> 00:01.000\nwords of the attacker\n');
    });
    return attacker;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return close(this.server);
  }
}
