/** Parses proxies: of the setting `proxies`, of the environment, and the exceptions of NO_PROXY. */
import ipaddr from 'ipaddr.js';
import { failure, FailureError } from '../model/failure';
import type { Via } from '../model/ports';
import { urlOf } from '../model/webUrl';
import { bareHost, isLoopback } from '../model/addresses';

export interface Proxy {
  readonly scheme: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  /** Only from the environment; those of the setting are in secret storage, under `key`. */
  readonly password?: string;
  readonly via: Via;
  /** The address without user and password: safe to show, identifies the proxy in health and secrets. */
  readonly key: string;
}

const torPort = 9050;
const defaultPorts = { http: 80, https: 443, socks5: 1080 } as const;

/** Reads `http://`, `https://`, `socks5://`, `socks5h://` or `tor`; undefined for anything else. */
export function parseProxy(text: string): Proxy | undefined {
  const written = text.trim();
  if (written.toLowerCase() === 'tor')
    return { scheme: 'socks5', host: '127.0.0.1', port: torPort, via: 'tor', key: 'tor' };
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  const url = urlOf(full);
  if (url === undefined) return undefined;
  const scheme = schemeOf(url.protocol);
  const host = bareHost(url.hostname);
  if (scheme === undefined || host === '') return undefined;
  const user = decoded(url.username);
  const password = decoded(url.password);
  return {
    scheme,
    host,
    port: url.port === '' ? defaultPorts[scheme] : Number(url.port),
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password }),
    via: 'proxy',
    key: `${url.protocol}//${url.host}`,
  };
}

function schemeOf(protocol: string): Proxy['scheme'] | undefined {
  switch (protocol) {
    case 'http:':
      return 'http';
    case 'https:':
      return 'https';
    // With and without the h: names are always resolved at the proxy, so that none is leaked here.
    case 'socks5:':
    case 'socks5h:':
    case 'socks:':
      return 'socks5';
    default:
      return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment's proxy for an address; loopback never uses one. Throws FailureError `network` when it is
 * invalid: no request bypasses a proxy that was intended.
 */
export function environmentProxy(
  env: Environment,
  secure: boolean,
  host: string,
  port: number,
): Proxy | undefined {
  const read = (name: string): string | undefined => {
    const value = env[name] ?? env[name.toUpperCase()];
    return value === undefined || value.trim() === '' ? undefined : value;
  };
  // HTTP_PROXY in capitals can be set from outside in a CGI program; this is not one, so both count.
  const written = read(secure ? 'https_proxy' : 'http_proxy') ?? read('all_proxy');
  if (written === undefined || isLoopback(host) || isExcepted(read('no_proxy') ?? '', host, port))
    return undefined;
  const proxy = parseProxy(written);
  if (proxy !== undefined) return proxy;
  const names = secure ? 'HTTPS_PROXY or ALL_PROXY' : 'HTTP_PROXY or ALL_PROXY';
  const ways = 'http://, https://, socks5:// or socks5h:// address';
  throw new FailureError(
    failure('network', `The proxy of the environment is not understood. Write an ${ways} in ${names}.`),
  );
}

/** NO_PROXY: names with everything below them, addresses, ranges, `*`; each with a port if wanted. */
function isExcepted(list: string, host: string, port: number): boolean {
  const bare = bareHost(host).toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '' || entry === '*') return entry === '*';
      if (isInRange(bare, entry)) return true;
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const suffix = bareHost(name).replace(/^\*?\./, '');
      const fits = bare === suffix || bare.endsWith(`.${suffix}`);
      return fits && (only === undefined || Number(only) === port);
    });
}

function isInRange(address: string, range: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  try {
    return parsed instanceof ipaddr.IPv4
      ? parsed.match(ipaddr.IPv4.parseCIDR(range))
      : parsed.match(ipaddr.IPv6.parseCIDR(range));
  } catch {
    return false;
  }
}
