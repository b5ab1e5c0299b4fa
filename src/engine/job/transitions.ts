/**
 * The transitions of one job: it fails for good, waits again, or continues without a source. The walk,
 * afterFailure.ts and the writing all use them, so that the events of each transition are in one place.
 */
import { failure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { chainFailure } from '../../model/failureRules';
import type { Source } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import type { BatchCore, Running } from './context';
import { leftOut } from './chain';
import type { JobUnderWay } from './jobUnderWay';
import { Rank } from '../pool/queue';
import type { JobMemory } from '../state/memory';
import type { JobState } from '../state/reducer';

export class JobTransitions {
  constructor(
    private readonly core: BatchCore,
    /** A job has failed for good. */
    private readonly failed: (index: number, failure: Failure) => void,
  ) {}

  /** The job continues without a source that was not asked, because its service is closed. */
  passUnasked(index: number, live: JobUnderWay, source: Source, fail: Failure): void {
    const { core } = this;
    core.remember(live, {
      type: 'attempt',
      at: core.now,
      job: index,
      source: source.id,
      failure: fail,
      seconds: 0,
      requests: 0,
      counts: false,
      passed: true,
    });
  }

  /** Whether what answers at its address, which no source reads, is still to be tried as a list. */
  mayBeList(job: JobState, { memory, isNoList }: Pick<JobUnderWay, 'memory' | 'isNoList'>): boolean {
    const { code } = this.chainEnd(job, memory);
    const { expander } = this.core.shared.parts;
    return code === 'unsupported' && !isNoList && expander.mayBeList?.(job.link) === true;
  }

  /** Why the job has no source left. What was paid for in this batch is said, whatever its sources have said since. */
  chainEnd(job: JobState, memory: JobMemory): Failure {
    const { settings, sources, done, state } = this.core;
    if (done.paidHere(job)) return paidBefore(state.name);
    const { link } = job;
    const out = sources ? leftOut({ link, settings, sources, memory }) : [];
    return chainFailure(memory.telling?.failure, out);
  }

  /** It has failed for good; what was reserved for it is released, unless it may have been charged. */
  fail(index: number, fail: Failure, source: SourceId | undefined, seconds: number, requests: number): void {
    this.core.consent.settle(index, undefined, fail.code !== 'maybe-charged');
    this.core.end(index, {
      status: 'failed',
      failure: fail,
      ...(source === undefined ? {} : { source }),
      seconds,
      requests,
    });
    this.failed(index, fail);
  }

  /** The job was aborted from outside. */
  left(index: number, running: Running): void {
    const { core } = this;
    if (running.ending === 'skip') {
      core.end(index, { status: 'skipped', reason: 'by-user' });
      return;
    }
    this.back(index);
    core.enqueue(index, Rank.front);
  }

  /** It leaves its worker and is pending; the caller decides where it waits. */
  back(index: number): void {
    this.core.emit({ type: 'job-left', at: this.core.now, job: index });
  }

  /** It waits for a time, epoch ms; a retry also for the budget of its service. */
  later(index: number, at: number, service?: string): void {
    const { core } = this;
    core.queue.delay(index, at, service);
    core.emit({ type: 'wait', at: core.now, job: index, wait: { for: 'retry', until: at } });
  }
}

/** Why a job is not submitted: it was paid for, or may have been, in the batch of this name. */
export function paidBefore(batch: string): Failure {
  const message = `It was paid for in ${batch} before, or may have been.`;
  return failure('maybe-charged', message, { unsent: true, subject: 'before' });
}

/** Why a job is not run again that was under way alone when its process died. */
export function setAside(): Failure {
  const message = 'Bulk Transcribe ended several times while it worked on this one alone.';
  return failure('internal', message, { subject: 'ended-twice' });
}
