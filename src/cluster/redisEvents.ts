/**
 * What happens in the lanes, as BullMQ writes it into a stream for each queue: read for all lanes on one connection,
 * and the attempts of others passed over before anything of them is parsed.
 */
import type { Redis } from 'ioredis';
import type { LaneEvent } from './wire';

/** Shorter than a command may take. */
const blockMs = 2_000;
const mostTogether = 500;
const pauseMs = 300;

export class LaneEvents {
  private readonly last = new Map<string, string>();
  private closed = false;
  private begun: (() => void) | undefined;
  /** Resolves once nothing that happens is missed, or Redis refuses. */
  readonly ready = new Promise<void>((resolve) => (this.begun = resolve));

  constructor(
    private readonly redis: Redis,
    private readonly keys: readonly string[],
    private readonly prefixes: () => readonly string[],
    private readonly onEvent: (event: LaneEvent) => void,
    /** Called with what Redis answers instead, and with undefined when it has been read again. */
    private readonly onRefusal: (why: string | undefined) => void = () => undefined,
  ) {
    for (const key of keys) this.last.set(key, '$');
  }

  /** Until it is closed. A connection that is away is waited for; what happened meanwhile is read then. */
  async run(): Promise<void> {
    while (!this.closed)
      try {
        await this.read();
        this.onRefusal(undefined);
      } catch (error) {
        if (error instanceof Error && error.name === 'ReplyError') {
          this.onRefusal(error.message);
          // Nothing happens in lanes that cannot be read, and nobody may wait for them.
          this.begun?.();
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
  }

  close(): void {
    this.closed = true;
  }

  private async read(): Promise<void> {
    if (this.redis.status !== 'ready') throw new Error('away');
    await this.begin();
    this.begun?.();
    const ids = this.keys.map((key) => this.last.get(key) ?? '0');
    const found = await this.redis.xread(
      'COUNT',
      mostTogether,
      'BLOCK',
      blockMs,
      'STREAMS',
      ...this.keys,
      ...ids,
    );
    for (const [key, entries] of found ?? [])
      for (const [id, fields] of entries) {
        this.last.set(key, id);
        this.tell(fields);
      }
  }

  /** `$` would skip what happens between two reads: the end of each stream is noted once. */
  private async begin(): Promise<void> {
    for (const [key, id] of this.last) {
      if (id !== '$') continue;
      const [newest] = await this.redis.xrevrange(key, '+', '-', 'COUNT', 1);
      this.last.set(key, newest?.[0] ?? '0');
    }
  }

  private tell(list: readonly string[]): void {
    const field = (name: string): string | undefined => {
      for (let at = 0; at < list.length; at += 2) if (list[at] === name) return list[at + 1];
      return undefined;
    };
    const id = field('jobId');
    if (id === undefined || !this.prefixes().some((prefix) => id.startsWith(prefix))) return;
    const event = eventOf(id, field);
    if (event) this.onEvent(event);
  }
}

function eventOf(id: string, field: (name: string) => string | undefined): LaneEvent | undefined {
  switch (field('event')) {
    case 'active':
      return { kind: 'taken', id };
    case 'waiting':
    case 'stalled':
      return { kind: 'waiting', id };
    case 'duplicated':
      return { kind: 'known', id };
    case 'progress':
      return { kind: 'progress', id, data: parsed(field('data')) };
    case 'completed':
      return { kind: 'done', id, value: parsed(field('returnvalue')) };
    case 'failed':
      return { kind: 'failed', id };
    default:
      return undefined;
  }
}

/** Characters of any message; a longer one is no message of ours, and parsing it would hold everything up. */
const longestText = 1_000_000;

/** What cannot be parsed is nothing. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined || text.length > longestText) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
