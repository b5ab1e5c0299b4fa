/**
 * Which jobs of a batch are offered to other machines, and which come back. What can start here starts here: only what
 * is left then is offered, as much as the others have use for. A start that becomes free here while nothing else waits
 * takes back what nobody else has taken yet.
 */
import type { Elsewhere, LeftOffer } from '../../model/elsewhere';
import { unblocked } from '../../model/need';
import { isElsewhere, isRide, namesHere } from '../../model/quotaNames';
import type { BatchCore } from '../job/context';
import { withdraw } from '../job/away';
import type { OpenOffer } from '../job/away';
import type { JobWalk, Step } from '../job/walk';
import { Rank, type Subqueue } from '../pool/queue';
import { isSuspect } from '../state/deaths';
import { triesOf } from '../state/memory';

/** Offered in one go; the rest a moment later. */
const mostAtOnce = 200;

type Ask = Extract<Step, { readonly kind: 'ask' }>;

export class HandOut {
  constructor(
    private readonly core: BatchCore,
    private readonly flow: JobWalk,
  ) {}

  private get elsewhere(): Elsewhere | undefined {
    return this.core.shared.parts.elsewhere;
  }

  /** Offers what nothing here can start now; called when that is all that is left. */
  now(onOffered: (job: number) => void): void {
    const { core, elsewhere } = this;
    if (!elsewhere || core.phase !== 'running' || !core.sources) return;
    this.freeParked();
    const passed = new Set<string>();
    for (let count = 0; count < mostAtOnce; count += 1) {
      const index = core.queue.first((subqueue) => !passed.has(subqueue.key) && this.mayLeave(subqueue));
      if (index === undefined) break;
      const subqueue = core.queue.subqueueOf(index);
      const step = this.stepOf(index);
      if (step && this.isPassed(index, step)) continue;
      if (!step || !this.isWanted(index, step)) {
        // One that has ended is gone; another waits, and those behind it with it.
        if (subqueue && core.queue.has(index)) passed.add(subqueue.key);
        continue;
      }
      onOffered(index);
      this.flow.away.offer(index, step, elsewhere);
    }
    this.takeBack(elsewhere);
  }

  /** When a start becomes free here for what nobody else has taken, epoch ms. */
  nextAt(): number {
    let at = Infinity;
    const { limiter, reservations } = this.core.shared;
    for (const open of this.stillOpen())
      if (!reservations.busy(open.quotas)) at = Math.min(at, limiter.readyAt(open.quotas));
    return at;
  }

  /**
   * What an earlier process of this batch had offered is followed again, so that no finished answer is lost. Waits a
   * few seconds at most.
   */
  async adopt(): Promise<void> {
    const { core, elsewhere } = this;
    if (!elsewhere || core.state.jobs.length === 0) return;
    const unwanted: LeftOffer[] = [];
    for (const offer of await elsewhere.left(core.state.id))
      if (!(await this.isFollowed(offer, elsewhere))) unwanted.push(offer);
    if (unwanted.length > 0) elsewhere.forget(core.state.id, unwanted);
  }

  /** False: the row does not wait for this attempt any more. */
  private async isFollowed({ row, attempt, source }: LeftOffer, elsewhere: Elsewhere): Promise<boolean> {
    const { core, flow } = this;
    if (!core.queue.has(row)) return false;
    // The process may have ended while it wrote this very answer: without its file, the answer is all there is.
    if (core.toCheck.has(row)) {
      if (await flow.isThere(row)) return false;
      core.enqueue(row, Rank.front);
    }
    const step = this.stepOf(row);
    const live = core.live(row);
    if (!step || !live || step.source.id !== source || triesOf(live.memory, source).all !== attempt)
      return false;
    flow.away.offer(row, step, elsewhere);
    return true;
  }

  /**
   * The source that the job asks next. One that ends is ended, and one that has other work is left to its turn here.
   */
  private stepOf(index: number): Ask | undefined {
    const { core } = this;
    const job = core.job(index);
    if (!job || job.link.outside === true || core.toCheck.has(index) || isSuspect(job)) return undefined;
    const live = core.live(index);
    if (!live || live.unwritten || live.paid) return undefined;
    const step = this.flow.step(index, job);
    if (step.kind === 'ask') return step;
    if (step.kind === 'end') core.end(index, step.outcome);
    else if (step.kind === 'list') this.flow.readAsList(index);
    return undefined;
  }

  private mayLeave({ quotas }: Subqueue): boolean {
    return quotas.length > 0 && !isRide(quotas[0]);
  }

  /** What only other machines can do, and none of them could: the next source follows. */
  private isPassed(index: number, { source, permitNames }: Ask): boolean {
    const { core } = this;
    const [job, live] = [core.job(index), core.live(index)];
    const isAway = isElsewhere(permitNames) && namesHere(permitNames).length === 0;
    if (!isAway || !job || !live) return false;
    if (core.mayTake(index, source.id, job.link)) return false;
    this.flow.passUnasked(index, live, source);
    return true;
  }

  private isWanted(index: number, { source, quotas }: Ask): boolean {
    const { core, elsewhere } = this;
    const link = core.job(index)?.link;
    if (!elsewhere || !link || elsewhere.room(source.id, quotas) <= 0) return false;
    return core.mayTake(index, source.id, link);
  }

  /** Rows that a block has parked, once a machine is there that is not blocked. */
  private freeParked(): void {
    const { core } = this;
    for (const name of core.parking.blockedQuotas()) {
      const need = unblocked(name);
      const job = core.job(core.parking.firstOf(need) ?? -1);
      const live = job && core.live(job.index);
      const source = live && core.chain(job.link, live)[0];
      if (source && core.isLeftToOthers(job, source.id, core.quotasFor(source, job.link, live)))
        this.flow.release(core.parking.open(need));
    }
  }

  private takeBack(elsewhere: Elsewhere): void {
    // Nobody is left who could take it.
    for (const open of this.flow.away.open.values())
      if (open.quotas.length > 0 && !elsewhere.reaches(open.source, open.needs)) withdraw(open);
    const { limiter, pool, reservations } = this.core.shared;
    const now = this.core.now;
    const asked = new Set<string>();
    for (const open of this.stillOpen().reverse()) {
      const key = open.quotas.join(' ');
      if (pool.free().length <= asked.size) return;
      if (asked.has(key) || reservations.busy(open.quotas) || limiter.readyAt(open.quotas) > now) continue;
      asked.add(key);
      withdraw(open);
    }
  }

  /** While one is on its way back, the next of its kind waits. */
  private stillOpen(): OpenOffer[] {
    const all = [...this.flow.away.open.values()].filter(({ quotas }) => quotas.length > 0);
    const leaving = new Set(all.flatMap(({ isLeaving, quotas }) => (isLeaving ? [quotas.join(' ')] : [])));
    return all.filter(({ quotas }) => !leaving.has(quotas.join(' ')));
  }
}
