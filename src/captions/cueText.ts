/**
 * Removes from the text of a cue what is not text: tags, entities, position commands. Every reader cleans
 * its cues here, so that the text is the same whichever wire format it came in.
 */
import { decodeHTML } from 'entities';

/** A cue during parsing: whole milliseconds, so that sums are exact. */
export interface RawCue {
  readonly startMs: number;
  /** Undefined when the format did not say: until the next one starts. */
  readonly endMs: number | undefined;
  readonly text: string;
  readonly speaker?: string;
  /** Where the one marked word of the text ends, as programs mark the word being spoken. */
  readonly mark?: number;
  /** The language of this cue, where the file sets it for each cue. */
  readonly language?: string;
  /** True for a part of a text that is too long for one cue, but the first part. */
  readonly goesOn?: true;
}

/** Formatting tags that subtitle files borrow from HTML; anything else in angle brackets is text. */
const formattingTag =
  /<\/?(?:b|i|u|s|em|strong|font|span|br|c|ruby|rb|rt|rp|p|div|a|small|big|sub|sup|strike|center|lang)(?:[\s.][^<>]*)?\/?>/gi;
/** In WebVTT every tag is markup; a bracket that opens none is text. */
const anyTag = /<(?:\/?[a-z][^<>]*|\s{0,9}\d[\d:.]*\s{0,9}|\/[^<>]*)>/gi;
/** The last tag where it is not closed; a bracket alone may be a less-than sign. */
const openTag = /^<(?:\/[a-z]*|(?:c|i|b|u|v|ruby|rt|lang)\.[^\s<>]*|lang\b|\d{1,6}:[\d:.]*)/i;
/** Ruby text: the small reading aids beside East Asian characters. */
const rubyReading = /<r[tp](?:[\s.][^<>]*)?>(?:[^<]|<(?!\/?r))*(?:<\/r[tp]\s*>)?/gi;
/** `{\an8}` and `{\i1}` of SubStation Alpha, `{y:i}` of MicroDVD: position and style, not text. */
const styleCode = /\{\\[^{}\n]*\}|\{[ycfsphod]:[^{}\n]{1,40}\}/gi;
/** A line break and a hard space of SubStation Alpha; a backslash after a colon or a letter is a path. */
const hardBreak = /(?<![:\\])\\N/g;
const hardBlank = /(?<![\w:\\])\\h|\\h(?=\s|\\h|$)/g;
const reference = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi;

/** The text of a cue without position and style; `<br>` becomes a line break. */
export function plainText(text: string): string {
  return decodeReferences(stripFormatting(withoutCodes(text)));
}

/** The same for WebVTT, where any tag is markup and references follow HTML's rules exactly. */
export function plainVtt(text: string): string {
  const bare = withoutTags(withoutCodes(text), anyTag);
  const open = bare.lastIndexOf('<');
  return decodeEntities(open < 0 ? bare : bare.slice(0, open) + bare.slice(open).replace(openTag, ''));
}

function withoutCodes(text: string): string {
  let bare = text.includes('{') ? text.replace(styleCode, '') : text;
  if (bare.includes('\\')) bare = bare.replace(hardBreak, '\n').replace(hardBlank, '\u00a0');
  return bare;
}

/** Removes `<i>`, `<font color=…>` and the like. */
function stripFormatting(text: string): string {
  return withoutTags(text, formattingTag);
}

function withoutTags(text: string, tag: RegExp): string {
  if (!text.includes('<')) return text;
  const base = /<ruby\b/i.test(text) ? text.replace(rubyReading, '') : text;
  return base.replace(tag, (found) => (/^<\/?br\b/i.test(found) ? '\n' : ''));
}

const anyReference = /&[#a-z\d]+;?/gi;

/**
 * HTML character references → characters, including those without a semicolon that HTML knows. One by one: of a long
 * text, decodeHTML makes a chain of thousands of pieces.
 */
export function decodeEntities(text: string): string {
  return text.includes('&') ? text.replace(anyReference, (found) => decodeHTML(found)) : text;
}

/** HTML character references that end with a semicolon → characters. */
function decodeReferences(text: string): string {
  return text.includes('&') ? text.replace(reference, (found) => decodeHTML(found)) : text;
}

/** Characters without a width of their own: a cue with only these is empty. */
const invisible = /^[\s\u200B-\u200F\u2060\uFEFF]*$/;
/** Zero-width filler, which would break a search; joiners (U+200C, U+200D) belong to words. */
const filling = /[\u200B\u2060\uFEFF]/g;

/** Lines trimmed, empty ones dropped, without filler; text without a visible character is ''. */
export function tidyLines(text: string): string {
  return text
    .split(/[\n\u2028\u2029]/)
    .filter((line) => !invisible.test(line))
    .map((line) => line.replace(filling, '').trim())
    .join('\n');
}
