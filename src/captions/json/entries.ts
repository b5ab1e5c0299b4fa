/** The entries of a list of segments or words, as the engine wrote them. Pure, sliced. */
import { isPlain, type Plain } from '../../model/plain';
import { joinText } from '../paragraphs';
import { Share, type Sliced } from '../sliced';
import { listOf, numberOf, speakerOf, textOf, timesOf } from './fields';

/** An entry of a list before the unit of its times is known. */
export interface Raw {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly isExact: boolean;
  readonly text: string;
  readonly speaker: string | undefined;
  readonly words: readonly Raw[];
  readonly entry: Plain;
}

/** What a word costs to read, in characters. */
export const wordCost = 100;

/** `share`: of the segments, where these are the words of one; words have none of their own. */
export function* rawEntries(entries: readonly unknown[], share?: Share): Sliced<readonly Raw[]> {
  const turns = share ?? new Share();
  const read: Raw[] = [];
  for (const entry of entries) {
    if (turns.due(wordCost)) yield;
    const one = segmentOf(entry);
    if (one === undefined) continue;
    const words = share === undefined ? yield* wordsIn(one, turns) : [];
    const raw = { ...timesOf(one), text: textOf(one) ?? '', speaker: speakerOf(one), words, entry: one };
    if (turns.due(raw.text.length)) yield;
    const last = read.at(-1);
    // A mark of its own belongs to the word before it.
    if (last !== undefined && raw.entry.type === 'punctuation')
      read[read.length - 1] = { ...last, text: last.text + raw.text };
    else read.push(raw);
  }
  return read;
}

/**
 * A segment or word; lists are faster-whisper's where a server passes its tuples on (id, seek, start, end, text) and
 * IBM's words (word, start, end).
 */
export function segmentOf(entry: unknown): Plain | undefined {
  if (isPlain(entry)) {
    if (textOf(entry) !== undefined) return entry;
    // Recall has the words of a turn alone.
    const words = (listOf(entry, wordLists) ?? []).filter((one) => isPlain(one));
    const said = words.map((word) => textOf(word) ?? '');
    return said.some((text) => text.trim() !== '') ? { ...entry, text: joinText(said) } : undefined;
  }
  const list: readonly unknown[] = Array.isArray(entry) ? entry : [];
  const [first, second, third, end, text] = list;
  if (typeof first === 'string' && list.length === 3 && numberOf(second) !== undefined)
    return { start: second, end: third, text: first };
  return typeof text === 'string' && numberOf(third) !== undefined ? { start: third, end, text } : undefined;
}

/** Names of lists of words. */
export const wordLists = ['words', 'word_segments', 'word_timestamps'];

function* wordsIn(segment: Plain, share: Share): Sliced<readonly Raw[]> {
  // IBM's are in the best reading.
  const [best] = listOf(segment, ['alternatives']) ?? [];
  for (const one of [segment, best]) {
    if (!isPlain(one)) continue;
    const words = yield* rawEntries(listOf(one, [...wordLists, 'timestamps']) ?? [], share);
    if (words.length > 0) return words;
  }
  const tokens = yield* joinedTokens(listOf(segment, ['tokens']) ?? [], share);
  return tokens.length > 0 ? tokens : yield* rawEntries(tokenTimes(segment), share);
}

/** FunASR's times: a pair for each word or East Asian character of the text, in milliseconds. */
function pairsOf({ timestamp }: Plain): readonly (readonly [number, number])[] {
  const list: readonly unknown[] = Array.isArray(timestamp) ? timestamp : [];
  const pairs = list.flatMap((pair) => {
    const both: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const [from, to] = both;
    return typeof from === 'number' && typeof to === 'number' ? [[from, to] as const] : [];
  });
  return pairs.length === list.length ? pairs : [];
}

/** Whether it is a text with such times. */
export function hasTokenTimes(entry: Plain): boolean {
  return typeof entry.text === 'string' && pairsOf(entry).length > 0;
}

const spokenToken =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}'’-])+/gu;

/** The words, where there is a pair for each. */
function tokenTimes(entry: Plain): readonly Plain[] {
  const pairs = pairsOf(entry);
  const words = pairs.length === 0 ? [] : ((textOf(entry) ?? '').match(spokenToken) ?? []);
  if (words.length !== pairs.length) return [];
  return words.map((text, at) => ({ text, start_ms: pairs[at]?.[0], end_ms: pairs[at]?.[1] }));
}

/**
 * whisper.cpp's tokens (`-ojf`) as words: one begins where a token begins with a blank; `[_BEG_]` and the like are
 * none.
 */
function* joinedTokens(tokens: readonly unknown[], share: Share): Sliced<readonly Raw[]> {
  const words: Raw[] = [];
  for (const token of tokens) {
    if (share.due(wordCost)) yield;
    // Elsewhere the list holds the tokens' numbers.
    if (!isPlain(token) || typeof token.text !== 'string' || /^\[_.*_?\]$/.test(token.text)) continue;
    const times = timesOf(token);
    const last = words.at(-1);
    if (last !== undefined && !/^\s/.test(token.text) && times.start !== undefined)
      words[words.length - 1] = { ...last, text: last.text + token.text, end: times.end ?? last.end };
    else words.push({ ...times, text: token.text, speaker: undefined, words: [], entry: token });
  }
  return words;
}
