/** A row's details: one line an attempt, what goes on now, then links and file. */
import type { JSX } from 'preact';
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import {
  codeWords,
  formatElapsed,
  formatLength,
  plural,
  serviceName,
  statusWords,
} from '../../src/model/words';
import { Link } from '../shared/controls';
import { failureWords, sourceOf } from '../shared/jobWords';
import { fromStep, perform } from '../shared/steps';
import type { PanelStore } from '../store/store';

/** Lines of attempts shown at most; the earliest give way. */
const most = 8;

/** How many lines a job's details take, and keep while they are open. */
export function detailLines(job: JobState): number {
  const attempts = Math.min(most, Math.max(1, entries(undefined, job, 0).length));
  // A job that is under way gets room for what may still come.
  const room = job.status === 'running' || job.status === 'pending' ? 2 : 0;
  return Math.min(most, attempts + room) + 2;
}

interface Entry {
  readonly at: number | undefined;
  readonly source: string;
  readonly what: string;
  readonly more: string;
}

function entries(state: BatchState | undefined, job: JobState, now: number): Entry[] {
  const list: Entry[] = (job.attempts ?? []).map((attempt) => ({
    at: attempt.at,
    source: attempt.source,
    what: codeWords(attempt.failure.code).cause,
    more: joined(
      attempt.failure.message,
      attempt.failure.status === undefined ? '' : `status ${attempt.failure.status}`,
      attempt.requests > 0 ? plural(attempt.requests, 'request') : '',
      formatElapsed(attempt.seconds),
    ),
  }));
  if (job.paid) {
    const { requestId, quote, source } = job.paid;
    list.push({
      at: undefined,
      source,
      what: requestId === undefined ? 'Submitting' : 'Submitted',
      more: joined(
        requestId === undefined ? 'no request id yet' : `request ${short(requestId)}`,
        quote.cost === undefined ? '' : quote.cost.toFixed(2),
        'picked up again if the window closes',
      ),
    });
  }
  if (job.status === 'running')
    list.push({
      at: job.startedAt,
      source: job.source ?? '',
      what: statusWords(job, now),
      more: job.startedAt === undefined ? '' : formatLength(Math.max(0, now - job.startedAt) / 1000),
    });
  else if (job.failure)
    list.push({
      at: job.endedAt,
      source: job.source ?? '',
      what: failureWords(state, job, now)?.cause ?? '',
      more: joined(job.failure.message, formatElapsed(job.seconds)),
    });
  else if (job.status === 'completed' && job.expandedInto === undefined)
    list.push({
      at: job.endedAt,
      source: job.source ?? '',
      what: 'Done',
      more: joined(
        job.captions === undefined
          ? ''
          : `${job.captions} captions`.replace('speech captions', 'speech-to-text'),
        job.language ?? '',
        job.via === undefined || job.via === 'direct' ? '' : `by ${job.via}`,
        job.cost === undefined ? '' : `${job.cost.toFixed(2)} paid`,
        formatElapsed(job.seconds),
      ),
    });
  return list;
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
const short = (id: string): string => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-3)}` : id);

function clock(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toTimeString().slice(0, 8);
}

export function Details(props: {
  readonly store: PanelStore;
  readonly job: JobState;
  readonly lines: number;
  readonly now: number;
  /** Of the row with the focus: its links are reached with Tab. */
  readonly active: boolean;
}): JSX.Element {
  const { store, job, now } = props;
  const tabIndex = props.active ? 0 : -1;
  const all = entries(store.state, job, now);
  const shown = all.slice(Math.max(0, all.length - (props.lines - 2)));
  const words = failureWords(store.state, job, now);
  const sentence = words?.sentence ?? '';
  const step = words?.step && fromStep(words.step, sourceOf(job.failure, job.source));
  const file = job.files?.[0] ?? job.skip?.file;
  const act = (action: Parameters<PanelStore['rowAction']>[0]) => () => store.rowAction(action, [job.index]);
  return (
    <div class="inner">
      {shown.map((entry, index) => (
        <div key={index} class="line">
          <span class="dim">{clock(entry.at)}</span>
          <span class="cut">{serviceNameOr(entry.source)}</span>
          <span class="cut" title={`${entry.what} ${entry.more}`}>
            {entry.what}
            <span class="dim">&ensp;{entry.more}</span>
          </span>
        </div>
      ))}
      <div class="line links">
        {words && step && (
          <Link tabIndex={tabIndex} onClick={() => perform(store, step, [job.index])}>
            {words.next}
          </Link>
        )}
        {file !== undefined && (
          <Link tabIndex={tabIndex} onClick={act('openTranscript')}>
            Open transcript
          </Link>
        )}
        <Link tabIndex={tabIndex} onClick={act('openVideo')}>
          Open video
        </Link>
        <Link tabIndex={tabIndex} onClick={act('showLog')}>
          Show log
        </Link>
        <span class="dim cut" title={file ?? sentence}>
          {file ?? (sentence === '' ? job.link.url : sentence)}
        </span>
      </div>
    </div>
  );
}

const serviceNameOr = (source: string): string =>
  source === '' ? '' : source === 'youtube' ? 'youtube' : serviceName(source);
