/**
 * All network access in one object for the two entry points: requests, and connections for programs we
 * start.
 */
import type { Clock, Files, Secrets } from '../model/ports';
import type { Settings } from '../model/settings';
import type { Dial } from './filterProxy';
import { NodeHttp } from './http';
import { DirectRoute } from './httpRoute';
import { NamedHosts } from './namedHosts';
import { ProxyHealth } from './proxyHealth';
import { ProxyRouter } from './proxyRouter';

export interface NetworkOptions {
  /**
   * `host`: inside VS Code, whose patched stack knows the user's proxy and certificates. `own`: in a terminal,
   * where `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` of `env` count (Node itself reads
   * `NODE_EXTRA_CA_CERTS`).
   */
  readonly stack: 'host' | 'own';
  /** Called at each request, so that a changed list applies at once. */
  readonly settings: () => Pick<Settings, 'proxies' | 'proxy.mode'>;
  readonly secrets: Secrets;
  readonly files: Files;
  readonly clock: Clock;
  /** Stores the proxies' health. */
  readonly stateFolder: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** VS Code's `http.proxy`, for the programs we start. */
  readonly hostProxy?: () => string | undefined;
}

export interface Network {
  readonly http: NodeHttp;
  /** For `createOutlets`. */
  readonly dial: Dial;
  /** Closes connections and writes the proxies' health. */
  close(): Promise<void>;
}

/** Network access for all requests and programs, through the proxies of the settings. */
export function createNetwork(options: NetworkOptions): Network {
  const { stack, settings, secrets, files, clock, stateFolder, env, hostProxy } = options;
  const health = new ProxyHealth(files, clock, stateFolder);
  // Shared by all routes: what one of them has resolved applies to the others.
  const hosts = new NamedHosts();
  const router = new ProxyRouter({
    direct: new DirectRoute(stack, undefined, hosts),
    hosts,
    settings,
    secrets,
    health,
    ...(stack === 'own' ? { env: env ?? process.env } : {}),
    ...(hostProxy ? { hostProxy } : {}),
  });
  return {
    http: new NodeHttp(router),
    dial: router.dial,
    close: async () => {
      router.close();
      await health.close();
    },
  };
}
