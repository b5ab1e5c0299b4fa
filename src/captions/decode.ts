/**
 * Bytes of a subtitle file → text. UTF-8 and UTF-16 with or without a byte order mark, the encoding an XML
 * declaration names, and windows-1252 for the old files that are none of these.
 */

/** Text of the bytes without byte order mark, line ends as `\n`. Never throws: the last resort reads any byte. */
export function decodeText(content: Uint8Array | string): string {
  const text = typeof content === 'string' ? content : decodeBytes(content);
  const bare = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return bare.replace(/\r\n?/g, '\n');
}

function decodeBytes(bytes: Uint8Array): string {
  const [first = -1, second = -1] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAs('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return decodeAs('utf-16be', bytes);
  const bare = bareUtf16(bytes);
  if (bare !== undefined) return decodeAs(bare, bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeAs(declaredEncoding(bytes) ?? 'windows-1252', bytes);
  }
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

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = decodeAs('windows-1252', bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w-]{1,40})["']/i.exec(head)?.[1];
}

function decodeAs(label: string, bytes: Uint8Array): string {
  if (/^(?:windows-1252|cp1252|iso-8859-1|latin1|us-ascii|ascii)$/i.test(label)) return decodeLatin(bytes);
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    // A label nobody knows; windows-1252 has a character for every byte.
    return decodeLatin(bytes);
  }
}

/** What windows-1252 has where Latin-1 has control characters, from 0x80 on. */
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Not left to TextDecoder: several versions of Node read windows-1252 as plain Latin-1 (nodejs/node#56542). */
function decodeLatin(bytes: Uint8Array): string {
  const latin = new TextDecoder('latin1').decode(bytes);
  return latin.replace(/[\x80-\x9f]/g, (control) => upper[control.charCodeAt(0) - 0x80] ?? control);
}
