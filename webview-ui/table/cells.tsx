/** The content of a row's cells: icon, words, note and next step of one job. */
import type { JSX } from 'preact';
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import { formatMoney } from '../../src/model/costWords';
import { formatDuration, plural, serviceName, statusWords, type FailureWords } from '../../src/model/words';
import { Icon, Link } from '../shared/controls';
import { NextLink } from '../shared/NextLink';
import { failureWords, sourceOf } from '../shared/jobWords';
import { stagePaint } from '../shared/theme';
import { fromStep, perform } from '../store/steps';
import type { PanelStore } from '../store/store';

export function StatusIcon({ job }: { readonly job: JobState }): JSX.Element {
  if (job.expandedInto !== undefined) return <Icon name="list-unordered" tone="dim" />;
  switch (job.status) {
    case 'pending':
      return job.wait ? <Icon name="clockface" tone="wait" /> : <Icon name="circle-outline" tone="faint" />;
    case 'running':
      return job.wait ? (
        <Icon name="clockface" tone="wait" />
      ) : (
        <Icon name="circle-filled" tone={stagePaint(job.stage)} />
      );
    case 'completed':
      return <Icon name="check" tone="ok" />;
    case 'failed':
      return <Icon name="error" tone="bad" />;
    case 'skipped':
      return <Icon name="debug-step-over" tone="dim" />;
    case 'cancelled':
      return <Icon name="circle-slash" tone="dim" />;
    case 'parked':
      return <Icon name={job.consent ? 'warning' : 'debug-pause'} tone="wait" />;
  }
}

export function statusText(job: JobState, now: number): string {
  return job.expandedInto === undefined ? statusWords(job, now) : 'List';
}

interface NoteProps {
  readonly store: PanelStore;
  readonly job: JobState;
  readonly now: number;
  /** Below a group's head, which shows cause and next step: only the service's own message. */
  readonly grouped: boolean;
  /** Its details are open: they show the next step. */
  readonly open: boolean;
}

/** The sentence under the bar says cause and next step for all that are parked for one cause. */
function saidAbove({ store, job }: NoteProps): boolean {
  const { parked, state } = store;
  if (job.status !== 'parked' || state?.phase !== 'running' || parked.asked.length > 0) return false;
  return parked.mainCause?.code === job.failure?.code;
}

/** Short where the sentence under the bar says all of it. */
const parkedCause = (words: FailureWords | undefined, props: NoteProps): string =>
  props.job.failure?.code === 'blocked' && saidAbove(props) ? 'Blocked' : (words?.cause ?? '');

const wordsOf = ({ store, job, now }: NoteProps): FailureWords | undefined =>
  failureWords(store.state, job, now);

/** The note as plain words, for `title`, for the narrow row and for screen readers. */
export function noteText(props: NoteProps): string {
  const { job, grouped } = props;
  if (job.expandedInto !== undefined)
    return [plural(job.expandedInto, 'video'), ...notesOn(props.store.state, job)].join(' · ');
  const words = wordsOf(props);
  if (job.status === 'failed' && words) return grouped ? ownWords(job) : words.cause;
  if (job.status === 'parked') return job.consent ? consentText(job) : parkedCause(words, props);
  if (job.status === 'skipped')
    return job.skip?.batch ? `Done in ${job.skip.batch}` : job.skip?.file ? 'Done before' : '';
  if (job.status === 'completed') {
    const parts: string[] = [];
    // Tries have their column, and why the earlier ones failed is in the details: it is no trouble any more.
    if (job.captions === 'speech') parts.push('Speech');
    else if (job.captions === 'automatic') parts.push('Automatic captions');
    if (job.count > 1) parts.push(`×${job.count} in the list`);
    parts.push(...notesOn(props.store.state, job));
    return parts.join(' · ');
  }
  const parts = [
    job.status === 'pending' && isNext(props.store.state, job.index) ? 'Runs next' : '',
    job.count > 1 ? `×${job.count} in the list` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** What was noted about this row: a list that is not whole, cues that could not be read. */
function notesOn(state: BatchState | undefined, job: JobState): readonly string[] {
  if (!state || state.notes.length === 0) return [];
  return state.notes.flatMap((note) => (note.job === job.index ? [note.text] : []));
}

/** Put first by the user and not started yet; thousands may be. */
let known: { readonly list: readonly number[]; readonly set: ReadonlySet<number> } | undefined;
function isNext(state: BatchState | undefined, job: number): boolean {
  if (!state || state.next.length === 0) return false;
  // The reducer replaces the list, it never changes one.
  if (known?.list !== state.next) known = { list: state.next, set: new Set(state.next) };
  return known.set.has(job);
}

function ownWords(job: JobState): string {
  const said = (source: string | undefined, message: string): string =>
    source ? `${source}: ${message}` : message;
  const tried = (job.attempts ?? []).map((attempt) => said(attempt.source, attempt.failure.message));
  if (job.failure) tried.push(said(job.source, job.failure.message));
  return [...new Set(tried)].join('; ');
}

function consentText(job: JobState): string {
  const { consent } = job;
  if (!consent) return '';
  const parts = [serviceName(consent.service)];
  if (consent.seconds !== undefined) parts.push(`${formatDuration(consent.seconds * 1000)} of sound`);
  if (consent.cost !== undefined) parts.push(`about ${formatMoney(consent.cost)}`);
  if (consent.estimate === true) parts.push('an estimate: the length is what the feed says');
  return parts.join(', ');
}

export function Note(props: NoteProps): JSX.Element {
  const { store, job, grouped } = props;
  const text = noteText(props);
  const failing = (job.status === 'failed' || (job.status === 'parked' && !job.consent)) && !grouped;
  // Each line of a list is its own, and no step of the whole group.
  const own = job.status === 'failed' ? wordsOf(props) : undefined;
  const words = failing ? wordsOf(props) : own?.step?.action === 'goToLine' ? own : undefined;
  if (!words && job.skip?.file !== undefined)
    return (
      <span class="m">
        {job.skip.batch !== undefined && 'Done in '}
        <Link
          tabIndex={-1}
          title="Open the transcript"
          onClick={() => store.rowAction('openTranscript', [job.index])}
        >
          {job.skip.batch ?? text}
        </Link>
      </span>
    );
  if (!words) return <span class="m">{text}</span>;
  const step = words.step;
  const said = <span class={grouped ? 'm' : job.status === 'failed' ? 'cause' : 'cause m'}>{text}</span>;
  const next = !props.open && !saidAbove(props) && (
    <span class="m rest">
      {step ? (
        <NextLink
          words={words}
          brief
          tabIndex={-1}
          onClick={() => perform(store, fromStep(step, sourceOf(job.failure, job.source)), [job.index])}
        />
      ) : (
        words.next
      )}
    </span>
  );
  // The service's own message may be long; behind it the link would have no room.
  return grouped ? (
    <>
      {next}
      {said}
    </>
  ) : (
    <>
      {said}
      {next}
    </>
  );
}
