/** What the name of a subtitle file says: the title and the language (`talk.de.vtt`, `movie.en.sdh.srt`). */

/**
 * Tags after the language that are not a language: hearing impaired, forced, a version (jellyfin, Plex,
 * mpv, yt-dlp).
 */
const flags: ReadonlySet<string> = new Set(
  'sdh hi cc forced foreign full default orig original auto asr automatic ai generated translated commentary sub subs subtitle subtitles caption captions transcript lyrics closed external'.split(
    ' ',
  ),
);
/** Language codes that in a name are nearly always English words or names. */
const words: ReadonlySet<string> = new Set(
  'to so as an or am my is it he be do go no new one the and not day man war her was per sun may run old pat mad'.split(
    ' ',
  ),
);
const likelyAlone: ReadonlySet<string> = new Set(['no', 'it', 'is', 'he', 'be', 'my', 'am']);

interface NameParts {
  /** The name without extensions, flags and language. */
  readonly title: string;
  readonly language: string | undefined;
}

/** Reads the extensions from the right: format, flags, language. */
export function readSubtitleName(fileName: string): NameParts {
  const parts = fileName.replace(/\.[A-Za-z0-9]{2,6}$/, '').split('.');
  if (parts.length === 1) return { title: parts[0] ?? fileName, language: undefined };
  let at = parts.length - 1;
  while (at > 0 && isFlag(parts[at] ?? '')) at -= 1;
  let language = at > 0 ? languageOf(parts[at] ?? '', parts.length - 1 - at, at) : undefined;
  // After a language it means "hearing impaired"; alone, `movie.hi.srt`, it is Hindi.
  if (language === undefined && parts[at + 1]?.toLowerCase() === 'hi') {
    at += 1;
    language = 'hi';
  }
  if (language !== undefined) return { title: parts.slice(0, at).join('.') || fileName, language };
  const bare = parts.filter((part, place) => place === 0 || !isFlag(part)).join('.');
  return { title: bare || fileName, language: undefined };
}

/** `de` in `talk.de.vtt`, `en` in `movie.en.sdh.srt`; undefined when the name has no language. */
export function languageIn(fileName: string): string | undefined {
  return readSubtitleName(fileName).language;
}

function isFlag(part: string): boolean {
  return flags.has(part.toLowerCase());
}

/** `flagged`: how many flags follow it; `before`: how many parts of the name precede it. */
function languageOf(part: string, flagged: number, before: number): string | undefined {
  const code = part.replace(/[-_](?:orig|original|auto|sdh|cc|hi|forced)$/i, '');
  if (!/^[A-Za-z]{2,3}(?:[-_](?:[A-Za-z]{4}|[A-Za-z]{2}|\d{3}))*$/.test(code)) return undefined;
  const [base = ''] = code.split(/[-_]/);
  // Codes are written in lower or in upper case: "No" is a name.
  if (base !== base.toLowerCase() && base !== base.toUpperCase()) return undefined;
  if (code === base && flagged === 0 && words.has(base) && !(likelyAlone.has(base) && before === 1))
    return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(code.replaceAll('_', '-'));
    if (canonical === undefined) return undefined;
    // A word that is not a language is returned unchanged.
    const known = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(canonical);
    return known === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}
