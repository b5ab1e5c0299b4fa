/**
 * Removes what programs put invisibly around a link: invisible and direction marks (WhatsApp, Word, web
 * pages), escapes of shells and of HTML. Also recognises texts that only look like a link.
 */

/** Unicode's format characters, including the soft hyphen and zero-width spaces. */
const invisible = /\p{Cf}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|[\ufe00-\ufe0f]/u;
const allInvisible = new RegExp(invisible, 'gu');

/** The text without invisible characters. */
export function visible(text: string): string {
  return text.replace(allInvisible, '');
}

/** The first invisible character, as `U+200E`; undefined when there is none. */
export function invisibleIn(text: string): string | undefined {
  const found = invisible.exec(text)?.[0];
  return found && `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Whether a character beyond ASCII may go on an address: letters, digits and their marks. */
export function goesOn(character: string): boolean {
  return /^[\p{L}\p{N}\p{M}]/u.test(character);
}

/** Scripts without spaces between words: the text continues right after an address. */
export function isUnspaced(character: string): boolean {
  return /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u.test(
    character,
  );
}

/** An address as its writer meant it: without `&amp;` of HTML and backslashes of a shell. */
export function unescaped(entry: string): string {
  return entry.replace(/&amp;/gi, '&').replace(/\\([?=&_~#-])/g, '$1');
}

/** A host with its path and without a scheme, alone on its line: `vimeo.com/76979871`. */
export function isBareAddress(text: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,18}\/[^\s/]\S*$/i.test(text);
}
