/**
 * The owner's side: offers attempts to the helpers that are there, follows each until it is answered or comes back, and
 * goes on alone while Redis is away. What it knows of the helpers is in helperBook.ts, one offer in liveOffer.ts.
 */
import type {
  Elsewhere,
  LeftOffer,
  Offer,
  OfferActions,
  OfferedAttempt,
  OfferedWork,
} from '../model/elsewhere';
import type { HelperView } from '../model/events';
import type { Clock, Log, Random } from '../model/ports';
import type { PermitName } from '../model/quotaNames';
import { HelperBook } from './helperBook';
import { allLanes, laneOf, queueName, workOf, type Lane } from './lanes';
import { orLate } from './late';
import { LiveOffer, type OfferWorld } from './liveOffer';
import { attemptOf, isSharedWork, mayLeave, offerId, protocolVersion } from './messages';
import type { LaneEvent, Wire } from './wire';

export interface OwnerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly wire: Wire;
  /** The name of this machine, as helpers see it. */
  readonly machine: string;
  /** The address of Redis, for sentences. */
  readonly place: string;
}

const everyMs = 1_000;
/** How long Redis is silent before what nobody has taken is done here. */
const patienceMs = 1_000;
/** As long as a claim lasts and is then noticed; after that whoever had it is not waited for. */
const lostMs = 30_000;
/** How long finished answers of an earlier process are looked for. */
const lookMs = 4_000;
/** How long the end waits for what is being forgotten. */
const lastMs = 2_000;
/** How often the cards of owners are put again. */
const cardMs = 5_000;

export class ClusterOwner implements Omit<Elsewhere, 'use'> {
  private readonly id: string;
  private readonly book: HelperBook;
  /** By the id of the attempt. */
  private readonly offers = new Map<string, LiveOffer>();
  /** What was found of an earlier process and is offered again in a moment. */
  private readonly found = new Set<string>();
  /** What other machines cannot do, or have answered nonsense about: done here. */
  private readonly own = new Set<string>();
  private readonly prefixes = new Set<string>();
  private readonly listeners = new Set<() => void>();
  /** Forgotten when Redis is back. */
  private readonly leftovers = new Map<string, Lane>();
  /** What is being forgotten; the end waits for it. */
  private readonly works = new Set<Promise<unknown>>();
  private cancel: (() => void) | undefined;
  private cardAt = -Infinity;
  private downSince: number | undefined;
  private closed = false;
  private readonly following: Promise<void>;
  private readonly world: OfferWorld;

  constructor(private readonly parts: OwnerParts) {
    const { wire, random, clock } = parts;
    this.id = random.id();
    this.book = new HelperBook(parts);
    this.world = {
      wire,
      book: this.book,
      log: parts.log,
      newOffer: () => random.id(),
      now: () => clock.monotonic(),
      from: parts.machine,
      ended: (id) => this.ended(id),
      work: (work) => {
        this.works.add(work);
        void work.finally(() => this.works.delete(work));
      },
      leave: (id, lane) => this.leftovers.set(id, lane),
      keepHere: (id) => this.own.add(rowKey(id)),
    };
    if (!wire.isUp) this.downSince = clock.monotonic();
    wire.onUp((isUp) => this.turn(isUp));
    this.following = wire.follow(
      allLanes.map(queueName),
      () => [...this.prefixes],
      (event) => this.happened(event),
    );
  }

  /** Looks for helpers, and again every second. */
  async start(): Promise<void> {
    if (this.parts.wire.isUp) await orLate(this.parts.clock, lookMs, this.following);
    await this.look();
    this.arm();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancel?.();
    for (const offer of [...this.offers.values()]) offer.drop();
    const { wire, clock } = this.parts;
    if (wire.isUp) {
      const last = [...this.works, wire.removeCard('owner', this.id)];
      await orLate(clock, lastMs, Promise.allSettled(last));
    }
    await wire.close();
  }

  room(source: OfferedWork, quotas: readonly PermitName[]): number {
    if (!isSharedWork(source) || !this.parts.wire.isUp) return 0;
    const lane = laneOf(source, quotas);
    let waiting = 0;
    for (const offer of this.offers.values()) if (offer.lane === lane && !offer.isTaken) waiting += 1;
    return this.book.workersOn(lane) - waiting;
  }

  serves(source: OfferedWork): boolean {
    return isSharedWork(source) && this.book.hasServed(source);
  }

  reaches(source: OfferedWork, quotas: readonly PermitName[]): boolean {
    return isSharedWork(source) && !this.isAway && this.book.workersOn(laneOf(source, quotas)) > 0;
  }

  mayTake({ batch, row, source, link }: Parameters<Elsewhere['mayTake']>[0]): boolean {
    return isSharedWork(source) && mayLeave(link) && !this.own.has(rowKeyOf(batch, row, source));
  }

  offer(attempt: OfferedAttempt, actions: OfferActions): Offer {
    const { source, quotas, batch } = attempt;
    if (!isSharedWork(source)) throw new Error(`${source} is not offered.`);
    const id = offerId({ ...attempt, source });
    this.prefixes.add(`${batch}.`);
    const lane = laneOf(source, quotas);
    this.leftovers.delete(id);
    const offer = new LiveOffer(id, lane, { ...attempt, source }, actions, this.world);
    this.offers.set(id, offer);
    void offer.begin(this.found.delete(id));
    return offer;
  }

  async left(batch: string): Promise<readonly LeftOffer[]> {
    this.prefixes.add(`${batch}.`);
    const ids = (await orLate(this.parts.clock, lookMs, this.idsOf(batch))) ?? [];
    return ids.flatMap((id) => {
      const attempt = attemptOf(id);
      if (attempt?.batch !== batch) return [];
      this.found.add(id);
      return [attempt];
    });
  }

  forget(batch: string, offers: readonly LeftOffer[]): void {
    for (const offer of offers) {
      if (!isSharedWork(offer.source)) continue;
      const id = offerId({ ...offer, batch, source: offer.source });
      this.found.delete(id);
      for (const lane of allLanes) if (workOf(lane) === offer.source) void this.remove(id, lane);
    }
  }

  helpers(): readonly HelperView[] {
    return this.book.views();
  }

  trouble(): string | undefined {
    const { place, wire } = this.parts;
    if (!this.isAway) return this.book.trouble() ?? wire.warning;
    const why = wire.why ?? `The Redis at ${place} does not answer.`;
    return `${why} This computer goes on alone, and takes helpers again when it can.`;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Redis has been silent for longer than a moment. */
  private get isAway(): boolean {
    const { downSince } = this;
    return downSince !== undefined && this.parts.clock.monotonic() - downSince >= patienceMs;
  }

  private async idsOf(batch: string): Promise<readonly string[]> {
    const { wire } = this.parts;
    if (!wire.isUp) return [];
    const ofLane = allLanes.map((lane) => wire.queue(queueName(lane)).ids(`${batch}.`));
    return (await Promise.all(ofLane).catch(() => [])).flat();
  }

  private arm(): void {
    if (this.closed) return;
    this.cancel = this.parts.clock.after(everyMs, () => void this.everySecond());
  }

  private async everySecond(): Promise<void> {
    await this.look();
    const { clock, wire } = this.parts;
    const downMs = this.downSince === undefined ? 0 : clock.monotonic() - this.downSince;
    for (const offer of [...this.offers.values()])
      if (downMs > (offer.isTaken ? lostMs : patienceMs)) offer.drop();
      else if (wire.isUp) offer.everySecond(clock.monotonic());
    if (wire.isUp) for (const [id, lane] of [...this.leftovers].slice(0, 100)) void this.remove(id, lane);
    this.changed();
    this.arm();
  }

  private async look(): Promise<void> {
    const { wire, clock, machine } = this.parts;
    if (!wire.isUp) return;
    try {
      if (clock.monotonic() - this.cardAt > cardMs) {
        await wire.putCard('owner', this.id, { v: protocolVersion, id: this.id, name: machine });
        this.cardAt = clock.monotonic();
      }
      this.book.read(await wire.cards('helper'));
    } catch {
      // Tried again in a second; a Redis that is away says so itself.
    }
  }

  private turn(isUp: boolean): void {
    const { clock, log, place } = this.parts;
    this.downSince = isUp ? undefined : clock.monotonic();
    const why = this.parts.wire.why ?? `The Redis at ${place} does not answer.`;
    log.write('warn', isUp ? `The Redis at ${place} is back.` : why);
    if (isUp) {
      this.cardAt = -Infinity;
      for (const offer of this.offers.values()) void offer.lookAgain();
      void this.look().then(() => this.changed());
    }
    this.changed();
  }

  private happened(event: LaneEvent): void {
    this.offers.get(event.id)?.happened(event);
  }

  private ended(id: string): void {
    this.offers.delete(id);
    this.changed();
  }

  /** Nobody waits for it any more, whether it waits, runs or is done. */
  private async remove(id: string, lane: Lane): Promise<void> {
    this.leftovers.delete(id);
    const queue = this.parts.wire.queue(queueName(lane));
    try {
      await queue.cancel(id);
      await queue.remove(id);
    } catch {
      this.leftovers.set(id, lane);
    }
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const rowKeyOf = (batch: string, row: number, source: OfferedWork): string => `${batch}.${row}.${source}`;

const rowKey = (id: string): string => id.slice(0, id.lastIndexOf('.'));
