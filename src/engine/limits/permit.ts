/**
 * One start that was taken from its quotas, for the job that holds it: it goes out, perhaps later than
 * granted, or not at all for some of the quotas; it receives the answer; its places are given back.
 */
import type { Permit, QuotaAnswer } from '../../model/source';
import type { Quota } from './quota';
import type { QuotaRecord } from './sharedRecordParts';
import type { QuotaTime } from './quotaClock';

export interface PermitActions {
  /** What a service said about its limits. */
  heard(quotas: readonly Quota[], answer: QuotaAnswer): void;
  /** Something may be ready earlier or later than before. */
  changed(): void;
}

const nobody: readonly Quota[] = [];

export class Grant implements Permit {
  private at: number;
  private readonly probes: readonly boolean[];
  /** Recorded under this token. */
  private token: string | undefined;
  /** Quotas to which no request was made after all. */
  private spared = nobody;
  private gone = false;
  private over = false;

  /** Takes the start. `rides`: it counts in no window, because it was counted before. */
  constructor(
    readonly quotas: readonly Quota[],
    private readonly rides: boolean,
    private readonly time: QuotaTime,
    private readonly store: QuotaRecord,
    private readonly host: PermitActions,
    beside?: Grant,
  ) {
    this.at = time.now();
    this.probes = quotas.map((quota) => quota.take(this.at, rides, beside?.isProbeOf(quota) === true));
  }

  /** Whether it is the probe of a blocked quota. */
  isProbeOf(quota: Quota): boolean {
    return this.holds(quota) && this.probes[this.quotas.indexOf(quota)] === true;
  }

  /** Whether its place in the quota is held. */
  holds(quota: Quota): boolean {
    return !this.over && this.quotas.includes(quota);
  }

  /** The quotas whose windows it counts in. */
  get counted(): readonly Quota[] {
    return this.rides ? [] : this.quotas.filter((quota) => quota.counts && !this.spared.includes(quota));
  }

  /** It is recorded, and goes out now. */
  granted(token: string): void {
    this.token = token;
    this.move();
  }

  /** It was not made: another process was faster, or it is not needed any more. */
  undo(): void {
    this.over = true;
    this.quotas.forEach((quota, i) => quota.giveBack(this.at, this.probes[i] ?? false));
  }

  /** It goes out later than it was granted; the service's window begins now. */
  going(): void {
    if (this.rides || this.over) return;
    this.gone = true;
    if (this.move()) this.recordAnew();
    this.host.changed();
  }

  unused(name: string): void {
    if (this.rides || this.gone || this.over) return;
    if (!this.quotas.some((quota) => quota.spec.name === name)) return;
    for (const quota of this.concerned(name)) {
      if (this.spared.includes(quota)) continue;
      this.spared = [...this.spared, quota];
      quota.unmade(this.at);
    }
    this.recordAnew();
    this.host.changed();
  }

  heard(answer: QuotaAnswer): void {
    this.host.heard(this.concerned(answer.quota), answer);
  }

  release(): void {
    if (this.over) return;
    this.over = true;
    if (this.token !== undefined) this.store.ended?.(this.token);
    this.quotas.forEach((quota, i) => quota.release(this.probes[i] ?? false));
    this.host.changed();
  }

  private move(): boolean {
    const now = this.time.now();
    for (const quota of this.counted) quota.granted(this.at, now);
    const later = now > this.at;
    this.at = now;
    return later;
  }

  private recordAnew(): void {
    if (this.token === undefined) return;
    this.token = this.store.again(
      this.token,
      this.counted.map((quota) => quota.key),
    );
  }

  /**
   * The quota that an answer names, with its account; all quotas where it names none. A download's quota
   * does not concern the service.
   */
  private concerned(name: string | undefined): readonly Quota[] {
    const named = this.quotas.find((quota) => quota.spec.name === name);
    if (!named) return this.quotas;
    return this.quotas.filter((quota) => quota === named || named.spec.parents.includes(quota.spec.name));
  }
}
