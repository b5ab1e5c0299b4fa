/**
 * Decodes the bytes of a list file: byte order marks, UTF-16, old encodings; a binary file is reported as
 * such.
 */
import { failure, type Failure } from '../model/failure';
import { latinText } from '../model/latinText';

/** Larger files are not lists; they are refused before they are decoded. */
export const maxListBytes = 64 * 1024 * 1024;

/** The text of a list, without its byte order mark; a Failure when it is too large or not text. */
export function decodeText(bytes: Uint8Array, name: string): string | Failure {
  if (bytes.length > maxListBytes)
    return failure(
      'too-large',
      `${name} is larger than ${maxListBytes / 1024 / 1024} MB. Split it into smaller lists.`,
    );
  const text = withoutPadding(bookmarkOf(bytes) ?? decoded(bytes));
  return looksBinary(text)
    ? failure('unsupported', `${name} is not a text file. Choose a list with one link on each line.`)
    : text;
}

/** Disks fill the end of an incomplete file with NUL; DOS ends a text with Ctrl-Z. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0 || text.charCodeAt(end - 1) === 0x1a)) end -= 1;
  return text.slice(0, end);
}

/** A `.webloc` in Apple's binary form holds its address as plain ASCII. */
function bookmarkOf(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 16_384));
  return text.startsWith('bplist00') ? (/https?:\/\/[!-~]+/.exec(text)?.[0] ?? '') : undefined;
}

function decoded(bytes: Uint8Array): string {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Remarks in an old one-byte encoding must not make the links unreadable, which are ASCII.
    const utf8 = new TextDecoder('utf-8').decode(bytes);
    return isNearlyUtf8(utf8) ? utf8 : latinText(bytes);
  }
}

/** Whether a few bytes of UTF-8 were damaged, as the reader of captions judges it. */
function isNearlyUtf8(text: string): boolean {
  let damaged = 0;
  let wide = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) damaged += 1;
    else if (code > 0x7f) wide += 1;
  }
  return wide >= 2 * damaged || (wide > 0 && damaged === 1);
}

/** UTF-16 by its mark, or by the zero bytes of Latin letters, which also show the byte order. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const length = Math.min(bytes.length, 4096) & ~1;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at += 2) {
    if (bytes[at] === 0) even += 1;
    if (bytes[at + 1] === 0) odd += 1;
  }
  const pairs = length / 2;
  if (pairs > 1 && odd > pairs * 0.6 && even < pairs * 0.1) return 'utf-16le';
  return pairs > 1 && even > pairs * 0.6 && odd < pairs * 0.1 ? 'utf-16be' : undefined;
}

/**
 * Text has hardly any control characters of ASCII; one NUL is proof. Those from 0x80 on are letters of old
 * encodings (Shift_JIS, Big5, DOS) that were read as another.
 */
function looksBinary(text: string): boolean {
  const length = Math.min(text.length, 65_536);
  let odd = 0;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0) return true;
    const blank = code === 9 || code === 10 || code === 12 || code === 13 || code === 27;
    if ((code < 32 && !blank) || code === 127 || code === 0xfffd) odd += 1;
  }
  return odd > length * 0.02 && odd > 2;
}
