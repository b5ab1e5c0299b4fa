/**
 * One line of a journal-like file: newline, checksum, tab, JSON. The checksum detects damage. A seal, where a
 * line has one, proves that this user's programs wrote it for this place.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { LastingEvent } from '../../model/events';
import { deepest, isPlain, isShallow, type Plain } from '../../model/plain';
import { longestLine } from './lines';
import { journalVersion } from './version';

/**
 * 16 hex digits: CRC-32 and length. They detect torn and damaged lines, not forged ones; the record itself
 * is always validated.
 */
function checksum(text: string): string {
  return hex(crc32(text)) + hex(text.length);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** One line as written in the file, its newline first. With a `seal` the line proves where it was written. */
export function journalLine(record: Plain | LastingEvent, number?: number, seal?: Seal): string {
  const json = JSON.stringify(
    number === undefined ? { v: journalVersion, ...record } : { v: journalVersion, n: number, ...record },
  );
  const text = seal === undefined ? json : seal.sealed(json);
  return `\n${checksum(text)}\t${text}`;
}

/** The record of a line; undefined when the line is torn or damaged. */
export function parseLine(line: string): Plain | undefined {
  if (line.length < 18 || line.length > longestLine || line.charCodeAt(16) !== 9) return undefined;
  const json = line.slice(17);
  if (checksum(json) !== line.slice(0, 16)) return undefined;
  try {
    const record: unknown = JSON.parse(json);
    // Fields of later versions are kept and written again, so their depth counts; a short line has none.
    const isFit = isPlain(record) && (json.length < 2 * deepest || isShallow(record));
    return isFit ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The number of a line's record, read without parsing the line; undefined where it has none. */
export function numberOf(line: string): number | undefined {
  const [, digits] = /^[0-9a-f]{16}\t\{"v":\d{1,9},"n":(\d{1,15})[,}]/.exec(line.slice(0, 64)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether the line is only the beginning of one: its writer was killed. Damaged lines are another matter. */
export function isTorn(line: string): boolean {
  const [, length] = /^[0-9a-f]{8}([0-9a-f]{8})\t/.exec(line) ?? [];
  if (length === undefined) return /^[0-9a-f]{0,16}\t?$/.test(line);
  return line.length - 17 < parseInt(length, 16);
}

/**
 * The whole lines within a damaged one: where a line break was damaged, two lines look like one. Empty where there
 * is none.
 */
export function wholeLinesIn(line: string): readonly string[] {
  const starts = [...line.matchAll(/[0-9a-f]{16}\t\{/g)].map(({ index }) => index);
  return starts
    .map((start, at) => line.slice(start, (starts[at + 1] ?? line.length + 1) - 1))
    .filter((part) => part.length < line.length && parseLine(part) !== undefined);
}

/** `,"seal":"`, 43 characters of base64url, `"}`: always the end of a sealed line. */
const sealForm = /,"seal":"([\w-]{43})"\}$/;
const sealLength = 54;

/** Whether the line says that it is sealed, by whomever. */
export function hasSeal(line: string): boolean {
  return sealForm.test(line.slice(-sealLength));
}

/**
 * Proves that a line was written by this user's programs for a batch in this place: an HMAC-SHA-256 over the line's
 * record, its number and the place. `key`: a secret that never leaves the machine. `place`: the batch's folder,
 * links resolved.
 */
export class Seal {
  constructor(
    private readonly key: string,
    private readonly place: string,
  ) {}

  /** The JSON of a record with the seal as its last field. */
  sealed(json: string): string {
    return `${json.slice(0, -1)},"seal":"${this.over(json)}"}`;
  }

  /** Whether a whole line, as it is in the file, was sealed for this place. */
  proves(line: string): boolean {
    const [, said] = sealForm.exec(line.slice(-sealLength)) ?? [];
    if (said === undefined) return false;
    const own = this.over(`${line.slice(17, -sealLength)}}`);
    return timingSafeEqual(Buffer.from(own), Buffer.from(said));
  }

  private over(json: string): string {
    return createHmac('sha256', this.key).update(`${this.place}\n${json}`).digest('base64url');
  }
}
