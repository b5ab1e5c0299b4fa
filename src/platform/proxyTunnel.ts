/**
 * A connection through a proxy, made by hand over `net` and `tls`: HTTP CONNECT with Basic auth, SOCKS5
 * with user and password. Names are sent to the proxy unresolved. VS Code's patched stack silently drops
 * the agents of the usual libraries; a socket it does not.
 */
import * as net from 'net';
import * as tls from 'tls';
import type { Proxy } from './proxyAddress';

/** Why a tunnel was not made. */
export class TunnelError extends Error {
  constructor(
    /**
     * `proxy`: the proxy failed; `password`: it wants another; `target`: it cannot reach the host;
     * `no-tunnel`: it works, but makes no tunnel to that port, as many allow only port 443.
     */
    readonly fault: 'proxy' | 'password' | 'target' | 'no-tunnel',
    message: string,
  ) {
    super(message);
  }
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const maxHeadBytes = 16 * 1024;

/** An open connection to host and port, at the far end of the proxy. Throws TunnelError. */
export async function openTunnel(
  proxy: Proxy,
  credentials: Credentials | undefined,
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<net.Socket> {
  const socket = await reach(proxy, signal);
  const stop = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) throw new TunnelError('proxy', 'stopped');
    const line = new Line(socket, proxy.key);
    if (proxy.scheme === 'socks5') await socksConnect(line, proxy, credentials, target);
    else await httpConnect(line, proxy, credentials, target);
    line.leave();
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** An open connection to the proxy itself. Throws TunnelError. */
export function reach(proxy: Proxy, signal: AbortSignal): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const { host, port } = proxy;
    const secure = proxy.scheme === 'https';
    const socket = secure
      ? tls.connect({
          host,
          port,
          ALPNProtocols: ['http/1.1'],
          ...(net.isIP(host) ? {} : { servername: host }),
        })
      : net.connect({ host, port });
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', stop);
      const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
      reject(new TunnelError('proxy', `The proxy ${proxy.key} cannot be reached${code}.`));
    };
    const stop = (): void => {
      socket.destroy();
      fail(new Error('stopped'));
    };
    socket.once('error', fail);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.removeListener('error', fail);
      signal.removeEventListener('abort', stop);
      // Later errors are reported to the reader; without a listener one would end the process.
      socket.on('error', () => undefined);
      socket.setNoDelay(true);
      resolve(socket);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Reads exactly as much as the handshake needs; the rest belongs to the target. */
class Line {
  private readonly pieces: Buffer[] = [];
  private waiting: (() => void) | undefined;
  private ended = false;

  constructor(
    private readonly socket: net.Socket,
    private readonly name: string,
  ) {
    socket.on('readable', this.onReadable);
    socket.once('close', this.onClose);
    socket.once('end', this.onClose);
  }

  // 'readable' and not 'data': when it is removed again the stream waits for its next reader.
  private readonly onReadable = (): void => {
    for (let piece = this.next(); piece; piece = this.next()) this.pieces.push(piece);
    this.waiting?.();
  };
  private readonly onClose = (): void => {
    this.ended = true;
    this.waiting?.();
  };

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  async bytes(count: number): Promise<Buffer> {
    return this.take((all) => (all.length >= count ? count : undefined));
  }

  /** Up to and including the empty line that ends a head. */
  async head(): Promise<string> {
    const found = await this.take((all) => {
      const end = all.indexOf('\r\n\r\n');
      if (end < 0 && all.length > maxHeadBytes) throw this.nonsense();
      return end < 0 ? undefined : end + 4;
    });
    return found.toString('latin1');
  }

  nonsense(): TunnelError {
    return new TunnelError('proxy', `What answers at ${this.name} is no such proxy.`);
  }

  /** Returns the socket, with the bytes that were read too far. */
  leave(): void {
    this.socket.removeListener('readable', this.onReadable);
    this.socket.removeListener('close', this.onClose);
    this.socket.removeListener('end', this.onClose);
    const rest = Buffer.concat(this.pieces.splice(0));
    if (rest.length > 0) this.socket.unshift(rest);
  }

  private next(): Buffer | undefined {
    const piece: unknown = this.socket.read();
    return Buffer.isBuffer(piece) ? piece : undefined;
  }

  private async take(measure: (all: Buffer) => number | undefined): Promise<Buffer> {
    for (;;) {
      const all = Buffer.concat(this.pieces.splice(0));
      const length = measure(all);
      if (length !== undefined) {
        if (length < all.length) this.pieces.push(all.subarray(length));
        return all.subarray(0, length);
      }
      this.pieces.push(all);
      if (this.ended) throw new TunnelError('proxy', `The proxy ${this.name} closed the connection.`);
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
  }
}

/** The header that identifies us to an HTTP proxy; undefined where none is needed. */
export function proxyAuthorization(credentials: Credentials | undefined): string | undefined {
  if (credentials === undefined) return undefined;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

async function httpConnect(
  line: Line,
  proxy: Proxy,
  credentials: Credentials | undefined,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const basic = proxyAuthorization(credentials);
  line.write(
    `CONNECT ${name} HTTP/1.1\r\nHost: ${name}\r\n` +
      `${basic === undefined ? '' : `Proxy-Authorization: ${basic}\r\n`}\r\n`,
  );
  let status: number;
  do {
    const head = await line.head();
    const found = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (found === undefined) throw line.nonsense();
    status = Number(found);
  } while (status < 200);
  if (status < 300) return;
  // tinyproxy returns 401.
  if (status === 407 || status === 401)
    throw new TunnelError('password', `The proxy ${proxy.key} wants another user name or password.`);
  // 5xx: the proxy could not reach the host; any other is its own refusal.
  throw new TunnelError(
    status >= 500 ? 'target' : 'no-tunnel',
    `The proxy ${proxy.key} did not connect to ${host} (${status}).`,
  );
}

const socksReplies: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'timed out',
  7: 'cannot connect',
  8: 'no such kind of address',
};

async function socksConnect(
  line: Line,
  proxy: Proxy,
  credentials: Credentials | undefined,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  // RFC 1928: version, number of methods, methods (0 none, 2 user and password).
  line.write(Uint8Array.from(credentials ? [5, 2, 0, 2] : [5, 1, 0]));
  const [version, method] = await line.bytes(2);
  if (version !== 5) throw line.nonsense();
  if (method === 2 && credentials) {
    // RFC 1929.
    const user = Buffer.from(credentials.user).subarray(0, 255);
    const password = Buffer.from(credentials.password).subarray(0, 255);
    line.write(
      Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]),
    );
    const [, refused] = await line.bytes(2);
    if (refused !== 0)
      throw new TunnelError('password', `The proxy ${proxy.key} refused user name and password.`);
  } else if (method !== 0)
    throw new TunnelError('password', `The proxy ${proxy.key} wants a user name and a password.`);
  const name = Buffer.from(host);
  if (name.length > 255) throw new TunnelError('target', 'The name of the host is too long.');
  const family = net.isIP(host);
  const address =
    family === 4
      ? Buffer.from([1, ...host.split('.').map(Number)])
      : family === 6
        ? Buffer.from([4, ...sixteen(host)])
        : Buffer.concat([Buffer.from([3, name.length]), name]);
  line.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 255])]));
  const [again, reply = 1, , kind] = await line.bytes(4);
  if (again !== 5) throw line.nonsense();
  if (reply !== 0) {
    const why = socksReplies[reply] ?? `error ${reply}`;
    throw new TunnelError(
      reply >= 3 && reply <= 6 ? 'target' : 'proxy',
      `The proxy ${proxy.key} did not connect to ${host} (${why}).`,
    );
  }
  const length = kind === 1 ? 4 : kind === 4 ? 16 : kind === 3 ? ((await line.bytes(1))[0] ?? 0) : undefined;
  if (length === undefined) throw line.nonsense();
  await line.bytes(length + 2);
}

function sixteen(address: string): readonly number[] {
  // The URL parser has one written form for each address.
  const inner = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [left = '', right] = inner.split('::');
  const words = (part: string): string[] => part.split(':').filter((word) => word !== '');
  const head = words(left);
  const tail = right === undefined ? [] : words(right);
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return all.flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 255];
  });
}
