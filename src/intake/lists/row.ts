/**
 * What one row of a table or one object of an export names, judged as a whole: a row that names a video and
 * its channel, its pictures and its page means the video.
 */
import type { Link } from '../../model/link';
import { isFailure, readLink, youtubeVideo } from '../link';
import type { ListBuilder } from '../listBuilder';
import { isPassedOver, isSideField, isVideoSite } from '../passedOver';
import { findLinks } from '../freeText';
import { isYouTubeId } from '../youtubeLink';

/** A link with its position. */
export interface Candidate {
  readonly link: Link;
  readonly line: number;
  /** The cell or value contains only the link. */
  readonly alone: boolean;
}

export function isVideo({ link }: Candidate): boolean {
  return link.kind === 'youtube' || link.kind === 'media' || link.kind === 'subtitle' || isVideoSite(link);
}

export function isYouTubeChannelId(text: string): boolean {
  return /^UC[A-Za-z0-9_-]{22}$/.test(text);
}

/** The candidates in a cell or value. Pictures, documents and the like are counted and left out. */
export function candidatesIn(text: string, field: string, line: number, list: ListBuilder): Candidate[] {
  const found: Candidate[] = [];
  const trimmed = text.trim();
  for (const { text: written, from, to } of findLinks(text)) {
    const link = readLink(written, { bareHosts: true });
    if (isFailure(link)) {
      if (written.length === trimmed.length) list.link(written, { line });
      continue;
    }
    if (isPassedOver(link) || (isSideField(field) && link.kind !== 'youtube')) list.note('passed-over', line);
    else found.push({ link, line, alone: to - from >= trimmed.length });
  }
  return found;
}

export function idCandidate(id: string, line: number): Candidate {
  return { link: youtubeVideo(id), line, alone: true };
}

/** The channel with an id that was checked already. */
export function channelCandidate(id: string, line: number): readonly Candidate[] {
  const link = readLink(`https://www.youtube.com/channel/${id}`);
  return isFailure(link) ? [] : [{ link, line, alone: true }];
}

/** Whether texts in the form of an id are ids, and not words or numbers of eleven characters. */
export function areIds(texts: readonly string[]): boolean {
  if (texts.length === 0 || !texts.every(isYouTubeId)) return false;
  const mixed = texts.filter((text) => !/^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+|\d+)$/.test(text));
  return mixed.length * 2 > texts.length;
}

/** What a row means, each link once. The rest is counted. */
export function meant(row: readonly Candidate[], list: ListBuilder): Candidate[] {
  const once = new Map<string, Candidate>();
  for (const candidate of row) if (!once.has(candidate.link.url)) once.set(candidate.link.url, candidate);
  const all = [...once.values()];
  const videos = all.filter(isVideo);
  if (videos.length === 0 || videos.length === all.length) return all;
  for (const candidate of all) if (!isVideo(candidate)) list.note('beside', candidate.line);
  return videos;
}
