/** What is read from a feed, whatever its format: RSS, Atom or JSON. */

export interface FeedLink {
  readonly url: string;
  readonly type: string;
  /** Of a transcript, as the feed writes it. */
  readonly language?: string;
}

export interface FeedEntry {
  readonly title?: string;
  readonly author?: string;
  /** ISO date. */
  readonly published?: string;
  /** Epoch ms, for the order. */
  readonly time?: number;
  /** Seconds. */
  readonly duration?: number;
  readonly videoId?: string;
  readonly link?: string;
  /** An id that is also an address, for entries without a link. */
  readonly permalink?: string;
  readonly enclosures: readonly FeedLink[];
  readonly transcripts: readonly FeedLink[];
}

export interface Feed {
  readonly title?: string;
  readonly language?: string;
  /** The address of the next page. */
  readonly next?: string;
  /** In the feed's order. */
  readonly entries: readonly FeedEntry[];
  /** It ends in the middle of an entry or a tag: the rest was lost in transit, or never written. */
  readonly brokenOff: boolean;
}
