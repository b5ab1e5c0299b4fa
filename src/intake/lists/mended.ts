/**
 * Addresses that running text has in pieces or in disguise: broken over lines, made harmless for readers
 * (`hxxps://youtu[.]be/…`), or typed with the wide signs of Chinese and Japanese keyboards. Lines keep their numbers.
 */
import type { Link } from '../../model/link';
import { isFailure, readLink } from '../link';
import { isVideoSite } from '../passedOver';
import { canBeYouTubeId } from '../youtubeLink';

/** The text with such addresses as they are meant. */
export function mended(text: string): string {
  return rejoinedIds(mendedBreaks(undisguised(narrowed(text))));
}

/** A YouTube address that was broken before its id, as in texts copied from a PDF; the line end moves behind it. */
const broken =
  /(https?:\/\/(?:(?:www|m)\.)?youtu(?:be\.com|\.be)\/(?:watch)?\??(?:v=)?)[ \t]*\r?\n[ \t>|]{0,20}((?:watch)?\??(?:v=)?[\w-]{11}(?![\w-])\S*)/gi;

function mendedBreaks(text: string): string {
  return text.replace(broken, (whole, first: string, rest: string) =>
    /\.com\/watch\?v=[\w-]{11}|\.be\/[\w-]{11}/i.test(first + rest) ? `${first}${rest}\n` : whole,
  );
}

/** Broken within its id: only where the next line is exactly what the id lacks, and no word of its own. */
const brokenId =
  /((?:youtube\.com\/watch\?v=|youtu\.be\/)([\w-]{1,10}))\r?\n[ \t>|]{0,20}([\w-]{1,10})((?:[?&][^\s<>"]{1,500})?)(?=[ \t]*(?:\r?\n|$))/gi;

function rejoinedIds(text: string): string {
  return text.replace(brokenId, (whole, first: string, begun: string, end: string, rest: string) =>
    canBeYouTubeId(begun + end) && !/^[A-Z]?[a-z]{3,}$/.test(end) ? `${first}${end}${rest}\n` : whole,
  );
}

/** What stands for a dot: `[.]`, `(dot)`, ` dot `. */
const dot = String.raw`(?:\[\.\]|\(\.\)|\{\.\}| ?[[({] ?dot ?[\])}] ?| dot )`;
const disguised = new RegExp(
  String.raw`(?<![\w.@/[-])(?:h(?:tt|xx|\*\*)ps?(?::|\[:\])(?:\/\/|\[\/\/\]))?(?:[\w-]{1,40}(?:\.|${dot})){1,4}[a-z]{2,8}\/[^\s<>"'()[\]]+`,
  'gi',
);
const anyDot = new RegExp(dot, 'gi');

/**
 * Whoever disguises an address may want that nobody opens it, so it is undone only for videos of well-known sites; any
 * other is reported as not understood.
 */
export function undisguised(text: string): string {
  if (!/h(?:xx|\*\*)ps?[:[]|\[:\]|[[({] ?(?:\.|dot) ?[\])}]| dot /i.test(text)) return text;
  return text.replace(disguised, (written) => {
    const address = written
      .replace(/^h\S{2}p(s?)(?::|\[:\])(?:\/\/|\[\/\/\])/i, 'http$1://')
      .replace(anyDot, '.');
    if (address === written) return written;
    const link = readLink(address, { bareHosts: true });
    return !isFailure(link) && (link.kind === 'youtube' || isYouTubeList(link) || isVideoSite(link))
      ? address
      : written;
  });
}

function isYouTubeList({ list }: Link): boolean {
  return list === 'youtube-playlist' || list === 'youtube-channel';
}

const wideAddress = /ｈｔｔｐｓ?[：:][／/]{2}[\w.~/?=&#%+\-！-～]{4,300}/g;
const wideDot = /https?[：:][／/]{2}[\w.-]{1,60}．[\w.．-]{1,80}(?=[／/])/g;

/** Wide letters and dots of an address. */
function narrowed(text: string): string {
  if (!/[．ｈ]/.test(text)) return text;
  const narrow = (wide: string): string => wide.normalize('NFKC');
  return text.replace(wideAddress, narrow).replace(wideDot, narrow);
}
