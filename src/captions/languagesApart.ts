/** Files that contain the same text in several languages in parallel: one of them is the transcript. */
import type { RawCue } from './cueText';
import { chooseTrack } from './chooseTrack';
import { Share, type Sliced } from './sliced';

export interface OneLanguage {
  readonly cues: readonly RawCue[];
  /** The chosen language, where there was a choice. */
  readonly language?: string;
  /** The languages that were left out. */
  readonly others: readonly string[];
}

/** More than any real file has; each is searched for in all cues. */
const mostLanguages = 50;

/**
 * The cues of the wanted language, otherwise of the first; cues of other languages are kept where they do
 * not run in parallel to it: a film in which two languages are spoken is one text. The cues are in order of
 * start.
 */
export function* oneLanguage(cues: readonly RawCue[], wanted: readonly string[]): Sliced<OneLanguage> {
  const codes = yield* languagesOf(cues);
  if (codes.length < 2) return { cues, others: [] };
  const tracks = codes.map((languageCode) => ({ languageCode, kind: 'manual' as const, url: '', name: '' }));
  const chosen = chooseTrack(tracks, { languages: wanted, kind: 'preferManual' });
  const language = 'code' in chosen ? (codes[0] ?? '') : chosen.languageCode;
  const others: string[] = [];
  for (const code of codes)
    if (code !== language && (yield* isBeside(cues, language, code))) others.push(code);
  if (others.length === 0) return { cues, others };
  const share = new Share();
  const kept: RawCue[] = [];
  for (const cue of cues) {
    if (share.due(0)) yield;
    if (cue.language === undefined || !others.includes(cue.language)) kept.push(cue);
  }
  return { cues: kept, language, others };
}

function* languagesOf(cues: readonly RawCue[]): Sliced<readonly string[]> {
  const share = new Share();
  const codes = new Set<string>();
  for (const { language } of cues) {
    if (share.due(0)) yield;
    if (language !== undefined && language !== '' && codes.size < mostLanguages) codes.add(language);
  }
  return [...codes];
}

/** True where at least half of the other's cues overlap one of the language. */
function* isBeside(cues: readonly RawCue[], language: string, other: string): Sliced<boolean> {
  const share = new Share();
  let count = 0;
  let beside = 0;
  let endMs = -1;
  /** The current cue of the other language, which may overlap the next one of the language. */
  let open: RawCue | undefined;
  for (const cue of cues) {
    if (share.due(0)) yield;
    if (cue.language === language) {
      if (open !== undefined && (open.endMs === undefined || cue.startMs < open.endMs)) beside += 1;
      open = undefined;
      endMs = Math.max(endMs, cue.endMs ?? cue.startMs + 1);
    } else if (cue.language === other) {
      count += 1;
      if (cue.startMs < endMs) beside += 1;
      open = cue.startMs < endMs ? undefined : cue;
    }
  }
  return count > 0 && beside >= count / 2;
}
