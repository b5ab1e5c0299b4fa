/** What will happen, in one line, before a large list starts. */
import type { NewJob } from '../model/events';
import type { Settings } from '../model/settings';
import { formatCount, formatDuration } from '../model/words';

/** A list is large when it will not be done while one gets a coffee. */
const largeMs = 30 * 60_000;

export interface Forecast {
  readonly words: string;
  readonly large: boolean;
}

/**
 * Bounded by YouTube's hourly rate where most links are YouTube's; what else there is counts a minute a
 * video and worker, which is a guess and said as "about".
 */
export function forecast(jobs: readonly NewJob[], settings: Settings): Forecast {
  const youtube = jobs.filter((job) => job.link.kind === 'youtube').length;
  const lists = jobs.filter((job) => job.link.kind === 'list').length;
  const perHour = Math.floor(settings['rate.youtube.perHour'] * settings['rate.utilization']);
  const atPaceMs =
    perHour > 0 && settings.sources.includes('youtube') ? (youtube / Math.max(1, perHour)) * 3_600_000 : 0;
  const workers = settings.parallel ? settings.workers : 1;
  const othersMs = ((jobs.length - youtube) / workers) * 60_000;
  const ms = Math.max(atPaceMs, othersMs);
  const videos = `${formatCount(jobs.length)} ${jobs.length === 1 ? 'entry' : 'entries'}`;
  const pace = atPaceMs >= othersMs ? " at YouTube's pace" : '';
  const more = lists > 0 ? ', playlists not yet counted' : '';
  return {
    words: `${videos}${more}, about ${formatDuration(ms)}${pace}; keep this window open, or use the terminal.`,
    large: ms >= largeMs,
  };
}
