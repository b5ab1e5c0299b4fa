/**
 * The terminal program's part in a cluster: an owner whose batches others help with, and `worker`, which helps those of
 * others. The client of the queue is a file of its own, loaded when a Redis is named.
 */
import type { World } from './assemble';
import type { CliConsole } from './cliConsole';
import { ClusterHelper } from './cluster/helper';
import type { HelperParts, SoundBringer } from './cluster/helperParts';
import { LateOwner } from './cluster/lateOwner';
import { ClusterOwner } from './cluster/owner';
import { sharedByMachines } from './cluster/pace/record';
import type { Wire } from './cluster/wire';
import type { EngineParts } from './engine/api';
import { RateLimiter } from './engine/limits/rateLimiter';
import { MemoryRoom } from './engine/pool/memoryRoom';
import { failure, FailureError } from './model/failure';
import type { Settings } from './model/settings';
import type { Source } from './model/source';
import type { ExitCode } from './terminal/exitCodes';
import { HelperReport } from './terminal/helperReport';

export const redisPasswordVariable = 'BULK_TRANSCRIBE_REDIS_PASSWORD';

type Outside = Pick<World, 'clock' | 'random' | 'files' | 'log' | 'processes' | 'redact'>;

async function open(url: string, world: Outside, mustAnswer: boolean): Promise<Wire> {
  const { openWire } = await import('./cluster/redisWire');
  const password = process.env[redisPasswordVariable];
  const onError = (message: string): void => world.log.write('debug', `redis: ${world.redact(message)}`);
  return openWire({ url, mustAnswer, ...(password ? { password } : {}) }, onError);
}

/** The limits of accounts and addresses that the settings share with other machines, through the same Redis. */
export function sharedLimits({ clock, log }: Outside): NonNullable<EngineParts['share']> {
  return sharedByMachines({
    clock,
    log,
    openPeers: async (wanted, parts) => {
      const { openPeers } = await import('./cluster/redisWire');
      const password = process.env[redisPasswordVariable];
      return openPeers(wanted, password === '' ? undefined : password, parts);
    },
  });
}

/** This machine's name, without what a container adds to it. */
const nameOf = ({ processes }: Outside): string =>
  (processes.own.host.split(' ')[0] ?? '').slice(0, 100) || 'unnamed';

/** Connects once a batch's settings name a Redis. */
export function createOwner(world: Outside, console: CliConsole): LateOwner {
  return new LateOwner(
    async (url) => {
      const wire = await open(url, world, false);
      return new ClusterOwner({ ...world, wire, machine: nameOf(world), place: url });
    },
    (text) => console.problem(text),
  );
}

export interface HelpRequest {
  readonly settings: Settings;
  readonly world: Outside & Pick<World, 'stateFolder' | 'machine'>;
  readonly sources: readonly Source[];
  readonly sound: SoundBringer;
  readonly console: CliConsole;
}

/** `worker`: until Ctrl-C or a signal, then what runs is handed back. Throws FailureError where it cannot begin. */
export async function helpOthers({
  settings,
  world,
  sources,
  sound,
  console,
}: HelpRequest): Promise<ExitCode> {
  const place = settings['cluster.redisUrl'];
  if (place === '')
    throw new FailureError(
      failure('invalid-url', 'worker needs the Redis of the machine it helps: --redis redis://host:6379.'),
    );
  const wire = await open(place, world, true).catch((error: unknown) => {
    throw new FailureError(failure('network', error instanceof Error ? error.message : String(error)));
  });
  const limiter = new RateLimiter({ ...world, share: sharedLimits(world) }, settings);
  await limiter.load();
  const egress = settings['cluster.egress'];
  const parts: HelperParts = {
    ...world,
    wire,
    sources,
    sound,
    limiter,
    memory: new MemoryRoom(world.machine),
    settings,
    machine: nameOf(world),
    place,
    ...(egress === '' ? {} : { egress }),
  };
  const report = new HelperReport(console, world.clock);
  const helper = new ClusterHelper(parts, report);
  const ended = new Promise<ExitCode>((resolve) => console.onInterrupt(() => resolve(130)));
  try {
    const own = { place, machine: parts.machine, workers: settings.workers };
    report.begin(helper, egress === '' ? own : { ...own, egress }, await helper.start());
    return await ended;
  } finally {
    report.closing();
    await helper.close();
    await limiter.close();
    report.end();
  }
}
