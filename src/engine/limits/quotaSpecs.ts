/**
 * The named budgets and their numbers, derived from the settings. A quota that no number limits costs
 * nothing to pass. Names: `youtube`, `deapi.submit`, `deapi.poll`, `deapi.price` (and their account
 * `deapi`), `openai`, `whisper`, `host:<name>` for every other host.
 */
import type { Settings } from '../../model/settings';

export interface QuotaSpec {
  readonly name: string;
  /** Names the log on disk: the quota and its server, because another server counts separately. */
  readonly key: string;
  /** Starts a window as the service counts them. 0: unlimited. */
  readonly limit: number;
  readonly windowMs: number;
  /** The share of `limit` that is used. */
  readonly utilization: number;
  /** Starts that may follow each other closely after a rest. */
  readonly burst: number;
  readonly spacingMs: number;
  /** Starts running at the same time. 0: unlimited. */
  readonly concurrency: number;
  /** Starts a day, reset at 00:00 UTC. 0: unlimited. */
  readonly perDay: number;
  /** Quotas from which the same start is also taken, all at once or none. */
  readonly parents: readonly string[];
  /**
   * The service reports its limits in its answers, and the first answer is awaited before others may start.
   */
  readonly learns: boolean;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Most starts in any window: bursts are part of it, and it is never below one. 0: unlimited. */
export function allowedOf(limit: number, utilization: number): number {
  // A small tolerance, because 100 × 0.29 is 28.999999999999996 in floating point.
  return limit === 0 ? 0 : Math.max(1, Math.floor(limit * utilization + 1e-9));
}

/** The spec of any quota name; an unknown name is a quota without limits. */
export function quotaSpec(name: string, settings: Settings): QuotaSpec {
  const utilization = settings['rate.utilization'];
  const free: QuotaSpec = {
    name,
    key: name,
    limit: 0,
    windowMs: minuteMs,
    utilization,
    burst: 1,
    spacingMs: 0,
    concurrency: 0,
    perDay: 0,
    parents: [],
    learns: false,
  };
  if (name === 'youtube')
    return {
      ...free,
      key: keyOf(name, settings['youtube.endpoint']),
      limit: settings['rate.youtube.perHour'],
      windowMs: hourMs,
      burst: settings['rate.youtube.burst'],
      spacingMs: settings['rate.youtube.spacing'] * 1000,
      concurrency: settings['rate.youtube.concurrency'],
      perDay: settings['rate.youtube.perDay'],
    };
  if (name === 'deapi' || name.startsWith('deapi.')) return deapiSpec(name, settings, free);
  if (name === 'openai')
    return {
      ...free,
      key: keyOf(name, settings['openai.endpoint']),
      limit: settings['rate.openai.perMinute'],
      burst: Math.max(1, settings['rate.openai.concurrency']),
      concurrency: settings['rate.openai.concurrency'],
      perDay: settings['rate.openai.perDay'],
      learns: true,
    };
  if (name === 'whisper') return { ...free, concurrency: settings['whisper.concurrency'] };
  if (name.startsWith('host:'))
    return {
      ...free,
      key: encodeURI(name),
      limit: settings['rate.otherHosts.perMinute'],
      burst: Math.max(1, settings['rate.otherHosts.concurrency']),
      concurrency: settings['rate.otherHosts.concurrency'],
    };
  return free;
}

/**
 * deAPI counts each endpoint separately, all requests together, or both (`deapi.quotaScope`). Daily limits
 * follow it: an unpaid account has 10 transcriptions a day while polling for results continues.
 */
function deapiSpec(name: string, settings: Settings, free: QuotaSpec): QuotaSpec {
  const scope = settings['deapi.quotaScope'];
  const account = name === 'deapi';
  const spec: QuotaSpec = {
    ...free,
    key: keyOf(name, settings['deapi.endpoint']),
    burst: settings['rate.deapi.burst'],
    parents: account || scope === 'perEndpoint' ? [] : ['deapi'],
    learns: account ? scope !== 'perEndpoint' : scope !== 'shared',
  };
  const counts = account ? scope !== 'perEndpoint' : scope !== 'shared';
  if (!counts) return spec;
  return {
    ...spec,
    limit: settings['rate.deapi.perMinute'],
    // With both, the day is the account's: a video needs several requests, and all of them count there.
    perDay: account || scope === 'perEndpoint' ? settings['rate.deapi.perDay'] : 0,
  };
}

function keyOf(name: string, endpoint: string): string {
  return `${name}@${encodeURI(endpoint)}`;
}
