/**
 * The walk of one job: which step is next, the step itself, and what follows from its answer by the table
 * of failure codes.
 */
import type { Outcome } from '../model/events';
import { failure, toFailure } from '../model/failure';
import type { Failure, FailureCode } from '../model/failure';
import type { Permit, Source, SourceResult } from '../model/source';
import type { SourceId } from '../model/transcript';
import { Attempt } from './attempt';
import type { AttemptResult } from './attempt';
import type { BatchCore, Running } from './batchCore';
import { chainFailure, leftOut, moveAfter, needOf, tellingFailure, worthAsking } from './chain';
import type { Live } from './live';
import { Rank } from './queue';
import { isRide } from './ride';
import { retryDelayMs } from './retryPolicy';
import type { JobState } from './state';

/** What a job does next. */
export type Step =
  | {
      readonly kind: 'ask';
      readonly source: Source;
      readonly quotas: readonly string[];
      /** The names under which it waits for its start. */
      readonly lane: readonly string[];
    }
  | { readonly kind: 'write' }
  | { readonly kind: 'check' }
  | { readonly kind: 'end'; readonly outcome: Outcome };

/** A service that only ever asks to slow down is given up after so many times in a row. */
const mostThrottles = 50;
/** A source without a quota of its own waits this long after being throttled, if nothing was said. */
const throttleMs = 60_000;

/** Refused so often by a disk that takes other files, a job waits for the user. */
const mostDiskRefusals = 3;

const free: Permit = { heard: () => undefined, release: () => undefined };

export interface FlowHost {
  /** The disk refused: the batch pauses until it is mended. */
  diskFailed(failure: Failure): void;
  /** A job has failed for good; `onError` decides. */
  failed(index: number, failure: Failure): void;
  /** Whether this job's video was done before, and where. Asked once, when its turn has come. */
  alreadyDone(index: number): Promise<Outcome | undefined>;
  /** Before the submit goes out, and after. */
  recordPaid(job: number, source: SourceId, requestId: string | undefined): Promise<void>;
}

/** After these the request that was paid for may still bring its transcript; the reducer keeps its id as well. */
const keepsRequest: ReadonlySet<FailureCode> = new Set([
  'network',
  'timeout',
  'bad-response',
  'rate-limited',
  'quota-exhausted',
  'auth',
  'payment',
  'blocked',
  'tool-failed',
  'disk',
  'internal',
]);

export class JobFlow {
  constructor(
    private readonly core: BatchCore,
    private readonly host: FlowHost,
  ) {}

  /** The job's next step; decides without asking anybody. */
  step(index: number, job: JobState): Step {
    const { core } = this;
    if (job.invalid) return ended(failed(job.invalid, undefined));
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
      if (!source) return ended(failed(this.chainEnd(job, live), live.lastSource));
      const quotas = core.quotasFor(source, job.link, live);
      const shut = this.shutFor(index, source, quotas);
      if (!shut) return { kind: 'ask', source, quotas, lane: core.laneFor(source, quotas, live) };
      if (shut.move === 'nextSource') {
        this.pass(live, source, shut.failure);
        continue;
      }
      core.parking.add(shut.need, index);
      const until = core.parking.untilOf(shut.need);
      return ended({
        status: 'parked',
        failure: shut.failure,
        source: source.id,
        ...(until === undefined ? {} : { until }),
      });
    }
  }

  /** Takes the job out of the queue onto a worker, at once; `run` does the work. */
  take(index: number, worker: number): void {
    const { core } = this;
    const reserved = core.queue.laneOf(index)?.quotas ?? [];
    core.queue.remove(index);
    core.shared.starts.reserve(reserved);
    core.running.set(index, { worker, attempt: undefined, reserved, abortion: new AbortController() });
    const attempt = (core.live(index)?.failedTries ?? 0) + 1;
    core.emit({ type: 'job-started', at: core.now, job: index, worker, attempt });
  }

  /** Does the job's next step. Never rejects. */
  async run(index: number): Promise<void> {
    const { core } = this;
    const job = core.job(index);
    const live = core.live(index);
    const running = core.running.get(index);
    if (!job || !live || !running) return;
    try {
      const step = this.step(index, job);
      if (step.kind === 'end') core.end(index, step.outcome);
      else if (step.kind === 'write') await this.write(index, job, live);
      else if (step.kind === 'check') await this.check(index, running);
      else await this.ask(index, job, live, running, step);
    } catch (error) {
      const fail = toFailure(error);
      if (fail.code === 'cancelled') this.left(index, running);
      else this.fail(index, fail, live.lastSource, 0, 0);
    } finally {
      core.shared.starts.release(running.reserved);
      core.running.delete(index);
      if (running.workFrom !== undefined) {
        const now = core.shared.parts.clock.monotonic();
        core.track.left(now - running.workFrom, !core.queue.has(index), now);
      }
      core.onMoved();
    }
  }

  private async check(index: number, running: Running): Promise<void> {
    const { core } = this;
    core.toCheck.delete(index);
    const outcome = await this.host.alreadyDone(index);
    if (outcome) core.end(index, outcome);
    else {
      core.emit({ type: 'job-left', at: core.now, job: index });
      if (running.ending === 'skip') core.end(index, { status: 'skipped', reason: 'by-user' });
      else core.enqueue(index, Rank.front);
    }
  }

  private async ask(
    index: number,
    job: JobState,
    live: Live,
    running: Running,
    { source, quotas, lane }: Extract<Step, { readonly kind: 'ask' }>,
  ): Promise<void> {
    const { core } = this;
    const { parts, limiter, budgets } = core.shared;
    const permit = lane.length === 0 ? free : await this.permit(index, lane, running);
    running.workFrom = parts.clock.monotonic();
    if (!isRide(lane[0]))
      for (const name of quotas) core.startsOf.set(name, (core.startsOf.get(name) ?? 0) + 1);
    live.ride = undefined;
    if (live.triesOf !== source.id) {
      live.triesOf = source.id;
      live.tries = 0;
    }
    const budget = budgets.of(quotas[0] ?? source.id);
    budget.sent(live.tries > 0);
    const attempt = new Attempt(
      source,
      {
        link: job.link,
        settings: core.settings,
        meta: job.meta,
        attempt: live.tries + 1,
        identity: `${job.link.id}-${live.tries + live.throttled}`,
        noCaptions: live.noCaptions,
        ...(live.paid?.source === source.id && live.paid.requestId !== undefined
          ? { resume: { source: source.id, requestId: live.paid.requestId } }
          : {}),
      },
      {
        stage: (stage, percent) =>
          core.emit({
            type: 'stage',
            at: core.now,
            job: index,
            source: source.id,
            stage,
            ...(percent === undefined ? {} : { percent }),
          }),
        learn: (meta) => core.emit({ type: 'job-learnt', at: core.now, job: index, meta }),
        consent: (quote) =>
          Promise.resolve(core.consent.reserve(index, quote, core.settings['paid.maxCost'])),
        intent: async (quote) => {
          live.paid = { source: source.id };
          await core.lasting({ type: 'intent', at: core.now, job: index, quote });
        },
        requestId: async (requestId) => {
          live.paid = { source: source.id, requestId };
          await this.host.recordPaid(index, source.id, requestId);
          await core.lasting({ type: 'request-id', at: core.now, job: index, source: source.id, requestId });
        },
        permit: (names, signal) => limiter.acquire(names, signal),
      },
      parts.clock,
      parts.files,
    );
    running.attempt = attempt;
    running.abortion.signal.addEventListener('abort', () => attempt.abort());
    if (running.abortion.signal.aborted) attempt.abort();
    const tried = await attempt.run(permit);
    const { looked = 0 } = live;
    live.looked = undefined;
    const result = looked > 0 ? { ...tried, requests: tried.requests + looked } : tried;
    await this.settle(index, job, live, running, source, quotas, result);
  }

  private async permit(index: number, quotas: readonly string[], running: Running): Promise<Permit> {
    const { core } = this;
    const { clock } = core.shared.parts;
    // The limiter was ready; when it takes a moment after all, the row says what it waits for.
    const cancel = clock.after(250, () => {
      const wait = core.shared.limiter.why(quotas);
      if (wait) core.emit({ type: 'wait', at: core.now, job: index, wait });
    });
    try {
      const { starts } = core.shared;
      // What the job needs may have changed since it was chosen.
      if (running.reserved.join(' ') !== quotas.join(' ')) starts.reserve(quotas);
      else running.reserved = [];
      return await starts.acquire(quotas, running.abortion.signal);
    } finally {
      cancel();
    }
  }

  private async settle(
    index: number,
    job: JobState,
    live: Live,
    running: Running,
    source: Source,
    quotas: readonly string[],
    attempt: AttemptResult,
  ): Promise<void> {
    const { core } = this;
    const { result } = attempt;
    if ('transcript' in result) {
      this.reached(index, quotas);
      core.shared.governor.succeeded();
      live.unwritten = {
        transcript: result.transcript,
        paid: result.paid,
        seconds: attempt.seconds,
        requests: attempt.requests,
        via: attempt.via,
      };
      await this.write(index, job, live);
      return;
    }
    if (running.ending === 'skip') {
      core.end(index, { status: 'skipped', reason: 'by-user' });
      return;
    }
    if ('consent' in result) {
      const { cost, service } = result.consent;
      const price = cost === undefined ? '' : ` It would cost ${cost}.`;
      core.parking.close(consentNeed(service, result.consent.origin), failure('payment', ''), Infinity);
      core.parking.add(consentNeed(service, result.consent.origin), index);
      core.end(index, {
        status: 'parked',
        failure: failure('payment', `${service} needs your OK.${price}`, {
          needs: consentNeed(service, result.consent.origin),
        }),
        source: source.id,
        consent: result.consent,
      });
      return;
    }
    if (result.noCaptions === true) live.noCaptions = true;
    this.afterFailure(index, job, live, running, source, quotas, result, attempt);
  }

  private afterFailure(
    index: number,
    job: JobState,
    live: Live,
    running: Running,
    source: Source,
    quotas: readonly string[],
    result: Extract<SourceResult, { readonly failure: Failure }>,
    attempt: AttemptResult,
  ): void {
    const { core } = this;
    const { shared } = core;
    const fail = this.withoutSecrets(result.failure);
    if (fail.code === 'cancelled') {
      core.parking.probeLost(index);
      this.left(index, running);
      return;
    }
    if (fail.code === 'no-captions') live.noCaptions = true;
    const later = core.chain(job.link, live).filter((other) => other !== source);
    const move = moveAfter(fail, later, live.tries + 1, core.settings);
    const tried = (counts: boolean): void => {
      core.emit({
        type: 'attempt',
        at: core.now,
        job: index,
        source: source.id,
        failure: fail,
        seconds: attempt.seconds,
        requests: attempt.requests,
        counts,
      });
      this.forgetPaid(live, source.id, fail);
    };
    if (move !== 'breaker' && move !== 'hold') this.reached(index, move === 'again' ? [] : quotas, fail);
    switch (move) {
      case 'hold':
        shared.governor.throttled();
        live.throttled += 1;
        if (live.throttled >= mostThrottles) {
          this.fail(index, fail, source.id, attempt.seconds, attempt.requests);
          return;
        }
        tried(false);
        this.back(index);
        // A quota that nobody told is held by us; a source without one waits alone.
        // The first is the service's own; the others (where the sound came from) did not throttle.
        if (quotas[0] === undefined) this.later(index, core.now + (fail.retryAfterMs ?? throttleMs));
        else {
          if (shared.limiter.readyAt([quotas[0]]) <= core.now)
            shared.limiter.hold(quotas[0], fail.retryAfterMs ?? throttleMs);
          core.enqueue(index, Rank.front);
        }
        return;
      case 'again': {
        live.tries += 1;
        live.failedTries += 1;
        tried(true);
        this.back(index);
        const delay = retryDelayMs(live.tries, fail, shared.parts.random);
        const budget = shared.budgets.of(quotas[0] ?? source.id);
        this.later(index, Math.max(core.now + delay, budget.readyAt()));
        return;
      }
      case 'nextSource': {
        const worth = worthAsking(fail, later, core.settings);
        for (const other of later) if (!worth.includes(other)) live.passed.add(other.id);
        this.pass(live, source, fail);
        if (worth.length === 0) {
          this.fail(index, this.chainEnd(job, live), live.lastSource, attempt.seconds, attempt.requests);
          return;
        }
        tried(false);
        this.back(index);
        core.enqueue(index, Rank.front);
        return;
      }
      case 'breaker':
        this.blocked(index, live, source, quotas, fail, later, () => tried(false));
        return;
      case 'park': {
        const need = needOf(fail, source.id, quotas);
        const { until } = core.parking.close(need, fail, undefined, source.id);
        tried(false);
        core.parking.add(need, index);
        core.end(index, { status: 'parked', failure: fail, source: source.id, until });
        return;
      }
      case 'final':
        this.fail(index, fail, source.id, attempt.seconds, attempt.requests);
        if (fail.code === 'unavailable') this.suspect(index, live, running, source, quotas[0]);
    }
  }

  private suspect(
    index: number,
    live: Live,
    running: Running,
    source: Source,
    quota: string | undefined,
  ): void {
    const { core } = this;
    if (quota === undefined) return;
    this.unavailable.push(index);
    if (this.unavailable.length > 5) this.unavailable.shift();
    if (!core.shared.breakers.of(quota).unavailable() || !running.attempt) return;
    this.unavailable.pop();
    void this.probe(index, live, source, quota, running.attempt).catch(() => undefined);
  }

  /** A service may repeat a key in its words; they are shown, and written into the batch's folder. */
  private withoutSecrets(fail: Failure): Failure {
    const { redact } = this.core.shared.parts;
    return redact ? { ...fail, message: redact(fail.message) } : fail;
  }

  private blocked(
    index: number,
    live: Live,
    source: Source,
    quotas: readonly string[],
    fail: Failure,
    later: readonly Source[],
    tried: () => void,
  ): void {
    const { core } = this;
    const { limiter, breakers } = core.shared;
    const name = quotas[0] ?? source.id;
    const verdict = breakers.of(name).blocked(core.settings.onBlocked);
    for (const quota of quotas) limiter.block(quota, verdict.until);
    tried();
    core.parking.probeLost(index);
    if (verdict.move === 'nextSource' && later.length > 0) {
      this.pass(live, source, fail);
      this.back(index);
      core.enqueue(index, Rank.front);
    } else if (verdict.move === 'hold') {
      this.back(index);
      if (quotas.length === 0) this.later(index, verdict.until);
      else core.enqueue(index, Rank.front);
    } else {
      const need = needOf(fail, source.id, quotas);
      core.parking.close(need, fail, verdict.until);
      core.parking.add(need, index);
      core.end(index, { status: 'parked', failure: fail, source: source.id, until: verdict.until });
    }
  }

  /** Whether a source is shut for everybody now, and what that means for this job. */
  private shutFor(
    index: number,
    source: Source,
    quotas: readonly string[],
  ): { readonly move: 'nextSource' | 'park'; readonly failure: Failure; readonly need: string } | undefined {
    const { core } = this;
    for (const need of [`blocked:${quotas[0] ?? source.id}`, core.parking.needOfSource(source.id)]) {
      const why = need === undefined ? undefined : core.parking.parkedFor(need);
      if (need !== undefined && why && !core.parking.isProbe(index, need))
        return { move: 'park', failure: why, need };
    }
    if (core.settings.onBlocked !== 'nextSource') return undefined;
    const breaker = core.shared.breakers.known(quotas[0] ?? source.id);
    if (breaker?.phase !== 'open') return undefined;
    return { move: 'nextSource', failure: failure('blocked', `${source.id} is blocked.`), need: '' };
  }

  /**
   * After many `unavailable` in a row one video known to be there is asked for: a service that blocks may
   * say so instead. If it fails too, those videos were not unavailable but refused, and wait like all others.
   */
  private async probe(
    index: number,
    live: Live,
    source: Source,
    name: string,
    started: Attempt,
  ): Promise<void> {
    const { core } = this;
    const fail = await started.probe(source);
    if (!fail) {
      core.shared.breakers.of(name).reachable();
      return;
    }
    const suspects = this.unavailable.splice(0);
    const verdict = core.shared.breakers.of(name).blocked(core.settings.onBlocked);
    core.shared.limiter.block(name, verdict.until);
    core.shared.parts.log.write('warn', `${source.id} calls everything unavailable; taken as a block.`);
    live.last = undefined;
    await core.lasting({ type: 'job-control', at: core.now, jobs: [...suspects, index], action: 'retry' });
  }
  /** The last jobs in a row that were said to be unavailable. */
  private readonly unavailable: number[] = [];

  /** The service answered: what was shut because of it opens again. */
  private reached(index: number, quotas: readonly string[], fail?: Failure): void {
    const { core } = this;
    const { breakers, limiter } = core.shared;
    if (fail && (fail.code === 'network' || fail.code === 'timeout')) {
      core.parking.probeLost(index);
      return;
    }
    const name = quotas[0];
    const breaker = name === undefined ? undefined : breakers.known(name);
    // `unavailable` may be how a service says that it blocks: it proves nothing.
    if (fail?.code === 'unavailable') return;
    this.unavailable.length = 0;
    if (breaker?.succeeded() === true) for (const quota of quotas) limiter.unblock(quota);
    const freed = core.parking.mendedBy(index);
    if (freed.length > 0) this.release(freed);
  }

  /** Parked jobs are pending again. */
  release(jobs: readonly number[]): void {
    const { core } = this;
    void core.lasting({ type: 'job-control', at: core.now, jobs, action: 'release' }).catch(() => undefined);
  }

  private async write(index: number, job: JobState, live: Live): Promise<void> {
    const { core } = this;
    const { unwritten } = live;
    if (!unwritten) return;
    const { transcript, paid } = unwritten;
    const now = core.now;
    core.emit({ type: 'stage', at: now, job: index, stage: 'writing' });
    const meta = { ...job.meta, ...transcript.meta };
    const outcome = {
      status: 'completed',
      source: transcript.source,
      language: transcript.language,
      captions: transcript.captions,
      meta,
      files: [],
      seconds: unwritten.seconds,
      requests: unwritten.requests,
      via: unwritten.via,
      ...(paid?.cost === undefined ? {} : { cost: paid.cost }),
      ...(paid?.seconds === undefined ? {} : { paidSeconds: paid.seconds }),
      ...(paid?.requestId === undefined ? {} : { requestId: paid.requestId }),
    } as const;
    core.emit({ type: 'writing', at: now, job: index, outcome });
    try {
      const files = await core.shared.parts.writer.write({
        folder: core.folder,
        link: job.link,
        index: index + 1,
        batch: core.state.name,
        settings: core.settings,
        transcript: { ...transcript, meta },
        now,
      });
      core.consent.settle(index, paid?.cost, false);
      core.end(index, { ...outcome, files });
    } catch (error) {
      const fail = toFailure(error);
      if (fail.code !== 'disk') throw error;
      live.diskRefusals += 1;
      if (live.diskRefusals >= mostDiskRefusals) {
        // The folder takes writes, this one not: its own fault, which waits for the user.
        const need = needOf(fail, undefined, []);
        core.parking.close(need, fail, Infinity);
        core.parking.add(need, index);
        core.end(index, { status: 'parked', failure: fail });
        return;
      }
      // The words are kept; they are written as soon as the disk takes them.
      this.back(index);
      core.enqueue(index, Rank.front);
      this.host.diskFailed(fail);
    }
  }

  private pass(live: Live, source: Source, fail: Failure): void {
    live.passed.add(source.id);
    if (live.last === undefined || tellingFailure(live.last, fail) === fail) live.lastSource = source.id;
    live.last = tellingFailure(live.last, fail);
  }

  private chainEnd(job: JobState, live: Live): Failure {
    const { core } = this;
    const out = core.sources
      ? leftOut({ link: job.link, settings: core.settings, sources: core.sources, passed: live.passed })
      : [];
    return chainFailure(live.last, out);
  }

  private forgetPaid(live: Live, source: SourceId, fail: Failure): void {
    if (live.paid?.source !== source) return;
    if (live.paid.requestId !== undefined && keepsRequest.has(fail.code)) return;
    live.paid = undefined;
  }

  private fail(
    index: number,
    fail: Failure,
    source: SourceId | undefined,
    seconds: number,
    requests: number,
  ): void {
    this.core.consent.settle(index, undefined, fail.code !== 'maybe-charged');
    this.core.end(index, {
      status: 'failed',
      failure: fail,
      ...(source === undefined ? {} : { source }),
      seconds,
      requests,
    });
    this.host.failed(index, fail);
  }

  /** The job was ended from outside. */
  private left(index: number, running: Running): void {
    const { core } = this;
    if (running.ending === 'skip') {
      core.end(index, { status: 'skipped', reason: 'by-user' });
      return;
    }
    this.back(index);
    core.enqueue(index, Rank.front);
  }

  private back(index: number): void {
    this.core.emit({ type: 'job-left', at: this.core.now, job: index });
  }

  private later(index: number, at: number): void {
    const { core } = this;
    core.queue.delay(index, at);
    core.emit({ type: 'wait', at: core.now, job: index, wait: { for: 'retry', until: at } });
  }
}

export function consentNeed(service: string, origin: string): string {
  return `consent:${service} ${origin}`;
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
