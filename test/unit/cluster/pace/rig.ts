/**
 * Machines on a fake clock that share quotas through a real Redis: its script runs there, with the time and the
 * identity of the server that the test has in mind. Each machine has a wall clock and a folder of its own, and can
 * freeze, die, or lose its network.
 */
import { Redis } from 'ioredis';
import { RateLimiter } from '../../../../src/engine/limits/rateLimiter';
import { quotaSpec, type QuotaSpec } from '../../../../src/engine/limits/quotaSpecs';
import { RedisPeers } from '../../../../src/cluster/pace/peers';
import type { PaceLink } from '../../../../src/cluster/pace/link';
import { sharedByMachines } from '../../../../src/cluster/pace/record';
import { paceScript } from '../../../../src/cluster/pace/script';
import type { Clock } from '../../../../src/model/ports';
import type { PermitName } from '../../../../src/model/quotaNames';
import { readSettings, type Settings } from '../../../../src/model/settings';
import type { Permit } from '../../../../src/model/source';
import { FakeClock } from '../../../helpers/fakeClock';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { SeededRandom } from '../../../helpers/seededRandom';

/** The script with the clock and the identity of Redis as the test says. */
const script = paceScript
  .replace("redis.call('TIME')", '{ ARGV[2], ARGV[3] }')
  .replace("redis.call('INFO', 'server')", 'ARGV[4]');

/** Waits for what the real Redis is answering before time goes on. */
class WaitingClock extends FakeClock {
  asked = 0;

  override async settle(): Promise<void> {
    do await super.settle();
    while (this.asked > 0);
  }
}

/** Redis as the machines see it. */
export class SharedRedis {
  readonly clock = new WaitingClock();
  up = true;
  run = 1;
  calls = 0;
  /** Its connections are closed. */
  readonly onDown = new Set<() => void>();
  /** Its clock less the true time, ms. */
  ahead = 0;

  constructor(readonly real: Redis) {}

  async call(keys: readonly string[], ask: string): Promise<string> {
    const now = this.clock.monotonic() + 1_800_000_000_000 + this.ahead;
    this.calls += 1;
    this.clock.asked += 1;
    try {
      const answer: unknown = await this.real.eval(
        script,
        keys.length,
        ...keys,
        ask,
        Math.floor(now / 1000),
        Math.floor((now % 1000) * 1000),
        `run_id:${this.run}x`,
      );
      return String(answer);
    } finally {
      this.clock.asked -= 1;
    }
  }

  /** Killed, and started again after `ms`, with its data or without. */
  async restart(ms: number, keepsData: boolean): Promise<void> {
    this.up = false;
    this.onDown.forEach((down) => down());
    if (!keepsData) await this.real.flushall();
    this.clock.after(ms, () => {
      this.run += 1;
      this.up = true;
    });
  }
}

class Link implements PaceLink {
  onReady: (() => void) | undefined;
  ready = false;
  private channel = '';
  private closed = false;

  constructor(
    private readonly machine: Machine,
    private readonly redis: SharedRedis,
    private readonly random: SeededRandom,
    private readonly presence: Redis,
  ) {
    redis.onDown.add(() => {
      if (this.channel !== '') void this.presence.unsubscribe(this.channel);
    });
    this.retry();
  }

  /** Alive as long as it is connected; a cut network leaves the connection as it is. */
  async run(keys: readonly string[], ask: string): Promise<string> {
    const { machine } = this;
    if (!this.ready) throw new Error('not connected');
    const timeout = this.wait(500).then(() => 'timeout' as const);
    const answer = this.exchange(keys, ask);
    const first = await Promise.race([timeout, answer]);
    await machine.awake();
    if (first === 'timeout') throw new Error('timed out');
    if (first === undefined) {
      this.renew();
      throw new Error('closed');
    }
    return first;
  }

  private async exchange(keys: readonly string[], ask: string): Promise<string | undefined> {
    const { redis, machine } = this;
    await this.wait(1 + this.random.next() * machine.network.delayMs);
    if (machine.isCut()) return new Promise<never>(() => undefined);
    if (!redis.up) return undefined;
    const answer = await redis.call(keys, ask);
    await this.wait(1 + this.random.next() * machine.network.delayMs);
    if (machine.isCut()) return new Promise<never>(() => undefined);
    return answer;
  }

  listen(channel: string): void {
    this.channel = channel;
    if (this.ready) void this.presence.subscribe(channel);
  }

  renew(): void {
    if (!this.ready) return;
    this.ready = false;
    this.retry();
  }

  close(): void {
    this.closed = true;
    this.ready = false;
  }

  /** The machine's process has ended: Redis sees its connection close, unless the network is cut. */
  async die(): Promise<void> {
    this.close();
    this.redis.clock.asked += 1;
    if (this.channel !== '') await this.presence.unsubscribe(this.channel);
    this.redis.clock.asked -= 1;
  }

  private retry(): void {
    this.machine.clock.after(200 + this.random.next() * 800, () => {
      if (this.closed) return;
      if (this.machine.network.cut || !this.redis.up) {
        this.retry();
        return;
      }
      this.ready = true;
      if (this.channel !== '') void this.presence.subscribe(this.channel);
      this.onReady?.();
    });
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.redis.clock.after(ms, resolve));
  }
}

export interface Network {
  cut: boolean;
  delayMs: number;
}

export class Machine {
  readonly network: Network = { cut: false, delayMs: 3 };
  readonly clock: Clock;
  readonly logged: string[] = [];
  limiter!: RateLimiter;
  private link: Link | undefined;
  private frozen: (() => void)[] | undefined;
  private readonly stop = new AbortController();

  constructor(
    private readonly world: Machines,
    readonly seed: number,
    wallOffset: number,
    readonly files: MemoryFiles,
  ) {
    const base = world.redis.clock;
    this.clock = {
      now: () => base.now() + wallOffset,
      monotonic: () => base.monotonic(),
      after: (ms, callback) =>
        base.after(ms, () => {
          if (this.stop.signal.aborted) return;
          if (this.frozen) this.frozen.push(callback);
          else callback();
        }),
    };
  }

  async begin(settings: Settings): Promise<this> {
    const { clock, files, world, seed } = this;
    const log = { write: (level: string, message: string) => void this.logged.push(`${level}: ${message}`) };
    const random = new SeededRandom(seed);
    const presence = world.connect();
    this.limiter = new RateLimiter(
      {
        clock,
        files,
        log,
        random,
        stateFolder: '/state',
        pacer: { pass: () => Promise.resolve() },
        specOf: (name, current) => ({ ...quotaSpec(name, current), ...world.spec(name) }),
        share: sharedByMachines({
          clock,
          log,
          openPeers: (wanted, parts) => {
            this.link = new Link(this, world.redis, new SeededRandom(seed + 7), presence);
            return Promise.resolve(new RedisPeers(wanted, this.link, parts));
          },
        }),
      },
      settings,
    );
    await this.limiter.load();
    return this;
  }

  isCut(): boolean {
    return this.network.cut;
  }

  get isDead(): boolean {
    return this.stop.signal.aborted;
  }

  /** Resolves when the process runs. */
  awake(): Promise<void> {
    const { frozen } = this;
    return frozen ? new Promise((resolve) => void frozen.push(resolve)) : Promise.resolve();
  }

  freeze(ms: number): void {
    if (this.frozen) return;
    this.frozen = [];
    this.world.redis.clock.after(ms, () => this.thaw());
  }

  /** No byte passes for so long; nothing is closed. */
  cut(ms: number): void {
    this.network.cut = true;
    this.world.redis.clock.after(ms, () => (this.network.cut = false));
  }

  /** Neither frozen nor cut off. */
  wellAgain(): void {
    this.network.cut = false;
    this.thaw();
  }

  private thaw(): void {
    const waiting = this.frozen ?? [];
    this.frozen = undefined;
    for (const go of waiting) go();
  }

  /** kill −9. */
  async kill(): Promise<void> {
    this.stop.abort();
    await this.link?.die();
  }

  /** Starts as fast as the limiter lets it. */
  work(workers: number, names: readonly PermitName[], workMs = 0): void {
    const worker = async (): Promise<void> => {
      const { signal } = this.stop;
      while (!signal.aborted) {
        const permit = await this.limiter.acquire(names, signal);
        await this.awake();
        if (this.isDead) return;
        this.world.starts.push({ at: this.world.redis.clock.monotonic(), machine: this });
        permit.heard({ status: 200, headers: {} });
        if (workMs > 0) await new Promise<void>((resolve) => this.clock.after(workMs, resolve));
        permit.release();
      }
    };
    for (let i = 0; i < workers; i++) worker().catch(() => undefined);
  }
}

export class Machines {
  readonly starts: { readonly at: number; readonly machine: Machine }[] = [];
  readonly machines: Machine[] = [];
  readonly redis: SharedRedis;
  readonly settings: Settings;
  private readonly connections: Redis[] = [];
  private static seed = 1;

  constructor(
    port: number,
    readonly spec: (name: string) => Partial<QuotaSpec>,
    given: Readonly<Record<string, unknown>> = {},
  ) {
    this.settings = readSettings({
      'cluster.redisUrl': `redis://127.0.0.1:${port}`,
      'cluster.account': 'lab',
      ...given,
    }).settings;
    this.port = port;
    this.redis = new SharedRedis(this.connect());
  }

  private readonly port: number;

  connect(): Redis {
    const redis = new Redis(this.port, '127.0.0.1', { lazyConnect: false });
    this.connections.push(redis);
    return redis;
  }

  /** Another machine; with `files` of one that is there: another process of it. */
  async add(wallOffset = 0, files = new MemoryFiles(), given: Partial<Settings> = {}): Promise<Machine> {
    const machine = new Machine(this, Machines.seed++, wallOffset, files);
    this.machines.push(machine);
    return machine.begin({ ...this.settings, ...given });
  }

  /** One start, as soon as it is granted. */
  async start(machine: Machine, ...names: PermitName[]): Promise<Permit> {
    let permit: Permit | undefined;
    void machine.limiter.acquire(names, new AbortController().signal).then((granted) => (permit = granted));
    await this.redis.clock.advanceUntil(() => permit !== undefined, 60_000);
    if (!permit) throw new Error('no start');
    return permit;
  }

  get times(): readonly number[] {
    return this.starts.map(({ at }) => at).sort((a, b) => a - b);
  }

  async close(): Promise<void> {
    await this.redis.real.flushall();
    for (const connection of this.connections) connection.disconnect();
  }
}
