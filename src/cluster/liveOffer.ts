/**
 * One offer of an attempt, from the queue to its answer. Every answer is taken once: the offer is over with the first
 * one that is good, and an offer that is over hears nothing more.
 */
import type { Offer, OfferActions, OfferAnswer, OfferedAttempt } from '../model/elsewhere';
import type { Log } from '../model/ports';
import { receiveAnswer, type ReceivedAnswer } from './answers';
import type { HelperBook } from './helperBook';
import { queueName, type Lane } from './lanes';
import {
  protocolVersion,
  readProgress,
  settingsToSend,
  type AnswerMessage,
  type OfferMessage,
  type SharedWork,
} from './messages';
import type { LaneEvent, LaneQueue, Wire } from './wire';

export interface OfferWorld {
  readonly wire: Wire;
  readonly book: HelperBook;
  readonly log: Log;
  newOffer(): string;
  /** Milliseconds that never decrease. */
  now(): number;
  /** The name of this machine. */
  readonly from: string;
  ended(id: string): void;
  /** What the end waits for. */
  work(work: Promise<unknown>): void;
  /** It is to be removed from its lane once Redis can be asked again. */
  leave(id: string, lane: Lane): void;
  /** Other machines do not try this row at this source again. */
  keepHere(id: string): void;
}

/** After so long without a word it is looked at, ms: an event may have been missed. */
const silentMs = 10_000;
/** As long as a helper is waited for that has not said who it is. */
const unknownMs = 5_000;

type SharedAttempt = OfferedAttempt & { readonly source: SharedWork };

const back: OfferAnswer = { kind: 'back' };

export class LiveOffer implements Offer {
  readonly answer: Promise<OfferAnswer>;
  /** A machine has it; which one, it says itself in a moment. */
  isTaken = false;
  helper: string | undefined;
  private offer: string;
  private isOver = false;
  private heardAt: number;
  /** Answers to an earlier offer of the same attempt will do. */
  private isFound = false;
  private reading = false;
  private shown = false;
  private received: AnswerMessage | undefined;
  private resolve: ((answer: OfferAnswer) => void) | undefined;

  constructor(
    readonly id: string,
    readonly lane: Lane,
    private readonly attempt: SharedAttempt,
    private readonly actions: OfferActions,
    private readonly world: OfferWorld,
  ) {
    this.offer = world.newOffer();
    this.heardAt = world.now();
    this.answer = new Promise((resolve) => (this.resolve = resolve));
  }

  private get queue(): LaneQueue {
    return this.world.wire.queue(queueName(this.lane));
  }

  /** `isFound`: an earlier process of the batch has offered it, and its answer may be there. */
  async begin(isFound: boolean): Promise<void> {
    this.isFound = isFound;
    if (isFound) await this.lookAgain();
    else await this.add();
  }

  happened(event: LaneEvent): void {
    if (this.isOver) return;
    this.heardAt = this.world.now();
    switch (event.kind) {
      case 'taken':
        this.isTaken = true;
        return;
      case 'waiting':
        // Handed back, or lost: the row waits here again, where the first free start may take it.
        if (this.isTaken) void this.takeBack();
        return;
      case 'known':
        void this.meet();
        return;
      case 'progress':
        this.progressed(event.data);
        return;
      case 'done':
        void this.receive(event.value);
        return;
      case 'failed':
        this.world.keepHere(this.id);
        this.end(back);
        return;
    }
  }

  withdraw(): void {
    if (!this.isOver && !this.isTaken) void this.takeBack();
  }

  drop(): void {
    if (this.isOver) return;
    // What somebody works on is kept for whoever resumes the batch.
    if (!this.isTaken) this.world.leave(this.id, this.lane);
    this.end(back);
  }

  cancel(): void {
    if (this.isOver) return;
    this.end(back);
    this.world.work(this.queue.cancel(this.id).catch(() => this.world.leave(this.id, this.lane)));
  }

  stored(): void {
    const { wire } = this.world;
    const { pieces = 0, offer } = this.received ?? {};
    const work = Promise.all([
      this.queue.remove(this.id),
      offer === undefined ? undefined : wire.dropPieces(`${this.id}.${offer}`, pieces),
    ]);
    this.world.work(work.catch(() => this.world.leave(this.id, this.lane)));
  }

  /** What may have happened while nothing was heard. */
  async lookAgain(): Promise<void> {
    try {
      const { state, value } = await this.queue.look(this.id);
      if (this.isOver) return;
      if (state === 'done') await this.receive(value);
      else if (state === 'active') this.isTaken = true;
      else if (state === 'failed') this.happened({ kind: 'failed', id: this.id });
      else if (state === 'gone') await this.goneOrNew();
      else this.happened({ kind: 'waiting', id: this.id });
    } catch {
      this.drop();
    }
  }

  /** Whoever had it may be gone without a word: once its claim is over, nobody waits for it. */
  everySecond(now: number): void {
    const silence = now - this.heardAt;
    const isLost = this.isTaken && !this.world.book.knows(this.helper) && silence > unknownMs;
    if (!isLost && silence <= silentMs) return;
    this.heardAt = now;
    void (isLost ? this.takeBack() : this.lookAgain());
  }

  private async goneOrNew(): Promise<void> {
    if (this.isTaken || this.shown) this.end(back);
    else await this.add();
  }

  private async add(): Promise<void> {
    const { batch, row, attempt, source, link, meta, settings } = this.attempt;
    const message: OfferMessage = {
      v: protocolVersion,
      offer: this.offer,
      from: this.world.from,
      batch,
      row,
      attempt,
      source,
      link,
      meta: meta.chapters === undefined ? meta : { ...meta, chapters: [] },
      settings: settingsToSend(settings),
    };
    try {
      await this.queue.add(this.id, message);
    } catch {
      this.drop();
    }
  }

  /**
   * The attempt was in the queue already, left over from before: what is done is not taken for an answer to this offer.
   */
  private async meet(): Promise<void> {
    try {
      const { state } = await this.queue.look(this.id);
      if (this.isOver) return;
      if (state === 'active') {
        this.isFound = true;
        this.isTaken = true;
      } else if (await this.queue.remove(this.id)) await this.add();
    } catch {
      this.drop();
    }
  }

  private async takeBack(): Promise<void> {
    try {
      // A finished answer is taken, not removed.
      const { state, value } = await this.queue.look(this.id);
      if (this.isOver) return;
      if (state === 'done') await this.receive(value);
      else if (await this.queue.remove(this.id)) this.end(back);
      else this.isTaken = true;
    } catch {
      this.drop();
    }
  }

  private progressed(data: unknown): void {
    const progress = readProgress(data);
    if (!progress) return;
    this.isTaken = true;
    this.show(progress.helper, progress.worker);
    const { stage, percent, part } = progress;
    if (stage !== undefined) this.actions.stage(stage, percent, part);
  }

  private show(helper: string, worker: number): void {
    this.helper = helper;
    const lane = this.world.book.laneOf(helper, worker);
    if (lane === undefined || this.shown) return;
    this.shown = true;
    this.actions.taken(lane);
  }

  private async receive(value: unknown): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    const { link, source } = this.attempt;
    const offer = this.isFound ? undefined : this.offer;
    let received: ReceivedAnswer;
    try {
      received = await receiveAnswer(this.world.wire, this.id, value, { link, source, offer });
    } catch {
      this.reading = false;
      this.drop();
      return;
    }
    this.reading = false;
    if (!this.isOver) this.take(received);
  }

  private take(received: ReceivedAnswer): void {
    if (received.kind === 'other') {
      void this.meet();
      return;
    }
    if (received.kind === 'refused') {
      const text = `An answer from another machine was refused: ${received.why}. This computer tries the video itself.`;
      this.world.log.write('warn', text);
      this.actions.note(text);
      this.world.keepHere(this.id);
      this.stored();
      this.end(back);
      return;
    }
    const { message } = received;
    this.received = message;
    if (received.kind === 'unproven') {
      this.world.keepHere(this.id);
      this.stored();
      this.end(back);
      return;
    }
    this.show(message.helper, message.worker);
    if (message.meta) this.actions.learn(message.meta);
    for (const note of message.notes ?? []) this.actions.note(note);
    const { answer } = received;
    const machine = this.world.book.nameOf(message.helper);
    this.end(machine !== undefined && answer.kind === 'answered' ? { ...answer, machine } : answer);
  }

  private end(answer: OfferAnswer): void {
    if (this.isOver) return;
    this.isOver = true;
    this.world.ended(this.id);
    this.resolve?.(answer);
  }
}
