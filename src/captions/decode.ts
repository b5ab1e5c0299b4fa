/**
 * Bytes of a subtitle file → text. UTF-8 and UTF-16 with or without a byte order mark, the encoding an XML
 * declaration names, and windows-1252 for the old files that are none of these. Sliced (sliced.ts).
 */
import { sliceLength, type Sliced } from './sliced';

/** Text of the bytes without byte order mark, line ends as `\n`. Never throws: the last resort reads any byte. */
export function* decodeText(content: Uint8Array | string): Sliced<string> {
  const text = typeof content === 'string' ? content : yield* decodeBytes(content);
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return bare.includes('\r') ? yield* unixLines(bare) : bare;
}

function* unixLines(text: string): Sliced<string> {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = at + sliceLength;
    // The two halves of a line end stay together.
    while (text.charCodeAt(end - 1) === 13 && text.charCodeAt(end) === 10) end += 1;
    parts.push(text.slice(at, end).replace(/\r\n?/g, '\n'));
    at = end;
    if (at < text.length) yield;
  }
  return parts.join('');
}

function* decodeBytes(bytes: Uint8Array): Sliced<string> {
  const [first = -1, second = -1] = bytes;
  if (first === 0xff && second === 0xfe) return yield* decodeAs('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return yield* decodeAs('utf-16be', bytes);
  const bare = bareUtf16(bytes);
  if (bare !== undefined) return yield* decodeAs(bare, bytes);
  return (yield* decodeUtf8(bytes)) ?? (yield* decodeAs(yield* declaredEncoding(bytes), bytes));
}

/** Undefined when the bytes are no UTF-8. */
function* decodeUtf8(bytes: Uint8Array): Sliced<string | undefined> {
  // The mark at the start is taken off by the caller; in the middle it is a character.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = Math.min(bytes.length, at + sliceLength);
    // Not inside a character.
    for (let back = 0; back < 3 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80; back += 1)
      end -= 1;
    try {
      parts.push(decoder.decode(bytes.subarray(at, end)));
    } catch {
      return undefined;
    }
    at = end;
    if (at < bytes.length) yield;
  }
  return parts.join('');
}

/** Plain text of the Latin range in UTF-16 has a zero in every second byte; UTF-8 text has none at all. */
function bareUtf16(bytes: Uint8Array): string | undefined {
  const length = Math.min(bytes.length - (bytes.length % 2), 200);
  if (length < 4) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let at = 0; at < length; at += 2) {
    if (bytes[at] === 0) evenZeros += 1;
    if (bytes[at + 1] === 0) oddZeros += 1;
  }
  if (oddZeros > length / 4 && evenZeros === 0) return 'utf-16le';
  if (evenZeros > length / 4 && oddZeros === 0) return 'utf-16be';
  return undefined;
}

function* declaredEncoding(bytes: Uint8Array): Sliced<string> {
  const head = yield* decodeLatin(bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w-]{1,40})["']/i.exec(head)?.[1] ?? 'windows-1252';
}

function* decodeAs(label: string, bytes: Uint8Array): Sliced<string> {
  if (/^(?:windows-1252|cp1252|iso-8859-1|latin1|us-ascii|ascii)$/i.test(label))
    return yield* decodeLatin(bytes);
  try {
    const decoder = new TextDecoder(label);
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += sliceLength) {
      parts.push(decoder.decode(bytes.subarray(at, at + sliceLength), { stream: true }));
      if (at > 0) yield;
    }
    parts.push(decoder.decode());
    return parts.join('');
  } catch {
    // A label nobody knows; windows-1252 has a character for every byte.
    return yield* decodeLatin(bytes);
  }
}

/** What windows-1252 has where Latin-1 has control characters, from 0x80 on. */
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Not left to TextDecoder: several versions of Node read windows-1252 as plain Latin-1 (nodejs/node#56542). */
function* decodeLatin(bytes: Uint8Array): Sliced<string> {
  const decoder = new TextDecoder('latin1');
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += sliceLength) {
    const latin = decoder.decode(bytes.subarray(at, at + sliceLength));
    parts.push(latin.replace(/[\x80-\x9f]/g, (control) => upper[control.charCodeAt(0) - 0x80] ?? control));
    if (at > 0) yield;
  }
  return parts.join('');
}
