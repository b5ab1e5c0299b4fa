/**
 * Writes a finished transcript into the batch's folder and ends its job. Separate from asking, because a
 * refusing disk must never lead to asking, or paying, for the same transcript again.
 */
import type { VideoMeta } from '../../model/link';
import type { Outcome } from '../../model/events';
import { toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import { needOf } from '../../model/failureRules';
import type { PaidSummary } from '../../model/source';
import type { BatchCore } from './context';
import type { JobTransitions } from './transitions';
import type { JobUnderWay } from './jobUnderWay';
import { Rank } from '../pool/queue';
import { unknownMeta } from '../state/ends';
import type { JobState } from '../state/reducer';

type Completed = Extract<Outcome, { readonly status: 'completed' }>;

const none: readonly string[] = [];

/** After this many refusals by a disk that takes other files, a job waits for the user. */
const mostDiskRefusals = 3;

export class JobWriter {
  constructor(
    private readonly core: BatchCore,
    private readonly moves: JobTransitions,
    /** The disk refused. */
    private readonly diskFailed: (failure: Failure) => void,
  ) {}

  /** Writes what the job holds in `unwritten`; throws errors that do not come from the disk. */
  async write(index: number, job: JobState, live: JobUnderWay): Promise<void> {
    const { core } = this;
    const { unwritten } = live;
    if (!unwritten) return;
    const { transcript, paid } = unwritten;
    const now = core.now;
    core.emit({ type: 'stage', at: now, job: index, stage: 'writing' });
    const meta = job.meta === unknownMeta ? transcript.meta : { ...job.meta, ...told(transcript.meta) };
    const words = {
      status: 'completed',
      source: transcript.source,
      language: transcript.language,
      captions: transcript.captions,
      meta,
      files: none,
      seconds: unwritten.seconds,
      requests: unwritten.requests,
      via: unwritten.via,
      ...(unwritten.machine === undefined ? {} : { viaMachine: unwritten.machine }),
    } as const;
    const outcome = paid === undefined ? words : { ...words, ...payment(paid) };
    core.emit({ type: 'writing', at: now, job: index, outcome });
    // No source is asked any more, so the next job need not wait for this one's disk. With one worker, it
    // does.
    const { capacity } = core.shared.pool;
    const aside = capacity > 1 && core.writingAside < capacity;
    if (aside) {
      core.writingAside += 1;
      core.running.get(index)?.leavePlace?.();
    }
    try {
      const files = await core.shared.parts.writer.write({
        folder: core.folder,
        link: job.link,
        index: index + 1,
        batch: core.state.name,
        settings: core.settings,
        transcript: meta === transcript.meta ? transcript : { ...transcript, meta },
        keep: job.redo !== true,
        now,
        tell: (text) => core.tell(text),
      });
      core.consent.settle(index, paid?.cost, false);
      core.end(index, { ...outcome, files });
    } catch (error) {
      const fail = toFailure(error);
      if (fail.code !== 'disk') throw error;
      live.diskRefusals += 1;
      if (live.diskRefusals >= mostDiskRefusals) {
        // The folder takes writes, this file does not: the job waits for the user.
        const need = needOf(fail, undefined, []);
        core.parking.close(need, fail, Infinity);
        core.parking.add(need, index);
        core.end(index, { status: 'parked', failure: fail });
        return;
      }
      // The transcript is kept; it is written as soon as the disk takes it.
      this.moves.back(index);
      core.enqueue(index, Rank.front);
      this.diskFailed(fail);
    } finally {
      if (aside) core.writingAside -= 1;
    }
  }
}

/** What was paid, as far as the service reported it, in the form of an outcome. */
function payment({
  cost,
  seconds,
  requestId,
}: PaidSummary): Pick<Completed, 'cost' | 'paidSeconds' | 'requestId'> {
  return {
    ...(cost === undefined ? {} : { cost }),
    ...(seconds === undefined ? {} : { paidSeconds: seconds }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** A source passes on the list's metadata; a length that was measured since is kept. */
function told(meta: VideoMeta): VideoMeta {
  if (meta.durationIsClaim !== true) return meta;
  const { duration: _claimed, durationIsClaim: _claim, ...rest } = meta;
  return rest;
}
