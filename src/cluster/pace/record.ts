/**
 * The record of starts that other machines share as well: each start is recorded on this machine first, for the
 * processes here, and then with the others. It is small; what speaks to Redis is loaded when the settings name an
 * address of Redis and something that is shared.
 */
import type { Clock, Log } from '../../model/ports';
import { toFailure, type Failure } from '../../model/failure';
import type { Settings } from '../../model/settings';
import type {
  QuotaRecord,
  RecordedQuota,
  SharedRecord,
  SharedRecordHost,
  StartRecord,
} from '../../engine/limits/sharedRecordParts';
import type { QuotaTime } from '../../engine/limits/quotaClock';
import { sharedName, type SharedWhat } from './names';

/** The other machines. A quota that is not shared with them passes. */
export interface Peers {
  attach(quota: RecordedQuota): void;
  /** Whether this start may be made now. Never fails. */
  start(token: string, quotas: readonly RecordedQuota[]): Promise<boolean>;
  withdraw(token: string): void;
  again(token: string, next: string, keys: readonly string[]): void;
  ended(token: string): void;
  held(key: string, untilWall: number): void;
  limited(key: string, limit: number): void;
  note(key: string, text: string): void;
  /** A start that another process of this machine has recorded; false: it is counted already. */
  startHere(key: string, token: string, at: number, wall: number): boolean;
  forgetHere(key: string, token: string): boolean;
  close(): void;
}

export interface PeersWanted {
  /** redis:// or rediss:// */
  readonly url: string;
  readonly names: readonly (readonly [SharedWhat, string])[];
}

/** What the part that is loaded needs of this process. */
export interface PeersWorld {
  readonly clock: Clock;
  readonly time: QuotaTime;
  readonly log: Log;
  readonly id: string;
  readonly changed: () => void;
  readonly noted: (key: string, text: string) => void;
  readonly remembered: (name: string) => number;
  readonly remember: (name: string, machines: number) => void;
}

export interface MachinesWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Loads the part that speaks to Redis, and connects with the password that is kept for it. */
  readonly openPeers: (wanted: PeersWanted, world: PeersWorld) => Promise<Peers>;
}

const machinesNote = 'machines:';

/** The record for the limiter of this process. */
export function sharedByMachines(world: MachinesWorld): (host: SharedRecordHost) => SharedRecord {
  return (host) => new MachinesRecord(host, world);
}

/** What the settings want to share; undefined: nothing. */
function wantedPeers(settings: Settings): PeersWanted | undefined {
  const url = settings['cluster.redisUrl'];
  const names = (['account', 'egress'] as const).flatMap((what) => {
    const name = sharedName(what, settings);
    return name === '' ? [] : [[what, name] as const];
  });
  return url === '' || names.length === 0 ? undefined : { url, names };
}

class MachinesRecord implements SharedRecord {
  readonly id: string;
  private readonly own: QuotaRecord;
  private readonly quotas: RecordedQuota[] = [];
  private wanted: PeersWanted | undefined;
  private peers: Peers | undefined;
  private opening: Promise<void> | undefined;
  private loaded = false;
  private closed = false;

  constructor(
    private readonly host: SharedRecordHost,
    private readonly world: MachinesWorld,
  ) {
    this.own = host.own;
    this.id = host.own.id;
  }

  use(settings: Settings): void {
    const wanted = wantedPeers(settings);
    if (JSON.stringify(wanted) === JSON.stringify(this.wanted)) return;
    this.wanted = wanted;
    this.peers?.close();
    this.peers = undefined;
    if (this.loaded) this.opening = wanted && this.open(wanted);
  }

  get ahead(): number {
    return this.own.ahead;
  }
  set ahead(starts: number) {
    this.own.ahead = starts;
  }
  get onNote(): ((key: string) => void) | undefined {
    return this.own.onNote;
  }
  set onNote(listener: ((key: string) => void) | undefined) {
    this.own.onNote = listener;
  }

  async load(wholeDay: boolean): Promise<void> {
    // How many machines an earlier run knew of stands there.
    await this.own.load(wholeDay);
    this.loaded = true;
    this.opening ??= this.wanted && this.open(this.wanted);
    await this.opening;
  }

  unwritten(wholeDay: boolean): Promise<Failure | undefined> {
    return this.own.unwritten(wholeDay);
  }

  attach(quota: RecordedQuota): void {
    this.quotas.push(quota);
    // First: what this machine has recorded is then known to the others as well.
    this.peers?.attach(quota);
    this.own.attach(new CountedOnce(quota, () => this.peers));
  }

  async start(quotas: readonly RecordedQuota[]): Promise<StartRecord> {
    // What the settings share now may still be loading.
    await this.opening;
    const record = await this.own.start(quotas);
    if (!record.granted || !this.peers || (await this.peers.start(record.token, quotas))) return record;
    this.own.withdraw(record.token);
    return { ...record, granted: false };
  }

  withdraw(token: string): void {
    this.own.withdraw(token);
    this.peers?.withdraw(token);
  }

  again(token: string, keys: readonly string[]): string {
    const next = this.own.again(token, keys);
    this.peers?.again(token, next, keys);
    return next;
  }

  ended(token: string): void {
    this.own.ended?.(token);
    this.peers?.ended(token);
  }

  held(key: string, untilWall: number): void {
    this.own.held(key, untilWall);
    this.peers?.held(key, untilWall);
  }

  limited(key: string, limit: number): void {
    this.own.limited(key, limit);
    this.peers?.limited(key, limit);
  }

  note(key: string, text: string): void {
    this.own.note(key, text);
    this.peers?.note(key, text);
  }

  noted(key: string): string | undefined {
    return this.own.noted(key);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.peers?.close();
    await this.own.close();
  }

  private async open(wanted: PeersWanted): Promise<void> {
    const { clock, log } = this.world;
    const { time, changed } = this.host;
    try {
      const peers = await this.world.openPeers(wanted, {
        clock,
        time,
        log,
        changed,
        id: this.id,
        noted: (key, text) => {
          if (this.own.noted(key) === text) return;
          this.own.note(key, text);
          this.own.onNote?.(key);
        },
        remembered: (name) => Number.parseInt(this.own.noted(machinesNote + name) ?? '0', 10) || 0,
        remember: (name, machines) => this.own.note(machinesNote + name, String(machines)),
      });
      if (this.closed || this.wanted !== wanted) {
        peers.close();
        return;
      }
      this.peers = peers;
      for (const quota of this.quotas) peers.attach(quota);
    } catch (error) {
      log.write('warn', `What machines share cannot be loaded: ${toFailure(error).message}`);
    }
  }
}

/** A quota as the record on disk sees it: a start that the other machines have reported is not counted again. */
class CountedOnce implements RecordedQuota {
  constructor(
    private readonly quota: RecordedQuota,
    private readonly peers: () => Peers | undefined,
  ) {}

  get key(): string {
    return this.quota.key;
  }
  get overfull(): boolean {
    return this.quota.overfull;
  }
  get spaced(): boolean {
    return this.quota.spaced;
  }
  get shared(): RecordedQuota['shared'] {
    return this.quota.shared;
  }

  learnStart(at: number, wall: number, token: string): void {
    if (this.peers()?.startHere(this.key, token, at, wall) !== false) this.quota.learnStart(at, wall, token);
  }
  forgetStart(at: number, wall: number, token: string): void {
    if (this.peers()?.forgetHere(this.key, token) !== false) this.quota.forgetStart(at, wall, token);
  }
  learnHold(untilWall: number): void {
    this.quota.learnHold(untilWall);
  }
  learnLimit(limit: number): void {
    this.quota.learnLimit(limit);
  }
  learnShared(...shared: Parameters<RecordedQuota['learnShared']>): void {
    this.quota.learnShared(...shared);
  }
}
