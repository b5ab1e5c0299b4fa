/**
 * The sound of a link, brought by another machine for an attempt that runs here, because what is paid for is sent from
 * here alone. The start of this address is given back once somebody has taken it. Whatever goes wrong, the sound is
 * fetched here as if nobody had been asked.
 */
import { failure, FailureError } from '../../model/failure';
import type { OfferActions } from '../../model/elsewhere';
import { linkQuota, quotaName } from '../../model/quotaNames';
import type { PermitName, QuotaName } from '../../model/quotaNames';
import type { SourceRequest } from '../../model/source';
import type { KeptSound } from '../folder/keptSound';
import type { JobState } from '../state/reducer';
import type { BatchCore } from './context';

/** So long somebody with a start is waited for, ms: with a start of our own in hand, and without one. */
const untakenMs = 3_000;
const blockedMs = 60_000;

type Request = Pick<SourceRequest, 'stage' | 'learn' | 'note' | 'signal' | 'started' | 'permit'>;

/**
 * Its file, which is kept until the job ends; undefined: it is to be fetched here. `names`: what the attempt has
 * started from. Throws FailureError `cancelled` on abort, and `blocked` where it cannot be fetched here.
 */
export async function soundElsewhere(
  core: BatchCore,
  index: number,
  names: readonly PermitName[],
  request: Request,
): Promise<string | undefined> {
  const job = core.job(index);
  const quota = job && linkQuota(job.link);
  const { kept } = core;
  // Without a place where it is kept, what is paid for of it could not be told from another one's.
  if (!job || quota === undefined || !kept) return undefined;
  if (!core.shared.parts.elsewhere && !kept.hasSound(index)) return undefined;
  const place = kept.soundOf(index);
  const before = await place.find();
  if (before !== undefined) {
    request.started.unused?.(quota);
    return before;
  }
  const bringing = new Bringing(core, job, quota, request);
  const lacksStart = names.length > 0 && !names.some((name) => quotaName(name) === quota);
  const { limiter, parts } = core.shared;
  // With starts to spare it is here the soonest.
  const isScarce = lacksStart || limiter.readyAt([quota]) > parts.clock.now();
  // A part that was paid for belongs to the sound that is fetched here.
  const isFree = isScarce && core.live(index)?.paid?.requestId === undefined && (await place.isFirst());
  const file = isFree ? await bringing.bring(place, lacksStart ? blockedMs : untakenMs) : undefined;
  if (file !== undefined || !(lacksStart || bringing.isTaken)) return file;
  if (core.shared.breakers.known(quota)?.phase === 'open')
    throw new FailureError(
      failure('blocked', 'This address is blocked, and no other machine has brought the sound.', {
        quota,
        unsent: true,
      }),
    );
  (await request.permit([quota])).release();
  return undefined;
}

class Bringing {
  isTaken = false;

  constructor(
    private readonly core: BatchCore,
    private readonly job: JobState,
    private readonly quota: QuotaName,
    private readonly request: Request,
  ) {}

  async bring(place: KeptSound, patienceMs: number): Promise<string | undefined> {
    const { core, job, request } = this;
    const { elsewhere, clock, log } = core.shared.parts;
    const quotas = [this.quota];
    const asked = { batch: core.state.id, row: job.index, source: 'sound', link: job.link } as const;
    if (!elsewhere || elsewhere.room('sound', quotas) <= 0 || !elsewhere.mayTake(asked)) return undefined;
    const { signal } = request;
    const attempt = core.live(job.index)?.memory.failedTries ?? 0;
    const { settings } = core;
    const offer = elsewhere.offer({ ...asked, attempt, quotas, meta: job.meta, settings }, this.actions());
    const cancel = clock.after(patienceMs, () => offer.withdraw());
    const cancelled = (): void => offer.cancel();
    signal.addEventListener('abort', cancelled, { once: true });
    try {
      const answer = await offer.answer;
      if (signal.aborted) throw new FailureError(failure('cancelled', 'Stopped.', { unsent: true }));
      if (answer.kind !== 'sound') return undefined;
      const file = await place.save(answer.pieces);
      request.started.unused?.(this.quota);
      return file;
    } catch (error) {
      if (signal.aborted) throw error;
      log.write(
        'warn',
        `The sound that another machine has sent cannot be used: ${String(error)}`,
        job.index,
      );
      return undefined;
    } finally {
      cancel();
      signal.removeEventListener('abort', cancelled);
      offer.stored();
    }
  }

  private actions(): OfferActions {
    const { request, quota } = this;
    const { signal } = request;
    return {
      taken: () => {
        this.isTaken = true;
        request.started.unused?.(quota);
      },
      stage: (stage, percent) => {
        if (!signal.aborted) request.stage(stage, percent);
      },
      learn: (meta) => request.learn(meta),
      note: (text) => request.note?.(text),
    };
  }
}
