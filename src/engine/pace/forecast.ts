/**
 * A one-line forecast before a batch starts: how many videos, how long, what will limit the pace, and
 * whether more workers would help. Sends nothing; used by editor and terminal.
 */
import type { NewJob } from '../../model/events';
import { linkQuota, splitQuota } from '../../model/quotaNames';
import type { Settings } from '../../model/settings';
import { isSourceId } from '../../model/transcript';
import { steadyPaceWords } from '../../model/paceWords';
import { formatCount, formatDuration, formatTime, plural, serviceName } from '../../model/words';
import { adviceOn, startsLeastMs } from './progress';
import { allowedOf, quotaSpec } from '../limits/quotaSpecs';

export interface Forecast {
  readonly videos: number;
  /** Lists among them, whose length is not known yet. */
  readonly lists: number;
  readonly ms: number;
  readonly by: { readonly kind: 'quota'; readonly quota: string } | { readonly kind: 'workers' };
  readonly advice?: { readonly workers: number; readonly ms: number };
  /** Sound files of unknown length, which `ms` leaves out, and the minutes that an hour of sound takes here. */
  readonly unmeasured?: { readonly files: number; readonly hourMinutes: number };
}

/** Worker time of one caption fetch, before anything was measured. */
const typicalMs = 2_500;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Waits shorter than this are not worth a message. */
const worthWordsMs = 60_000;

/**
 * How long these jobs will take with these settings, as far as that can be known beforehand. `hourMinutes`: how many
 * minutes an hour of sound takes on this computer; absent: sound is not transcribed here.
 */
export function forecast(
  jobs: Iterable<Pick<NewJob, 'link' | 'invalid' | 'meta'>>,
  settings: Settings,
  hourMinutes?: number,
): Forecast {
  const starts = new Map<string, number>();
  let lists = 0;
  let videos = 0;
  let work = 0;
  let longest = 0;
  let files = 0;
  for (const { link, invalid, meta } of jobs) {
    if (invalid) continue;
    if (link.kind === 'list') {
      lists += 1;
      continue;
    }
    videos += 1;
    let took = typicalMs;
    if (hourMinutes !== undefined && link.kind === 'media') {
      if (meta?.duration === undefined) files += 1;
      else took = Math.max(took, (meta.duration * 1000 * hourMinutes) / 60);
    }
    work += took;
    longest = Math.max(longest, took);
    const quota = linkQuota(link);
    if (quota !== undefined && mayBeAsked(quota, settings)) starts.set(quota, (starts.get(quota) ?? 0) + 1);
  }
  let byQuota = 0;
  let slowest = '';
  for (const [name, count] of starts) {
    const spec = quotaSpec(name, settings);
    const paced = startsLeastMs(spec, allowedOf(spec.limit, spec.utilization), count);
    const days = spec.perDay > 0 ? Math.floor((count - 1) / spec.perDay) * dayMs : 0;
    const ms = Math.max(paced, days);
    if (ms <= byQuota) continue;
    byQuota = ms;
    slowest = name;
  }
  const workers = settings.parallel ? settings.workers : 1;
  const byWorkers = Math.max(longest, work / Math.max(1, Math.min(workers, videos)));
  const advice = byWorkers > byQuota ? adviceOn(work, byQuota, byWorkers, workers, videos) : undefined;
  return {
    videos,
    lists,
    ms: Math.max(byQuota, byWorkers),
    by: byQuota >= byWorkers && slowest !== '' ? { kind: 'quota', quota: slowest } : { kind: 'workers' },
    ...(advice ? { advice } : {}),
    ...(hourMinutes === undefined || files === 0 ? {} : { unmeasured: { files, hourMinutes } }),
  };
}

/**
 * "2,000 videos, about 7 h at YouTube's pace; keep this window open, or use the terminal." Undefined for
 * about a minute or less, which needs no message. `now`: epoch ms, for the advice.
 */
export function forecastWords(
  expected: Forecast,
  where: 'editor' | 'terminal',
  now: number,
): string | undefined {
  const { videos, lists, ms, by, advice, unmeasured } = expected;
  const sound =
    unmeasured === undefined
      ? undefined
      : `${plural(unmeasured.files, 'sound file')} of unknown length: ${hereWords(unmeasured.hourMinutes)}`;
  if (ms < worthWordsMs) return sound;
  const more = lists > 0 ? ` and ${plural(lists, 'list')} not counted yet` : '';
  const pace = by.kind === 'quota' ? ` at ${serviceName(by.quota)}'s pace` : '';
  const keep = where === 'editor' ? 'keep this window open, or use the terminal' : 'keep this terminal open';
  const help = advice
    ? ` ${formatCount(advice.workers)} workers would finish at ${formatTime(now + advice.ms, now)}.`
    : '';
  const words = `${plural(videos, 'video')}${more}, about ${formatDuration(roughly(ms))}${pace}; ${keep}.${help}`;
  return sound === undefined ? words : `${words} ${sound}`;
}

/** "an hour of sound takes about 12 min on this computer." */
export function hereWords(hourMinutes: number): string {
  return `an hour of sound takes about ${formatDuration(hourMinutes * 60_000)} on this computer.`;
}

/**
 * The same where it is shown before the start, with the reason: "200 videos, about 40 min: one every 12 s, so that
 * YouTube does not block you. 3 lists still to be counted."
 */
export function planWords({ videos, lists, ms, by, unmeasured }: Forecast, settings: Settings): string {
  const workers = Math.min(settings.parallel ? settings.workers : 1, videos);
  const together = workers === 1 ? 'one at a time' : `${formatCount(workers)} at a time`;
  const why = by.kind === 'quota' ? (quotaPaceWords(by.quota, videos, settings) ?? together) : together;
  const long = ms < worthWordsMs ? 'under a minute' : `about ${formatDuration(roughly(ms))}: ${why}`;
  const rest = videos - (unmeasured?.files ?? 0);
  const counted = rest <= 0 ? '' : `${plural(rest, 'video')}, ${long}.`;
  const sound =
    unmeasured === undefined
      ? ''
      : `${plural(unmeasured.files, 'sound file')}: ${hereWords(unmeasured.hourMinutes)}`;
  const open = lists === 0 ? '' : `${plural(lists, 'list')} still to be counted.`;
  return [counted, sound, open].filter((words) => words !== '').join(' ');
}

function quotaPaceWords(quota: string, videos: number, settings: Settings): string | undefined {
  const { limit: starts, windowMs, spacingMs, perDay } = quotaSpec(quota, settings);
  if (perDay > 0 && videos > perDay) return `${formatCount(perDay)} a day, as the settings say`;
  return steadyPaceWords(quota, { starts, windowMs, spacingMs });
}

/** An estimate to the minute would claim too much precision. */
function roughly(ms: number): number {
  const step = ms > 3 * hourMs ? hourMs : ms > hourMs / 2 ? hourMs / 12 : 0;
  return step === 0 ? ms : Math.round(ms / step) * step;
}

/** A source that the user has taken out of the list is not asked; other hosts are. */
function mayBeAsked(quota: string, settings: Settings): boolean {
  const { service } = splitQuota(quota);
  return !isSourceId(service) || service === 'notes' || settings.sources.includes(service);
}
