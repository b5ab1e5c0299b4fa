/**
 * Names that are safe on Windows, macOS and Linux, whatever a video's title is. The title is shortened, the
 * id never; no value can add a folder.
 */
import { byteLength, graphemesOf, isDeviceName, wholeLetters } from '../model/safeNames';

/** With the extension. 240 bytes leave room for the temporary name of a write (255 is the limit). */
const maxNameLength = 120;
const maxNameBytes = 240;
/** `.json`, our longest extension. */
const extensionLength = 5;

export interface NameValues {
  readonly title: string;
  readonly id: string;
  readonly date: string;
  readonly channel: string;
  readonly index: string;
  readonly language: string;
  readonly source: string;
}

/** The values that may be cut when the name is too long, the most useful last. */
const cuttable = ['channel', 'title'] as const;

/**
 * The file name without extension for a pattern such as `${title} [${id}]`. `attempt` from 2 on adds ` 2`,
 * ` 3` … for a name that another video has. Never empty, never longer than the limits leave for `.json`.
 * `mostBytes`: with the ending.
 */
export function fileStem(pattern: string, values: NameValues, attempt = 1, mostBytes = maxNameBytes): string {
  const safe: Record<string, string> = {};
  for (const [name, value] of Object.entries<string>({ ...values }))
    if (pattern.includes(`\${${name}}`)) safe[name] = safeValue(value);
  // The id is base64url and stays unchanged; anything else in it came from a hostile journal.
  safe.id = values.id.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 64);
  const suffix = attempt > 1 ? ` ${attempt}` : '';
  const render = (): string => finished(fill(pattern, safe)) + suffix;
  let stem = render();
  for (const name of cuttable) {
    if (fits(stem, mostBytes)) break;
    const graphemes = graphemesOf(safe[name] ?? '');
    // The longest beginning that fits; a cut name shows it.
    let low = 0;
    let high = graphemes.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      safe[name] = cut(graphemes, middle);
      if (fits(render(), mostBytes)) low = middle;
      else high = middle - 1;
    }
    safe[name] = low === 0 ? '' : cut(graphemes, low);
    stem = render();
  }
  return fits(stem, mostBytes) ? stem : finished(`[${safe.id}]`) + suffix;
}

/**
 * Two names that are equal on a file system without case, or one that stores accents separately, have the
 * same key.
 */
export function nameKey(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase();
}

function fill(pattern: string, values: Readonly<Record<string, string>>): string {
  // One pass: a title that contains `${id}` stays text.
  const filled = pattern.replace(/\$\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  );
  return wholeLetters(filled).replace(invisible, '').replace(forbidden, '-');
}

/** Path separators, what Windows forbids, control characters. */
const forbidden = /[/\\:*?"<>|]|\p{Cc}/gu;
/**
 * Invisible characters that change the reading direction or hide: `gpj.exe` must not look like `exe.jpg`. Joiners and
 * the variants of emoji are parts of words.
 */
const invisible =
  /(?!\u200C|\u200D|[\uFE00-\uFE0F])\p{Default_Ignorable_Code_Point}|[\u2028\u2029\uFFF9-\uFFFB]/gu;

function safeValue(value: string): string {
  return wholeLetters(value.slice(0, 2000))
    .normalize('NFC')
    .replace(invisible, '')
    .replace(/\s+/g, ' ')
    .replace(/: /g, ' – ')
    .replace(/"/g, "'")
    .replace(/</g, '(')
    .replace(/>/g, ')')
    .replace(/[?*]/g, '')
    .replace(forbidden, '-')
    .trim();
}

/**
 * Windows drops dots and spaces at the end and reserves some names for devices; a leading dot hides a file.
 */
function finished(name: string): string {
  const bare = name
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  return isDeviceName(bare) ? `_${bare}` : bare;
}

function fits(stem: string, mostBytes: number): boolean {
  return (
    stem.trim() !== '' &&
    stem.length <= maxNameLength - extensionLength &&
    byteLength(stem) <= mostBytes - extensionLength
  );
}

function cut(graphemes: readonly string[], count: number): string {
  const kept = graphemes.slice(0, count).join('').trimEnd();
  return count < graphemes.length && kept !== '' ? `${kept}…` : kept;
}
