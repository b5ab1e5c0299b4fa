/**
 * The helper's side: asks for an attempt only when it has a worker and a start free, runs it with its own limits and
 * programs, without any key, and sends the answer home. What concerns this machine alone (it is blocked, a program is
 * missing) is kept here, and the attempt goes back for somebody else.
 */
import type { QuotaView } from '../model/events';
import { sendAnswer, type HomeResult } from './answers';
import { HelperAttempt } from './helperAttempt';
import { HelperHealth } from './helperHealth';
import type { Doable, HelperEvents, HelperParts, HelperWork } from './helperParts';
import { orLate } from './late';
import { allLanes, queueName, quotasOf, workOf, type Lane } from './lanes';
import {
  protocolVersion,
  readAnyCard,
  readOffer,
  settingsWith,
  type OfferMessage,
  type SharedWork,
} from './messages';
import { cardSeconds, type LaneWorker, type TakenAttempt } from './wire';

/** Between two looks for work: after some, and while there is none. */
const busyMs = 5;
const longestIdleMs = 400;
const cardEveryMs = (cardSeconds * 1_000) / 3;
/** A start that is due so soon is waited for with the attempt in hand. */
const dueMs = 2_000;
/** What was offered so long ago is nobody's any more. */
const oldMs = 24 * 3_600_000;
const pauseMs = 500;
/** An answer is sent so often, a second apart. */
const triesUp = 2;
const triesDown = 30;
const sendAgainMs = 1_000;
/** How long the end waits for what runs. */
const lastMs = 8_000;

export class ClusterHelper {
  readonly id: string;
  private readonly health: HelperHealth;
  private readonly lanesBy = new Map<Lane, LaneWorker>();
  private readonly running = new Map<number, HelperAttempt>();
  private readonly ends = new Map<number, Promise<void>>();
  private readonly laneFrom = new Map<Lane, number>();
  private readonly told = new Set<string>();
  private idleMs = busyMs;
  private cancelTurn: (() => void) | undefined;
  private cancelCard: (() => void) | undefined;
  private looking = false;
  private closed = false;
  constructor(
    private readonly parts: HelperParts,
    private readonly events: HelperEvents,
  ) {
    this.id = parts.random.id();
    this.health = new HelperHealth(parts, (text) => events.said(text));
    parts.wire.onUp((isUp) => {
      events.said(
        isUp
          ? `The Redis at ${parts.place} is back.`
          : `${parts.wire.why ?? `The Redis at ${parts.place} does not answer.`} Waiting for it.`,
      );
      if (isUp) void this.putCard();
    });
  }

  /** Asks its sources what they can do, and begins to take attempts. Returns the names of those that are ready. */
  async start(): Promise<readonly string[]> {
    const { wire, machine } = this.parts;
    const ready = await this.health.refresh();
    for (const lane of allLanes) {
      const work = workOf(lane);
      if (work === undefined || !ready.includes(work)) continue;
      this.lanesBy.set(lane, wire.worker(queueName(lane), machine));
    }
    await this.putCard();
    if (wire.warning !== undefined) this.events.said(wire.warning);
    this.armCard();
    this.turn(0);
    return ready;
  }

  get work(): readonly HelperWork[] {
    return [...this.running.values()].flatMap(({ work }) => (work === undefined ? [] : [work]));
  }

  quotas(): readonly QuotaView[] {
    return this.parts.limiter
      .views()
      .filter(({ limit, blocked, heldUntil }) => limit > 0 || blocked === true || heldUntil !== undefined);
  }

  get trouble(): string | undefined {
    return this.health.trouble();
  }

  /** Hands back what runs, at once. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelTurn?.();
    this.cancelCard?.();
    for (const attempt of this.running.values()) attempt.abort();
    await orLate(this.parts.clock, lastMs, Promise.all(this.ends.values()));
    const { wire } = this.parts;
    if (wire.isUp) await wire.removeCard('helper', this.id).catch(() => undefined);
    await wire.close();
  }

  private turn(ms: number): void {
    if (this.closed) return;
    this.cancelTurn?.();
    this.cancelTurn = this.parts.clock.after(ms, () => void this.look());
  }

  /** Takes what its workers and starts allow, lane by lane, and comes back soon. */
  private async look(): Promise<void> {
    if (this.looking || this.closed) return;
    this.looking = true;
    let found = false;
    try {
      for (const [lane, worker] of this.lanesBy) {
        if (!this.mayAsk(lane)) continue;
        const taken = await worker.next();
        if (!taken) continue;
        found = true;
        await this.take(lane, taken);
      }
    } catch {
      // Redis is away: its listener has said so.
      this.idleMs = pauseMs;
    }
    this.looking = false;
    this.idleMs = found ? busyMs : Math.min(longestIdleMs, this.idleMs * 2);
    this.turn(found ? 0 : this.idleMs);
  }

  private mayAsk(lane: Lane): boolean {
    const { clock, limiter, settings, wire } = this.parts;
    if (this.closed || !wire.isUp || this.running.size >= settings.workers) return false;
    const work = workOf(lane);
    if (work === undefined || this.health.isOut(work)) return false;
    if ((this.laneFrom.get(lane) ?? -Infinity) > clock.monotonic()) return false;
    const quotas = quotasOf(lane);
    return quotas.length === 0 || limiter.readyAt(quotas) <= clock.now();
  }

  private async take(lane: Lane, taken: TakenAttempt): Promise<void> {
    const { clock, limiter, settings } = this.parts;
    const offer = readOffer(taken.id, taken.data);
    const source = offer && this.doable(offer.source);
    if (!offer || !source || clock.now() - taken.at > oldMs) {
      const why = offer ? 'it is a day old' : 'it is no attempt in the form that was agreed on';
      this.events.said(`An attempt was refused: ${why}. Nothing was fetched.`);
      await taken.refuse(`refused: ${why}`);
      return;
    }
    const wanted = settingsWith(settings, offer.settings);
    const quotas = source.quotas(offer.link, wanted);
    if (this.closed || !source.accepts(offer.link, wanted)) {
      await taken.giveBack();
      return;
    }
    const readyAt = limiter.readyAt(quotas);
    if (readyAt > clock.now() + dueMs) {
      // Its host is asked again later; others of the lane may be of other hosts, but this one would come first.
      this.laneFrom.set(lane, clock.monotonic() + Math.min(dueMs, readyAt - clock.now()));
      await taken.giveBack();
      return;
    }
    const worker = this.freeWorker();
    const attempt = new HelperAttempt(this.parts, source, { offer, settings: wanted, worker }, taken);
    this.running.set(worker, attempt);
    this.ends.set(worker, this.follow(attempt, taken, offer));
  }

  private doable(work: SharedWork): Doable | undefined {
    const { sources, sound } = this.parts;
    return work === 'sound' ? sound : sources.find(({ id }) => id === work);
  }

  private freeWorker(): number {
    let worker = 1;
    while (this.running.has(worker)) worker += 1;
    return worker;
  }

  /** Never rejects. */
  private async follow(attempt: HelperAttempt, taken: TakenAttempt, offer: OfferMessage): Promise<void> {
    const { events, health, parts } = this;
    const work = attempt.begin(this.id);
    events.began(work);
    taken.onLost = () => attempt.abort();
    try {
      const result = await attempt.run();
      const why = await health.judge(attempt, result);
      if (why !== undefined || 'consent' in result) {
        await taken.giveBack();
        events.ended(attempt.work ?? work, 'back', why);
      } else {
        const send = () => sendAnswer(parts.wire, taken.id, offer, result, attempt.worked(this.id));
        const isWanted = await this.sendHome(async () => taken.answer(await send()));
        events.ended(work, isWanted ? endOf(result) : 'lost');
      }
    } catch (error) {
      // Redis is away, or the attempt went to somebody else: its claim runs out, and the owner does the rest.
      events.ended(work, 'lost', error instanceof Error ? error.message : String(error));
    }
    this.running.delete(attempt.worker);
    this.ends.delete(attempt.worker);
    this.idleMs = busyMs;
    this.turn(0);
  }

  /** What was worked for is kept while Redis is away, for as long as anybody may wait for it. */
  private async sendHome(send: () => Promise<boolean>): Promise<boolean> {
    for (let tries = 1; ; tries += 1)
      try {
        return await send();
      } catch (error) {
        const most = this.parts.wire.isUp ? triesUp : triesDown;
        if (this.closed || tries >= most) throw error;
        await new Promise<void>((resolve) => this.parts.clock.after(sendAgainMs, resolve));
      }
  }

  private armCard(): void {
    if (this.closed) return;
    this.cancelCard = this.parts.clock.after(cardEveryMs, () => {
      void this.putCard().finally(() => this.armCard());
    });
  }

  private async putCard(): Promise<void> {
    const { wire, machine, egress, settings } = this.parts;
    if (!wire.isUp || this.closed) return;
    const { trouble } = this;
    try {
      await wire.putCard('helper', this.id, {
        v: protocolVersion,
        id: this.id,
        name: machine,
        ...(egress === undefined ? {} : { egress }),
        workers: settings.workers,
        lanes: [...this.lanesBy.keys()].filter((lane) => !this.health.isOut(workOf(lane) ?? lane)),
        quotas: this.quotas(),
        ...(trouble === undefined ? {} : { trouble }),
      });
      for (const card of await wire.cards('owner')) this.greet(card);
    } catch {
      // Tried again in a moment.
    }
  }

  /** An owner of another version offers in queues that this helper does not look into. */
  private greet(value: unknown): void {
    const card = readAnyCard(value);
    if (!card || card.v === protocolVersion || this.told.has(card.id)) return;
    this.told.add(card.id);
    const older = card.v < protocolVersion ? 'owner' : 'helper';
    this.events.said(
      `The owner on ${card.name} speaks version ${card.v} of the cluster's protocol, this helper version ${protocolVersion}: they do not work together. Update the ${older}.`,
    );
  }
}

function endOf(result: HomeResult): 'failure' | 'sound' | 'transcript' {
  if ('failure' in result) return 'failure';
  return 'sound' in result ? 'sound' : 'transcript';
}
