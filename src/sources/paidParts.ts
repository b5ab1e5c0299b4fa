/**
 * The record of a paid job that was sent in parts, as the one text that the journal keeps for its request
 * id: a bare id for audio sent whole, otherwise `id@start-end … /total` with times in seconds, and `~` behind
 * an end without a pause (audioCuts.ts). After a
 * crash it shows what was submitted, with its position in the audio, and only the rest is submitted.
 */
import type { Stretch } from './audioCuts';

export interface PaidPart {
  readonly id: string;
  /** Absent: the whole audio. */
  readonly stretch?: Stretch;
}

export interface PaidParts {
  readonly parts: readonly PaidPart[];
  /** Length of the whole audio; absent for one that was sent whole. */
  readonly total?: number;
}

/** The text for the journal. */
export function writePaidParts({ parts, total }: PaidParts): string {
  const whole = total === undefined ? parts[0] : undefined;
  if (whole) return whole.id;
  const pieces = parts.map(
    ({ id, stretch }) =>
      `${id}@${shown(stretch?.start)}-${shown(stretch?.end)}${stretch?.blurred === true ? '~' : ''}`,
  );
  return [...pieces, `/${shown(total)}`].join(' ');
}

/** Parses it; any other text is the id of audio that was sent whole. */
export function readPaidParts(text: string): PaidParts {
  const pieces = text.split(' ');
  const total = /^\/(\d+(?:\.\d+)?)$/.exec(pieces.at(-1) ?? '')?.[1];
  if (total === undefined) return { parts: [{ id: text }] };
  const parts = pieces.slice(0, -1).flatMap((piece): PaidPart[] => {
    const match = /^(.+)@(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)(~?)$/.exec(piece);
    if (!match?.[1]) return [];
    const blurred = match[4] === '~' ? { blurred: true as const } : {};
    return [{ id: match[1], stretch: { start: Number(match[2]), end: Number(match[3]), ...blurred } }];
  });
  return { parts, total: Number(total) };
}

/** Where the part that is not submitted yet begins; undefined when all are. */
export function paidUntil({ parts, total }: PaidParts): number | undefined {
  if (total === undefined) return undefined;
  const end = parts.at(-1)?.stretch?.end ?? 0;
  // A hundredth of a second is shorter than any speech.
  return end >= total - 0.01 ? undefined : end;
}

function shown(seconds: number | undefined): string {
  return (seconds ?? 0).toFixed(3).replace(/\.?0+$/, '');
}
