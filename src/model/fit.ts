/**
 * Limits of what comes from outside and goes into a journal: titles, chapters, messages, amounts. What is too long
 * is cut and what is no number is left out, where a source hands it in, because a line that breaks the journal's
 * checks is not trusted when it is read back, and finished work would be done again.
 */
import type { Failure } from './failure';
import type { Chapter, Link, VideoMeta } from './link';
import { sensibleWait } from './retryAfter';
import type { PaidSummary, Quote, SourceResult } from './source';

/** Longest text that a journal's checks accept, UTF-16 units. */
export const longestText = 20_000;
/** Titles and names of channels; those of real sites are below 200. */
export const longestTitle = 500;
/** Chapters are many; all of a video's fit into one line of a journal. */
const longestChapter = 200;
export const longestMessage = 2_000;
const longestName = 500;
/** A day of sound with a chapter a minute has 1,440. */
const mostChapters = 2_000;
/** A hundred years of sound, seconds. */
export const longestSeconds = 100 * 366 * 86_400;

/** The text, cut to `most` units between two characters. */
export function fitText(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Whether a date can be made of it: ECMA-262 ends 100 million days around 1970. Epoch ms. */
export const isDateMs = (value: number): boolean => Math.abs(value) <= 8.64e15;

const isAmount = (value: number): boolean => Number.isFinite(value) && value >= 0;
const isSeconds = (value: number): boolean => isAmount(value) && value <= longestSeconds;

/** The same object where nothing has to be changed, which is nearly always. */
export function fitMeta(meta: VideoMeta): VideoMeta {
  const { title, channel, duration, published, chapters } = meta;
  const isFit =
    (title?.length ?? 0) <= longestTitle &&
    (channel?.length ?? 0) <= longestTitle &&
    (published?.length ?? 0) <= longestName &&
    (duration === undefined || isSeconds(duration)) &&
    (chapters === undefined || (chapters.length <= mostChapters && chapters.every(isFitChapter)));
  if (isFit) return meta;
  const { duration: _duration, chapters: _chapters, ...rest } = meta;
  return {
    ...rest,
    ...(title === undefined ? {} : { title: fitText(title, longestTitle) }),
    ...(channel === undefined ? {} : { channel: fitText(channel, longestTitle) }),
    ...(published === undefined ? {} : { published: fitText(published, longestName) }),
    ...(duration === undefined || !isSeconds(duration) ? {} : { duration }),
    ...(chapters === undefined ? {} : { chapters: fitChapters(chapters) }),
  };
}

const isFitChapter = ({ start, title }: Chapter): boolean =>
  isSeconds(start) && title.length <= longestChapter;

function fitChapters(chapters: readonly Chapter[]): readonly Chapter[] {
  return chapters
    .filter(({ start }) => isSeconds(start))
    .slice(0, mostChapters)
    .map(({ start, title }) => ({ start, title: fitText(title, longestChapter) }));
}

export function fitFailure(fail: Failure): Failure {
  const { message, subject, needs, status, retryAfterMs, notBefore } = fail;
  const isFit =
    message.length <= longestMessage &&
    (subject?.length ?? 0) <= longestName &&
    (needs?.length ?? 0) <= longestText &&
    (status === undefined || Number.isFinite(status)) &&
    (retryAfterMs === undefined || sensibleWait(retryAfterMs) !== undefined) &&
    (notBefore === undefined || isDateMs(notBefore));
  if (isFit) return fail;
  const { status: _status, retryAfterMs: _after, notBefore: _before, ...rest } = fail;
  return {
    ...rest,
    message: fitText(message, longestMessage),
    ...(subject === undefined ? {} : { subject: fitText(subject, longestName) }),
    ...(needs === undefined ? {} : { needs: fitText(needs, longestText) }),
    ...(status !== undefined && Number.isFinite(status) ? { status } : {}),
    ...(sensibleWait(retryAfterMs) !== undefined ? { retryAfterMs } : {}),
    ...(notBefore !== undefined && isDateMs(notBefore) ? { notBefore } : {}),
  };
}

/** A price or length that is no amount counts as not quoted. */
export function fitQuote(quote: Quote): Quote {
  const { cost, seconds, ...rest } = quote;
  return {
    ...rest,
    ...(seconds !== undefined && isSeconds(seconds) ? { seconds } : {}),
    ...(cost !== undefined && isAmount(cost) ? { cost } : {}),
  };
}

function fitPaid(paid: PaidSummary): PaidSummary {
  const { cost, seconds, requestId } = paid;
  return {
    ...(cost !== undefined && isAmount(cost) ? { cost } : {}),
    ...(seconds !== undefined && isSeconds(seconds) ? { seconds } : {}),
    ...(requestId !== undefined && isFitId(requestId) ? { requestId } : {}),
  };
}

/** Whether the id of a request can be kept. It is of no use when it is cut. */
export const isFitId = (id: string): boolean => id.length <= longestName;

/** What a source has answered, within the limits. */
export function fitResult(result: SourceResult): SourceResult {
  if ('consent' in result) return { consent: fitQuote(result.consent) };
  const { paid, ...rest } = result;
  const bill = paid === undefined ? {} : { paid: fitPaid(paid) };
  if ('failure' in rest) return { ...rest, failure: fitFailure(rest.failure), ...bill };
  const { transcript } = rest;
  const meta = fitMeta(transcript.meta);
  const language = fitText(transcript.language, longestName);
  const isSame = meta === transcript.meta && language === transcript.language;
  return { transcript: isSame ? transcript : { ...transcript, meta, language }, ...bill };
}

/** Whether an entry of a list can be kept: an address is of no use when it is cut. */
export function isFitLink({ url, episode, publicUrl, path }: Link): boolean {
  return [url, episode, publicUrl, path].every((text) => (text?.length ?? 0) <= longestText);
}
