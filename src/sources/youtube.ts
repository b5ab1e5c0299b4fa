/**
 * YouTube's own captions, two requests a video: the player data, then the chosen track. One permit of the
 * quota `youtube` covers an attempt. Falls back along the list of clients only where another client may get
 * another answer; never after a block, because asking again prolongs it.
 */
import { chooseTrack } from '../captions/chooseTrack';
import type { CaptionTrack } from '../captions/chooseTrack';
import { parseCaptions } from '../captions/parseCaptions';
import { inRoom } from './inRoom';
import { failure, FailureError, toFailure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Link, VideoMeta } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import type { Transcript } from '../model/transcript';
import { asResult } from './parts';
import type { SourceParts } from './parts';
import { PlayerAsking } from './youtube/asking';
import { ClientMemory } from './youtube/clientMemory';
import { clientsOf } from './youtube/clients';
import type { YouTubeClient } from './youtube/clients';
import { heardInOneLine, knownGoodId } from './youtube/diagnosis';
import { currentKnowledge } from './youtube/knowledge';
import type { Refusal } from './youtube/playability';
import { isRefusal } from './youtube/player';
import type { PlayerAnswer } from './youtube/player';
import { captionUrl, endpointOf, headersOf, refusedBy } from './youtube/request';
import type { KnowledgeUpdater } from './youtube/updater';
import { mostTelling } from './youtube/verdict';
import type { ClientAnswer } from './youtube/verdict';

/** Caption addresses expire after some hours; a look-ahead's answer is used within this time or not at all. */
const reuseMs = 30 * 60_000;
const maxRemembered = 500;
/**
 * json3 first: exact times, no repeats. The others only when it cannot be read; '' is the oldest XML form.
 */
const formats = ['json3', 'srv3', ''] as const;
/** A seventh of the size of json3: for tracks that are too long for it. */
const smallest = '';
type Format = (typeof formats)[number];
/**
 * After this many clients whose captions could not be read in any form the attempt ends: the same text
 * comes from the same place, and each further request counts towards a block. The second client is asked
 * for the first form only.
 */
const mostUnread = 2;

/** `unread`: captions arrived, but in an unknown format. */
type Unfetched = Refusal & { readonly unread?: boolean };
interface Remembered {
  readonly player: PlayerAnswer;
  readonly clientName: string;
  readonly until: number;
}

/** One attempt's way along the clients. */
interface Walk {
  readonly request: SourceRequest;
  readonly clients: readonly YouTubeClient[];
  readonly reused: Remembered | undefined;
  readonly answers: ClientAnswer[];
  unread: number;
}

/** A result, or undefined where the next client is to be asked. */
type Step = SourceResult | undefined;

export class YouTubeSource implements Source {
  readonly id = 'youtube';
  readonly paid = false;
  readonly asksFirst = true;
  /** Answers of the look-ahead, used once by the job itself. */
  private readonly remembered = new Map<string, Remembered>();
  private readonly memory: ClientMemory;
  private readonly asking: PlayerAsking;
  /** The last logged problem of the setting `youtube.clients`. */
  private problem: string | undefined;

  /** `updates`: looks for a newer table of clients; absent: the current one is kept. */
  constructor(
    private readonly parts: Pick<SourceParts, 'http' | 'clock'> & Partial<Pick<SourceParts, 'log'>>,
    private readonly updates?: Pick<KnowledgeUpdater, 'look'>,
  ) {
    this.memory = new ClientMemory(parts.clock);
    this.asking = new PlayerAsking(parts);
  }

  readiness(settings: Settings): Promise<Readiness> {
    const { clients, problem } = clientsOf(settings);
    const names = clients.map(({ name }) => name).join(', ');
    const detail = `${endpointOf(settings)}, asking as ${names}.${problem === undefined ? '' : ` ${problem}`}`;
    return Promise.resolve({ ready: true, detail });
  }

  accepts(link: Link): boolean {
    return link.kind === 'youtube';
  }

  quotas(link: Link): readonly QuotaName[] {
    return link.kind === 'youtube' ? ['youtube'] : [];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(async () => {
      await this.updates?.look(request, 'daily');
      const { version } = currentKnowledge();
      const result = await this.attempt(request);
      if (this.updates === undefined || !isOutOfDate(result)) return result;
      await this.updates.look(request, 'failure');
      return currentKnowledge().version === version ? result : this.attempt(request);
    });
  }

  /** One request; its answer is kept for the transcript of the same video. Failures return undefined. */
  async describe(request: SourceRequest): Promise<VideoMeta | undefined> {
    const [client] = this.clients(request.settings);
    if (!client || this.memory.outdatedFor() !== undefined) return undefined;
    const { id } = request.link;
    try {
      const player = await this.asking.ask(request, id, client);
      if (isRefusal(player)) return undefined;
      const oldest = this.remembered.keys().next();
      if (this.remembered.size >= maxRemembered && !oldest.done) this.remembered.delete(oldest.value);
      const until = this.parts.clock.now() + reuseMs;
      this.remembered.set(id, { player, clientName: client.name, until });
      return player.meta;
    } catch {
      return undefined;
    }
  }

  async probe(request: SourceRequest): Promise<Failure | undefined> {
    try {
      let last: Failure | undefined;
      // A retired client says nothing about this network.
      for (const client of this.clients(request.settings)) {
        const player = await this.asking.ask(request, knownGoodId, client);
        if (!isRefusal(player)) return undefined;
        last = player.failure;
        if (!player.otherClient) break;
      }
      return last;
    } catch (error) {
      return toFailure(error);
    }
  }

  private async attempt(request: SourceRequest): Promise<SourceResult> {
    const { id } = request.link;
    request.stage('fetching');
    const known = this.remembered.get(id);
    this.remembered.delete(id);
    const reused = known !== undefined && known.until > this.parts.clock.now() ? known : undefined;
    const clients = this.clients(request.settings, reused?.clientName);
    const outdated = reused === undefined ? this.memory.outdatedFor() : undefined;
    if (outdated !== undefined) {
      request.started.unused?.('youtube');
      return { failure: outdated };
    }
    const walk: Walk = { request, clients, reused, answers: [], unread: 0 };
    const first = await this.ask(walk, 0);
    if (first !== undefined) return first;
    const said = walk.answers.at(-1)?.refusal;
    if (said?.proves !== 'client' && said?.proves !== 'unknown') return this.walkOn(walk, 1);
    return this.afterOutdated(walk, said);
  }

  /** The first client seems to be outdated: one job finds out for all whether the others are too. */
  private async afterOutdated(walk: Walk, said: Refusal): Promise<SourceResult> {
    const { request } = walk;
    const { id } = request.link;
    const told = (): SourceResult | undefined => {
      const outdated = this.memory.outdatedFor(id);
      if (outdated !== undefined) return { failure: outdated };
      if (said.failure.code === 'po-token' && this.memory.isGated) return { failure: said.failure };
      const known = said.proves === 'unknown' ? this.memory.knownWords(said.failure.message) : undefined;
      return known === undefined ? undefined : { failure: known };
    };
    const before = told();
    if (before !== undefined) return before;
    const result = await this.memory.walkAlone(() => this.walkOn(walk, 1), request.signal);
    if (result !== undefined) return result;
    if (request.signal.aborted) return { failure: failure('cancelled', 'Stopped.') };
    const after = told();
    if (after !== undefined) return after;
    // The client that works now goes first; the first client's answer is known already.
    const asked = walk.clients[0];
    const clients = this.clients(request.settings).filter((client) => client.name !== asked?.name);
    return this.walkOn({ ...walk, clients }, 0);
  }

  /** Asks the clients from `start` on, one after the other, and returns what all of them together prove. */
  private async walkOn(walk: Walk, start: number): Promise<SourceResult> {
    for (let at = start; at < walk.clients.length; at += 1) {
      const result = await this.ask(walk, at);
      if (result !== undefined) return result;
      if (walk.unread >= mostUnread) break;
    }
    const { request, answers } = walk;
    const telling = mostTelling(answers);
    if (telling === undefined) return { failure: failure('bad-response', 'There is no client to ask as.') };
    const { refusal, listed } = telling;
    if (listed === true && refusal.failure.code === 'po-token') this.memory.allGated(request.link.id);
    if (listed !== true) {
      // The next step is a bug report or an update: both need to know which client got which answer.
      const message = `${refusal.failure.message} (${heardInOneLine(answers)})`.slice(0, 500);
      const told = { ...refusal.failure, message };
      if (refusal.proves === 'client') this.memory.allOutdated(request.link.id, told);
      if (refusal.proves === 'unknown') this.memory.allSaid(refusal.failure.message, told);
      if (refusal.proves === 'client' || refusal.proves === 'unknown') return { failure: told };
      if (refusal.proves === 'session') return { failure: await this.signInOf(telling, request) };
    }
    return { failure: refusal.failure };
  }

  /**
   * All clients are asked to sign in: the network is blocked. If the same video gets this answer again
   * after the wait, while a video known to exist is shown, the cause is the video, and nothing else has to
   * wait.
   */
  private async signInOf({ client, refusal }: ClientAnswer, request: SourceRequest): Promise<Failure> {
    if (!this.memory.askedToSignIn(request.link.id)) return refusal.failure;
    const known = await this.asking.ask(request, knownGoodId, client);
    if (isRefusal(known)) return refusal.failure;
    return failure('bad-response', refusal.failure.message, { subject: 'YouTube' });
  }

  /** Requests the player data and the captions as one client. */
  private async ask(walk: Walk, at: number): Promise<Step> {
    const { request, clients, reused, answers } = walk;
    const { link } = request;
    const client = clients[at];
    if (client === undefined) return undefined;
    const player =
      reused?.clientName === client.name ? reused.player : await this.asking.ask(request, link.id, client);
    const seen = answers.some(({ listed }) => listed === true);
    if (isRefusal(player)) {
      answers.push({ client, refusal: player });
      // A refusal does not undo what another client has shown; only a block ends the attempt.
      return player.otherClient || (seen && player.proves !== 'block')
        ? undefined
        : { failure: player.failure };
    }
    request.learn(player.meta);
    if (player.live !== undefined) return { failure: player.live };
    return player.tracks.length === 0 && !seen
      ? this.secondOpinion(walk, at)
      : this.captionsOf(walk, client, player);
  }

  /**
   * A client got the video without captions. Before the next source is paid to listen, one other client is asked:
   * YouTube leaves captions out for some clients before it retires them. What it lists is the answer then.
   */
  private async secondOpinion(walk: Walk, at: number): Promise<SourceResult> {
    const { request, clients, answers } = walk;
    const none = { failure: failure('no-captions', 'The video has no captions.'), noCaptions: true };
    const other = clients.slice(at + 1).find(({ limits = [] }) => limits.length === 0);
    if (request.paysNext !== true || other === undefined) return none;
    const player = await this.asking.ask(request, request.link.id, other);
    if (isRefusal(player)) return player.proves === 'block' ? { failure: player.failure } : none;
    if (player.tracks.length === 0) return none;
    const got = await this.captionsOf(walk, other, player);
    return got ?? { failure: answers.at(-1)?.refusal.failure ?? none.failure };
  }

  /** The wanted captions of those that a client lists. */
  private async captionsOf(walk: Walk, client: YouTubeClient, player: PlayerAnswer): Promise<Step> {
    const { request, answers } = walk;
    const { settings } = request;
    const seen = answers.some(({ listed }) => listed === true);
    const wanted = { languages: settings.languages, kind: settings['captions.kind'] };
    const track = chooseTrack(player.tracks, wanted);
    if ('code' in track)
      return seen ? undefined : { failure: track, noCaptions: track.code === 'no-captions' };
    const wants = walk.unread === 0 ? formats : formats.slice(0, 1);
    const got = await this.fetchTrack(request, client, track, player, wants);
    if (!('failure' in got)) {
      this.memory.worked(client.name);
      return { transcript: got };
    }
    if (got.unread === true) walk.unread += 1;
    answers.push({ client, refusal: got, listed: got.proves !== 'block' });
    return got.otherClient
      ? undefined
      : { failure: got.failure, noCaptions: got.failure.code === 'no-captions' };
  }

  /** The clients in the order of trying. */
  private clients(settings: Settings, first?: string): readonly YouTubeClient[] {
    const { clients, problem } = clientsOf(settings);
    if (problem !== undefined && problem !== this.problem) this.parts.log?.write('warn', problem);
    this.problem = problem;
    return this.memory.inOrder(clients, first);
  }

  private async fetchTrack(
    request: SourceRequest,
    client: YouTubeClient,
    track: CaptionTrack,
    player: PlayerAnswer,
    wants: readonly Format[],
  ): Promise<Transcript | Unfetched> {
    const endpoint = endpointOf(request.settings);
    const url = captionUrl(track.url, endpoint);
    const another = (last: Failure): Refusal => ({
      failure: last,
      proves: 'client',
      otherClient: true,
    });
    if (!url) return another(failure('bad-response', 'The captions are said to be on another host.'));
    // Set once per request: each change of `url.searchParams` serialises and parses the whole address.
    const query = new URLSearchParams(url.search);
    const owner = query.get('v');
    if (owner !== null && owner !== request.link.id)
      return another(failure('blocked', "YouTube offered another video's captions.", { subject: 'YouTube' }));
    if (/xp[ev]/.test(query.get('exp') ?? ''))
      return another(failure('po-token', 'YouTube wants a proof token for these captions.'));
    let last = failure('bad-response', 'YouTube gave no captions.');
    const queue = [...wants];
    for (let format = queue.shift(); format !== undefined; format = queue.shift()) {
      // A translation is never requested, whatever the address contains.
      for (const name of ['fmt', 'xosf', 'tlang']) query.delete(name);
      if (format !== '') query.set('fmt', format);
      url.search = query.toString();
      const answer = await this.asking
        .send(request, {
          method: 'GET',
          url: url.href,
          headers: headersOf(client),
          ...(url.origin === new URL(endpoint).origin ? {} : { reach: 'public-only' as const }),
        })
        .catch(overSize);
      if (!('body' in answer)) {
        if (format === smallest) return { failure: answer, proves: 'answer', otherClient: false };
        queue.splice(0, queue.length, smallest);
        continue;
      }
      const block = refusedBy(answer, this.parts.clock.now());
      if (block) return block;
      if (answer.body.byteLength === 0)
        return another(failure('po-token', 'YouTube sent empty captions, as it does without a proof token.'));
      const parsed = await inRoom(
        request,
        answer.body,
        parseCaptions(answer.body, { automatic: track.kind === 'automatic' }),
      );
      if ('cues' in parsed)
        return {
          language: track.languageCode,
          captions: track.kind,
          ...(track.sound === 'dub' ? { dub: true } : {}),
          source: 'youtube',
          cues: parsed.cues,
          meta: { ...request.meta, ...player.meta },
        };
      // Some networks that YouTube blocks get a track without its words: a second client has to agree.
      if (parsed.code === 'no-captions')
        return { failure: parsed, proves: 'video', otherClient: true, unread: true };
      last = parsed;
    }
    return { failure: last, proves: 'answer', otherClient: true, unread: true };
  }
}

/** YouTube seems to have changed: a newer table may know other clients or reasons. */
function isOutOfDate(result: SourceResult): boolean {
  if (!('failure' in result)) return false;
  const { code, subject } = result.failure;
  return code === 'client-outdated' || (code === 'bad-response' && subject === 'YouTube');
}

/** The failure for an answer that was too large to read; rethrows all others. */
function overSize(error: unknown): Failure {
  if (error instanceof FailureError && error.failure.code === 'bad-response') return error.failure;
  throw error;
}
