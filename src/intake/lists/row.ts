/**
 * What one row of a table or one object of an export names, judged as a whole: a row that names a video and
 * its channel, its pictures and its page means the video; one that names a feed and its pages, the feed.
 */
import type { Link } from '../../model/link';
import { isShowPage } from '../fileKinds';
import { isFailure, readLink, youtubeVideo } from '../link';
import type { ListBuilder } from '../listBuilder';
import { isPassedOver, isSideField, isVideoSite } from '../passedOver';
import { findLinks } from '../freeText';
import { videosNamedIn } from './shortcodes';
import { canBeYouTubeId, isYouTubeId, looksLikeWord } from '../youtubeLink';

/** A link with its position. */
export interface Candidate {
  readonly link: Link;
  readonly line: number;
  /** The cell or value contains only the link. */
  readonly alone: boolean;
  /** Found in a description: beside a video that the row names elsewhere it is not meant. */
  readonly described?: true | undefined;
}

/** Fields with the text that somebody wrote about the entry. */
const describes =
  /^(?:video[\s_-]?)?(?:short[\s_-]?)?(?:titles?|desc|descriptions?|summary|abstract(?: note)?|excerpt|extended|beschreibung|descripci[oó]n|descrizione|descri[cç][aã]o)(?: \(original\))?$/i;

export function isVideo({ link }: Candidate): boolean {
  return link.kind === 'youtube' || link.kind === 'media' || link.kind === 'subtitle' || isVideoSite(link);
}

/** The candidates in a cell or value. Pictures, documents and the like are counted and left out. */
export function candidatesIn(text: string, field: string, line: number, list: ListBuilder): Candidate[] {
  const found: Candidate[] = [];
  const trimmed = text.trim();
  const described = field.length <= 40 && describes.test(field.trim()) ? { described: true as const } : {};
  for (const { text: written, from, to } of findLinks(text)) {
    const link = readLink(written, { bareHosts: true });
    if (isFailure(link)) {
      if (written.length === trimmed.length) list.link(written, { line });
      continue;
    }
    if (isPassedOver(link) || (isSideField(field) && link.kind !== 'youtube')) list.note('passed-over', line);
    else found.push({ link, line, alone: to - from >= trimmed.length, ...described });
  }
  if (namesService.test(text))
    for (const address of videosNamedIn(text).values()) {
      const link = readLink(address);
      if (!isFailure(link)) found.push({ link, line, alone: false, ...described });
    }
  return found;
}

/** A quick look: most texts of an export name no video by its id alone. */
const namesService = /youtube|vimeo|\byt[:_-]/i;

export function idCandidate(id: string, line: number): Candidate {
  return { link: youtubeVideo(id), line, alone: true };
}

/** The channel with an id that was checked already. */
export function channelCandidate(id: string, line: number): readonly Candidate[] {
  return candidateOf(`https://www.youtube.com/channel/${id}`, line);
}

/** The playlist with an id that was checked already. */
export function playlistCandidate(id: string, line: number): readonly Candidate[] {
  return candidateOf(`https://www.youtube.com/playlist?list=${id}`, line);
}

function candidateOf(address: string, line: number): readonly Candidate[] {
  const link = readLink(address);
  return isFailure(link) ? [] : [{ link, line, alone: true }];
}

/** The link in a field that is always an address, also that of a local file. */
export function writtenCandidate(address: string, line: number, list: ListBuilder): readonly Candidate[] {
  const link = readLink(address, { local: true });
  if (!isFailure(link)) return [{ link, line, alone: true }];
  list.note('not-understood', line, address);
  return [];
}

/** Whether texts in the form of an id are ids, and not words or numbers of eleven characters. */
export function areIds(texts: readonly string[]): boolean {
  if (texts.length === 0 || !texts.every(isYouTubeId)) return false;
  const mixed = texts.filter((text) => !looksLikeWord(text));
  return mixed.length * 2 > texts.length;
}

/** Whether YouTube can have made them: beside addresses, a column of ids is more often that of another site. */
export function arePossibleIds(texts: readonly string[]): boolean {
  return texts.filter(canBeYouTubeId).length * 4 >= texts.length * 3;
}

/** Without what only descriptions name, where the entry names a video elsewhere. */
export function entryOf(found: readonly Candidate[], list: ListBuilder): readonly Candidate[] {
  if (!found.some(({ described }) => described) || !found.some((one) => !one.described && isVideo(one)))
    return found;
  for (const { described, line } of found) if (described) list.note('beside', line);
  return found.filter(({ described }) => !described);
}

/** The feeds of a row; the page of a show at a directory only where its feed is not there. */
function feedsOf(row: readonly Candidate[]): readonly Candidate[] {
  const feeds = row.filter(({ link }) => link.list === 'feed');
  const own = feeds.filter(({ link }) => !isShowPage(new URL(link.url)));
  return own.length > 0 ? own : feeds;
}

/**
 * X writes each link of a post as a short one; a row that has another address has it in full. The address of the post
 * is not it.
 */
function withoutShort(row: readonly Candidate[], list: ListBuilder): readonly Candidate[] {
  const isShort = ({ link }: Candidate): boolean => /^https?:\/\/t\.co\//.test(link.url);
  const isPost = ({ link }: Candidate): boolean =>
    /^https?:\/\/(?:\w+\.)?(?:twitter|x)\.com\//.test(link.url);
  if (!row.some(isShort) || row.every((one) => isShort(one) || isPost(one))) return row;
  for (const candidate of row) if (isShort(candidate)) list.note('beside', candidate.line);
  return row.filter((candidate) => !isShort(candidate));
}

/** What a row means, each link once. The rest is counted. */
export function meant(row: readonly Candidate[], list: ListBuilder): Candidate[] {
  const once = new Map<string, Candidate>();
  for (const candidate of row) {
    const known = once.get(candidate.link.url);
    if (known === undefined || known.described) once.set(candidate.link.url, candidate);
  }
  const all = withoutShort(entryOf([...once.values()], list), list);
  const videos = all.filter(isVideo);
  const named = videos.length > 0 ? videos : feedsOf(all);
  if (named.length === 0 || named.length === all.length) return [...all];
  for (const candidate of all) if (!named.includes(candidate)) list.note('beside', candidate.line);
  return [...named];
}
