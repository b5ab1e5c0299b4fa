/**
 * The rules for a name of a file or folder on Windows, macOS and Linux. Rules:
 * https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
 */

/**
 * `CON`, `nul.txt`, `COM1 .md`: names that Windows reserves for devices, whatever follows the first dot.
 */
export function isDeviceName(name: string): boolean {
  return /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\.|$)/i.test(name);
}

/** Lone surrogates, which no file system stores, become the replacement character. */
export function wholeLetters(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Grapheme clusters, so that a cut name ends with a whole one. */
export function graphemesOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const encoder = new TextEncoder();

/** In UTF-8, as Linux counts (255 for a name). */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}
