/**
 * Whether a track in one language fits a wanted language, by BCP 47: old codes are replaced, script and
 * region completed as in CLDR (through `Intl.Locale`), so that zh-TW is zh-Hant and pt is pt-BR.
 */

/** How well a track fits, best first; compare by position. */
const fits = [
  /** The same tag. */
  'exact',
  /** More specific than wanted: en-GB for en. */
  'narrower',
  /** Another spelling of the same: zh-TW for zh-Hant, pt for pt-BR, no for nb. */
  'same',
  /** The language in the same script without the wanted region, or of the region around it. */
  'wider',
] as const;
export type LanguageFit = (typeof fits)[number];

/** Position in the order above; smaller is better. */
export function fitRank(fit: LanguageFit): number {
  return fits.indexOf(fit);
}

/** Codes that name the same written language. */
const aliases: Readonly<Record<string, string>> = { nb: 'no' };

/** Spanish "of Latin America" (UN M.49 area 419) fits these regions. */
const areas: Readonly<Record<string, ReadonlySet<string>>> = {
  '419': new Set('AR BO BR BZ CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE'.split(' ')),
};

/**
 * The fit of a track tagged `there` for the wanted language `wanted`, or undefined: another language,
 * another script, or another region than the wanted one. Both may be written as YouTube or yt-dlp do
 * (`a.en`, `en-orig`, `pt_BR`).
 */
export function languageFit(wanted: string, there: string): LanguageFit | undefined {
  const one = read(wanted);
  const other = read(there);
  if (one.tag === other.tag) return 'exact';
  if (one.locale === undefined || other.locale === undefined) return undefined;
  const [w, t] = [one.locale, other.locale];
  if (w.language !== t.language) return undefined;
  if (other.tag.startsWith(`${one.tag}-`)) return 'narrower';
  const isPlain = w.ownScript === undefined && w.ownRegion === undefined;
  if (w.script !== t.script) return isPlain ? 'narrower' : undefined;
  if (w.region === t.region) return 'same';
  if (isPlain || w.ownRegion === undefined) return 'narrower';
  if (t.ownRegion === undefined) return 'wider';
  if (areas[w.ownRegion]?.has(t.ownRegion) === true) return 'narrower';
  return areas[t.ownRegion]?.has(w.ownRegion) ? 'wider' : undefined;
}

/**
 * The tag in a track's name or key: `a.en` and `en-orig` are `en`, and of `en-eEY6OEpapPo` (a named track)
 * only the language is kept. `iw` is `he`. `und` where it is not a tag.
 */
export function languageOf(key: string): string {
  const { tag, locale } = read(key);
  return locale === undefined ? 'und' : tag;
}

interface Locale {
  readonly language: string;
  readonly script: string | undefined;
  readonly region: string | undefined;
  /** From the tag itself; absent where CLDR completed it. */
  readonly ownScript: string | undefined;
  readonly ownRegion: string | undefined;
}

interface Read {
  /** Canonical, otherwise in lower case. */
  readonly tag: string;
  readonly locale?: Locale;
}

/** Needed for each track of each video: cached, with a limit. */
const known = new Map<string, Read>();
const mostKnown = 1000;

function read(text: string): Read {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const found = parse(text);
  known.set(text, found);
  return found;
}

function parse(text: string): Read {
  const written = text
    .trim()
    .replace(/^(?:a?\.)+/i, '')
    .replace(/[_.]/g, '-')
    .replace(/-orig$/i, '');
  // A track's own name is appended to its language as eleven characters.
  const named = /^([a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?)-[A-Za-z0-9-]{11}$/i.exec(written)?.[1];
  const locale = localeOf(written) ?? (named === undefined ? undefined : localeOf(named));
  if (locale === undefined) return { tag: written.toLowerCase() };
  const full = locale.maximize();
  return {
    tag: locale.toString(),
    locale: {
      language: aliases[locale.language] ?? locale.language,
      script: full.script,
      region: full.region,
      ownScript: locale.script,
      ownRegion: locale.region,
    },
  };
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    const locale = new Intl.Locale(tag);
    return /^[a-z]{2,3}$/.test(locale.language) && locale.language !== 'und' ? locale : undefined;
  } catch {
    return undefined;
  }
}
