/**
 * Everything that machines share under one name: an internet address, or a paid account. Each start asks Redis, whose
 * script alone decides; a call a second brings the starts of the others. While Redis is away this machine goes on
 * with its equal part; when it is back, it is told all that was started meanwhile before it is asked again.
 */
import type { QuotaSharing } from '../../model/events';
import { toFailure } from '../../model/failure';
import { plural } from '../../model/numberWords';
import type { Clock, Log } from '../../model/ports';
import type { QuotaTime } from '../../engine/limits/quotaClock';
import type { RecordedQuota } from '../../engine/limits/sharedRecordParts';
import { aboutOne, asking, everything, type Waiting } from './asking';
import type { PaceLink } from './link';
import { learnAll, learnNews } from './learn';
import type { SharedWhat } from './names';
import { SharedQuota, type LastHeard } from './sharedQuota';
import { absentMs, callMs, dayMs } from './times';
import { readReply, type Answer, type Ask } from './wire';

export interface GroupWorld {
  readonly clock: Clock;
  readonly time: QuotaTime;
  readonly log: Log;
  readonly link: PaceLink;
  /** Begins every token of this process. */
  readonly id: string;
  /** Something may be ready earlier or later than before. */
  readonly changed: () => void;
  /** A note of another machine. */
  readonly noted: (key: string, text: string) => void;
  /** How many machines shared a name when it was last known, also by an earlier run. 0: never known. */
  readonly remembered: (name: string) => number;
  readonly remember: (name: string, machines: number) => void;
}

interface Want {
  readonly token: string;
  readonly keys: readonly string[];
}

const longestHoldMs = 2 * dayMs;

export class PaceGroup {
  readonly quotas = new Map<string, SharedQuota>();
  private readonly tag: string;
  private tells: Waiting[] = [];
  private live = false;
  private closed = false;
  private hello: Promise<void> | undefined;
  private flushing = false;
  private cancelTimer: (() => void) | undefined;
  private heardAt: number;
  private told: number;
  private machines = 0;
  private parts: ReadonlyMap<string, number> = new Map();
  private born = 0;
  private read = 0;
  /** Engine time less the clock of Redis; a little too much, never too little. */
  private offset = Infinity;
  private saidAway = false;

  constructor(
    what: SharedWhat,
    private readonly name: string,
    private readonly world: GroupWorld,
  ) {
    this.tag = `bulk-transcribe:{${what}:${encodeURIComponent(name)}}:`;
    this.told = world.remembered(this.tag);
    this.heardAt = world.time.now();
    world.link.listen(this.channel + world.id);
    this.tick();
  }

  attach(quota: RecordedQuota): void {
    const shared = new SharedQuota(quota);
    this.quotas.set(quota.key, shared);
    this.show(shared);
    if (this.live) this.flush();
    else this.connected();
  }

  /** The link is connected, perhaps to a Redis that knows nothing. */
  connected(): void {
    if (this.quotas.size > 0 && this.world.link.ready) void this.greet();
  }

  /** Whether this start may be made now. Never fails. */
  async start(token: string, keys: readonly string[]): Promise<boolean> {
    if (this.hello) await this.hello;
    const quotas = keys.flatMap((key) => this.quotas.get(key) ?? []);
    if (!this.live) return this.startAlone(token, quotas);
    const sent = this.world.time.now();
    const answer = await this.exchange({ token, keys });
    if (answer?.granted !== true) {
      for (const quota of quotas) if (answer) quota.until = answer.next + this.offset;
      // Redis may have granted what was not answered.
      if (!answer) this.tellWithdrawn(token, keys);
      for (const quota of quotas) this.show(quota);
      return false;
    }
    for (const quota of quotas) quota.until = -Infinity;
    if (this.world.time.now() - sent > Math.min(...quotas.map(({ lateMs }) => lateMs))) {
      // This process slept, or Redis did: others may have started what was left since.
      this.tellWithdrawn(token, keys);
      return false;
    }
    this.made(token, quotas);
    return true;
  }

  withdraw(token: string): void {
    const keys = this.keysOf(token);
    if (keys.length === 0) return;
    for (const key of keys) this.quotas.get(key)?.remove(token, this.world.id);
    this.tellWithdrawn(token, keys);
    if (!this.live) this.showAll();
  }

  /** The start was made now and from the quotas with these keys alone; it has a new token. */
  again(token: string, next: string, keys: readonly string[]): void {
    if (this.keysOf(token).length === 0) return;
    this.withdraw(token);
    const quotas = keys.flatMap((key) => this.quotas.get(key) ?? []);
    if (quotas.length === 0) return;
    this.made(next, quotas);
    const at = this.world.time.now();
    this.tell((places) => ['s', next, places(keys), Math.floor(this.world.time.now() - at)]);
  }

  ended(token: string): void {
    const keys = [...this.quotas].flatMap(([key, quota]) => (quota.end(token) ? [key] : []));
    if (keys.length === 0) return;
    // A place that is not renewed is free soon.
    if (this.live) this.tell((places) => ['e', token, places(keys)]);
    else this.showAll();
  }

  held(key: string, untilWall: number): void {
    this.tell(
      aboutOne(key, (place) => {
        const ms = Math.round(untilWall - this.world.clock.now());
        return ms <= 0 || ms > longestHoldMs ? undefined : ['h', place, ms];
      }),
    );
  }

  limited(key: string, limit: number): void {
    this.tell(aboutOne(key, (place) => ['l', place, limit]));
  }

  note(key: string, text: string): void {
    this.tell(() => ['n', key, text]);
  }

  /** A start that another process of this machine has recorded; false: it is known. */
  startHere(key: string, token: string, at: number, wall: number): boolean {
    return this.quotas.get(key)?.add(token, at, wall, this.world.id) !== false;
  }
  /** As `startHere`, for one that was not made; it is forgotten by the time it was counted at. */
  forgetHere(key: string, token: string): boolean {
    const shared = this.quotas.get(key);
    const known = shared?.remove(token, this.world.id);
    if (shared && known) shared.quota.forgetStart(known.at, known.wall, token);
    return shared === undefined;
  }

  /** Ends without a word: Redis sees that the connection is gone. */
  close(): void {
    this.closed = true;
    this.cancelTimer?.();
    for (const { quota } of this.quotas.values()) quota.learnShared(-Infinity, undefined);
  }

  private get channel(): string {
    return `${this.tag}peer:`;
  }

  private get sharing(): QuotaSharing {
    const { live, name } = this;
    return live ? { by: name, machines: this.machines } : { by: name, machines: this.told, away: true };
  }

  private keysOf(token: string): readonly string[] {
    return [...this.quotas].flatMap(([key, quota]) => (quota.knows(token) ? [key] : []));
  }

  // ------------------------------------------------------------------------------------------- without Redis

  private startAlone(token: string, quotas: readonly SharedQuota[]): boolean {
    const free = quotas.every((quota) => this.aloneAt(quota) <= this.world.time.now());
    if (free) this.made(token, quotas);
    this.showAll();
    return free;
  }

  private aloneAt(quota: SharedQuota): number {
    const { time, id } = this.world;
    const midnight = time.fromWall((Math.floor(time.wall() / dayMs) + 1) * dayMs);
    const heard: LastHeard = { me: id, at: this.heardAt, told: this.told, parts: this.parts };
    return quota.aloneAt(time.now(), midnight, heard);
  }

  /** Tells the limiter when the quota's next start may be. True: that is earlier than it was. */
  private show(shared: SharedQuota): boolean {
    if (this.closed) return false;
    const before = shared.shown;
    shared.shown = this.live ? shared.until : this.aloneAt(shared);
    shared.quota.learnShared(shared.shown, this.sharing);
    return shared.shown < before;
  }
  private showAll(): void {
    const earlier = [...this.quotas.values()].filter((quota) => this.show(quota));
    if (earlier.length > 0) this.world.changed();
  }

  private made(token: string, quotas: readonly SharedQuota[]): void {
    const { time, id } = this.world;
    for (const quota of quotas) {
      quota.add(token, time.now(), time.wall(), id);
      quota.begin(token);
    }
  }

  // ---------------------------------------------------------------------------------------------- with Redis

  private tell(waiting: Waiting): void {
    this.tells.push(waiting);
    if (this.live) this.flush();
  }

  private tellWithdrawn(token: string, keys: readonly string[]): void {
    this.tell((places) => ['w', token, places(keys)]);
  }

  /** All that is to be told of one turn goes out in one call. */
  private flush(): void {
    if (this.flushing) return;
    this.flushing = true;
    void Promise.resolve().then(() => {
      this.flushing = false;
      if (this.live && !this.closed) void this.exchange();
    });
  }

  private tick(): void {
    this.cancelTimer = this.world.clock.after(callMs, () => {
      this.tick();
      const now = this.world.time.now();
      for (const quota of this.quotas.values()) quota.forget(now);
      if (this.quotas.size === 0) return;
      if (this.live) {
        for (const [key, quota] of this.quotas)
          for (const token of quota.places) this.tells.push((places) => ['r', token, places([key])]);
        void this.exchange();
        return;
      }
      this.showAll();
      if (this.world.link.ready) void this.greet();
      else if (now - this.heardAt > absentMs) this.away('no connection');
    });
  }

  /** The first call since Redis was away, or has lost what it knew: with all that is known here. */
  private greet(): Promise<void> {
    this.hello ??= this.greetNow().finally(() => (this.hello = undefined));
    return this.hello;
  }

  private async greetNow(): Promise<void> {
    this.live = false;
    for (const quota of this.quotas.values()) quota.fresh = true;
    const answer = await this.exchange(undefined, everything(this.quotas, this.world.time.now()));
    if (!answer || this.closed) return;
    this.live = true;
    const machines = plural(this.machines, 'machine', 'machines');
    if (this.saidAway)
      this.world.log.write('info', `Redis is back; ${machines} share "${this.name}" through it.`);
    this.saidAway = false;
    for (const quota of this.quotas.values()) {
      quota.until = -Infinity;
      this.show(quota);
    }
    if (this.tells.length > 0) this.flush();
    this.world.changed();
  }

  /**
   * One call of the script. `hello`: what is told in the first one. Undefined: there was no answer, and this machine
   * goes on alone until there is one.
   */
  private async exchange(want?: Want, hello?: readonly Waiting[]): Promise<Answer | undefined> {
    const sent = this.world.time.now();
    const { tells } = this;
    this.tells = [];
    try {
      const reply = readReply(await this.send([...tells, ...(hello ?? [])], want, hello !== undefined));
      if (this.closed) return undefined;
      if (reply !== 'lost') {
        this.learn(reply, sent, hello !== undefined);
        return reply;
      }
      void this.greet();
    } catch (error) {
      if (!this.closed) this.away(toFailure(error).message);
    }
    this.tells.unshift(...tells);
    return undefined;
  }

  private send(tells: readonly Waiting[], want: Want | undefined, hello: boolean): Promise<string> {
    const { keys, ...asked } = asking(this.quotas, tells, want);
    const ask: Ask = {
      me: this.world.id,
      channel: this.channel,
      hello,
      born: this.born,
      read: this.read,
      told: this.told,
      members: hello ? Object.fromEntries(this.parts) : {},
      ...asked,
    };
    const ofQuotas = keys.flatMap((key) => ['log', 'run', 'days'].map((kind) => `${this.tag}${key}:${kind}`));
    const ofAll = ['members', 'news', 'meta'].map((kind) => this.tag + kind);
    return this.world.link.run([...ofAll, ...ofQuotas], JSON.stringify(ask));
  }

  private learn(answer: Answer, sent: number, hello: boolean): void {
    const { time, id, noted } = this.world;
    const now = time.now();
    // The answer was written between the two.
    this.offset = Math.max(sent - answer.now, Math.min(this.offset, now - answer.now));
    this.heardAt = Math.max(this.heardAt, sent);
    if (answer.told !== this.told) this.world.remember(this.tag, answer.told);
    const other = answer.machines !== this.machines;
    this.told = answer.told;
    this.machines = answer.machines;
    this.parts = answer.parts;
    this.born = answer.born;
    const day = Math.floor(time.wall() / dayMs);
    for (const [key, all] of answer.days) this.quotas.get(key)?.heardDay(all, day);
    const learner = { id, time, noted, quotas: this.quotas, toTime: (at: number) => at + this.offset };
    learnAll(answer, learner);
    // Calls that ran together bring the same news.
    const news = answer.news.filter(({ number }) => number > this.read);
    learnNews(news, learner);
    this.read = hello ? answer.read : Math.max(this.read, answer.read);
    if (other) this.showAll();
    if (other || news.length > 0) this.world.changed();
  }

  private away(why: string): void {
    this.world.link.renew();
    const first = this.live || !this.saidAway;
    this.live = false;
    this.showAll();
    if (!first) return;
    this.saidAway = true;
    const then =
      this.told === 0
        ? 'How many machines share it is not known yet, so nothing starts from it until Redis answers.'
        : `This machine goes on with ${this.told === 1 ? 'all' : `1/${this.told}`} of it.`;
    this.world.log.write('warn', `Redis is away (${why}). It shares "${this.name}". ${then}`);
    this.world.changed();
  }
}
