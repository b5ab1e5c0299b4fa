/**
 * The record of a paid job that was sent in parts, as the one text that the journal keeps for its request id:
 * a bare id for a sound sent whole, else `id@start-end …  /total` with times in seconds. What was submitted
 * is thus known after a crash, with its place in the sound, and only the rest is submitted then.
 */
import type { Stretch } from './audioCuts';

export interface PaidPart {
  readonly id: string;
  /** Absent: the whole sound. */
  readonly stretch?: Stretch;
}

export interface PaidParts {
  readonly parts: readonly PaidPart[];
  /** Length of the whole sound; absent for one that was sent whole. */
  readonly total?: number;
}

/** The text for the journal. */
export function writePaidParts({ parts, total }: PaidParts): string {
  const whole = total === undefined ? parts[0] : undefined;
  if (whole) return whole.id;
  const pieces = parts.map(({ id, stretch }) => `${id}@${shown(stretch?.start)}-${shown(stretch?.end)}`);
  return [...pieces, `/${shown(total)}`].join(' ');
}

/** Reads it back; what has not its form is the id of a sound that was sent whole. */
export function readPaidParts(text: string): PaidParts {
  const pieces = text.split(' ');
  const total = /^\/(\d+(?:\.\d+)?)$/.exec(pieces.at(-1) ?? '')?.[1];
  if (total === undefined) return { parts: [{ id: text }] };
  const parts = pieces.slice(0, -1).flatMap((piece): PaidPart[] => {
    const match = /^(.+)@(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(piece);
    if (!match?.[1]) return [];
    return [{ id: match[1], stretch: { start: Number(match[2]), end: Number(match[3]) } }];
  });
  return { parts, total: Number(total) };
}

/** Where the part that is not submitted yet begins; undefined when all are. */
export function paidUntil({ parts, total }: PaidParts): number | undefined {
  if (total === undefined) return undefined;
  const end = parts.at(-1)?.stretch?.end ?? 0;
  // A hundredth of a second is less than any sound.
  return end >= total - 0.01 ? undefined : end;
}

function shown(seconds: number | undefined): string {
  return (seconds ?? 0).toFixed(3).replace(/\.?0+$/, '');
}
