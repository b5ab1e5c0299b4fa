/**
 * Character encodings by name (https://encoding.spec.whatwg.org/#names-and-labels), and the guess for bytes
 * without any information. chardet is a port of ICU's detector.
 */
import { analyse } from 'chardet';
import { latinText } from '../model/latinText';
import { sliceLength, type Pieces, type Sliced } from './sliced';

/** The label in its canonical form; undefined for `auto`, for nothing, and for an unknown one. */
export function knownEncoding(label: string | undefined): string | undefined {
  const name = label?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'auto') return undefined;
  try {
    return new TextDecoder(aliases[name] ?? name).encoding;
  } catch {
    return undefined;
  }
}

/** Names that programs write and the web's list of labels does not have. */
const aliases: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp874: 'windows-874',
  cp866: 'ibm866',
  cp65001: 'utf-8',
};

/** The two that servers declare by default. */
export function isLatin(encoding: string): boolean {
  return encoding === 'windows-1252' || encoding === 'iso-8859-1';
}

/** Decodes any bytes with an encoding that `knownEncoding` returned. */
export function* decodeAs(encoding: string, bytes: Uint8Array): Sliced<Pieces> {
  if (isLatin(encoding)) return yield* decodeLatin(bytes);
  const decoder = new TextDecoder(encoding);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += sliceLength) {
    pieces.push(decoder.decode(bytes.subarray(at, at + sliceLength), { stream: true }));
    if (at > 0) yield;
  }
  pieces.push(decoder.decode());
  return pieces;
}

function* decodeLatin(bytes: Uint8Array): Sliced<Pieces> {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += sliceLength) {
    pieces.push(latinText(bytes.subarray(at, at + sliceLength)));
    if (at > 0) yield;
  }
  return pieces;
}

/** UTF-32, which TextDecoder does not know. A unit that is no character becomes U+FFFD. */
export function* decodeUtf32(bytes: Uint8Array, littleEndian: boolean): Sliced<Pieces> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: string[] = [];
  for (let from = 0; from + 4 <= bytes.length; from += sliceLength) {
    if (from > 0) yield;
    let piece = '';
    for (let at = from; at + 4 <= Math.min(bytes.length, from + sliceLength); at += 4) {
      const unit = view.getUint32(at, littleEndian);
      piece += unit <= 0x10ffff ? String.fromCodePoint(unit) : '\ufffd';
    }
    pieces.push(piece);
  }
  return pieces;
}

/** Number of bytes for the detector, which takes a few milliseconds for them. */
const sampleLength = 4 * 1024;

/** The likeliest encoding of text that is not UTF-8; windows-1252 where the detector finds none. */
export function guessEncoding(bytes: Uint8Array): string {
  for (const { name } of analyse(sampleOf(bytes))) {
    if (/^(?:ascii|utf-)/i.test(name)) continue;
    // The newer code pages contain the ISO ones, and more.
    const encoding = knownEncoding(newer[name] ?? name);
    if (encoding !== undefined) return encoding;
  }
  return 'windows-1252';
}

const newer: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
};

/** The lines with more than ASCII: times and numbers say nothing about a language. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(sampleLength);
  let taken = 0;
  let start = 0;
  let hasHigh = false;
  const stop = Math.min(bytes.length, 64 * sampleLength);
  for (let at = 0; at <= stop && taken < sampleLength; at += 1) {
    const byte = at === stop ? 0x0a : (bytes[at] ?? 0x0a);
    if (byte > 0x7f) hasHigh = true;
    if (byte !== 0x0a) continue;
    if (hasHigh) {
      const line = bytes.subarray(start, Math.min(at + 1, start + sampleLength - taken));
      sample.set(line, taken);
      taken += line.length;
    }
    start = at + 1;
    hasHigh = false;
  }
  return sample.subarray(0, taken);
}
