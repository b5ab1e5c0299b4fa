/** JSON Feed (jsonfeed.org, version 1 and 1.1), parsed into the same plain entries as XML feeds. */
import { feedTime } from './feedDates';
import type { Feed, FeedEntry, FeedLink } from './feedShape';
import { isoDay, plainText } from './listEntries';
import { asList, asNumber, asRecord, asText, at, type Loose } from './loose';
import { readJson } from './parts';

export function isJsonFeed(text: string): boolean {
  return (
    /^[\s\ufeff]*\{/.test(text.slice(0, 1000)) &&
    /"https?:\\?\/\\?\/jsonfeed\.org\\?\/version/.test(text.slice(0, 5000))
  );
}

/** A truncated text has no entries that could be trusted. */
export function parseJsonFeed(text: string): Feed {
  const feed = asRecord(readJson(text));
  const title = plainText(asText(feed.title));
  const language = asText(feed.language);
  const next = asText(feed.next_url);
  return {
    ...(title === undefined ? {} : { title }),
    ...(language === undefined ? {} : { language }),
    ...(next === undefined ? {} : { next }),
    entries: asList(feed.items).map((item) => entryOf(asRecord(item))),
    brokenOff: Object.keys(feed).length === 0,
  };
}

function entryOf(item: Loose): FeedEntry {
  const title = plainText(asText(item.title));
  const author = plainText(asText(at(asList(item.authors)[0], 'name')) ?? asText(at(item, 'author', 'name')));
  const link = asText(item.url) ?? asText(item.external_url);
  // An id should be the item's address (https://www.jsonfeed.org/version/1.1/#items).
  const id = asText(item.id) ?? '';
  const time = feedTime(asText(item.date_published) ?? '');
  const published = time === undefined ? undefined : isoDay(time);
  const attachments = asList(item.attachments).map(asRecord);
  const duration = attachments
    .map((one) => asNumber(one.duration_in_seconds))
    .find((seconds) => seconds !== undefined && seconds > 0);
  return {
    ...(title === undefined ? {} : { title }),
    ...(author === undefined ? {} : { author }),
    ...(link === undefined ? {} : { link }),
    ...(/^https?:\/\//i.test(id) ? { permalink: id } : {}),
    ...(time === undefined || published === undefined ? {} : { time, published }),
    ...(duration === undefined ? {} : { duration }),
    enclosures: attachments.flatMap((one): FeedLink[] => {
      const url = asText(one.url);
      return url === undefined ? [] : [{ url, type: (asText(one.mime_type) ?? '').toLowerCase() }];
    }),
    transcripts: [],
  };
}
