/**
 * Documents whose segments are in no list of objects, as ones that have such a list: columns, JSON within JSON, the
 * elements of Rev, answers of language models. Pure, sliced.
 */
import { isPlain, type Plain } from '../../model/plain';
import { mapped, piecesOf, Share, type Sliced } from '../sliced';
import { documentIn } from './document';
import { listOf, numberOf } from './fields';

/** The document in the usual form, where it is of one of these; otherwise as it is. */
export function* usualForm(document: Plain): Sliced<Plain> {
  const said = (yield* ofMonologues(document)) ?? (yield* ofColumns(document)) ?? ofModel(document);
  return said ?? (yield* ofXunfei(document)) ?? document;
}

/** Rev's transcript, whose speakers have elements (https://docs.rev.ai/api/asynchronous/transcripts), as segments. */
export function* ofMonologues(document: Plain): Sliced<Plain | undefined> {
  const monologues = listOf(document, ['monologues']);
  if (monologues === undefined) return undefined;
  const share = new Share();
  const names = new Map<unknown, unknown>();
  for (const one of listOf(document, ['speakers']) ?? []) {
    if (isPlain(one) && !names.has(one.id)) names.set(one.id, one.name);
    if (share.due(0)) yield;
  }
  const segments: Plain[] = [];
  for (const monologue of monologues) {
    if (!isPlain(monologue)) continue;
    let text = '';
    const words: Plain[] = [];
    for (const element of listOf(monologue, ['elements']) ?? []) {
      if (share.due(0)) yield;
      if (!isPlain(element)) continue;
      const { type, value, ts, timestamp, end_ts: end, end_timestamp: until } = element;
      if (typeof value === 'string') text += value;
      if (type === 'text') words.push({ text: value, start: ts ?? timestamp, end: end ?? until });
    }
    segments.push({ speaker: names.get(monologue.speaker) ?? monologue.speaker, text, words });
    if (share.due(0)) yield;
  }
  return { segments };
}

/** The starts, the ends, and the texts, each in a list of its own; whole numbers are Open edX's milliseconds. */
function* ofColumns({ start, end, text }: Plain): Sliced<Plain | undefined> {
  if (!Array.isArray(start) || !Array.isArray(end) || !Array.isArray(text)) return undefined;
  const [starts, ends, texts]: readonly unknown[][] = [start, end, text];
  if (starts === undefined || starts.length !== texts?.length || starts.length !== ends?.length)
    return undefined;
  const [from, to] = starts.every((time) => Number.isInteger(time))
    ? ['start_ms', 'end_ms']
    : ['start', 'end'];
  const segments = yield* mapped(texts, (said, at) => ({
    [from]: starts[at],
    [to]: ends[at],
    text: said ?? '',
  }));
  return { segments };
}

/** What a language model that hears sound has written: OpenAI's `choices`, Google's `candidates`. */
function ofModel(document: Plain): Plain | undefined {
  const outer = isPlain(document.output) ? document.output : document;
  const [first] = listOf(outer, ['choices', 'candidates']) ?? [];
  if (!isPlain(first)) return undefined;
  const message = isPlain(first.message) ? first.message : isPlain(first.content) ? first.content : undefined;
  const content = message?.content ?? message?.parts;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  const texts = parts
    .map((part) => (isPlain(part) ? part.text : part))
    .filter((text) => typeof text === 'string');
  return texts.length === 0 ? undefined : { text: texts.join('') };
}

/** iFlytek's answers hold their segments as JSON in a text; newer ones hold JSON in this JSON again. */
function* ofXunfei({ data, content, lattice, lattice2 }: Plain): Sliced<Plain | undefined> {
  const inner = isPlain(content) ? content.orderResult : data;
  if (typeof inner === 'string' && /^\s*[[{]/.test(inner)) {
    const document = yield* documentIn(piecesOf(inner));
    if (!isPlain(document)) return undefined;
    return (yield* ofXunfei(document)) ?? document;
  }
  const [entries]: readonly unknown[] = [lattice, lattice2].filter((one) => Array.isArray(one));
  if (!Array.isArray(entries)) return undefined;
  const share = new Share();
  const segments: Plain[] = [];
  for (const entry of entries as readonly unknown[]) {
    const best = isPlain(entry) ? entry.json_1best : undefined;
    const sentence = typeof best === 'string' ? yield* documentIn(piecesOf(best)) : best;
    if (isPlain(sentence) && isPlain(sentence.st)) segments.push(xunfeiSentence(sentence.st));
    if (share.due(typeof best === 'string' ? best.length : 1000)) yield;
  }
  return { segments };
}

/** `rt` > `ws` > `cw`: the words, each with its readings; `wb` and `we` count hundredths from the sentence's start. */
function xunfeiSentence(sentence: Plain): Plain {
  const { bg, ed, rl } = sentence;
  const from = numberOf(bg) ?? 0;
  const inner = (one: unknown, name: string): readonly unknown[] =>
    isPlain(one) ? (listOf(one, [name]) ?? []) : [];
  const all = inner(sentence, 'rt').flatMap((part) => inner(part, 'ws'));
  const words = all.map((word) => {
    const { wb, we } = isPlain(word) ? word : {};
    const [best] = inner(word, 'cw');
    const { w, wp } = isPlain(best) ? best : {};
    const isWord = wp !== 'p' && wp !== 'g';
    return {
      text: typeof w === 'string' ? w : '',
      ...(isWord
        ? { start_ms: from + (numberOf(wb) ?? 0) * 10, end_ms: from + (numberOf(we) ?? 0) * 10 }
        : {}),
    };
  });
  const texts = words.map(({ text }) => text);
  // Words of languages with blanks come without them.
  const text = texts.reduce(
    (said, one) => said + (/[a-z\d]$/i.test(said) && /^[a-z\d]/i.test(one) ? ' ' : '') + one,
    '',
  );
  const speaker = numberOf(rl) ?? 0;
  return { bg, ed, text, words, ...(speaker === 0 ? {} : { speaker: `Speaker ${speaker}` }) };
}
