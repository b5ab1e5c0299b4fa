/**
 * Speakers named in the text, as podcasts and meeting tools write them (`Ann: Hello.`). Whether a file has
 * names is decided over the whole file: a colon alone makes no speaker of "Note: the next part is hard."
 */
import type { RawCue } from './cueText';
import { Share, type Sliced } from './sliced';

/** A name of one to four words at the start of a line, or a substitute: `Speaker 1`, `Q`, `>> ANN`. */
const label =
  /^(?:[-\u2010-\u2015][ \t]?|>>+[ \t]?)?[[(]?((?:\p{Lu}|\p{Lo})[\p{L}\p{M}\d.'’_-]{0,24}(?:[ \t][\p{L}\d(][\p{L}\p{M}\d.'’_)-]{0,24}){0,3})[\])]?[:\uff1a](?:[\])])?(?:[ \t\u00a0]+|$|(?<=\uff1a))/u;
/** Words before a colon that are not names. */
const nobody =
  /^(?:note|notes|warning|attention|caution|tip|hint|example|ps|update|edit|important|remember|source|chapter|part|step|title|subtitles?|captions?|transcript|translation|translated by|music|lyrics|chorus|verse|https?|and|but|so|then|first|second|third|next|finally|here|that is|this is|rule|day|number|no|yes|ok|okay|well|now|look|listen|like)$/i;

export function* withSpeakers(cues: readonly RawCue[]): Sliced<readonly RawCue[]> {
  if (cues.some((cue) => cue.speaker !== undefined)) return cues;
  const share = new Share();
  const counts = new Map<string, number>();
  let labelled = 0;
  let startsNamed = false;
  for (const [at, cue] of cues.entries()) {
    if (share.due(0)) yield;
    const names = yield* namesIn(cue.text, share);
    if (names.length === 0) continue;
    labelled += 1;
    if (at === 0) startsNamed = true;
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const { accepted, carries } = yield* judged(counts, { labelled, all: cues.length, startsNamed }, share);
  if (accepted.size === 0) return cues;
  const named: RawCue[] = [];
  let speaker: string | undefined;
  for (const cue of cues) {
    if (share.due(0)) yield;
    const turns = yield* turnsOf(cue, accepted, speaker, share);
    for (const turn of turns) if (turn.text !== '') named.push(turn);
    const last = turns.at(-1);
    // A name alone belongs to the next cue.
    speaker = carries || last?.text === '' ? last?.speaker : undefined;
  }
  return named;
}

/** One cue can be as long as a file, so its lines count and not the cue. */
function* namesIn(text: string, share: Share): Sliced<readonly string[]> {
  const names: string[] = [];
  if (!/[:\uff1a]/.test(text)) return names;
  for (const line of text.split('\n')) {
    if (share.due(line.length)) yield;
    const name = nameAt(line);
    if (name !== undefined) names.push(name);
  }
  return names;
}

function nameAt(line: string): string | undefined {
  const name = label.exec(line.slice(0, 140))?.[1];
  if (name === undefined || nobody.test(name)) return undefined;
  // Every word begins with a capital, except "von" and "de la": a sentence with a colon is not a name.
  const words = name.split(/[ \t]/);
  return words.every((word) => !/^\p{Ll}/u.test(word) || /^(?:\p{Ll}{1,3})$/u.test(word)) ? name : undefined;
}

interface Names {
  readonly size: number;
  has(name: string): boolean;
}

/** Which names are speakers, and whether a cue without a name continues with the last one. */
function* judged(
  counts: ReadonlyMap<string, number>,
  cues: { readonly labelled: number; readonly all: number; readonly startsNamed: boolean },
  share: Share,
): Sliced<{ readonly accepted: Names; readonly carries: boolean }> {
  const { labelled, all, startsNamed } = cues;
  if (labelled < 2) return { accepted: new Set(), carries: false };
  let again = 0;
  const often = new Set<string>();
  for (const [name, count] of counts) {
    if (share.due(name.length)) yield;
    if (count > 1) again += 1;
    if (count >= 3) often.add(name);
  }
  const part = labelled / all;
  // The first cue has a speaker, and people speak more than once: then a name marks a change of speaker.
  const isFew = labelled <= 4 && part >= 0.5;
  if (startsNamed && (isFew || again >= Math.max(1, counts.size / 2)))
    return { accepted: counts, carries: part < 0.95 };
  if (part >= 0.5 && again > 0) return { accepted: counts, carries: false };
  // Subtitles for the deaf name a speaker who is not in the picture, and only then.
  return { accepted: often, carries: false };
}

/** The cue split where another name is at the start of a line. */
function* turnsOf(
  cue: RawCue,
  accepted: Names,
  before: string | undefined,
  share: Share,
): Sliced<readonly RawCue[]> {
  const turns: { speaker: string | undefined; lines: string[] }[] = [];
  for (const line of cue.text.split('\n')) {
    if (share.due(line.length)) yield;
    const name = /[:\uff1a]/.test(line) ? nameAt(line) : undefined;
    if (name !== undefined && accepted.has(name))
      turns.push({ speaker: name, lines: [line.replace(label, '')] });
    else {
      const last = turns.at(-1);
      if (last === undefined) turns.push({ speaker: before, lines: [line] });
      else last.lines.push(line);
    }
  }
  const spoken: RawCue[] = [];
  for (const { speaker, lines } of turns) {
    if (share.due(0)) yield;
    const text = lines.filter((line) => line.trim() !== '').join('\n');
    const { startMs, endMs } = cue;
    if (text !== '') spoken.push({ startMs, endMs, text, ...(speaker === undefined ? {} : { speaker }) });
    else if (spoken.length === 0 && speaker !== undefined && turns.length === 1)
      // The name alone, its words in the next cue.
      spoken.push({ startMs, endMs, text: '', speaker });
  }
  return spoken.length > 0 ? spoken : [cue];
}
