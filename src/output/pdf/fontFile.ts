/**
 * A TrueType or OpenType font (ISO 14496-22), as much of it as a PDF needs: its characters, their widths,
 * and the font reduced to the used glyphs. The file is the user's and may be broken: every error is a
 * FontProblem with a sentence, never another exception.
 */
import { cidsOf } from './cffCids';

export class FontProblem extends Error {}

export interface FontFace {
  readonly name: string;
  readonly kind: 'truetype' | 'cff';
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  readonly box: readonly [number, number, number, number];
  readonly glyphCount: number;
  /** Glyph of a character; undefined when the font lacks it. */
  glyphOf(character: number): number | undefined;
  /** Advance in thousandths of the font size. */
  widthOf(glyph: number): number;
  /** The glyph's code in a PDF text: the glyph itself, in CID-keyed CFF fonts its CID. */
  cidOf(glyph: number): number;
}

type Tables = ReadonlyMap<string, Buffer>;

/** Throws FontProblem. */
export function readFont(bytes: Uint8Array): FontFace {
  return careful(() => {
    const tables = tablesOf(bytes);
    const head = table(tables, 'head');
    const hhea = table(tables, 'hhea');
    const glyphCount = table(tables, 'maxp').readUInt16BE(4);
    const outlines = tables.has('glyf') ? 'truetype' : tables.has('CFF ') ? 'cff' : undefined;
    if (outlines === undefined) throw new FontProblem('it has pictures instead of outlines');
    // Restricted licence embedding and no other right (OS/2 fsType).
    const rights = tables.get('OS/2')?.readUInt16BE(8) ?? 0;
    if ((rights & 0x000f) === 2)
      throw new FontProblem('its maker does not allow it to be put into documents');
    const unitsPerEm = head.readUInt16BE(18) || 1000;
    const advances = readAdvances(table(tables, 'hmtx'), hhea.readUInt16BE(34), glyphCount);
    const glyphs = readCharacters(table(tables, 'cmap'), glyphCount);
    const cff = outlines === 'cff' ? cidsOf(table(tables, 'CFF '), glyphCount) : undefined;
    const scaled = (value: number): number => Math.round((value * 1000) / unitsPerEm);
    return {
      name: nameOf(tables.get('name')),
      kind: outlines,
      unitsPerEm,
      ascent: scaled(hhea.readInt16BE(4)),
      descent: scaled(hhea.readInt16BE(6)),
      box: [
        scaled(head.readInt16BE(36)),
        scaled(head.readInt16BE(38)),
        scaled(head.readInt16BE(40)),
        scaled(head.readInt16BE(42)),
      ],
      glyphCount,
      glyphOf: (character) => glyphs.get(character),
      widthOf: (glyph) => scaled(advances[Math.min(glyph, advances.length - 1)] ?? 0),
      cidOf: (glyph) => cff?.[glyph] ?? glyph,
    };
  });
}

/**
 * The font as embedded in the PDF: TrueType with only the used glyphs, CFF as a whole. Throws FontProblem.
 */
export function embeddable(bytes: Uint8Array, used: ReadonlySet<number>): Uint8Array {
  return careful(() => {
    const tables = tablesOf(bytes);
    if (!tables.has('glyf'))
      return buildFont(tables, 'OTTO', ['CFF ', 'cmap', 'head', 'hhea', 'hmtx', 'maxp']);
    const glyf = table(tables, 'glyf');
    const head = Buffer.from(table(tables, 'head'));
    const starts = glyphStarts(tables, head);
    const kept = new Set([0, ...used]);
    // A set that grows during iteration also returns the added glyphs: parts may have parts.
    for (const glyph of kept) for (const part of partsOf(glyf, starts, glyph)) kept.add(part);
    const pieces: Buffer[] = [];
    const offsets = Buffer.alloc(starts.length * 4);
    let at = 0;
    for (let glyph = 0; glyph < starts.length; glyph += 1) {
      offsets.writeUInt32BE(at, glyph * 4);
      if (!kept.has(glyph) || glyph === starts.length - 1) continue;
      const piece = glyf.subarray(starts[glyph], starts[glyph + 1]);
      const padding = Buffer.alloc((4 - (piece.length % 4)) % 4);
      pieces.push(piece, padding);
      at += piece.length + padding.length;
    }
    head.writeInt16BE(1, 50);
    const cut = new Map(tables).set('glyf', Buffer.concat(pieces)).set('loca', offsets).set('head', head);
    return buildFont(cut, '\0\x01\0\0', [
      'cvt ',
      'fpgm',
      'glyf',
      'head',
      'hhea',
      'hmtx',
      'loca',
      'maxp',
      'prep',
    ]);
  });
}

function careful<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FontProblem) throw error;
    // Offsets of a broken file may point outside of it.
    if (error instanceof RangeError || error instanceof TypeError)
      throw new FontProblem('the file is broken');
    throw error;
  }
}

function tablesOf(bytes: Uint8Array): Tables {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Of a collection the first font is used.
  const start = file.toString('latin1', 0, 4) === 'ttcf' ? file.readUInt32BE(12) : 0;
  const version = file.toString('latin1', start, start + 4);
  if (!['\0\x01\0\0', 'OTTO', 'true'].includes(version))
    throw new FontProblem('it is no TrueType or OpenType font');
  const tables = new Map<string, Buffer>();
  const count = file.readUInt16BE(start + 4);
  for (let at = start + 12; at < start + 12 + count * 16; at += 16) {
    const offset = file.readUInt32BE(at + 8);
    tables.set(
      file.toString('latin1', at, at + 4),
      file.subarray(offset, offset + file.readUInt32BE(at + 12)),
    );
  }
  return tables;
}

function table(tables: Tables, name: string): Buffer {
  const found = tables.get(name);
  if (found === undefined) throw new FontProblem(`it has no table ${name.trim()}`);
  return found;
}

function readAdvances(hmtx: Buffer, metrics: number, glyphs: number): Uint16Array {
  const advances = new Uint16Array(Math.max(1, Math.min(metrics, glyphs)));
  for (let at = 0; at < advances.length; at += 1) advances[at] = hmtx.readUInt16BE(at * 4);
  return advances;
}

/** Unicode tables by platform and encoding, the widest first. */
const wanted = ['3.10', '0.6', '0.4', '3.1', '0.3', '0.2', '0.1', '0.0'];

function readCharacters(cmap: Buffer, glyphCount: number): ReadonlyMap<number, number> {
  const found = new Map<string, number>();
  for (let at = 4; at < 4 + cmap.readUInt16BE(2) * 8; at += 8)
    found.set(`${cmap.readUInt16BE(at)}.${cmap.readUInt16BE(at + 2)}`, cmap.readUInt32BE(at + 4));
  const name = wanted.find((one) => found.has(one));
  if (name === undefined) throw new FontProblem('it does not say which characters it has');
  const part = cmap.subarray(found.get(name));
  const glyphs = new Map<number, number>();
  const add = (character: number, glyph: number): void => {
    if (glyph !== 0 && glyph < glyphCount) glyphs.set(character, glyph);
  };
  const format = part.readUInt16BE(0);
  if (format === 4) readSegments(part, add);
  else if (format === 12) readGroups(part, add);
  else throw new FontProblem('its table of characters has a form that is not known');
  return glyphs;
}

type Add = (character: number, glyph: number) => void;

/** Format 4: segments of the first 65,536 characters. */
function readSegments(part: Buffer, add: Add): void {
  const doubled = part.readUInt16BE(6);
  for (let at = 0; at < doubled; at += 2) {
    const end = part.readUInt16BE(14 + at);
    const start = part.readUInt16BE(16 + doubled + at);
    const delta = part.readUInt16BE(16 + 2 * doubled + at);
    const place = 16 + 3 * doubled + at;
    const range = part.readUInt16BE(place);
    for (let character = start; character <= end && character !== 0xffff; character += 1) {
      const glyph = range === 0 ? character : part.readUInt16BE(place + range + (character - start) * 2);
      add(character, range !== 0 && glyph === 0 ? 0 : (glyph + delta) & 0xffff);
    }
  }
}

/** Format 12: groups of any characters. */
function readGroups(part: Buffer, add: Add): void {
  const count = part.readUInt32BE(12);
  for (let at = 16; at < 16 + count * 12; at += 12) {
    const start = part.readUInt32BE(at);
    const end = Math.min(part.readUInt32BE(at + 4), 0x10ffff);
    const glyph = part.readUInt32BE(at + 8);
    for (let character = start; character <= end; character += 1) add(character, glyph + character - start);
  }
}

function glyphStarts(tables: Tables, head: Buffer): readonly number[] {
  const loca = table(tables, 'loca');
  const isLong = head.readInt16BE(50) === 1;
  const count = table(tables, 'maxp').readUInt16BE(4) + 1;
  return Array.from({ length: count }, (_, at) =>
    isLong ? loca.readUInt32BE(at * 4) : loca.readUInt16BE(at * 2) * 2,
  );
}

/** The components of a composite glyph. */
function partsOf(glyf: Buffer, starts: readonly number[], glyph: number): readonly number[] {
  const start = starts[glyph] ?? 0;
  if ((starts[glyph + 1] ?? 0) <= start || glyf.readInt16BE(start) >= 0) return [];
  const parts: number[] = [];
  for (let at = start + 10, flags = 0x20; (flags & 0x20) !== 0;) {
    flags = glyf.readUInt16BE(at);
    parts.push(glyf.readUInt16BE(at + 2));
    at += 4 + ((flags & 1) !== 0 ? 4 : 2);
    at += (flags & 0x08) !== 0 ? 2 : (flags & 0x40) !== 0 ? 4 : (flags & 0x80) !== 0 ? 8 : 0;
  }
  return parts;
}

function buildFont(tables: Tables, version: string, names: readonly string[]): Uint8Array {
  const present = names.flatMap((name) => {
    const content = tables.get(name);
    return content === undefined ? [] : [{ name, content }];
  });
  const header = Buffer.alloc(12 + present.length * 16);
  header.write(version, 0, 'latin1');
  header.writeUInt16BE(present.length, 4);
  const power = Math.floor(Math.log2(present.length));
  header.writeUInt16BE(16 * 2 ** power, 6);
  header.writeUInt16BE(power, 8);
  header.writeUInt16BE(16 * (present.length - 2 ** power), 10);
  const pieces: Buffer[] = [header];
  let offset = header.length;
  for (const [at, { name, content }] of present.entries()) {
    const entry = 12 + at * 16;
    header.write(name, entry, 'latin1');
    header.writeUInt32BE(checksum(content), entry + 4);
    header.writeUInt32BE(offset, entry + 8);
    header.writeUInt32BE(content.length, entry + 12);
    const padding = Buffer.alloc((4 - (content.length % 4)) % 4);
    pieces.push(content, padding);
    offset += content.length + padding.length;
  }
  return Buffer.concat(pieces);
}

function checksum(content: Buffer): number {
  let total = 0;
  for (let at = 0; at + 4 <= content.length; at += 4) total = (total + content.readUInt32BE(at)) >>> 0;
  return total;
}

/** The PostScript name, which PDF readers show; only letters and digits. */
function nameOf(name: Buffer | undefined): string {
  if (name === undefined) return 'Font';
  const strings = name.readUInt16BE(4);
  for (let at = 6; at < 6 + name.readUInt16BE(2) * 12; at += 12) {
    if (name.readUInt16BE(at + 6) !== 6) continue;
    const start = strings + name.readUInt16BE(at + 10);
    const text = name.toString('latin1', start, start + name.readUInt16BE(at + 8));
    const clean = text.replace(/[^A-Za-z0-9-]/g, '').slice(0, 60);
    if (clean !== '') return clean;
  }
  return 'Font';
}
