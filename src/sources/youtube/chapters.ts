/**
 * Chapters from a description, by YouTube's own rules: lines with a time and a title, the first at 0:00, at
 * least three, rising, ten seconds or more each.
 */
import type { Chapter } from '../../model/link';

const time = String.raw`[([]?((?:\d{1,2}:)?\d{1,2}:\d{2})[)\]]?`;
const leading = new RegExp(String.raw`^[\s*•▶►‣·–—-]*${time}(?:\s*[-–—:|~]+\s*|\s+)(\S.*)$`, 'u');
const trailing = new RegExp(String.raw`^(\S.*?)(?:\s*[-–—:|~]+\s*|\s+)${time}\s*$`, 'u');
const shortestSeconds = 10;

/**
 * Empty when the description has none, or when its times mean something else (a track list of excerpts).
 */
export function chaptersIn(description: string, durationSeconds: number | undefined): readonly Chapter[] {
  const found: Chapter[] = [];
  for (const raw of description.slice(0, 20_000).split(/\r?\n/)) {
    if (raw.length > 300) continue;
    const first = leading.exec(raw);
    const last = first ? null : trailing.exec(raw);
    const [clock, title] = first ? [first[1], first[2]] : [last?.[2], last?.[1]];
    if (clock === undefined || title === undefined) continue;
    found.push({ start: secondsOf(clock), title: title.trim().slice(0, 200) });
  }
  const rising = found.every(({ start }, index) => {
    const before = found[index - 1];
    return before === undefined ? start === 0 : start - before.start >= shortestSeconds;
  });
  const end = durationSeconds ?? Infinity;
  return found.length >= 3 && rising && found.every(({ start }) => start < end) ? found : [];
}

function secondsOf(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
