/**
 * Transcripts that are written to be read: a web page or plain text, as feeds name them
 * (https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md#html).
 * Times and speakers are read where they are given; where none is given, none is made up.
 */
import { decodeEntities, type RawCue } from './cueText';
import { shortLinesOf } from './longText';
import { Share, type Pieces, type Sliced } from './sliced';
import { parseClock } from './timing';
import { addCue, checkCues } from './tooMuch';

/** A paragraph, with what was said of it just before. */
interface Block {
  text: string;
  speaker?: string | undefined;
  startMs?: number | undefined;
}

/** What stands in these is no part of the words. */
const outside: ReadonlySet<string> = new Set(
  'head nav header footer aside form button select noscript template svg figure title'.split(' '),
);
const blocks: ReadonlySet<string> = new Set(
  'p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 blockquote section article main body tr td table pre hr br'.split(
    ' ',
  ),
);

/** Characters; a longer one is several, so that others run in between. */
const longestParagraph = 32_768;

/** The paragraphs of a web page: `<cite>` names who speaks from there on, `<time>` says when. */
export function* readHtmlTranscript(page: Pieces): Sliced<readonly RawCue[]> {
  const share = new Share();
  const read: Block[] = [];
  let text = '';
  let speaker: string | undefined;
  let startMs: number | undefined;
  let skipped: string | undefined;
  let depth = 0;
  const flush = (): void => {
    const words = plain(text);
    text = '';
    if (words === '') return;
    read.push({ text: words, speaker, startMs });
    startMs = undefined;
  };
  for (const { words, name, closes } of partsOf(page.join(''))) {
    if (share.due(words.length)) yield;
    checkCues(read.length);
    if (skipped !== undefined) {
      if (name === skipped) depth += closes ? -1 : 1;
      if (depth === 0) skipped = undefined;
      continue;
    }
    text += words;
    if (text.length > longestParagraph) {
      const end = text.lastIndexOf(' ') + 1 || text.length;
      const rest = text.slice(end);
      text = text.slice(0, end);
      flush();
      text = rest;
    }
    if (name === 'cite' || name === 'time') {
      if (!closes) flush();
      else {
        const said = plain(text);
        text = '';
        if (name === 'cite') speaker = said === '' ? undefined : said;
        else startMs = clock(said) ?? startMs;
      }
    } else if (outside.has(name)) {
      flush();
      if (!closes) [skipped, depth] = [name, 1];
    } else if (blocks.has(name)) flush();
  }
  flush();
  return yield* cuesOf(read);
}

/** Paragraphs of plain text, which empty lines or times divide; a time may stand before or behind a name. */
export function* readTextTranscript(text: Pieces): Sliced<readonly RawCue[]> {
  const share = new Share();
  const read: Block[] = [];
  let open: Block | undefined;
  for (const line of shortLinesOf(text)) {
    if (share.due(line.length)) yield;
    // A million of them takes long to look through, and is refused anyway.
    checkCues(read.length);
    const words = line.trim();
    const led = timeAtStart(words);
    if (led !== undefined) {
      open = led;
      read.push(open);
    } else if (words === '') {
      // A name and a time alone are those of the next paragraph.
      if (open?.text !== '') open = undefined;
    } else if (open === undefined || open.text.length > longestParagraph) {
      open = { text: words, speaker: open?.speaker };
      read.push(open);
    } else open.text += `${open.text === '' ? '' : '\n'}${words}`;
  }
  return yield* cuesOf(read.filter((block) => block.text !== ''));
}

/** Whether none of them says when it is said. */
export function isUntimed(cues: readonly RawCue[]): boolean {
  return cues.every((cue) => cue.startMs === 0 && (cue.endMs ?? 0) === 0);
}

/**
 * A paragraph without a time goes on with the one before, where that has one and the speaker is the same. Throws
 * TooMuch.
 */
function* cuesOf(read: readonly Block[]): Sliced<readonly RawCue[]> {
  const isTimed = read.some((block) => block.startMs !== undefined);
  const share = new Share();
  const cues: RawCue[] = [];
  let startMs = 0;
  let texts: string[] = [];
  let length = 0;
  let goesOn = false;
  for (const [at, block] of read.entries()) {
    if (share.due(block.text.length)) yield;
    startMs = block.startMs ?? startMs;
    texts.push(block.text);
    length += block.text.length;
    const next = read[at + 1];
    const isOpen =
      isTimed && next !== undefined && next.startMs === undefined && next.speaker === block.speaker;
    if (isOpen && length < longestParagraph) continue;
    const { speaker } = block;
    addCue(cues, {
      ...{ startMs, endMs: undefined, text: texts.join('\n') },
      ...(speaker === undefined ? {} : { speaker }),
      ...(goesOn ? { goesOn } : {}),
    });
    texts = [];
    length = 0;
    goesOn = isOpen;
  }
  return cues;
}

interface Part {
  readonly words: string;
  /** The tag behind the words, lower case; empty at the end. */
  readonly name: string;
  readonly closes: boolean;
}

/** Characters of text between two tags that come at a time. */
const longestWords = 8_192;

/** Text and tags in turn. Every character is looked at once: no input makes it slow. */
function* partsOf(html: string): Generator<Part> {
  let from = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const [tag, slash = '', name = ''] = /^<(\/?)([a-z][a-z\d]*|!)/i.exec(html.slice(at, at + 20)) ?? [];
    if (tag === undefined) {
      at += 1;
      if (at - from < longestWords) continue;
      // What opens no tag is text; others run between its pieces.
      yield { words: html.slice(from, at), name: '', closes: false };
      from = at;
      continue;
    }
    const end = html.startsWith('<!--', at) ? html.indexOf('-->', at) + 2 : html.indexOf('>', at);
    if (end < at) break;
    for (; at - from > longestWords; from += longestWords)
      yield { words: html.slice(from, from + longestWords), name: '', closes: false };
    yield { words: html.slice(from, at), name: name.toLowerCase(), closes: slash !== '' };
    at = from = end + 1;
    if (slash !== '' || !/^(?:script|style)$/i.test(name)) continue;
    const close = /<\/(?:script|style)/gi;
    close.lastIndex = from;
    const found = close.exec(html);
    if (found === null) return;
    at = from = found.index;
  }
  for (; from < html.length; from += longestWords)
    yield { words: html.slice(from, from + longestWords), name: '', closes: false };
}

const plain = (text: string): string => decodeEntities(text.replace(/\s+/g, ' ')).trim();

/** `1:02`, `01:02:03.5`; a number alone is none. */
const clockPattern = String.raw`\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?`;
const clock = (text: string): number | undefined =>
  new RegExp(`^${clockPattern}$`).test(text) ? parseClock(text) : undefined;

/** `[00:05] Words`, `00:05 Words`, `00:05 - 00:09 Words`. */
const leading = new RegExp(
  String.raw`^[[(]?(${clockPattern})[\])]?(?:\s?(?:-->|[-\u2013\u2014])\s?[[(]?${clockPattern}[\])]?)?(?:\s*[:\u2013\u2014-])?(?:\s+(\S.*)?)?$`,
);
/** `Ann Lee (00:05): Words`, `Ann Lee [00:05]`, `Ann Lee 00:05`. */
const named = new RegExp(
  String.raw`^(\p{L}[\p{L}\p{M}\d.'’ _-]{0,58}?):?\s{1,4}(?:[[(](${clockPattern})[\])]:?(?:\s+(\S.*)?)?|(${clockPattern}):?)$`,
  'u',
);

function timeAtStart(line: string): Block | undefined {
  if (line.length > 100_000) return undefined;
  const first = leading.exec(line);
  if (first) return { text: first[2] ?? '', startMs: clock(first[1] ?? '') };
  const second = named.exec(line);
  if (!second) return undefined;
  return { text: second[3] ?? '', speaker: second[1], startMs: clock(second[2] ?? second[4] ?? '') };
}
