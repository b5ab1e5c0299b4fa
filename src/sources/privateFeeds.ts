/**
 * The address of a private feed is as good as a password. Every reader of a feed registers it with the
 * log's redactor first, so that no earlier line can contain it, and errors are reported without the
 * address.
 */
import { FailureError, toFailure } from '../model/failure';
import type { Link } from '../model/link';
import { asEntryOf } from '../model/publicUrl';
import type { ExpandRequest, ListExpander, ListItem } from '../model/source';
import type { FeedPasswords } from './feedPasswords';

export interface FeedSecrecy {
  /** Removes keys, passwords and the private parts of feeds from a text. */
  readonly redact: (text: string) => string;
  /** Called with a feed's address before it is requested. */
  readonly hideFeed: (url: string) => void;
  /** Knows which feeds the user named, and which were opened with a password: those are private too. */
  readonly passwords: Pick<FeedPasswords, 'name' | 'isOpened'>;
}

export class DiscreetLists implements ListExpander {
  constructor(
    private readonly lists: ListExpander,
    private readonly secrecy: FeedSecrecy,
  ) {}

  mayBeList(link: Link): boolean {
    return this.lists.mayBeList?.(link) === true;
  }

  /** As the lists themselves; the message of an error contains no secret. */
  async *expand(request: ExpandRequest): AsyncGenerator<ListItem> {
    const { list, kind, url } = request.link;
    const isFeed = list === 'feed' || kind === 'page';
    if (isFeed) this.secrecy.hideFeed(url);
    // A page that may be a feed is none that the user named as one.
    if (list === 'feed') this.secrecy.passwords.name(url);
    try {
      for await (const { link, meta } of this.lists.expand(request))
        yield { link: isFeed ? this.entry(url, link) : link, meta };
    } catch (error) {
      const known = toFailure(error);
      throw new FailureError({ ...known, message: this.secrecy.redact(known.message) });
    }
  }

  private entry(feedUrl: string, link: Link): Link {
    return asEntryOf(feedUrl, link, this.secrecy.passwords.isOpened(feedUrl));
  }
}
