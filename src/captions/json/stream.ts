/**
 * Answers that come as a stream although none was asked for: server-sent events (`data: {…}`, OpenAI's, LocalAI's,
 * speaches' and vLLM's streams) and one JSON object a line. They are put together as one answer. Pure, sliced.
 */
import { parseJsonObject } from '../jsonParts';
import { linesOf, Share, type Sliced } from '../sliced';
import { isPlain, type Plain } from '../../model/plain';
import { textOf, timesOf } from './fields';

/** What the events say together. */
interface Said {
  readonly segments: Plain[];
  /** The whole text, as the last event says it. */
  whole: string | undefined;
  /** The texts of events that each say a part. */
  pieces: string;
  language: string | undefined;
  /** The last piece was of a kind that has an end behind it: OpenAI's `…done`, vLLM's `finish_reason` or `[DONE]`. */
  isOpen: boolean;
}

/**
 * The whole answer; undefined when the text is no stream; false for a stream that holds an error, or of which a part is
 * missing: what came before it is no whole transcript. Throws TooMuch.
 */
export function* readEvents(text: string): Sliced<Plain | false | undefined> {
  const head = text.slice(0, 100_000);
  const isServerSent = /^\s*(?:data|event|id|retry)?:/.test(head);
  if (!isServerSent && !/^\s*\{.*\}[^\S\n]*\n\s*\{/.test(head)) return undefined;
  const share = new Share();
  const said: Said = { segments: [], whole: undefined, pieces: '', language: undefined, isOpen: false };
  let events = 0;
  for (const line of linesOf(text)) {
    if (share.due(line.length)) yield;
    if (/^data:\s*\[DONE\]/.test(line)) said.isOpen = false;
    const event = yield* eventIn(line.trim());
    if (event === undefined) continue;
    // One object a line that is none after all may be any text; a part of a stream is missing.
    if (event === false) return isServerSent || events > 1 ? false : undefined;
    events += 1;
    if (typeof event === 'string') said.pieces += `${event}\n`;
    else if (!hear(event, said)) return false;
  }
  if (said.isOpen) return false;
  const words = said.whole ?? said.pieces;
  if (said.segments.length === 0 && words === '') return isServerSent ? false : undefined;
  return {
    ...(words === '' ? {} : { text: words }),
    ...(said.segments.length === 0 ? {} : { segments: said.segments }),
    ...(said.language === undefined ? {} : { language: said.language }),
  };
}

/** Adds one event; false where it is an error. */
function hear(event: Plain, said: Said): boolean {
  const { error, type, delta, text, segments, language, choices } = event;
  if ((error !== undefined && error !== null) || type === 'error') return false;
  if (typeof language === 'string') said.language ??= language;
  const list: readonly unknown[] = Array.isArray(segments) ? segments : [];
  const parts = list.filter((one) => isPlain(one));
  if (parts.length > 0) for (const part of parts) said.segments.push(part);
  else if (timesOf(event).start !== undefined && textOf(event) !== undefined) said.segments.push(event);
  else if (typeof delta === 'string') {
    said.pieces += delta;
    said.isOpen = type === 'transcript.text.delta';
  } else if (typeof text === 'string' && typeof type === 'string' && type.endsWith('done')) {
    said.whole = text;
    said.isOpen = false;
  } else if (typeof text === 'string') {
    // Each a part of the text, or all of it so far.
    const isSoFar = text.length >= said.pieces.length && text.startsWith(said.pieces);
    said.pieces = isSoFar ? text : `${said.pieces} ${text}`;
  } else if (Array.isArray(choices)) {
    const choice: unknown = choices[0];
    said.pieces += chosen(choice);
    if (isPlain(choice)) said.isOpen = typeof choice.finish_reason !== 'string';
  }
  return true;
}

/** A piece of vLLM's and of chat streams. */
function chosen(choice: unknown): string {
  if (!isPlain(choice)) return '';
  const { delta, message, text } = choice;
  const part = isPlain(delta) ? delta.content : isPlain(message) ? message.content : text;
  return typeof part === 'string' ? part : '';
}

/** What a line holds: an object, a text, or nothing; false: a part of one. */
function* eventIn(line: string): Sliced<Plain | string | false | undefined> {
  if (line === '' || /^(?::|event:|id:|retry:)/.test(line) || /^data:\s*(?:\[DONE\])?$/.test(line))
    return undefined;
  const isData = line.startsWith('data:');
  const json = line.replace(/^data:\s*/, '');
  if (!json.startsWith('{')) return isData && !json.startsWith('[') ? json : false;
  return (yield* parseJsonObject(json)) ?? false;
}
