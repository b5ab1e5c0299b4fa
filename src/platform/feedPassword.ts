/**
 * BULK_TRANSCRIBE_FEED_PASSWORD: the user name and password of private feeds, in the terminal. It goes to the origins
 * that it names. One that names none goes to the feeds of one origin alone, since any other feed could ask for it too.
 */
import { isPlainAway } from '../model/addresses';
import { urlOf } from '../model/webUrl';

export const feedPasswordVariable = 'BULK_TRANSCRIBE_FEED_PASSWORD';

interface Entry {
  /** `user:password` (RFC 7617). */
  readonly password: string;
  /** Undefined where the entry names no origin. */
  readonly at: URL | undefined;
}

export class FeedPassword {
  private readonly entries: readonly Entry[];
  private readonly ofArguments = new Set<string>();
  private readonly ofLists = new Set<string>();
  private readonly said = new Set<string>();

  /**
   * `value`: `user:password@https://host`, several on lines of their own, or `user:password`. `say` gets each reason
   * why it is not sent once, without the password in it.
   */
  constructor(
    value: string | undefined,
    private readonly say: (line: string) => void,
  ) {
    const lines = (value ?? '').split(/[\r\n]/).map((line) => line.trim());
    this.entries = lines.filter((line) => line !== '').map(entryOf);
  }

  /** What the log must not show. */
  get secrets(): readonly string[] {
    return this.entries.flatMap(({ password }) => [password, password.slice(password.indexOf(':') + 1)]);
  }

  /** A feed of this run, named before anything is requested. `isArgument`: the user wrote its address himself. */
  name(feedUrl: string, isArgument: boolean): void {
    const origin = urlOf(feedUrl)?.origin;
    if (origin !== undefined) (isArgument ? this.ofArguments : this.ofLists).add(origin);
  }

  /** `user:password` for the feeds of this origin; undefined where there is none for it. */
  of(origin: string): string | undefined {
    const asked = urlOf(origin);
    if (asked === undefined) return undefined;
    const named = this.entries.find(({ at }) => at !== undefined && serves(at, asked));
    const entry = named ?? this.entries.find(({ at }) => at === undefined);
    if (entry === undefined) return undefined;
    const reason = reasonAgainst(entry, asked, this.ofArguments.size > 0 ? this.ofArguments : this.ofLists);
    if (reason === undefined) return entry.password;
    if (!this.said.has(reason)) this.say(reason);
    this.said.add(reason);
    return undefined;
  }
}

function entryOf(line: string): Entry {
  const at = line.toLowerCase().lastIndexOf('@http');
  const url = at < 0 ? undefined : urlOf(line.slice(at + 1));
  return url === undefined || !/^https?:$/.test(url.protocol)
    ? { password: line, at: undefined }
    : { password: line.slice(0, at), at: url };
}

/** The same origin, or the same host on the safe wire. */
function serves(named: URL, asked: URL): boolean {
  return named.origin === asked.origin || (named.host === asked.host && asked.protocol === 'https:');
}

/** `origins`: those of the feeds among which an entry without one would have to choose. */
function reasonAgainst(entry: Entry, asked: URL, origins: ReadonlySet<string>): string | undefined {
  if (!entry.password.includes(':'))
    return `${feedPasswordVariable} is not sent: it has no colon. Write user:password@${asked.origin}.`;
  if (entry.at !== undefined) return undefined;
  const [only, ...others] = [...origins].map((origin) => new URL(origin));
  if (only === undefined || others.length > 0 || !serves(only, asked))
    return `${feedPasswordVariable} names no host, and there are feeds of several: it is not sent. Write user:password@${asked.origin}.`;
  return isPlainAway(asked)
    ? `${feedPasswordVariable} is not sent over plain http, where it can be read on the way. Write user:password@${asked.origin} if you want that.`
    : undefined;
}
