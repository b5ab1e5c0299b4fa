/**
 * The direct route. Inside VS Code the user's own proxy and certificates apply, because `http` and `https`
 * are patched there: but only under these bare names (not `node:http`), only through `request`, and with
 * `http.proxySupport: on` only when no agent is given.
 */
import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import * as http from 'http';
import * as https from 'https';
import { isIP } from 'net';
import type { LookupFunction, Socket } from 'net';
import type { HttpRequest, Via } from '../model/ports';
import { bareHost, isPublicAddress } from '../model/addresses';
import { NamedHosts, RefusedAddress } from './namedHosts';

export interface Opened {
  readonly request: http.ClientRequest;
  /** The connected address, where it is known: not behind a proxy. */
  address(): string | undefined;
  via(): Via;
  /** Why we refused the connection, if we did. */
  refused(): RefusedAddress | undefined;
}

export interface Route {
  /** Names the proxy; absent for the direct route. */
  readonly key?: string;
  /** Starts a request; with `publicOnly` it connects only to public addresses. */
  open(url: URL, options: http.RequestOptions, publicOnly: boolean, signal: AbortSignal): Promise<Opened>;
  /** Called with each answer's status. Throws TunnelError where the answer is the proxy's own. */
  worked?(status: number): void;
}

export interface Router {
  /** `tried`: keys of the routes that failed for this request before anything was sent. */
  routeFor(request: HttpRequest, tried: ReadonlySet<string>): Promise<Route>;
  /** Whether there is a route that was not tried. */
  hasAnother(tried: ReadonlySet<string>): boolean;
  close(): void;
}

export type Lookup = (
  host: string,
  options: { all: true; family?: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const agentOptions: http.AgentOptions = {
  keepAlive: true,
  keepAliveMsecs: 15_000,
  scheduling: 'lifo',
  timeout: 0,
};

/**
 * `host`: inside VS Code, whose patched stack chooses proxy, certificates and agent. `own`: agents of our own
 * with connections kept alive; public-only requests never share a connection with others.
 */
export class DirectRoute implements Route {
  private readonly agents?: Readonly<Record<string, http.Agent>>;
  /** VS Code has sent a request through a proxy, which resolves names itself. */
  private seesProxy = false;

  constructor(
    stack: 'host' | 'own',
    private readonly lookup: Lookup = systemLookup,
    private readonly hosts = new NamedHosts(),
  ) {
    if (stack === 'own')
      this.agents = {
        'http:': new http.Agent(agentOptions),
        'https:': new https.Agent(agentOptions),
        'public http:': new http.Agent(agentOptions),
        'public https:': new https.Agent(agentOptions),
      };
  }

  async open(url: URL, options: http.RequestOptions, publicOnly: boolean): Promise<Opened> {
    // A proxy of VS Code may be on this computer or network: the name is resolved here first.
    if (this.agents === undefined && (publicOnly || this.seesProxy)) await this.lookFirst(url, publicOnly);
    let refused: RefusedAddress | undefined;
    let address: string | undefined;
    let proxied = false;
    const refuse = (): RefusedAddress => (refused = new RefusedAddress(url.hostname));
    const admit = (addresses: readonly LookupAddress[]): readonly LookupAddress[] | undefined => {
      try {
        return this.hosts.admit(url.hostname, addresses, publicOnly);
      } catch {
        refuse();
        return undefined;
      }
    };
    const lookup: LookupFunction = (host, asked, callback) => {
      const family = asked.family === 4 || asked.family === 6 ? { family: asked.family } : {};
      this.lookup(host, { all: true, ...family }, (error, addresses) => {
        if (error) {
          callback(error, '', 0);
          return;
        }
        const admitted = admit(addresses);
        const [found] = admitted ?? [];
        if (admitted === undefined) callback(refuse(), '', 0);
        else if (!found) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
        else if (asked.all) callback(null, [...admitted]);
        else callback(null, found.address, found.family);
      });
    };
    const scheme = publicOnly ? `public ${url.protocol}` : url.protocol;
    const { agent: wish, ...rest } = options;
    // VS Code decides by itself; here no agent means a connection that is not shared.
    const agent = this.agents === undefined ? undefined : wish === false ? false : this.agents[scheme];
    const full = { ...rest, lookup, autoSelectFamily: true, ...(agent === undefined ? {} : { agent }) };
    const request = url.protocol === 'https:' ? https.request(url, full) : http.request(url, full);
    // VS Code reports which proxy a request used; behind one, the address seen is the proxy's.
    request.on('proxy', (used: { readonly proxy?: unknown }) => {
      proxied ||= used.proxy !== 'DIRECT' && used.proxy !== 'EMPTY';
      this.seesProxy ||= proxied;
    });
    request.on('socket', (socket: Socket) => {
      const check = (): void => {
        address = socket.remoteAddress;
        // A second check of the real connection: a kept-alive one did not use our lookup.
        if (publicOnly && !proxied && address !== undefined && !isPublicAddress(address)) {
          request.destroy(refuse());
        }
      };
      if (socket.connecting) socket.once('connect', check);
      else check();
    });
    return {
      request,
      address: () => (proxied ? undefined : address),
      via: () => (proxied ? 'proxy' : 'direct'),
      refused: () => refused,
    };
  }

  /** Throws RefusedAddress. A name that only the proxy can resolve passes: it is judged by its form. */
  private lookFirst({ hostname }: URL, publicOnly: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (isIP(bareHost(hostname)) !== 0) {
        resolve();
        return;
      }
      this.lookup(hostname, { all: true }, (error, addresses) => {
        try {
          if (!error) this.hosts.admit(hostname, addresses, publicOnly);
          resolve();
        } catch (refused) {
          reject(refused instanceof Error ? refused : new Error(String(refused)));
        }
      });
    });
  }

  close(): void {
    for (const agent of Object.values(this.agents ?? {})) agent.destroy();
  }
}
