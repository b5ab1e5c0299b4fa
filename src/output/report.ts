/**
 * `report.md`: what happened in a batch, for people. Failures are grouped by cause, each with its next
 * step.
 */
import { toGoOf } from '../engine/state/counts';
import type { ReadonlyState } from '../engine/state/reducer';
import { publicAddress } from '../model/publicUrl';
import {
  formatCount,
  formatDuration,
  formatElapsed,
  formatLength,
  formatTime,
  noneDoneWords,
  writesNotes,
  plural,
  rowWords,
  serviceLabel,
} from '../model/words';
import { byCause, groupWords, onlyCause, type CauseGroup } from '../engine/state/causes';
import { linkTarget, markdownText, relativeTarget } from './escape';
import { maybeCharged } from '../engine/state/charges';
import { costWords } from '../model/costWords';
import { wallSeconds } from './manifest';

/** Videos named under one cause; failed.urls has them all. */
const mostNamed = 200;
/** Sentences of YouTube that the report repeats. */
const mostReasons = 20;

/** The whole report. One pass over the jobs; memory only for the causes. `folder`: the name of the batch's own. */
export function renderReport(state: ReadonlyState, now: number, folder = state.name): string {
  const failed = byCause(state, 'failed', now);
  const parked = byCause(state, 'parked', now);
  const parts = [
    `# ${markdownText(state.name)}`,
    `${sentence(state, failed, now)} ${pace(state, now)}`.trim(),
    figures(state, now),
  ];
  if (failed.length > 0) parts.push('## Failed', ...failed.map((group) => groupText(group, state, now)));
  if (parked.length > 0)
    parts.push('## Waiting for you or for time', ...parked.map((group) => groupText(group, state, now)));
  const told = unknownReasons(state);
  if (told !== '') parts.push('## What YouTube said', told);
  if (state.notes.length > 0) parts.push('## Good to know', noteLines(state));
  const known = alreadyDone(state, folder);
  if (known !== '') parts.push('## Already done', known);
  return `${parts.join('\n\n')}\n`;
}

/**
 * YouTube's messages where it has changed or the message is unknown, the most frequent first: each with its
 * count and the answer each client got, for a bug report.
 */
function unknownReasons(state: ReadonlyState): string {
  const counts = new Map<string, number>();
  for (const { failure } of state.jobs) {
    const isUnknown = failure?.code === 'bad-response' && failure.subject === 'YouTube';
    if (!failure || (!isUnknown && failure.code !== 'client-outdated')) continue;
    counts.set(failure.message, (counts.get(failure.message) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, mostReasons);
  const lines = most.map(([message, count]) => `- ${formatCount(count)} \u00d7 ${markdownText(message)}`);
  return `In its own words, for a bug report:\n\n${lines.join('\n')}`;
}

function noteLines(state: ReadonlyState): string {
  return state.notes
    .slice(0, mostNamed)
    .map(({ text, job, line }) => {
      const row = job === undefined ? undefined : state.jobs[job];
      const at = line ?? row?.line;
      const where = [
        ...(at === undefined ? [] : [`line ${at}`]),
        ...(row ? [publicAddress(row.link)] : []),
      ].join(', ');
      return `- ${where === '' ? '' : `${markdownText(where)}: `}${markdownText(text)}`;
    })
    .join('\n');
}

function sentence(state: ReadonlyState, failed: readonly CauseGroup[], now: number): string {
  const { counts, total } = state;
  const notes = writesNotes(state);
  switch (state.phase) {
    case 'finished':
      if (counts.failed > 0 && counts.failed === total) {
        const only = onlyCause(state, now);
        return `${noneDoneWords(total, only, notes)}${only === undefined ? '; each reason has its next step below' : ''}.`;
      }
      if (counts.failed > 0)
        return `Finished. ${plural(counts.failed, 'video')} failed for ${plural(failed.length, 'reason')}; each reason has its next step below.`;
      if (notes)
        return total === 1
          ? 'Finished. The notes are written.'
          : `Finished. Notes about all ${formatCount(total)} are written.`;
      return total === 1 ? 'Finished. The video is done.' : `Finished. All ${formatCount(total)} are done.`;
    case 'paused':
      return `Paused at ${formatTime(state.phaseAt, now)}.${why(state)}`;
    case 'stopped':
      return `Stopped at ${formatTime(state.phaseAt, now)}. Resume continues where it was.${why(state)}`;
    case 'running':
      return `Running; written at ${formatTime(now, now)}.`;
  }
}

function why(state: ReadonlyState): string {
  return state.why === undefined ? '' : ` ${rowWords(state.why).sentence}`;
}

/**
 * "It took 61.2 s; no order of these jobs could have taken less than 60.3 s." The bound is the engine's, of
 * one run: after a restart the time in between was not measured.
 */
function pace(state: ReadonlyState, now: number): string {
  const wall = wallSeconds(state, now);
  if (state.phase !== 'finished' || wall === 0) return '';
  const exact = (seconds: number): string =>
    seconds < 100 ? `${seconds.toFixed(1)}\u2009s` : formatDuration(seconds * 1000);
  const ideal = state.starts === 1 ? state.pace?.ideal : undefined;
  const least = (ideal?.leastMs ?? 0) / 1000;
  return least === 0 || least > wall
    ? `It took ${exact(wall)}.`
    : `It took ${exact(wall)}; no order of these jobs could have taken less than ${exact(least)}.`;
}

function figures(state: ReadonlyState, now: number): string {
  const { counts } = state;
  const sources = Object.entries(state.bySource)
    .map(([source, count]) => `${serviceLabel(source)} ${formatCount(count)}`)
    .join(', ');
  const rows: (readonly [string, string])[] = [
    ['Videos', formatCount(state.total)],
    ['Done', formatCount(counts.completed)],
    ['Failed', formatCount(counts.failed)],
    ['Skipped', formatCount(counts.skipped)],
    ['Cancelled', formatCount(counts.cancelled)],
    ['Parked', formatCount(counts.parked)],
    ['Not done yet', formatCount(toGoOf(counts))],
    ['Sources', sources],
    ['Running time', formatElapsed(wallSeconds(state, now))],
    ['Requests', formatCount(state.requests)],
    ['Asked to slow down', plural(state.rateLimited, 'time')],
    ['Retries', formatCount(state.retries)],
    ['Cost', costWords(state.cost, maybeCharged(state))],
    ['Started', new Date(state.createdAt).toISOString()],
  ];
  const shown = rows.filter(
    ([, value], at) => value !== '' && (at < 3 || (value !== '0' && value !== '0 times')),
  );
  return ['| | |', '|---|---:|', ...shown.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

function groupText(group: CauseGroup, state: ReadonlyState, now: number): string {
  const { jobs } = group;
  const told = groupWords(group, state, now);
  const words = { cause: markdownText(told.cause), sentence: markdownText(told.sentence) };
  const lines = jobs.slice(0, mostNamed).map((job) => {
    const address = publicAddress(job.link);
    const target = linkTarget(address);
    const title = markdownText(job.meta.title ?? address);
    const length = formatLength(job.meta.duration);
    const said = markdownText(job.failure?.message ?? '');
    return `- ${target === undefined ? title : `[${title}](${target})`}${length === '' ? '' : ` (${length})`}${said === '' ? '' : `: ${said}`}`;
  });
  if (jobs.length > mostNamed)
    lines.push(`- and ${formatCount(jobs.length - mostNamed)} more, all in failed.urls`);
  return `### ${words.cause} (${formatCount(jobs.length)})\n\n${words.sentence}\n\n${lines.join('\n')}`;
}

/** Videos that this or another batch of the output folder had, each with a link to its transcript. */
function alreadyDone(state: ReadonlyState, folder: string): string {
  const lines: string[] = [];
  let more = 0;
  for (const { skip, meta } of state.jobs) {
    if (skip?.reason !== 'already-done' || skip.file === undefined || skip.batch === undefined) continue;
    // A journal may come from anywhere.
    if (/^\.+$/.test(skip.batch)) continue;
    if (lines.length >= mostNamed) {
      more += 1;
      continue;
    }
    const way = skip.batch === folder ? [skip.file] : ['..', skip.batch, skip.file];
    const title = meta.title ?? skip.file.replace(/\.\w+$/, '');
    lines.push(`- [${markdownText(title)}](${relativeTarget(way)})`);
  }
  if (more > 0) lines.push(`- and ${formatCount(more)} more`);
  return lines.join('\n');
}

/**
 * `failed.urls`: the failed videos as a list that can be run again, by cause, with reasons and titles as
 * comments. Line by line, each with its end.
 */
export function* failedListLines(state: ReadonlyState, now: number): Generator<string, void, undefined> {
  yield `# ${plural(state.counts.failed, 'failed video')} of ${remark(state.name)}, ${new Date(now).toISOString()}\n`;
  yield '# Run this list to try them again.\n';
  // Without a name of its own the batch would be called "failed", whatever it came from.
  yield `# @name ${state.name.endsWith(' retry') ? remark(state.name) : `${remark(state.name)} retry`}\n`;
  for (const group of byCause(state, 'failed', now)) {
    const { cause, sentence } = groupWords(group, state, now);
    yield `\n# ${remark(cause)}: ${remark(sentence)}\n`;
    for (const job of group.jobs) {
      const title = remark(job.meta.title ?? '');
      // An entry that is not a link would only be refused again; it is kept for correction.
      const isLink = job.failure?.code !== 'invalid-url' && linkTarget(job.link.url) !== undefined;
      const entry = isLink ? oneWord(job.link.url) : `# ${remark(job.link.url)}`;
      yield title === '' ? `${entry}\n` : `${entry} # ${title}\n`;
    }
  }
}

/** One line that can only be a comment: no line breaks, no directive. */
function remark(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, ' ')
    .replace(/^[\s#@]+/, '')
    .trim()
    .slice(0, 500);
}

/** Canonical links have no white space; anything else must not break the line. */
function oneWord(url: string): string {
  return url.replace(/[\p{Cc}\u2028\u2029\s]/gu, (character) => encodeURIComponent(character));
}
