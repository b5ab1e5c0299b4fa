/**
 * Attempts on other machines. A row that nothing here can start now is offered, and is in its place until an answer
 * comes, nobody takes it, or whoever had it is gone; then it waits as before. What follows an answer is what follows
 * any other one (outcome.ts), but the quotas of this address take no part in it: another one sent the requests.
 */
import type { Elsewhere, Offer, OfferAnswer } from '../../model/elsewhere';
import { toFailure } from '../../model/failure';
import { fitMeta, fitResult } from '../../model/fit';
import { namesHere } from '../../model/quotaNames';
import type { PermitName, QuotaName } from '../../model/quotaNames';
import type { Source } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import { triesOf } from '../state/memory';
import { Running, servicesOf } from './context';
import type { BatchCore } from './context';
import type { JobUnderWay } from './jobUnderWay';
import type { JobOutcome } from './outcome';
import { JobRequestActions } from './requestActions';
import type { PaidRecord } from './requestActions';
import type { JobTransitions } from './transitions';

/** One that no machine has taken yet. */
export interface OpenOffer {
  readonly offer: Offer;
  readonly source: SourceId;
  /** What its attempt starts from, wherever it runs. */
  readonly needs: readonly QuotaName[];
  /** The names under which it would wait here; none: it cannot be done here. */
  readonly quotas: readonly PermitName[];
  /** Taking it back has begun. */
  isLeaving: boolean;
}

/** The source that the job asks next, as JobWalk.step says. */
interface Asked {
  readonly source: Source;
  readonly quotas: readonly QuotaName[];
  readonly permitNames: readonly PermitName[];
}

/** The job has no place here while it is away. */
const noWorker = 0;

export class JobAway {
  /** By row, in the order in which they were offered. */
  readonly open = new Map<number, OpenOffer>();

  constructor(
    private readonly core: BatchCore,
    private readonly moves: JobTransitions,
    private readonly answer: JobOutcome,
    private readonly record: PaidRecord,
  ) {}

  /** Moves the job out of the queue, and offers its attempt at the source. */
  offer(index: number, { source, quotas, permitNames }: Asked, elsewhere: Elsewhere): void {
    const { core } = this;
    const live = core.live(index);
    const job = core.job(index);
    if (!live || !job) return;
    core.queue.remove(index);
    const running = new Running(noWorker, []);
    core.running.set(index, running);
    core.away += 1;
    const offer = elsewhere.offer(
      {
        batch: core.state.id,
        row: index,
        attempt: triesOf(live.memory, source.id).all,
        source: source.id,
        quotas,
        link: job.link,
        meta: job.meta,
        settings: core.settings,
      },
      this.actions(index, live, running, source),
    );
    running.abortion.onAbort = () => {
      if (running.ending === 'stop' || running.ending === 'skip') offer.cancel();
      else offer.drop();
    };
    this.open.set(index, {
      ...{ offer, source: source.id, needs: quotas, quotas: namesHere(permitNames) },
      isLeaving: false,
    });
    void this.follow(index, live, running, source, offer);
  }

  /** Those that nobody has taken come back. */
  withdrawAll(): void {
    for (const open of this.open.values()) withdraw(open);
  }

  private actions(
    index: number,
    live: JobUnderWay,
    running: Running,
    source: Source,
  ): Parameters<Elsewhere['offer']>[1] {
    const told = new JobRequestActions(this.core, index, live, source.id, this.record);
    return {
      taken: (worker) => this.taken(index, live, running, worker),
      stage: (stage, percent, part) => {
        if (!running.abortion.aborted) told.stage(stage, percent, part);
      },
      learn: (meta) => told.learn(fitMeta(meta)),
      note: (text) => told.note(text),
    };
  }

  private taken(index: number, live: JobUnderWay, running: Running, worker: number): void {
    const { core } = this;
    if (running.abortion.aborted) return;
    this.open.delete(index);
    running.workFrom ??= core.shared.parts.clock.monotonic();
    const attempt = live.memory.failedTries + 1;
    core.emit({ type: 'job-started', at: core.now, job: index, worker, attempt });
  }

  /** Never rejects. */
  private async follow(
    index: number,
    live: JobUnderWay,
    running: Running,
    source: Source,
    offer: Offer,
  ): Promise<void> {
    const { core } = this;
    try {
      const answer = await offer.answer;
      this.open.delete(index);
      if (answer.kind !== 'answered' || running.abortion.aborted) this.moves.left(index, running);
      else {
        await this.settle(index, live, running, source, answer);
        void this.stored(index, live, offer);
      }
    } catch (error) {
      const fail = toFailure(error);
      if (fail.code === 'cancelled') this.moves.left(index, running);
      else this.moves.fail(index, fail, live.memory.telling?.source, 0, 0);
    } finally {
      core.away -= 1;
      if (core.running.get(index) === running) core.running.delete(index);
      if (running.workFrom !== undefined) {
        const now = core.shared.parts.clock.monotonic();
        core.track.left(now - running.workFrom, !core.queue.has(index), now);
      }
      core.onMoved();
    }
  }

  private async settle(
    index: number,
    live: JobUnderWay,
    running: Running,
    source: Source,
    answer: Extract<OfferAnswer, { readonly kind: 'answered' }>,
  ): Promise<void> {
    const { core } = this;
    const job = core.job(index);
    if (!job) return;
    for (const name of servicesOf(source, [])) core.shared.budgets.of(name).sent();
    const { seconds, requests, via, machine } = answer;
    const result = fitResult(answer.result);
    await this.answer.settle(
      { index, job, live, running, source, quotas: [], settings: core.settings },
      { result, seconds, requests, via, machine },
    );
  }

  /** What came back is forgotten elsewhere once what followed is in the journal, and not before. */
  private async stored(index: number, live: JobUnderWay, offer: Offer): Promise<void> {
    const { core } = this;
    await core.log.settled();
    // One that the disk refused lives on, with its transcript.
    if (core.lives.get(index) !== live || live.unwritten === undefined) offer.stored();
  }
}

/** Takes an offer back, once. */
export function withdraw(open: OpenOffer): void {
  if (open.isLeaving) return;
  open.isLeaving = true;
  open.offer.withdraw();
}
