/**
 * What the text of a cue may hold besides text: tags, entities, position commands. Every reader cleans its
 * cues through here, so that the text is the same whichever wire format it came in.
 */
import { decodeHTML } from 'entities';

/** A cue while it is read: whole milliseconds, so that sums are exact. */
export interface RawCue {
  readonly startMs: number;
  /** Undefined when the format did not say: until the next one starts. */
  readonly endMs: number | undefined;
  readonly text: string;
  readonly speaker?: string;
}

/** Formatting tags that subtitle files borrow from HTML; anything else in angle brackets is text. */
const formattingTag = /<\/?(?:b|i|u|s|em|strong|font|span|br|c|ruby|rt)(?:[\s.][^<>]*)?\/?>/gi;

/** Removes `<i>`, `<font color=…>` and the like; `<br>` becomes a line break. */
export function stripFormatting(text: string): string {
  return text.includes('<') ? text.replace(formattingTag, (tag) => (/^<br/i.test(tag) ? '\n' : '')) : text;
}

/** HTML character references → characters. */
export function decodeEntities(text: string): string {
  return text.includes('&') ? decodeHTML(text) : text;
}

/** Characters that take no place on their own: a cue of nothing else is empty. */
const invisible = /^[\s\u200B-\u200D\u2060\uFEFF]*$/;

/** Lines trimmed, empty ones dropped; what has no visible character is ''. */
export function tidyLines(text: string): string {
  return text
    .split(/[\n\u2028\u2029]/)
    .filter((line) => !invisible.test(line))
    .map((line) => trimLine(line))
    .join('\n');
}

function trimLine(line: string): string {
  // The no-break space at an edge is filling, in the middle it is the author's.
  return line.trim();
}

/** `1:02:03.5` and the like in whole ms; undefined when it is no time. Hours may be missing, comma or point. */
export function parseClock(text: string): number | undefined {
  const match = /^(-)?(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2})(?:[.,](\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  const [, minus, hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  const ms =
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 +
    Math.round(Number(`0.${fraction || '0'}`) * 1000);
  return minus === undefined ? ms : -ms;
}
