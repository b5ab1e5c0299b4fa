/**
 * Bytes of a subtitle file → text. The encoding is decided in this order: a byte order mark, the user's
 * setting, valid UTF-8, the server's or the XML declaration, UTF-8 with a few damaged bytes, and a guess
 * that is reported as one. Sliced (sliced.ts).
 */
import { latinText } from '../model/latinText';
import { decodeAs, decodeUtf32, guessEncoding, isLatin, knownEncoding } from './encodings';
import { Share, piecesOf, sliceLength, type Pieces, type Sliced } from './sliced';

export interface EncodingHint {
  /** The user's setting: `captions.encoding`, `# @encoding`. `auto` or absent: none. */
  readonly encoding?: string | undefined;
  /** The charset of the server's content type. */
  readonly charset?: string | undefined;
}

export interface DecodedText {
  /** Without byte order mark, line ends as `\n`, NUL as U+FFFD. */
  readonly pieces: Pieces;
  /** Invalid bytes that became U+FFFD. */
  readonly damaged: number;
  /** The encoding, where it is only a guess. */
  readonly guessed?: string;
}

/** Text of the bytes. Never throws: the last resort reads any byte. */
export function* decodeText(content: Uint8Array | string): Sliced<string> {
  return (yield* decodeCaptions(content)).pieces.join('');
}

/** The same in pieces, with notes for the user: to join 10 MB of text takes longer than everything may wait. */
export function* decodeCaptions(content: Uint8Array | string, hint: EncodingHint = {}): Sliced<DecodedText> {
  const decoded =
    typeof content === 'string'
      ? { pieces: piecesOf(content), damaged: 0 }
      : yield* decodeBytes(content, hint);
  const [first = '', ...others] = decoded.pieces;
  const bare = first.charCodeAt(0) === 0xfeff ? [first.slice(1), ...others] : decoded.pieces;
  return { ...decoded, pieces: yield* unixLines(yield* withoutPadding(bare)) };
}

/** Some disks fill the end of an incomplete file with NUL. */
function* withoutPadding(pieces: Pieces): Sliced<Pieces> {
  let count = pieces.length;
  for (; count > 0; count -= 1) {
    const last = pieces[count - 1] ?? '';
    let end = last.length;
    while (end > 0 && last.charCodeAt(end - 1) === 0) end -= 1;
    if (end === last.length && end > 0) break;
    if (end > 0) return [...pieces.slice(0, count - 1), last.slice(0, end)];
    yield;
  }
  return count === pieces.length ? pieces : pieces.slice(0, count);
}

/** Line ends as `\n`. CR CR LF is a CR LF that was written in text mode. */
function* unixLines(pieces: Pieces): Sliced<Pieces> {
  const share = new Share();
  let isUnix = true;
  for (const piece of pieces) {
    isUnix = !piece.includes('\r') && !piece.includes('\0');
    if (!isUnix) break;
    if (share.due(piece.length / 8)) yield;
  }
  if (isUnix) return pieces;
  const unix: string[] = [];
  /** What may be part of a line end that goes on in the next piece. */
  let held = '';
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) yield;
    const text = held + piece;
    const isLast = at === pieces.length - 1;
    held = isLast ? '' : (/\r{1,2}$/.exec(text.slice(-2))?.[0] ?? '');
    // Joined, not replaced: a replaced text would be put together when it is searched, 1 MB of it at once.
    unix.push(
      text
        .slice(0, text.length - held.length)
        .replace(/\r\r\n|\r\n?/g, '\n')
        .split('\0')
        .join('\ufffd'),
    );
  }
  return unix;
}

function* decodeBytes(bytes: Uint8Array, hint: EncodingHint): Sliced<DecodedText> {
  const [first = -1, second = -1, third = -1, fourth = -1] = bytes;
  const isUtf32 = [first, second, third, fourth].join();
  if (isUtf32 === '255,254,0,0' || isUtf32 === '0,0,254,255')
    return whole(yield* decodeUtf32(bytes, first === 0xff));
  if (first === 0xff && second === 0xfe) return whole(yield* decodeAs('utf-16le', bytes));
  if (first === 0xfe && second === 0xff) return whole(yield* decodeAs('utf-16be', bytes));
  const utf8 = yield* decodeUtf8(bytes);
  if (first === 0xef && second === 0xbb && third === 0xbf) return utf8;
  const wanted = knownEncoding(hint.encoding);
  if (wanted !== undefined) return whole(yield* decodeAs(wanted, bytes));
  const bare = bareUtf16(bytes);
  if (bare !== undefined) return whole(yield* decodeAs(bare, bytes));
  // UTF-16 was detected before this.
  const declared = [knownEncoding(hint.charset), declaredEncoding(bytes)].find(
    (label) => label !== undefined && !label.startsWith('utf-16'),
  );
  if (utf8.damaged === 0) {
    // Servers name Latin-1 by default, and a few characters may be valid UTF-8 by chance, but not many.
    const isSure = declared === undefined || isLatin(declared) || utf8.wide >= 8;
    const seven = utf8.escapes ? 'iso-2022-jp' : undefined;
    if (declared === undefined && seven !== undefined)
      return { ...whole(yield* decodeAs(seven, bytes)), guessed: seven };
    return isSure || declared === 'utf-8' ? utf8 : whole(yield* decodeAs(declared, bytes));
  }
  const isNearly = utf8.wide >= 2 * utf8.damaged || (utf8.wide > 0 && utf8.damaged === 1);
  if (declared === 'utf-8' || (isNearly && (declared === undefined || isLatin(declared)))) return utf8;
  if (declared !== undefined) return whole(yield* decodeAs(declared, bytes));
  const guessed = guessEncoding(bytes);
  yield;
  return { ...whole(yield* decodeAs(guessed, bytes)), guessed };
}

const whole = (pieces: Pieces): DecodedText => ({ pieces, damaged: 0 });

interface DecodedUtf8 extends DecodedText {
  /** Number of multi-byte characters. */
  readonly wide: number;
  /** True where the escape sequences of seven-bit Japanese are in it. */
  readonly escapes: boolean;
}

/** Invalid bytes are replaced, as WebVTT and the web do. The mark at the start is left to the caller. */
function* decodeUtf8(bytes: Uint8Array): Sliced<DecodedUtf8> {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const tolerant = new TextDecoder('utf-8', { ignoreBOM: true });
  const pieces: string[] = [];
  let damaged = 0;
  let wide = 0;
  let escapes = false;
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(bytes.length, at + sliceLength);
    // Not inside a character.
    for (let back = 0; back < 3 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80; back += 1)
      end -= 1;
    const slice = bytes.subarray(at, end);
    let text: string;
    try {
      text = strict.decode(slice);
    } catch {
      text = tolerant.decode(slice);
      damaged += countOf(text, '\ufffd');
    }
    // As long as its bytes: it is ASCII.
    if (text.length < slice.length) wide += wideCharacters(slice);
    escapes ||= text.includes('\x1b$');
    pieces.push(text);
    at = end;
    if (at < bytes.length) yield;
  }
  return { pieces, damaged, wide, escapes };
}

/** Whole characters of two bytes or more, by their first byte. */
function wideCharacters(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const first = bytes[at] ?? 0;
    if (first < 0xc2 || first > 0xf4) continue;
    const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let seen = 0;
    while (seen < more && ((bytes[at + seen + 1] ?? 0) & 0xc0) === 0x80) seen += 1;
    if (seen === more) count += 1;
    at += seen;
  }
  return count;
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

/**
 * UTF-16 without a mark: digits, spaces and line ends are ASCII in every caption file, and in UTF-16 each
 * is next to a zero byte. UTF-8 text has none at all.
 */
function bareUtf16(bytes: Uint8Array): string | undefined {
  const length = Math.min(bytes.length - (bytes.length % 2), 4096);
  if (length < 4) return undefined;
  let little = 0;
  let big = 0;
  for (let at = 0; at < length; at += 2) {
    const one = bytes[at] ?? 0;
    const other = bytes[at + 1] ?? 0;
    if (other === 0 && isPlainMark(one)) little += 1;
    else if (one === 0 && isPlainMark(other)) big += 1;
  }
  const enough = length / 20;
  if (little >= enough && little > 2 * big) return 'utf-16le';
  if (big >= enough && big > 2 * little) return 'utf-16be';
  return undefined;
}

/** Line ends, spaces, digits and the punctuation between them. */
function isPlainMark(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte <= 0x3e);
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = latinText(bytes.subarray(0, 200));
  return knownEncoding(/^\s*<\?xml[^>]{0,150}\bencoding\s*=\s*["']([\w:.-]{1,40})["']/i.exec(head)?.[1]);
}
