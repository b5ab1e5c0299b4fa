/**
 * Chooses the route of each request: a listed proxy, else the environment's, else direct. A listed proxy is
 * used for everything, loopback included, and its failure never leads to a direct request.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { FailureError, failure } from '../model/failure';
import type { HttpRequest, Secrets } from '../model/ports';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import { bareHost, isLoopback, mayBePublic } from '../model/addresses';
import type { Dial } from './filterProxy';
import { directDial } from './filterProxy';
import { NamedHosts, RefusedAddress, refusal } from './namedHosts';
import type { Route, Router } from './httpRoute';
import { environmentProxy, parseProxy } from './proxyAddress';
import type { Proxy } from './proxyAddress';
import type { ProxyHealth } from './proxyHealth';
import { ProxyRoute, TunnelAgent, checkNearProxy } from './proxyRoute';
import type { Target } from './proxyRoute';
import { TunnelError, openTunnel, proxyAuthorization, reach } from './proxyTunnel';
import type { Credentials } from './proxyTunnel';

const connectTimeoutMs = 10_000;
/** A new circuit takes time. */
const torTimeoutMs = 30_000;
/** How long an exit rests after the service has throttled it. */
const throttledRestMs = 60_000;
const maxRemembered = 5000;

export interface ProxyRouterOptions {
  readonly direct: Route & { close(): void };
  readonly settings: () => Pick<Settings, 'proxies' | 'proxy.mode'>;
  readonly secrets: Secrets;
  readonly health: ProxyHealth;
  readonly hosts?: NamedHosts;
  /** The environment whose proxies count; absent inside VS Code, whose own stack handles that. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** VS Code's `http.proxy`, for the programs we start: their requests do not use its stack. */
  readonly hostProxy?: () => string | undefined;
}

export class ProxyRouter implements Router {
  private readonly agents = new Map<string, TunnelAgent>();
  /** Which exit an identity has: both requests of an attempt use the same one. */
  private readonly exits = new Map<string, string>();
  /** Proxies that make no tunnel for plain http: they receive the request itself, as from browsers. */
  private readonly handed = new Set<string>();
  private turn = 0;
  private readonly hosts: NamedHosts;
  private readonly dialDirectly: Dial;

  constructor(private readonly options: ProxyRouterOptions) {
    this.hosts = options.hosts ?? new NamedHosts();
    this.dialDirectly = directDial(this.hosts);
  }

  async routeFor(request: HttpRequest, tried: ReadonlySet<string>): Promise<Route> {
    const { direct } = this.options;
    const url = urlOf(request.url);
    if (url === undefined) return direct;
    const listed = this.listed();
    const secure = url.protocol === 'https:';
    if (listed.length === 0) {
      const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
      const found = this.fromEnvironment(secure, url.hostname, port);
      return found ? this.route(found, request.identity, false, secure) : direct;
    }
    if (request.ownMachine === true && isLoopback(url.hostname)) return direct;
    const proxy = await this.choose(listed, request.identity, tried);
    return this.route(proxy, request.identity, true, secure);
  }

  hasAnother(tried: ReadonlySet<string>): boolean {
    return this.listed().some(({ key }) => !tried.has(key));
  }

  /** A bare connection for the programs we start, by the same rules. */
  readonly dial: Dial = async (target, { reach, identity, signal, plain = false }) => {
    const publicOnly = reach !== 'asked';
    const tried = new Set<string>();
    for (;;) {
      const listed = this.listed();
      const proxy =
        listed.length > 0
          ? await this.choose(listed, identity, tried)
          : this.fromEnvironment(target.port !== 80, target.host, target.port, true);
      if (!proxy) return this.dialDirectly(target, { reach, identity, signal });
      if (publicOnly && !mayBePublic(target.host)) throw refusal(target.host, reach);
      try {
        await checkNearProxy(proxy, target.host, publicOnly, this.hosts);
        const way = !plain ? 'tunnel' : this.handed.has(proxy.key) ? 'handed' : 'plain tunnel';
        const socket = await this.connect(proxy, identity, target, listed.length > 0, way, signal);
        const headers = way === 'handed' ? await this.headersFor(proxy, identity) : undefined;
        return { socket, via: proxy.via, ...(headers === undefined ? {} : { handed: headers }) };
      } catch (error) {
        if (error instanceof RefusedAddress) throw refusal(target.host, reach);
        if (!(error instanceof TunnelError)) throw error;
        if (error.fault === 'no-tunnel') continue;
        tried.add(proxy.key);
        if (error.fault === 'target' || !this.hasAnother(tried))
          throw new FailureError(tunnelFailure(error, proxy.key));
      }
    }
  };

  close(): void {
    this.options.direct.close();
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  private listed(): readonly Proxy[] {
    const settings = this.options.settings();
    if (settings['proxy.mode'] === 'off') return [];
    const understood = settings.proxies.map(parseProxy).filter((proxy) => proxy !== undefined);
    if (understood.length === 0 && settings.proxies.length > 0)
      throw new FailureError(
        failure(
          'network',
          'No listed proxy is understood. Correct the setting proxies; nothing is sent past it.',
          { subject: 'proxies' },
        ),
      );
    return understood;
  }

  private fromEnvironment(secure: boolean, host: string, port: number, program = false): Proxy | undefined {
    const { env, hostProxy } = this.options;
    if (env) return environmentProxy(env, secure, host, port);
    const written = program && !isLoopback(host) ? (hostProxy?.() ?? '') : '';
    return written === '' ? undefined : parseProxy(written);
  }

  /** In turn among the working ones; with none, the one that has rested longest. */
  private async choose(
    listed: readonly Proxy[],
    identity: string | undefined,
    tried: ReadonlySet<string>,
  ): Promise<Proxy> {
    const { health } = this.options;
    await health.load();
    const fresh = listed.filter(({ key }) => !tried.has(key));
    const untried = fresh.length > 0 ? fresh : listed;
    const well = untried.filter(({ key }) => health.restsUntil(key) === 0);
    const kept = identity === undefined ? undefined : this.exits.get(identity);
    const same = well.find(({ key }) => key === kept);
    if (same) return same;
    const rested = [...untried].sort((a, b) => health.restsUntil(a.key) - health.restsUntil(b.key));
    const chosen = well[this.turn++ % Math.max(1, well.length)] ?? rested[0];
    if (!chosen) throw new FailureError(failure('network', 'No proxy is listed.'));
    if (identity !== undefined) {
      const oldest = this.exits.keys().next();
      if (this.exits.size >= maxRemembered && !oldest.done) this.exits.delete(oldest.value);
      this.exits.set(identity, chosen.key);
    }
    return chosen;
  }

  private route(proxy: Proxy, identity: string | undefined, isListed: boolean, isSecure: boolean): Route {
    const rotating = isListed && this.options.settings()['proxy.mode'] === 'rotating';
    const way = isSecure ? 'tunnel' : this.handed.has(proxy.key) ? 'handed' : 'plain tunnel';
    // A kept-alive connection would keep its exit; one that ends at the proxy may be closed silently.
    const keepAlive = !rotating && proxy.via !== 'tor' && way !== 'handed';
    const agentFor = (secure: boolean, fresh: boolean): TunnelAgent => {
      const make = (): TunnelAgent =>
        new TunnelAgent(
          (target) => this.connect(proxy, identity, target, isListed, way),
          secure,
          keepAlive && !fresh,
        );
      if (!keepAlive || fresh) return make();
      const name = `${proxy.user ?? ''}@${proxy.key} ${way}`;
      let agent = this.agents.get(name);
      if (!agent) this.agents.set(name, (agent = make()));
      return agent;
    };
    const told = (status: number): void => {
      if (isListed && (status === 429 || status === 403))
        this.options.health.throttled(proxy.key, throttledRestMs);
    };
    const headers = way === 'handed' ? () => this.headersFor(proxy, identity) : undefined;
    return new ProxyRoute(proxy, agentFor, this.hosts, told, headers);
  }

  private async headersFor(
    proxy: Proxy,
    identity: string | undefined,
  ): Promise<Readonly<Record<string, string>>> {
    const basic = proxyAuthorization(await this.credentials(proxy, identity));
    return basic === undefined ? {} : { 'proxy-authorization': basic };
  }

  /**
   * `no-tunnel` is thrown once for each proxy, for a plain tunnel: from then on it receives plain requests.
   */
  private async connect(
    proxy: Proxy,
    identity: string | undefined,
    target: Target,
    isListed: boolean,
    way: 'tunnel' | 'plain tunnel' | 'handed',
    stop?: AbortSignal,
  ): Promise<Socket> {
    const { health } = this.options;
    const timeout = AbortSignal.timeout(proxy.via === 'tor' ? torTimeoutMs : connectTimeoutMs);
    try {
      const credentials = await this.credentials(proxy, identity);
      const signal = stop ? AbortSignal.any([stop, timeout]) : timeout;
      const far = { ...target, host: bareHost(target.host) };
      const socket = await (way === 'handed'
        ? reach(proxy, signal)
        : openTunnel(proxy, credentials, far, signal));
      if (isListed) health.worked(proxy.key);
      return socket;
    } catch (error) {
      const isRefused = error instanceof TunnelError && error.fault === 'no-tunnel';
      if (isRefused && way === 'plain tunnel') {
        this.handed.add(proxy.key);
        throw error;
      }
      const isOurs = stop?.aborted !== true && error instanceof TunnelError && error.fault !== 'target';
      if (isListed && isOurs) health.failed(proxy.key);
      throw isRefused ? new TunnelError('proxy', error.message) : error;
    }
  }

  private async credentials(proxy: Proxy, identity: string | undefined): Promise<Credentials | undefined> {
    // Tor gives each user name a circuit of its own (IsolateSOCKSAuth).
    if (proxy.via === 'tor') {
      const name = createHash('sha256')
        .update(identity ?? '')
        .digest('hex')
        .slice(0, 16);
      return { user: `bulk-transcribe-${name}`, password: name };
    }
    const password = proxy.password ?? (await this.options.secrets.get('proxy', proxy.key));
    if (proxy.user === undefined && password === undefined) return undefined;
    return { user: proxy.user ?? '', password: password ?? '' };
  }
}

/** A tunnel's error as a failure; message and subject name the proxy and never its password. */
export function tunnelFailure(error: TunnelError, key: string): ReturnType<typeof failure> {
  return error.fault === 'password'
    ? failure('auth', error.message, { needs: `proxy:${key}`, subject: key, unsent: true })
    : failure('network', error.message, { subject: key, unsent: true });
}
