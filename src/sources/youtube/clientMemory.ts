/**
 * What one video has shown about the clients, so that the next need not pay for it again: which one works,
 * that all are outdated, which unknown messages all of them return, which videos want a sign-in from all.
 */
import type { Failure } from '../../model/failure';
import type { Clock } from '../../model/ports';
import type { YouTubeClient } from './clients';

/** A retired client stays retired; a temporary problem that looks the same passes within the hour. */
const outdatedMs = 60 * 60_000;
const mostWords = 50;
const mostVideos = 500;

interface Outdated {
  readonly failure: Failure;
  /** The refused video: a second one has to be refused too before no client is asked any more. */
  readonly video: string;
  readonly until: number;
  confirmed: boolean;
}

export class ClientMemory {
  /**
   * The client that worked last, tried first: a retired one costs the batch one request, not one for each
   * video.
   */
  private preferred: string | undefined;
  private outdated: Outdated | undefined;
  private readonly words = new Map<string, { readonly failure: Failure; readonly until: number }>();
  private gated: { readonly videos: ReadonlySet<string>; readonly until: number } | undefined;
  private readonly signIns = new Set<string>();
  private walking: Promise<void> | undefined;
  private table = '';

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** In the order of trying. Another table of clients begins with an empty memory. */
  inOrder(clients: readonly YouTubeClient[], first = this.preferred): readonly YouTubeClient[] {
    const table = clients.map((one) => `${one.name} ${one.clientVersion}`).join(' ');
    if (table !== this.table) {
      this.table = table;
      this.preferred = undefined;
      this.forget();
    }
    const at = clients.findIndex(({ name }) => name === first);
    return at > 0 ? [...clients.slice(at), ...clients.slice(0, at)] : clients;
  }

  worked(name: string): void {
    this.preferred = name;
    this.forget();
  }

  private forget(): void {
    this.outdated = undefined;
    this.words.clear();
    this.gated = undefined;
  }

  /** After all clients were reported outdated for the video `id`. */
  allOutdated(id: string, failure: Failure): void {
    this.outdated = { failure, video: id, until: this.clock.now() + outdatedMs, confirmed: false };
  }

  /**
   * The failure that needs no request: all clients were outdated for two videos. `id` was just refused by
   * the first client, which is the second proof.
   */
  outdatedFor(id?: string): Failure | undefined {
    const { outdated } = this;
    if (outdated === undefined || outdated.until <= this.clock.now()) return undefined;
    if (id !== undefined && id !== outdated.video) outdated.confirmed = true;
    return outdated.confirmed || id !== undefined ? outdated.failure : undefined;
  }

  /**
   * The failure where all clients returned this message before, so that asking the others again is
   * pointless.
   */
  knownWords(words: string): Failure | undefined {
    const known = this.words.get(words);
    return known !== undefined && known.until > this.clock.now() ? known.failure : undefined;
  }

  allSaid(words: string, failure: Failure): void {
    if (this.words.size >= mostWords) this.words.clear();
    this.words.set(words, { failure, until: this.clock.now() + outdatedMs });
  }

  /** After a walk along all clients whose captions want a proof token. */
  allGated(id: string): void {
    const before = this.gated !== undefined && this.gated.until > this.clock.now() ? this.gated.videos : [];
    this.gated = { videos: new Set([...before, id]), until: this.clock.now() + outdatedMs };
  }

  /** Whether two videos in a row wanted a proof token from all clients: then one client's word is enough. */
  get isGated(): boolean {
    return this.gated !== undefined && this.gated.videos.size >= 2 && this.gated.until > this.clock.now();
  }

  /** Whether all clients asked for a sign-in for this video before; it is recorded from now on. */
  askedToSignIn(id: string): boolean {
    if (this.signIns.has(id)) return true;
    if (this.signIns.size >= mostVideos) this.signIns.clear();
    this.signIns.add(id);
    return false;
  }

  /**
   * Runs `walk`, a walk along the other clients after the first one was outdated, unless another job is on
   * one: then waits for it and returns undefined, because its result is valid for this job as well.
   */
  async walkAlone<T>(walk: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    if (this.walking !== undefined) {
      await settled(this.walking, signal);
      return undefined;
    }
    const running = walk();
    this.walking = running.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await running;
    } finally {
      this.walking = undefined;
    }
  }
}

/** Waits for it, or until the job is aborted. */
async function settled(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([work, stopped]);
  signal.removeEventListener('abort', stop);
}
