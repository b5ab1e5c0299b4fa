/**
 * What a helper's own troubles mean: a block or a hold of its address, a program that is missing, a network that is
 * down. None of it says anything about a video, so none of it goes home: the attempt goes back, and this helper waits.
 */
import { Breakers } from '../engine/limits/breakers';
import type { Failure } from '../model/failure';
import { nextMoveOf } from '../model/failure';
import { quotaOf } from '../model/failureRules';
import { isOfTheMachine } from './answers';
import type { HelperParts } from './helperParts';
import type { HelperAttempt, HelperResult } from './helperAttempt';
import { isSharedWork, type SharedWork } from './messages';

/** A service that asked to slow down and named no time. */
const throttleMs = 60_000;
/** So many failures of the network in a row are the network's. */
const mostInARow = 3;
const firstPauseMs = 10_000;
const longestPauseMs = 300_000;
/** A source that cannot work is looked at again after this. */
const outMs = 600_000;

export class HelperHealth {
  private readonly breakers: Breakers;
  private readonly out = new Map<string, { readonly why: string; readonly until: number }>();
  private inARow = 0;

  constructor(
    private readonly parts: HelperParts,
    private readonly say: (text: string) => void,
  ) {
    this.breakers = new Breakers(parts.clock, parts.limiter);
  }

  /** What this machine can do of what its settings name. */
  async refresh(): Promise<readonly SharedWork[]> {
    const { sources, settings, sound } = this.parts;
    const ready: SharedWork[] = [];
    for (const source of sources) {
      const { id } = source;
      if (!isSharedWork(id) || !settings.sources.includes(id)) continue;
      const { ready: isReady } = await source.readiness(settings).catch(() => ({ ready: false }));
      if (isReady) ready.push(id);
    }
    // The sound of most links comes through yt-dlp.
    if (ready.includes('yt-dlp') && (await sound?.isReady(settings))) ready.push('sound');
    return ready;
  }

  isOut(source: string): boolean {
    const { until = -Infinity } = this.out.get(source) ?? {};
    return until > this.parts.clock.monotonic();
  }

  trouble(): string | undefined {
    const why = [...this.out]
      .filter(([source]) => this.isOut(source))
      .map(([source, { why }]) => `${source}: ${why}`);
    return why.length === 0 ? undefined : why.join('; ').slice(0, 500);
  }

  /** Why the result does not go home; undefined: it does. */
  async judge(attempt: HelperAttempt, result: HelperResult): Promise<string | undefined> {
    if (attempt.isUnstarted) return 'others of this address were faster';
    if (attempt.isAborted) return 'stopped';
    if ('transcript' in result || 'sound' in result) {
      this.answered(attempt);
      return undefined;
    }
    if ('consent' in result) return 'it would have to be paid for';
    const fail = attempt.outFor ?? result.failure;
    const move = nextMoveOf[fail.code];
    if (move === 'breaker') return this.blocked(attempt, fail);
    if (move === 'hold') return this.held(attempt, fail);
    if (fail.code === 'cancelled') return 'stopped';
    if (isOfTheMachine(fail)) return this.leave(attempt.source.id, fail.message, outMs);
    if (move === 'retry') return this.unsure(attempt, fail);
    if (fail.code === 'unavailable' && (await this.isDisguised(attempt)))
      return this.blocked(attempt, { ...fail, code: 'blocked' });
    if (fail.code !== 'unavailable') this.answered(attempt);
    return undefined;
  }

  private answered({ quotas }: HelperAttempt): void {
    this.inARow = 0;
    for (const name of quotas) this.breakers.known(name)?.succeeded();
  }

  private blocked({ quotas, source }: HelperAttempt, fail: Failure): string {
    const name = quotaOf(fail, quotas) ?? source.id;
    const { until } = this.breakers.of(name).blocked('wait');
    const wait = Math.max(0, until - this.parts.clock.now());
    const minutes = Math.max(1, Math.round(wait / 60_000));
    this.say(`${source.id} blocks this address: ${fail.message} Waiting ${minutes} min.`);
    if (quotas.length === 0) this.leave(source.id, fail.message, wait);
    return fail.message;
  }

  private held({ quotas, source }: HelperAttempt, fail: Failure): string {
    const { limiter, clock } = this.parts;
    const quota = quotaOf(fail, quotas);
    const waitMs = fail.retryAfterMs ?? throttleMs;
    if (quota === undefined) this.leave(source.id, fail.message, waitMs);
    else if (limiter.readyAt([quota]) <= clock.now()) limiter.hold(quota, waitMs);
    return fail.message;
  }

  /** One failure may be the video's; many in a row are this machine's. */
  private unsure(attempt: HelperAttempt, fail: Failure): string | undefined {
    this.inARow += 1;
    if (this.inARow < mostInARow) return undefined;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.inARow - mostInARow));
    return this.leave(attempt.source.id, fail.message, pause);
  }

  private leave(source: string, why: string, ms: number): string {
    if (!this.isOut(source)) this.say(`${source} is left out here for ${Math.ceil(ms / 1000)} s: ${why}`);
    this.out.set(source, { why, until: this.parts.clock.monotonic() + ms });
    return why;
  }

  /** After many in a row that are said to be unavailable, a video that is known to exist is asked for. */
  private async isDisguised(attempt: HelperAttempt): Promise<boolean> {
    const [quota] = attempt.quotas;
    if (quota === undefined || !this.breakers.of(quota).unavailable()) return false;
    return (await attempt.probe()) !== undefined;
  }
}
