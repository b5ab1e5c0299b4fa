/**
 * CID-keyed CFF fonts (most East Asian ones): the table from glyph to CID, which a PDF text uses instead of
 * the glyph. After Adobe Technical Note 5176.
 */

/** By glyph; undefined when the font is not CID-keyed, then the glyph's own number counts. */
export function cidsOf(cff: Buffer, glyphCount: number): Uint16Array | undefined {
  const names = indexAt(cff, cff.readUInt8(2));
  const top = indexAt(cff, names.end);
  const dictionary = cff.subarray(top.first, top.second);
  const { byNumber, charset } = topEntries(dictionary);
  if (!byNumber || charset < 3) return undefined;
  const cids = new Uint16Array(glyphCount);
  const format = cff.readUInt8(charset);
  let at = charset + 1;
  for (let glyph = 1; glyph < glyphCount;) {
    const first = cff.readUInt16BE(at);
    at += 2;
    let more = 0;
    if (format === 1) more = cff.readUInt8(at);
    if (format === 2) more = cff.readUInt16BE(at);
    at += format === 0 ? 0 : format;
    for (let step = 0; step <= more && glyph < glyphCount; step += 1, glyph += 1) cids[glyph] = first + step;
  }
  return cids;
}

/** Where the first entry of an INDEX begins and ends, and where the INDEX ends. */
function indexAt(cff: Buffer, at: number): { first: number; second: number; end: number } {
  const count = cff.readUInt16BE(at);
  if (count === 0) return { first: at + 2, second: at + 2, end: at + 2 };
  const size = cff.readUInt8(at + 2);
  const data = at + 2 + (count + 1) * size;
  const offset = (entry: number): number => cff.readUIntBE(at + 3 + entry * size, size) + data;
  return { first: offset(0), second: offset(1), end: offset(count) };
}

function topEntries(dictionary: Buffer): { byNumber: boolean; charset: number } {
  let byNumber = false;
  let charset = 0;
  let operand = 0;
  for (let at = 0; at < dictionary.length;) {
    const byte = dictionary.readUInt8(at);
    at += 1;
    if (byte === 12) {
      if (dictionary.readUInt8(at) === 30) byNumber = true;
      at += 1;
    } else if (byte === 15) charset = operand;
    else if (byte === 28) {
      operand = dictionary.readInt16BE(at);
      at += 2;
    } else if (byte === 29) {
      operand = dictionary.readInt32BE(at);
      at += 4;
    } else if (byte === 30) {
      // A real number: nibbles up to one that is 15.
      while ((dictionary.readUInt8(at) & 0x0f) !== 0x0f && dictionary.readUInt8(at) >> 4 !== 0x0f) at += 1;
      at += 1;
    } else if (byte >= 32 && byte <= 246) operand = byte - 139;
    else if (byte >= 247 && byte <= 250) {
      operand = (byte - 247) * 256 + dictionary.readUInt8(at) + 108;
      at += 1;
    } else if (byte >= 251 && byte <= 254) {
      operand = -(byte - 251) * 256 - dictionary.readUInt8(at) - 108;
      at += 1;
    }
  }
  return { byNumber, charset };
}
