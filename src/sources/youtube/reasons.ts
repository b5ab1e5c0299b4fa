/**
 * What YouTube's messages mean, for every reader of them: our own client's player answers, yt-dlp's lines
 * about YouTube, and list pages. The one table is in knowledge.json. Unknown messages give undefined; the
 * caller then does the least harm: not final, not paid, and YouTube's message is shown.
 */
import type { FailureCode } from '../../model/failure';
import { currentKnowledge } from './knowledge';
import type { Proof, ReasonEntry } from './knowledge';

/** What YouTube said in one answer, or yt-dlp about it. */
export interface Told {
  /**
   * Each text separately: a reason, its explanation, a line of yt-dlp's stderr with or without its prefix.
   */
  readonly texts: readonly string[];
  /** `playabilityStatus.status`. */
  readonly status?: string | undefined;
  /** Names of the renderers on the error screen. */
  readonly renderers?: readonly string[];
}

export interface Reason {
  readonly code: FailureCode;
  /** What it proves, and so whether another client is worth asking. */
  readonly proves: Proof;
  /** Which variant of the code it is, for the user's message: goes into the failure's `subject`. */
  readonly detail?: string;
  /** Only the status matched; the texts are unknown or absent. */
  readonly byStatus: boolean;
}

const mostChars = 600;
const mostTexts = 60;
const isWordPart = /[\p{L}\p{N}]/u;

/**
 * The first entry of the table that fits, or undefined where nobody knows these words.
 *
 *     judge({ texts: ['ERROR: [youtube] dQw4w9WgXcQ: Private video. Sign in if …'] })
 *     → { code: 'private', proves: 'video', byStatus: false }
 *
 * A phrase has to be a whole sentence, or with `*` at an end a part of one: "Private video" is not found in
 * "a copyright claim by Private Video Records". Case, apostrophes and spaces do not matter.
 */
export function judge(
  told: Told,
  reasons: readonly ReasonEntry[] = currentKnowledge().reasons,
): Reason | undefined {
  const texts = told.texts.slice(0, mostTexts).map(plain);
  const { status, renderers = [] } = told;
  for (const entry of reasons) {
    const bySaid = entry.phrases.some((phrase) => texts.some((text) => says(text, phrase)));
    const byScreen = entry.renderers?.some((name) => renderers.includes(name)) ?? false;
    const byStatus =
      status !== undefined && (entry.statuses?.some((pattern) => fitsStatus(status, pattern)) ?? false);
    if (!bySaid && !byScreen && !byStatus) continue;
    const { code, proves, detail } = entry;
    return { code, proves, ...(detail === undefined ? {} : { detail }), byStatus: !bySaid && !byScreen };
  }
  return undefined;
}

/** Lower case, straight apostrophes, single spaces; without invisible characters. */
function plain(text: string): string {
  return text
    .slice(0, mostChars)
    .replace(/[\u2018\u2019\u02bc`\u00b4]/g, "'")
    .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/[\u2010-\u2012]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

function fitsStatus(status: string, pattern: string): boolean {
  const words = pattern.replace(/\*/g, '');
  if (pattern.startsWith('*')) return pattern.endsWith('*') ? status.includes(words) : status.endsWith(words);
  return pattern.endsWith('*') ? status.startsWith(words) : status === words;
}

/** Whether a plain text has the phrase as whole words, from a sentence's beginning to its end where no `*` is. */
function says(text: string, phrase: string): boolean {
  const pieces = phrase.split('*').map((piece) => piece.trim());
  const open = { start: phrase.startsWith('*'), end: phrase.endsWith('*') };
  const words = pieces.filter((piece) => piece !== '');
  const [first] = words;
  if (first === undefined) return false;
  for (const start of places(text, first)) {
    if (!open.start && !beginsSentence(text, start)) continue;
    let end = start + first.length;
    let fits = true;
    const rest = words.slice(1);
    for (const [index, piece] of rest.entries()) {
      const isLast = index === rest.length - 1;
      const found = places(text, piece, end).find(
        (place) => !isLast || open.end || endsSentence(text, place + piece.length),
      );
      if (found === undefined) {
        fits = false;
        break;
      }
      end = found + piece.length;
    }
    if (fits && (open.end || endsSentence(text, end))) return true;
  }
  return false;
}

/** Where the phrase is in the text without a letter or digit directly before or after it. */
function places(text: string, words: string, from = 0): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(words, from); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length;
    const cut = joins(text.charAt(at - 1), text.charAt(at)) || joins(text.charAt(end - 1), text.charAt(end));
    if (!cut) found.push(at);
  }
  return found;
}

function joins(one: string, other: string): boolean {
  return isWordPart.test(one) && isWordPart.test(other);
}

function beginsSentence(text: string, at: number): boolean {
  return /(?:^|[.!?:;\])>]\s*)$/.test(text.slice(Math.max(0, at - 3), at));
}

function endsSentence(text: string, at: number): boolean {
  return /^(?:$|[.!?;:)\]"'\u2026]+(?:\s|$))/.test(text.slice(at, at + 8));
}
