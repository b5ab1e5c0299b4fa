/** What a service's answers teach about its limits: those it names, and how far to go below after refusals. */
import type { QuotaNews } from './answerHeaders';

const lowerFactor = 0.7;
const lowerGapMs = 5_000;

export class LearntLimits {
  /** Starts a window that the service named, also to another process. */
  private saidLimit: number | undefined;
  private saidPerDay: number | undefined;
  /** A limit below the known one, learnt from refusals that named none. */
  private lowered: number | undefined;
  private loweredAt = -Infinity;

  get toldLimit(): number | undefined {
    return this.saidLimit;
  }

  /** The settings have another limit now. */
  startOver(): void {
    this.lowered = undefined;
  }

  said(limit: number): void {
    this.saidLimit = limit;
  }

  heard(news: QuotaNews): void {
    if (news.limit !== undefined) this.saidLimit = news.limit;
    if (news.dailyLimit !== undefined) this.saidPerDay = news.dailyLimit;
  }

  /** Requests a window that are known to be allowed, before utilization. `own`: of the settings. 0: unlimited. */
  limit(own: number): number {
    const known = lower(own, this.saidLimit ?? 0);
    return this.lowered === undefined ? known : Math.min(known || Infinity, Math.ceil(this.lowered));
  }

  /** As `limit`, a day. */
  perDay(own: number): number {
    return lower(own, this.saidPerDay ?? 0);
  }

  /** A refusal that named no limit. Refusals of requests that ran together count once. */
  lower(own: number, now: number): void {
    const limit = this.limit(own);
    if (limit === 0 || now - this.loweredAt <= lowerGapMs) return;
    this.loweredAt = now;
    this.lowered = Math.max(1, limit * lowerFactor);
  }

  /** Each success takes back a little of what refusals have lowered. */
  succeeded(own: number): void {
    if (this.lowered === undefined) return;
    this.lowered += Math.max(1, this.lowered / 300);
    if (this.lowered >= Math.min(own || Infinity, this.saidLimit ?? Infinity)) this.lowered = undefined;
  }
}

/** The lower of two limits, of which 0 is none. */
function lower(a: number, b: number): number {
  return a === 0 ? b : b === 0 ? a : Math.min(a, b);
}
