/**
 * Room `job`: one video's way through its sources to its file. This file runs it: which step is next, and
 * the step itself. What follows a source's answer is in outcome.ts, the writing in write.ts.
 */
import type { Outcome } from '../../model/events';
import { failure, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { mended, unconfirmedPlace } from '../../model/need';
import { isElsewhere, isRide, sameQuotas } from '../../model/quotaNames';
import type { PermitName, QuotaName } from '../../model/quotaNames';
import type { Permit, Source } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import { urlOf } from '../../model/webUrl';
import { AfterFailure } from './afterFailure';
import { Attempt } from './attempt';
import { JobAway } from './away';
import { Running, servicesOf } from './context';
import type { BatchCore } from './context';
import { JobOutcome } from './outcome';
import { JobRequestActions } from './requestActions';
import type { PaidRecord } from './requestActions';
import { JobTransitions, setAside } from './transitions';
import { JobWriter } from './write';
import type { JobUnderWay } from './jobUnderWay';
import { Rank } from '../pool/queue';
import { ServiceHealth } from './serviceHealth';
import { paidAfterFailure, triesOf } from '../state/memory';
import { isSetAside, isSuspect } from '../state/deaths';
import type { JobState } from '../state/reducer';

/** What a job does next. */
export type Step =
  | {
      readonly kind: 'ask';
      readonly source: Source;
      readonly quotas: readonly QuotaName[];
      /** The names under which it waits for its start. */
      readonly permitNames: readonly PermitName[];
    }
  | { readonly kind: 'write' }
  | { readonly kind: 'check' }
  /** No source reads it: what answers there may be a list. */
  | { readonly kind: 'list' }
  | { readonly kind: 'end'; readonly outcome: Outcome };

const free: Permit = { heard: () => undefined, release: () => undefined };

export interface WalkActions {
  /** The disk refused: the batch pauses until it takes writes again. */
  diskFailed(failure: Failure): void;
  /** A job has failed for good; `onError` decides. */
  failed(index: number, failure: Failure): void;
  /** The link is read as a list, beside the workers. */
  readAsList(index: number): void;
  /** The user's own record of paid requests, outside the batch's folder. */
  readonly recordIntent: PaidRecord['recordIntent'];
  readonly recordRefused: PaidRecord['recordRefused'];
  readonly recordPaid: PaidRecord['recordPaid'];
}

export class JobWalk {
  /** What follows a failure; also used for list links. */
  readonly after: AfterFailure;
  readonly reach: ServiceHealth;
  /** Attempts on other machines. */
  readonly away: JobAway;
  private readonly moves: JobTransitions;
  private readonly output: JobWriter;
  private readonly answer: JobOutcome;

  constructor(
    private readonly core: BatchCore,
    private readonly host: WalkActions,
  ) {
    this.moves = new JobTransitions(core, (index, fail) => host.failed(index, fail));
    this.reach = new ServiceHealth(core);
    this.output = new JobWriter(core, this.moves, (fail) => host.diskFailed(fail));
    this.after = new AfterFailure(core, this.moves, this.reach);
    this.answer = new JobOutcome(core, this.moves, this.reach, this.after, this.output);
    this.away = new JobAway(core, this.moves, this.answer, host);
  }

  /** The job's next step; decides without sending a request. */
  step(index: number, job: JobState): Step {
    const { core } = this;
    if (job.invalid) return ended(failed(job.invalid, undefined));
    if (isSetAside(job)) return ended(failed(setAside(), undefined));
    if (job.link.outside === true) return this.unconfirmed(index, job);
    const live = core.live(index);
    if (!live) return ended({ status: 'cancelled' });
    if (live.unwritten) return { kind: 'write' };
    if (live.paid && live.paid.requestId === undefined)
      return ended(
        failed(
          failure(
            'maybe-charged',
            `${live.paid.source} may have accepted this one before the connection broke.`,
          ),
          live.paid.source,
        ),
      );
    if (core.toCheck.has(index)) return { kind: 'check' };
    for (;;) {
      const chain = core.chain(job.link, live);
      const source = chain[0];
      if (!source) {
        if (this.moves.mayBeList(job, live)) return { kind: 'list' };
        const { memory } = live;
        return ended(failed(this.moves.chainEnd(job, memory), memory.telling?.source));
      }
      const quotas = core.quotasFor(source, job.link, live);
      const permitNames = core.permitNamesFor(job, source, quotas, live);
      // What blocks this address blocks no other one.
      const asked = isElsewhere(permitNames) ? undefined : core.startsHere(job, source, quotas);
      const shut = this.reach.shutFor(index, source, asked, chain.length > 1);
      if (!shut) return { kind: 'ask', source, quotas, permitNames };
      if (shut.move === 'nextSource') {
        this.moves.passUnasked(index, live, source, shut.failure);
        continue;
      }
      if (shut.move === 'fail') return ended(failed(shut.failure, source.id));
      core.parking.add(shut.need, index);
      const { failure: why, until } = shut;
      const time = until === undefined ? {} : { until };
      return ended({ status: 'parked', failure: why, source: source.id, ...time });
    }
  }

  /** What the list names waits for the user's OK before any source is asked. */
  private unconfirmed(index: number, { link }: JobState): Step {
    const { parking } = this.core;
    const fail = unconfirmedPlace(link.path ?? urlOf(link.url)?.hostname ?? link.url);
    const need = mended(fail, undefined);
    parking.close(need, fail, Infinity);
    parking.add(need, index);
    return ended({ status: 'parked', failure: fail });
  }

  /** The job leaves the queue for the lists; `step` has said so. */
  readAsList(index: number): void {
    this.core.queue.remove(index);
    this.host.readAsList(index);
  }

  /** Moves the job from the queue to a worker, at once; `run` does the work. */
  take(index: number, worker: number): void {
    const { core } = this;
    const reserved = core.queue.subqueueOf(index)?.quotas ?? [];
    core.queue.remove(index);
    core.shared.reservations.reserve(reserved);
    const running = new Running(worker, reserved);
    core.running.set(index, running);
    const job = core.job(index);
    core.shared.isolation.started(running, job !== undefined && isSuspect(job));
    const attempt = (core.live(index)?.memory.failedTries ?? 0) + 1;
    core.emit({ type: 'job-started', at: core.now, job: index, worker, attempt });
  }

  /**
   * Does the job's next step. Resolves when its place is free, which may be before the step is over. Never
   * rejects.
   */
  run(index: number): Promise<void> {
    return new Promise((resolve) => {
      const running = this.core.running.get(index);
      if (running) running.leavePlace = resolve;
      void this.walk(index).finally(resolve);
    });
  }

  private async walk(index: number): Promise<void> {
    const { core } = this;
    const job = core.job(index);
    const live = core.live(index);
    const running = core.running.get(index);
    if (!job || !live || !running) return;
    try {
      const step = this.step(index, job);
      if (step.kind === 'end') core.end(index, step.outcome);
      else if (step.kind === 'write') await this.output.write(index, job, live);
      else if (step.kind === 'list') {
        this.moves.back(index);
        this.readAsList(index);
      } else if (step.kind === 'check') await this.check(index, running);
      else if (!(await this.ask(index, job, live, running, step))) {
        // Without an await until its place is free: the scheduler must not take it before.
        this.moves.back(index);
        core.enqueue(index, Rank.front);
      }
    } catch (error) {
      const fail = toFailure(error);
      if (fail.code === 'cancelled') this.moves.left(index, running);
      else this.moves.fail(index, fail, live.memory.telling?.source, 0, 0);
    } finally {
      core.shared.reservations.release(running.reserved);
      core.shared.isolation.ended(running);
      // It may have been taken for its next step already, by the turn of another job.
      if (core.running.get(index) === running) {
        core.running.delete(index);
        core.underWay.ended(index);
      }
      if (running.workFrom !== undefined) {
        const now = core.shared.parts.clock.monotonic();
        core.track.left(now - running.workFrom, !core.queue.has(index), now);
      }
      core.onMoved();
    }
  }

  /** Looks on the disk for what the row is to become; where its files are there, it has ended. */
  async isThere(index: number): Promise<boolean> {
    const { core } = this;
    core.toCheck.delete(index);
    const job = core.job(index);
    const outcome = job && (await core.done.outcomeOf(job, core.settings, core.now));
    for (const words of core.done.news()) core.tell(words);
    if (outcome) core.end(index, outcome);
    return outcome !== undefined;
  }

  private async check(index: number, running: Running): Promise<void> {
    const { core } = this;
    if (await this.isThere(index)) return;
    core.emit({ type: 'job-left', at: core.now, job: index });
    if (running.ending === 'skip') core.end(index, { status: 'skipped', reason: 'by-user' });
    else core.enqueue(index, Rank.front);
  }

  /** False where the source has left the chain before it was asked: the job waits again. */
  private async ask(
    index: number,
    job: JobState,
    live: JobUnderWay,
    running: Running,
    { source, quotas, permitNames }: Extract<Step, { readonly kind: 'ask' }>,
  ): Promise<boolean> {
    const { core } = this;
    const { parts, budgets } = core.shared;
    const permit = permitNames.length === 0 ? free : await this.permit(index, permitNames, running);
    const begun = core.underWay.begun(index);
    if (source.asksFirst !== true) await begun;
    if (core.outFor(source, live)) {
      // It left the chain while this job waited for its start.
      for (const name of quotas) permit.unused?.(name);
      permit.release();
      return false;
    }
    running.workFrom = parts.clock.monotonic();
    running.since = core.now;
    running.endsAt = undefined;
    if (!isRide(permitNames[0]))
      for (const name of quotas) core.startsOf.set(name, (core.startsOf.get(name) ?? 0) + 1);
    live.ride = undefined;
    const tries = triesOf(live.memory, source.id);
    for (const name of servicesOf(source, quotas)) budgets.of(name).sent();
    const resumed = live.paid?.source === source.id ? live.paid.requestId : undefined;
    const { settings } = core;
    const attempt = new Attempt(
      source.id,
      {
        link: job.link,
        settings,
        meta: job.meta,
        identity: `${job.link.id}-${tries.all}`,
        begun,
        resume: resumed === undefined ? undefined : { source: source.id, requestId: resumed },
        paysNext: this.paysAfter(source, job, live),
      },
      new JobRequestActions(core, index, live, source.id, this.host, permitNames),
      parts.clock,
      parts.files,
      running.abortion,
    );
    running.attempt = attempt;
    const tried = await attempt.run(source, permit);
    const { paid } = live;
    if (paid && 'failure' in tried.result && !paidAfterFailure(paid, source.id, tried.result.failure))
      await this.host.recordRefused(job.link.id);
    const { looked = 0 } = live;
    live.looked = undefined;
    const result = looked > 0 ? { ...tried, requests: tried.requests + looked } : tried;
    await this.answer.settle({ index, job, live, running, source, quotas, settings }, result);
    return true;
  }

  /** Whether the source that follows, where this one sees that there are no captions, costs money. */
  private paysAfter(source: Source, { link }: JobState, live: JobUnderWay): boolean {
    const { memory, paid } = live;
    const after = { memory: { ...memory, noCaptions: true }, paid };
    return this.core.chain(link, after).find((other) => other !== source)?.paid === true;
  }

  private async permit(index: number, quotas: readonly PermitName[], running: Running): Promise<Permit> {
    const { core } = this;
    const { clock } = core.shared.parts;
    // The limiter was ready; if it takes a moment after all, the row shows what it waits for.
    const cancel = clock.after(250, () => {
      const wait = core.shared.limiter.why(quotas);
      if (wait) core.emit({ type: 'wait', at: core.now, job: index, wait });
    });
    try {
      const { reservations } = core.shared;
      // What the job needs may have changed since it was chosen.
      if (!sameQuotas(running.reserved, quotas)) reservations.reserve(quotas);
      else running.reserved = [];
      return await reservations.acquire(quotas, running.abortion.signal);
    } finally {
      cancel();
    }
  }

  /** Goes on without a source that only other machines have, and that could not help there. */
  passUnasked(index: number, live: JobUnderWay, source: Source): void {
    const why = 'Other machines could not do it, and it is not set up on this one.';
    this.moves.passUnasked(index, live, source, failure('unsupported', why));
    this.core.enqueue(index, Rank.front);
  }

  /** Parked jobs are pending again. */
  release(jobs: readonly number[]): void {
    this.reach.release(jobs);
  }
}

function ended(outcome: Outcome): Step {
  return { kind: 'end', outcome };
}

function failed(fail: Failure, source: SourceId | undefined): Outcome {
  return {
    status: 'failed',
    failure: fail,
    ...(source === undefined ? {} : { source }),
    seconds: 0,
    requests: 0,
  };
}
