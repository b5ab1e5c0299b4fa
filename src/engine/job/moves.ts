/**
 * The moves of one job that stands on a worker: it fails for good, goes back to wait, or passes a source by.
 * The walk, the answers and the writing all make them, so that each move's events stand in one place.
 */
import type { Failure } from '../../model/failure';
import type { Source } from '../../model/source';
import type { SourceId } from '../../model/transcript';
import type { BatchCore, Running } from './context';
import { chainFailure, leftOut, tellingFailure } from './chain';
import type { Live } from './memory';
import { Rank } from '../pool/queue';
import type { JobState } from '../state/reducer';

export class JobMoves {
  constructor(
    private readonly core: BatchCore,
    /** A job has failed for good. */
    private readonly failed: (index: number, failure: Failure) => void,
  ) {}

  /** The job goes on without this source; of all failures the one that tells most is kept. */
  pass(live: Live, source: Source, fail: Failure): void {
    live.pass(source.id);
    if (live.last === undefined || tellingFailure(live.last, fail) === fail) live.lastSource = source.id;
    live.last = tellingFailure(live.last, fail);
  }

  /** Why the job has no source left. */
  chainEnd(job: JobState, live: Live): Failure {
    const { core } = this;
    const out = core.sources
      ? leftOut({
          link: job.link,
          settings: core.settings,
          sources: core.sources,
          passed: live.passed,
          noCaptions: live.noCaptions,
        })
      : [];
    return chainFailure(live.last, out);
  }

  /** It has failed for good; what was reserved for it is free again, unless it may have been charged. */
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

  /** The job was ended from outside. */
  left(index: number, running: Running): void {
    const { core } = this;
    if (running.ending === 'skip') {
      core.end(index, { status: 'skipped', reason: 'by-user' });
      return;
    }
    this.back(index);
    core.enqueue(index, Rank.front);
  }

  /** It leaves its worker and is pending; the caller says where it waits. */
  back(index: number): void {
    this.core.emit({ type: 'job-left', at: this.core.now, job: index });
  }

  /** It waits for a time, epoch ms. */
  later(index: number, at: number): void {
    const { core } = this;
    core.queue.delay(index, at);
    core.emit({ type: 'wait', at: core.now, job: index, wait: { for: 'retry', until: at } });
  }
}
