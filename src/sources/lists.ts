/**
 * Turns a playlist, channel or feed into its entries, lazily and newest first. Feeds are read by ourselves,
 * because only then their transcripts are seen; YouTube's lists by yt-dlp where it is set up, and from
 * YouTube's own feeds (the newest 15) where it is not.
 */
import { ListFilter } from '../intake/filters';
import { isVideoSite } from '../intake/passedOver';
import { failure, FailureError } from '../model/failure';
import type { Link } from '../model/link';
import type { Clock, Files, Http, Log, Outlets, Processes } from '../model/ports';
import type { Settings } from '../model/settings';
import type { ExpandRequest, ListExpander, ListItem } from '../model/source';
import { settingsSchema } from '../model/settings';
import { NotAFeed } from './feedParser';
import { feedItems } from './listFeed';
import { youtubeFeedItems } from './listYouTube';
import type { MayBePublic } from './listEntries';
import { ytDlpEntries, type YtDlpEntry, type YtDlpListParts } from './listYtDlp';
import { YtDlpProgram } from './ytDlpProgram';

export interface ListParts {
  readonly http: Http;
  readonly processes: Processes;
  readonly outlets: Outlets;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  /** Whether a host may be public by its name alone (model/addresses). */
  readonly mayBePublic: MayBePublic;
}

export class Lists implements ListExpander {
  private readonly ytDlpParts: YtDlpListParts;

  constructor(
    private readonly parts: ListParts,
    ytDlp: YtDlpProgram = new YtDlpProgram(parts),
  ) {
    this.ytDlpParts = { ytDlp, mayBePublic: parts.mayBePublic };
  }

  /** Yields wanted entries, each once, as they become known. Throws FailureError. */
  async *expand(request: ExpandRequest): AsyncGenerator<ListItem> {
    const noted: ExpandRequest = {
      ...request,
      permit: (quotas) => request.permit(quotas),
      sent: (via) => request.sent(via),
      note: (text) => request.note?.(text),
    };
    const filter = new ListFilter(request.settings);
    const seen = new Set<string>();
    for await (const { item, roughMs } of this.entries(noted, filter)) {
      if (seen.has(item.link.url)) continue;
      seen.add(item.link.url);
      const verdict = filter.judge(item.meta, roughMs, this.parts.clock.now());
      if (verdict === 'keep') yield item;
      // Only a channel is certainly newest first; a playlist has its owner's order, and a feed's undated
      // entries come last.
      if (filter.full || (verdict === 'too-old' && request.link.list === 'youtube-channel')) break;
    }
    if (filter.kept === 0 && filter.dropped > 0)
      noted.note?.(`None of the ${filter.dropped} entries looked at fits the limits on date and length.`);
  }

  /** A feed is what answers as one, whatever its address. The pages of video sites never do. */
  mayBeList(link: Link): boolean {
    return link.kind === 'page' && link.path === undefined && !isVideoSite(link);
  }

  private async *entries(request: ExpandRequest, filter: ListFilter): AsyncGenerator<YtDlpEntry> {
    if (request.link.list === 'feed') {
      yield* this.feed(request);
      return;
    }
    if (request.link.kind === 'page') {
      yield* asEntries(feedItems(this.feedParts, request));
      return;
    }
    if (!isYouTubeItself(request.settings) || !(await this.hasYtDlp(request.settings))) {
      yield* asEntries(youtubeFeedItems(this.feedParts, request));
      return;
    }
    yield* ytDlpEntries(this.ytDlpParts, request, filter.enough, filter.asksForDates);
  }

  /** What is not a feed may still be a list that yt-dlp knows. */
  private async *feed(request: ExpandRequest): AsyncGenerator<YtDlpEntry> {
    let some = false;
    try {
      for await (const item of feedItems(this.feedParts, request)) {
        some = true;
        yield { item };
      }
    } catch (error) {
      if (some || !(error instanceof NotAFeed) || !(await this.hasYtDlp(request.settings))) throw error;
      yield* ytDlpEntries(this.ytDlpParts, request, undefined, false);
      return;
    }
    if (!some) throw new FailureError(failure('unavailable', 'The feed has no entries.'));
  }

  /** Only where `sources` has it: a user who removes yt-dlp does not want it started. */
  private async hasYtDlp(settings: Settings): Promise<boolean> {
    return settings.sources.includes('yt-dlp') && 'version' in (await this.ytDlpParts.ytDlp.look(settings));
  }

  private get feedParts(): Parameters<typeof feedItems>[0] {
    const { http, mayBePublic, clock } = this.parts;
    return {
      http,
      mayBePublic,
      now: () => clock.now(),
      pause: () => new Promise((resolve) => void clock.after(0, resolve)),
    };
  }
}

/** yt-dlp sends its requests to YouTube itself, which must not happen when another endpoint is set. */
function isYouTubeItself(settings: Settings): boolean {
  return settings['youtube.endpoint'].replace(/\/+$/, '') === settingsSchema['youtube.endpoint'].default;
}

async function* asEntries(items: AsyncIterable<ListItem>): AsyncGenerator<YtDlpEntry> {
  for await (const item of items) yield { item };
}
