/**
 * Room `limits`: when a request may go out. This is the one rate limiter that all workers, batches, windows
 * and terminals of a user share. A start takes from all its quotas at once or from none; it is recorded
 * before it is granted, so that neither a kill nor a second process makes us exceed a limit. The job queue
 * is not here: there is at most one waiter for each worker.
 */
import type { QuotaBound, QuotaView, Wait } from '../../model/events';
import { failure, FailureError, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { plural } from '../../model/numberWords';
import { isRide, quotaName, quotasKey } from '../../model/quotaNames';
import type { PermitName, QuotasKey } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import type { Permit, QuotaAnswer } from '../../model/source';
import type { RateLimiterParts } from './limiterParts';
import { Grant } from './permit';
import type { PermitActions } from './permit';
import { Quota } from './quota';
import { readQuotaNews, withoutLimits } from './answerHeaders';
import type { QuotaSpec } from './quotaSpecs';
import { anyDayLimit, quotaSpec } from './quotaSpecs';
import { QuotaStore } from './sharedRecord';
import type { QuotaRecord, SharedRecord } from './sharedRecordParts';
import { QuotaTime } from './quotaClock';
import type { Pacer } from './pacer';
import { BottleneckPacer } from './pacer';
import { named } from './viewName';

/** The quotas that a start needs. */
interface Path {
  readonly quotas: readonly Quota[];
  readonly rides: boolean;
}

interface Waiter {
  readonly names: readonly PermitName[];
  readonly signal: AbortSignal;
  readonly beside: Grant | undefined;
  notBefore: number;
  readonly grant: (permit: Permit) => void;
  readonly refuse: (error: FailureError) => void;
}

/** Two processes that wanted the same last start retry a moment later, not at the same time. */
const contentionMs = 40;

export class RateLimiter {
  private readonly quotas = new Map<string, Quota>();
  private readonly byKey = new Map<string, Quota>();
  /** Until when, by the quota's key, also of servers that no settings name now. */
  private readonly blocks = new Map<string, { readonly until: number; readonly isAway: boolean }>();
  private readonly paths = new Map<QuotasKey, Path>();
  private readonly waiters = new Set<Waiter>();
  private readonly listeners = new Set<() => void>();
  /** What grants report; one object for all of them. */
  private readonly granter: PermitActions = {
    heard: (quotas, answer) => this.heard(quotas, answer),
    changed: () => this.changed(),
  };
  private readonly time: QuotaTime;
  private readonly store: QuotaRecord;
  /** The same one, where other machines may be part of it. */
  private readonly sharing: SharedRecord | undefined;
  private readonly pacer: Pacer;
  private settings: Settings;
  private cancelTimer: (() => void) | undefined;
  private timerAt = Infinity;
  private loading: Promise<void> | undefined;
  private loaded = false;
  private closed = false;

  constructor(
    private readonly parts: RateLimiterParts,
    settings: Settings,
  ) {
    this.settings = settings;
    this.time = new QuotaTime(parts.clock);
    this.pacer = parts.pacer ?? new BottleneckPacer(parts.clock);
    const own = new QuotaStore(parts, this.time);
    this.sharing = parts.share?.({ own, time: this.time, changed: () => this.changed() });
    this.sharing?.use(settings);
    this.store = this.sharing ?? own;
  }

  /** Reads what this and other processes started before. Never fails: without its folder it works in memory. */
  load(): Promise<void> {
    this.loading ??= this.store
      .load(anyDayLimit((name) => this.specOf(name)))
      .finally(() => (this.loaded = true));
    return this.loading;
  }

  /** Why starts are not recorded, asked of the disk again; undefined: they are. */
  unwritten(): Promise<Failure | undefined> {
    return this.store.unwritten(anyDayLimit((name) => this.specOf(name)));
  }

  /** Rejects all waits as cancelled and closes the record. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    for (const waiter of [...this.waiters]) this.refuse(waiter);
    await this.store.close();
  }

  /**
   * Epoch ms at which a start from all of these could be granted at the earliest; not after now: at once.
   * Infinity: not before something changes (`onChange` is called then).
   */
  readyAt(names: readonly PermitName[]): number {
    const at = this.pathReadyAt(this.path(names));
    return at === -Infinity ? this.parts.clock.now() : this.time.toWall(at);
  }

  /** Approximate time until this many starts from the quota have been granted, ms. */
  leftMs(name: string, starts: number): number {
    return starts > 0 ? (this.quotas.get(name)?.leftMs(starts) ?? 0) : 0;
  }

  /** What limits the start, and until when if that is known; undefined: nothing. */
  why(names: readonly PermitName[]): Wait | undefined {
    const path = this.path(names);
    return this.binding(path)?.why(path.rides);
  }

  /** The limit by rate: its spacing, its pace or its window; undefined: something else limits. */
  bound(names: readonly PermitName[]): QuotaBound | undefined {
    const path = this.path(names);
    return this.binding(path)?.bound(path.rides);
  }

  private binding({ quotas, rides }: Path): Quota | undefined {
    let binding: Quota | undefined;
    for (const quota of quotas)
      if (!binding || quota.readyAt(rides) > binding.readyAt(rides)) binding = quota;
    return binding;
  }

  /**
   * A start from all of these quotas at once, as soon as there is one. After `load`, a start that is ready
   * is taken before this returns, so that the next `readyAt` accounts for it. Callers hold at most one each
   * worker. `beside`: what the caller holds already; it does not wait for the first answer to that. Throws
   * FailureError `cancelled` on abort.
   */
  acquire(names: readonly PermitName[], signal: AbortSignal, beside?: Permit): Promise<Permit> {
    if (this.loading && !this.loaded) return this.loading.then(() => this.acquire(names, signal, beside));
    if (signal.aborted || this.closed) return Promise.reject(cancelled());
    const path = this.path(names);
    const own = beside instanceof Grant ? beside : undefined;
    const free = path.rides || path.quotas.every((quota) => !quota.counts);
    if (free && this.pathReadyAt(path, own) <= this.time.now()) return Promise.resolve(this.take(path, own));
    return new Promise<Permit>((resolve, reject) => {
      const onAbort = (): void => this.refuse(waiter);
      const done = (): void => signal.removeEventListener('abort', onAbort);
      const grant = (permit: Permit): void => {
        done();
        resolve(permit);
      };
      const refuse = (error: FailureError): void => {
        done();
        reject(error);
      };
      const waiter: Waiter = { names, signal, beside: own, notBefore: -Infinity, grant, refuse };
      signal.addEventListener('abort', onAbort);
      this.waiters.add(waiter);
      this.pump();
    });
  }

  /** Called when something may be ready earlier or later than before; the result unsubscribes. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The quotas in use, for display. */
  views(): QuotaView[] {
    return [...this.quotas.values()].flatMap((quota) => {
      const view = quota.view();
      return view === undefined ? [] : named(view, this.settings);
    });
  }

  /** New numbers count at once, also against starts made before. */
  changeSettings(settings: Settings): void {
    this.settings = settings;
    this.sharing?.use(settings);
    this.paths.clear();
    for (const name of [...this.quotas.keys()]) this.configure(name);
    this.changed();
  }

  /** What a quota is at the server that the settings name: everything that a service has said is kept under it. */
  keyOf(name: string, settings?: Settings): string {
    return settings ? this.specOf(name, settings).key : this.quota(name).key;
  }

  /** Nothing starts with the key until then (epoch ms), then one at a time until `unblock`. `isAway`: no connection. */
  block(key: string, until = Infinity, isAway = false): void {
    this.blocks.set(key, { until, isAway });
    this.byKey.get(key)?.block(until, isAway);
    this.changed();
  }
  unblock(key: string): void {
    if (!this.blocks.delete(key)) return;
    this.byKey.get(key)?.unblock();
    this.changed();
  }

  /** Holds a quota for everybody, as a 429 does. */
  hold(name: string, ms: number): void {
    const quota = this.quota(name);
    if (!quota.hold(ms)) return;
    this.store.held(quota.key, this.parts.clock.now() + ms);
    this.changed();
  }

  /** Saves a small value with the record, for a restart and for other processes of this user. */
  note(key: string, text: string): void {
    this.store.note(key, text);
  }
  noted(key: string): string | undefined {
    return this.store.noted(key);
  }
  /** What the user should know of the record, each once. */
  news(): readonly string[] {
    const { ahead } = this.store;
    this.store.ahead = 0;
    if (ahead === 0) return [];
    const what = plural(ahead, 'request is', 'requests are');
    return [
      `The clock of this computer was ahead: ${what} recorded for a time to come. They count as sent just now, so the first videos may wait for a rate limit.`,
    ];
  }

  /** Called for notes that `load` found or another process wrote. */
  onNote(listener: (key: string) => void): void {
    this.store.onNote = listener;
  }

  private specOf(name: string, settings = this.settings): QuotaSpec {
    return (this.parts.specOf ?? quotaSpec)(name, settings);
  }

  private quota(name: string): Quota {
    return this.quotas.get(name) ?? this.configure(name);
  }

  /** Another endpoint is another account: it has its own log, and the old one's log is kept. */
  private configure(name: string): Quota {
    const spec = this.specOf(name);
    let quota = this.byKey.get(spec.key);
    if (quota) quota.configure(spec);
    else {
      quota = new Quota(spec, this.time, this.parts.random);
      this.byKey.set(spec.key, quota);
      this.store.attach(quota);
      const block = this.blocks.get(spec.key);
      if (block) quota.block(block.until, block.isAway);
    }
    this.quotas.set(name, quota);
    return quota;
  }

  /** The named quotas and all their parents, each once. */
  private path(names: readonly PermitName[]): Path {
    const id = quotasKey(names);
    const known = this.paths.get(id);
    if (known) return known;
    const quotas = new Set<Quota>();
    const add = (name: string): void => {
      const quota = this.quota(name);
      quotas.add(quota);
      for (const parent of quota.spec.parents) add(parent);
    };
    for (const name of names) add(quotaName(name));
    const path = { quotas: [...quotas], rides: isRide(names[0]) };
    this.paths.set(id, path);
    return path;
  }

  private pathReadyAt({ quotas, rides }: Path, beside?: Grant): number {
    let at = -Infinity;
    for (const quota of quotas)
      at = Math.max(
        at,
        quota.readyAt(rides, beside?.holds(quota) === true ? 1 : 0, beside?.isProbeOf(quota)),
      );
    return at;
  }

  private take({ quotas, rides }: Path, beside?: Grant): Grant {
    return new Grant(quotas, rides, this.time, this.store, this.granter, beside);
  }

  /** Serves all waiters that are ready, in order of arrival, and sets the timer for the next. */
  private pump(): void {
    if (this.closed) return;
    const now = this.time.now();
    let next = Infinity;
    for (const waiter of this.waiters) {
      const path = this.path(waiter.names);
      const at = Math.max(waiter.notBefore, this.pathReadyAt(path, waiter.beside));
      if (at > now) next = Math.min(next, at);
      else {
        this.waiters.delete(waiter);
        void this.serve(waiter, this.take(path, waiter.beside));
      }
    }
    if (next === this.timerAt && this.cancelTimer) return;
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.timerAt = next;
    if (next === Infinity) return;
    this.cancelTimer = this.parts.clock.after(Math.max(0, next - now), () => {
      this.cancelTimer = undefined;
      this.pump();
    });
  }

  /** Records the start, waits for bottleneck, and returns the permit. */
  private async serve(waiter: Waiter, taken: Grant): Promise<void> {
    const { counted } = taken;
    if (counted.length > 0) {
      const record = await this.store.start(counted);
      if (record.granted && !this.gone(waiter)) await this.space(taken.quotas);
      if (!record.granted || this.gone(waiter)) {
        if (record.granted) this.store.withdraw(record.token);
        taken.undo();
        this.again(waiter);
        return;
      }
      taken.granted(record.token);
    }
    waiter.grant(taken);
  }

  private async space(quotas: readonly Quota[]): Promise<void> {
    for (const { key, spec } of quotas)
      if (spec.spacingMs > 0) {
        try {
          await this.pacer.pass(key, spec.spacingMs);
        } catch (error) {
          // Our own log has kept the spacing; the start is due all the same.
          this.parts.log.write('warn', `The pacer failed: ${toFailure(error).message}`);
        }
      }
  }

  private gone(waiter: Waiter): boolean {
    return waiter.signal.aborted || this.closed;
  }

  /** The start went to another process, or is not wanted any more. */
  private again(waiter: Waiter): void {
    if (this.gone(waiter)) waiter.refuse(cancelled());
    else {
      waiter.notBefore = this.time.now() + contentionMs * this.parts.random.next();
      this.waiters.add(waiter);
    }
    this.changed();
  }

  private heard(quotas: readonly Quota[], answer: QuotaAnswer): void {
    const news = readQuotaNews(answer, this.parts.clock.now());
    let changed = false;
    for (const quota of quotas) {
      const heldBefore = quota.heldUntil;
      const limitBefore = quota.toldLimit;
      if (!quota.heard(quota.spec.learns ? news : withoutLimits(news))) continue;
      changed = true;
      if (quota.toldLimit !== undefined && quota.toldLimit !== limitBefore)
        this.store.limited(quota.key, quota.toldLimit);
      if (quota.heldUntil > heldBefore) {
        const until = this.time.toWall(quota.heldUntil);
        this.store.held(quota.key, until);
        this.parts.log.write(
          'info',
          `${quota.spec.name} held until ${new Date(until).toISOString()}: the service answered ${answer.status}.`,
        );
      }
    }
    if (changed) this.changed();
  }

  private refuse(waiter: Waiter): void {
    if (this.waiters.delete(waiter)) waiter.refuse(cancelled());
  }

  private changed(): void {
    this.pump();
    for (const listener of [...this.listeners]) listener();
  }
}

function cancelled(): FailureError {
  return new FailureError(failure('cancelled', 'Stopped.'));
}
