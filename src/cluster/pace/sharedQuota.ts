/**
 * What this machine knows of a quota that others share: every start of the last window with its peer, and when the
 * next may follow while Redis is away. Then each machine keeps to an equal part, and to what the others may have
 * started before, so that all of them together stay within the limit. Times are engine times.
 */
import { heldWindowOf, SlidingLog, stepOf, toleranceOf } from '../../engine/limits/slidingLog';
import type { RecordedQuota, SharedRule } from '../../engine/limits/sharedRecordParts';
import { absentMs, aloneAfterMs, answerMs, callMs, dayMs } from './times';
import { peerOf, type AskedQuota } from './wire';

/** What a machine last heard from Redis. */
export interface LastHeard {
  readonly me: string;
  /** The time of the call that was answered last, or from which on one was made. */
  readonly at: number;
  /** The limit is shared by so many; 0: it is not known, and nothing may start. */
  readonly told: number;
  /** The same number as the others were told it. */
  readonly parts: ReadonlyMap<string, number>;
}

interface Known {
  readonly at: number;
  readonly wall: number;
}

/** An answer of Redis and the request that follows it arrive late by this share of a window at most. */
const lateShare = 0.008;

export class SharedQuota {
  /** The answer of Redis has to have its whole record. */
  fresh = true;
  /** Nothing starts before, as Redis said. */
  until = -Infinity;
  /** What the limiter was told of that. */
  shown = -Infinity;
  /** Starts of today by all machines, as Redis said last, and those made here since. */
  today = { day: 0, all: 0, here: 0, since: 0 };
  private readonly known = new Map<string, Known>();
  private readonly running = new Set<string>();
  private readonly all: SlidingLog;
  private readonly own: SlidingLog;

  constructor(readonly quota: RecordedQuota) {
    this.all = new SlidingLog(quota.shared);
    this.own = new SlidingLog(quota.shared);
  }

  get rule(): SharedRule {
    return this.quota.shared;
  }

  /** How late an answer may be acted on, ms: the window that is kept is longer by this. */
  get lateMs(): number {
    return Math.min(answerMs, this.rule.windowMs * lateShare);
  }

  get heldMs(): number {
    return heldWindowOf(this.rule) + this.lateMs;
  }

  /** Its numbers in a request. */
  asked(): AskedQuota {
    const { rule } = this;
    return {
      key: this.quota.key,
      allowed: rule.allowed,
      held: Math.ceil(this.heldMs),
      step: stepOf(rule),
      tol: rule.allowed === 0 ? 0 : toleranceOf(rule),
      spacing: rule.spacingMs,
      places: rule.concurrency,
      perDay: rule.perDay,
      all: this.fresh,
    };
  }

  knows(token: string): boolean {
    return this.known.has(token);
  }

  /** A start, of whichever machine. False: it is known. */
  add(token: string, at: number, wall: number, me: string): boolean {
    if (this.known.has(token)) return false;
    this.known.set(token, { at, wall });
    this.all.add(at);
    if (peerOf(token) !== me) return true;
    this.own.add(at);
    const day = Math.floor(wall / dayMs);
    if (this.today.day !== day) this.today = { day, all: 0, here: 0, since: 0 };
    this.today.here += 1;
    this.today.since += 1;
    return true;
  }

  /** A start that was not made after all; returns what was known of it. */
  remove(token: string, me: string): Known | undefined {
    const known = this.known.get(token);
    if (known === undefined) return undefined;
    this.known.delete(token);
    this.running.delete(token);
    this.all.remove(known.at);
    if (peerOf(token) === me) {
      this.own.remove(known.at);
      this.today.here = Math.max(0, this.today.here - 1);
      this.today.since -= 1;
    }
    return known;
  }

  begin(token: string): void {
    if (this.rule.concurrency > 0) this.running.add(token);
  }
  end(token: string): boolean {
    return this.running.delete(token);
  }
  get places(): readonly string[] {
    return [...this.running];
  }

  /** Redis has counted the starts of today. */
  heardDay(all: number, day: number): void {
    const here = this.today.day === day ? this.today.here : 0;
    this.today = { day, all, here, since: 0 };
  }

  /** Starts that still count, oldest first. */
  recent(now: number): readonly (readonly [token: string, at: number])[] {
    const from = now - this.heldMs;
    return [...this.known]
      .flatMap(([token, { at }]) => (at > from ? [[token, at] as const] : []))
      .sort(([, a], [, b]) => a - b);
  }

  forget(now: number): void {
    const from = now - 2 * this.heldMs;
    for (const [token, { at }] of this.known) if (at < from) this.known.delete(token);
  }

  /** When this machine may start while Redis is away; Infinity: not before something changes. */
  aloneAt(now: number, midnight: number, heard: LastHeard): number {
    const { rule } = this;
    if (heard.told === 0) return Infinity;
    let at = heard.at + aloneAfterMs;
    if (rule.spacingMs > 0) at = Math.max(at, (this.own.last ?? -Infinity) + rule.spacingMs * heard.told);
    if (rule.concurrency > 0 && this.running.size >= Math.max(1, Math.floor(rule.concurrency / heard.told)))
      return Infinity;
    if (rule.perDay > 0) {
      const left = Math.floor(Math.max(0, rule.perDay - this.today.all) / heard.told);
      if (this.today.since >= left) at = Math.max(at, midnight);
    }
    return rule.allowed === 0 ? at : Math.max(at, this.partAt(now, heard));
  }

  private partAt(now: number, heard: LastHeard): number {
    const { allowed, burst } = this.rule;
    const part = Math.floor(allowed / heard.told);
    if (part === 0) return Infinity;
    this.own.setPace({
      allowed: part,
      windowMs: this.heldMs,
      burst: Math.max(1, Math.min(part, Math.floor(burst / heard.told))),
    });
    const { own, others, leaves } = this.counts(now, heard);
    const unseen = this.unseen(now, heard);
    const ready = this.own.readyAt();
    if (own + 1 <= allowed - others - unseen.most) return ready;
    return Math.max(ready, Math.min(leaves, unseen.until, now + heldWindowOf(this.rule)));
  }

  /**
   * Own starts in the window; what the others have started or may start; and when the oldest of all leaves it.
   * A machine that had started more than its part counts with that, another one with its whole part.
   */
  private counts(now: number, heard: LastHeard): { own: number; others: number; leaves: number } {
    const from = now - this.heldMs;
    const by = new Map<string, number>();
    let leaves = Infinity;
    for (const [token, { at }] of this.known) {
      if (at <= from) continue;
      const peer = peerOf(token);
      by.set(peer, (by.get(peer) ?? 0) + 1);
      leaves = Math.min(leaves, at + this.heldMs + 1);
    }
    const own = by.get(heard.me) ?? 0;
    by.delete(heard.me);
    let others = 0;
    for (const [peer, told] of heard.parts) {
      if (peer === heard.me) continue;
      others += Math.max(by.get(peer) ?? 0, told === 0 ? 0 : Math.floor(this.rule.allowed / told));
      by.delete(peer);
    }
    for (const count of by.values()) others += count;
    return { own, others, leaves };
  }

  /**
   * Starts that others may have made after the last answer, before they too went on alone or left this machine its
   * part; and until when they may count.
   */
  private unseen(now: number, heard: LastHeard): { most: number; until: number } {
    const end = heard.at + absentMs + callMs;
    const until = end + this.heldMs;
    if (now >= until || heard.parts.size === 0) return { most: 0, until: Infinity };
    this.all.setPace(this.rule);
    let most = 0;
    while (most < this.rule.allowed && this.all.grantedAt(most + 1, heard.at) <= end) most += 1;
    return { most, until };
  }
}
