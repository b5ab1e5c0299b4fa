/**
 * What a terminal shows while a batch runs, as text: a bar and a line a worker where the cursor can move,
 * plain lines where it cannot. Pure, so that it can be read in a test.
 */
import { doneOf, endedOf, toGoOf } from '../engine/state/counts';
import { isRetryable } from '../engine/state/abilities';
import { byCause, groupWords } from '../engine/state/causes';
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import type { BatchEvent } from '../model/events';
import type { Outcome } from '../model/events';
import { laneName } from '../model/helperWords';
import { settingsSchema } from '../model/settings';
import { filesFolder, isNotesFolder } from '../model/filesFolder';
import { needsConfirmation } from '../model/need';
import { publicAddress } from '../model/publicUrl';
import type { FailureCode } from '../model/failure';
import { askedIn, type Asked } from '../engine/state/asked';
import { maybeCharged } from '../engine/state/charges';
import { costWords } from '../model/costWords';
import { serviceNameAt } from '../model/serviceNames';
import {
  endSpan,
  endWords,
  formatCount,
  formatElapsed,
  formatPercent,
  formatDuration,
  paceWords,
  plural,
  rowWords,
  statusWords,
} from '../model/words';

import { pausedWords } from '../model/pausedWords';
import type { FailureWords, WordsContext } from '../model/words';
import { addressLines } from './addresses';
import { columnsOf, cut, cutStart, padded } from './columns';

/** Control characters and escape sequences in titles must not reach the terminal. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

function titleOf(job: ReadonlyRow): string {
  return plainText(job.meta.title ?? publicAddress(job.link));
}

/** The title as far as it fits; of an address its end, because all begin alike. */
function nameIn(job: ReadonlyRow, room: number): string {
  const title = titleOf(job);
  if (job.meta.title !== undefined || columnsOf(title) <= room) return cut(title, room);
  return job.link.kind === 'youtube' ? cut(job.link.id, room) : cutStart(title, room);
}

/** Columns that a terminal is taken to have at least. */
const narrowest = 20;
/** With fewer, a worker's line has no room for its time. */
const narrow = 60;
/** Lanes above these are on other machines, of which so many are shown. */
const mostWorkers = settingsSchema.workers.max;
const mostAway = 12;
/** Columns of a machine's name. */
const longestLane = 24;
/** A video's id has eleven letters. */
const leastTitle = 11;

/** The moving part: totals, bar, what sets the pace, the quotas where machines help, one line a busy worker. */
export function frame(state: ReadonlyState, now: number, columns: number): string {
  const width = Math.max(narrowest, Math.min(columns, 120)) - 1;
  const lines = [
    cut(totals(state, now, width), width),
    bar(state, width),
    sentence(state, now, width),
    ...addressLines(state, now).map((line) => cut(plainText(line), width)),
  ];
  let away = 0;
  for (const worker of state.workers) {
    const job = worker.job === undefined ? undefined : state.jobs[worker.job];
    if (!job) continue;
    const status = statusWords(job, now);
    const elapsed = job.startedAt === undefined ? '' : formatElapsed((now - job.startedAt) / 1000);
    // In a narrow terminal the time goes first: which video it is matters more.
    const all = [status, elapsed].filter((part) => part !== '');
    const shown = width < narrow ? all.slice(0, 1) : all;
    const own = String(worker.number).padStart(2);
    const lane = cut(plainText(laneName(state.helpers, worker.number) ?? own), longestLane);
    const beside = shown.reduce((sum, part) => sum + part.length + 2, columnsOf(lane) + 2);
    const room = Math.max(leastTitle, width - beside);
    const title = padded(nameIn(job, room), room);
    // A line that wraps would push the others about with every change.
    if (worker.number > mostWorkers && (away += 1) > mostAway) continue;
    lines.push(cut([lane, title, ...shown].join('  '), width));
  }
  if (away > mostAway) lines.push(`${formatCount(away - mostAway)} more on other machines`);
  return lines.filter((line) => line !== '').join('\n');
}

function totals(state: ReadonlyState, now: number, width: number): string {
  const { counts, total, pace } = state;
  const ended = endedOf(counts);
  const parts = [
    `${formatCount(ended)} of ${formatCount(total)}`,
    total > 0 ? formatPercent((100 * ended) / total) : '',
    counts.failed > 0 ? `${formatCount(counts.failed)} failed` : '',
    counts.skipped > 0 ? `${formatCount(counts.skipped)} skipped` : '',
    counts.parked > 0 ? `${formatCount(counts.parked)} parked` : '',
    pace && pace.perMinute > 0 ? `${pace.perMinute.toFixed(1)} a minute` : '',
    pace?.endsAt !== undefined && state.phase === 'running'
      ? `${formatDuration(pace.endsAt - now)} left`
      : '',
  ];
  const line = parts.filter((part) => part !== '').join(' · ');
  if (pace?.endsAt === undefined || state.phase !== 'running') return line;
  const withEnd = `${line}, ${endWords(pace.endsAt, endSpan(pace), now)}`;
  return columnsOf(withEnd) <= width ? withEnd : line;
}

function bar(state: ReadonlyState, width: number): string {
  if (state.total === 0) return '';
  const cells = (count: number): number => Math.floor((width * count) / state.total);
  const { counts } = state;
  const done = cells(doneOf(counts));
  const bad = Math.min(width - done, counts.failed > 0 ? Math.max(1, cells(counts.failed)) : 0);
  return '█'.repeat(done) + '▒'.repeat(bad) + '░'.repeat(width - done - bad);
}

/** What sets the pace, or why nothing goes on; only as much of it as fits into `columns`. */
export function sentence(state: ReadonlyState, now: number, columns = Infinity): string {
  if (state.phase === 'paused') {
    if (!state.why) return 'Paused.';
    const words = pausedWords(state.why, now);
    // Taken over by another process: it is not paused there.
    return state.why.needs === 'owner' ? words : `Paused: ${words} (${state.why.message})`;
  }
  if (state.phase !== 'running') return '';
  const workers = state.parallel ? state.effectiveWorkers : 1;
  const words = paceWords(state.pace, { now, quotas: state.quotas, workers, helpers: state.helpers });
  if (!words) return '';
  const { text, tail = '' } = words;
  return columnsOf(text + tail) <= columns ? text + tail : cut(text, columns);
}

/** What was learnt about lists, a line each; what the reading of the list's text said was said before. */
function noteLines({ notes, jobs }: ReadonlyState): readonly string[] {
  const lines = notes.flatMap(({ job, text }) => {
    const row = job === undefined ? undefined : jobs[job];
    if (!row) return [];
    // A list is known by its address, a transcript by its title.
    const subject = row.link.kind === 'transcript' ? titleOf(row) : plainText(publicAddress(row.link));
    return [`Note on ${subject}: ${plainText(text)}`];
  });
  const more = lines.length - mostNotes;
  return more > 0
    ? [...lines.slice(0, mostNotes), `${formatCount(more)} more notes are in the report.`]
    : lines;
}
const mostNotes = 10;

/** The lasting line of a job that has ended or was parked; undefined for events that end nothing. */
export function endLine(state: ReadonlyState, event: BatchEvent, context: WordsContext): string | undefined {
  if (event.type !== 'outcome') return undefined;
  const job = state.jobs[event.job];
  if (!job) return undefined;
  const { outcome } = event;
  const number = `[${String(job.index + 1).padStart(String(state.jobs.length).length)}/${state.jobs.length}]`;
  const title = cut(titleOf(job), 70);
  switch (outcome.status) {
    case 'completed':
      return `${number} done     ${title}  (${outcome.source}, ${outcome.language}, ${formatElapsed(outcome.seconds)})`;
    case 'failed': {
      const words = rowWords(outcome.failure, { ...withSource(context, outcome.source), link: job.link });
      const message = plainText(outcome.failure.message);
      const own = words.cause.split(': ').slice(1).join(': ').replace('…', '');
      const isSaid =
        (own !== '' && message.includes(own)) || words.cause.includes(`(status ${outcome.failure.status})`);
      const said = detailed.has(outcome.failure.code) && !isSaid ? ` (${cut(message, 120)})` : '';
      return `${number} failed   ${title}: ${words.cause}${said} · ${nextStep(words, outcome.source)}`;
    }
    case 'skipped':
      return `${number} skipped  ${title}${outcome.reason === 'already-done' ? `: done already, ${plainText(`${outcome.batch}/${outcome.file}`)}` : ''}`;
    case 'cancelled':
      return undefined;
    case 'parked': {
      const words = rowWords(outcome.failure, { ...withSource(context, outcome.source), link: job.link });
      return `${number} parked   ${title}: ${words.cause} · ${parkedStep(outcome, words)}`;
    }
    case 'expanded':
      return `${number} list     ${title}: ${plural(outcome.entries, 'entry', 'entries')}`;
  }
}

/** What to do about a parked video; an OK is given by an option. */
function parkedStep(
  { consent, failure, source }: Extract<Outcome, { readonly status: 'parked' }>,
  words: FailureWords,
): string {
  if (consent) return 'run again with --yes or --max-cost';
  return needsConfirmation(failure) ? 'resume with --allow-private' : nextStep(words, source);
}

/** Codes whose words are the same for much that can be wrong: the row says what it was. */
const detailed: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'invalid-url',
  'network',
  'bad-response',
  'tool-failed',
  'disk',
  'internal',
]);

/** Where a terminal's keys come from. */
export const keyVariables: Readonly<Record<string, string>> = {
  deapi: 'DEAPI_API_KEY',
  openai: 'OPENAI_API_KEY',
  notes: 'BULK_TRANSCRIBE_NOTES_KEY',
};

/** Which part of the set-up is to be changed, in its options. */
function speechWords(setting: string | undefined): string {
  switch (setting) {
    case 'openai.model':
      return ' --service NAME (or --server URL) --model NAME';
    case 'openai.endpoint':
      return ' --service NAME (or --server URL)';
    case 'deapi.model':
      return ' --service deapi --model NAME';
    default:
      return '';
  }
}

/** What the words call a click is something else in a terminal. */
function nextStep({ next, step }: FailureWords, source: string | undefined): string {
  switch (step?.action) {
    case 'showLog':
      return 'See the report';
    case 'setApiKey': {
      const variable = keyVariables[source ?? ''];
      return variable === undefined ? 'Set its key' : `Set ${variable}`;
    }
    case 'addFeedPassword':
      return 'Set BULK_TRANSCRIBE_FEED_PASSWORD';
    case 'setUpSpeech':
      // The set-up in a terminal takes no address of deAPI.
      return step.setting === 'deapi.endpoint'
        ? 'Set deapi.endpoint, deapi.version or deapi.ownServer'
        : `bulk-transcribe setup speech${speechWords(step.setting)}`;
    case 'checkSetup':
      return next === 'Check Setup' ? 'bulk-transcribe doctor' : next;
    default:
      return next;
  }
}

function withSource(context: WordsContext, source: string | undefined): WordsContext {
  return source === undefined ? context : { ...context, source };
}

/** The closing lines: how it ended, why what failed, and where everything is. */
export function closing(state: ReadonlyState, folder: string, wallSeconds: number): readonly string[] {
  const { counts, updatedAt: now } = state;
  const isOfNotes = isNotesFolder(folder);
  // Notes are skipped only where they are there already.
  const ended = isOfNotes
    ? `${formatCount(counts.completed + counts.skipped)} of ${formatCount(state.total)} have notes`
    : `${formatCount(counts.completed)} of ${formatCount(state.total)} transcribed`;
  const skipped = `${formatCount(counts.skipped)} ${isOfNotes ? 'had them before' : 'skipped'}`;
  const parts = [
    ended,
    counts.skipped > 0 ? skipped : '',
    counts.failed > 0 ? `${formatCount(counts.failed)} failed` : '',
    counts.cancelled > 0 ? `${formatCount(counts.cancelled)} cancelled` : '',
    counts.parked > 0 ? `${formatCount(counts.parked)} parked` : '',
    toGoOf(counts) > 0 ? `${formatCount(toGoOf(counts))} left` : '',
  ].filter((part) => part !== '');
  const lines = ['', `${parts.join(', ')} in ${formatElapsed(wallSeconds)}.`];
  const groups = [...byCause(state, 'failed', now), ...byCause(state, 'parked', now)].map((group) => ({
    group,
    words: groupWords(group, state, now),
  }));
  for (const { group, words } of groups.sort((a, b) => b.group.jobs.length - a.group.jobs.length)) {
    const { code, consent, place, jobs } = group;
    const key = `${jobs[0]?.status ?? ''} ${consent || place ? 'for your OK' : code}`;
    lines.push(`  ${formatCount(jobs.length).padStart(4)}  ${key.padEnd(24)} ${plainText(words.sentence)}`);
  }
  const again = groups.some(({ group }) => group.jobs.some((job) => isRetryable(job, now)));
  const setUp = groups.some(({ words }) => words.step?.action === 'checkSetup');
  const cost = costWords(state.cost, maybeCharged(state));
  if (cost !== '') lines.push('', `Cost         ${cost}`);
  lines.push(...prices(state, folder));
  lines.push('', `${isOfNotes ? 'Notes      ' : 'Transcripts'}  ${filesFolder(folder)}`);
  lines.push(`Report       ${folder}/report.md`);
  if (counts.failed > 0 && !isOfNotes) lines.push(`Failed list  ${folder}/failed.urls`);
  const parked = state.jobs.filter((job) => job.status === 'parked' && job.consent === undefined);
  const places = parked.filter(({ failure }) => failure && needsConfirmation(failure)).length;
  const waits = parked.length > places;
  // By `onError`: what is left has not been tried.
  const cutShort = state.phase === 'stopped' && state.phaseBy === 'engine' && counts.pending > 0;
  if (cutShort) lines.push('Stopped at the first failure, as onError says.');
  if (waits || cutShort) lines.push(`Go on with   bulk-transcribe resume ${quoted(folder)}`);
  if (places > 0) lines.push(`Allow with   bulk-transcribe resume ${quoted(folder)} --allow-private`);
  else if (!waits && !cutShort && again) lines.push(`Retry with   bulk-transcribe retry ${quoted(folder)}`);
  if (setUp) lines.push('Set up       bulk-transcribe doctor');
  lines.push(...noteLines(state));
  return lines;
}

/** What the services ask for the videos that wait for the user's OK, and how to give it. */
function prices(state: ReadonlyState, folder: string): readonly string[] {
  const services = askedIn(state).all;
  if (services.length === 0) return [];
  const lines = [''];
  let total = 0;
  let unpriced = false;
  for (const asked of services) {
    const { count, cost } = asked;
    const spent = spentOn(state, asked);
    // The amount is the most that the batch may cost, so what it has cost already is part of it.
    total += spent + cost;
    unpriced ||= asked.unpriced > 0;
    const priced = count - asked.unpriced;
    const known = `asks ${amount(cost)} for ${plural(priced, 'video')}`;
    const unknown = `quotes no price for ${plural(asked.unpriced, 'video')}`;
    const parts = [...(priced > 0 ? [known] : []), ...(asked.unpriced > 0 ? [unknown] : [])];
    const guessed = state.jobs.filter(
      ({ status, consent }) =>
        status === 'parked' && consent?.service === asked.service && consent.estimate === true,
    ).length;
    const estimate =
      guessed > 0 ? ` (an estimate: ${plural(guessed, 'length')} nobody has measured; more asks again)` : '';
    const already = spent > 0 ? `; ${amount(spent)} is spent already` : '';
    const name = `${serviceNameAt(asked.service, asked.origin)} at ${plainText(asked.origin)}`;
    lines.push(`${name} ${parts.join(' and ')}${estimate}${already}.`);
  }
  const agree = unpriced ? '--yes' : `--max-cost ${amount(total)}`;
  lines.push(`Agree with: bulk-transcribe resume ${quoted(folder)} ${agree}`);
  return lines;
}

/** What the batch has cost at a service, less what the user has agreed to otherwise than by an amount for all of it. */
function spentOn({ jobs, consents }: ReadonlyState, { service, origin }: Asked): number {
  let spent = 0;
  for (const { paid, source, cost } of jobs)
    if (paid?.quote.service === service) spent += paid.quote.cost ?? 0;
    else if (source === service) spent += cost ?? 0;
  for (const agreed of consents)
    if (agreed.service === service && agreed.origin === origin) spent -= agreed.cost;
  return Math.max(0, spent);
}

/** Rounded up to a millionth, so that agreeing to what is shown is enough. */
function amount(cost: number): string {
  return String(Math.ceil(cost * 1e6 - 1e-3) / 1e6);
}

/** For a POSIX shell; a path without anything special stays as it is. */
export function quoted(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `'${path.replace(/'/g, `'\\''`)}'`;
}
