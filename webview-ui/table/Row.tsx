/** One line of the table. Redrawn only when its job, its look or, while it runs, the second changes. */
import { memo } from 'preact/compat';
import type { JSX } from 'preact';
import { abilities } from '../../src/engine/state/abilities';
import type { JobState } from '../../src/engine/state/reducer';
import type { FailureCode } from '../../src/model/failure';
import { codeWords, formatCount, formatElapsed, formatLength, formatSoon } from '../../src/model/words';
import { languageText } from '../shared/jobWords';
import { rowId } from './layout';
import { Note, noteText, StatusIcon, statusText } from './cells';
import { Icon } from '../shared/controls';
import { NextLink, reasonOf } from '../shared/NextLink';
import type { Group } from '../store/rows';
import { fromStep, perform } from '../store/steps';
import type { PanelStore } from '../store/store';
import { titleOf, titleTip } from '../shared/titles';
import type { Column } from '../store/ui';

export interface RowProps {
  readonly store: PanelStore;
  readonly job: JobState;
  /** 1 for the first row of the view; the head line is not counted. */
  readonly place: number;
  readonly top: number;
  readonly version: number;
  /** The second for rows that show passing time, else 0. */
  readonly second: number;
  readonly selected: boolean;
  readonly active: boolean;
  readonly open: boolean;
  readonly grouped: boolean;
  readonly columns: readonly Column[];
  readonly headRows: number;
  /** Under the pointer, or the active one: has buttons at its end. */
  readonly hot: boolean;
}

export const Row = memo(function Row(props: RowProps): JSX.Element {
  const { store, job, columns, grouped } = props;
  const now = store.now();
  const status = statusText(job, now);
  const note = { store, job, now, grouped, open: props.open };
  const classes = ['v', 'cols', job.expandedInto === undefined ? job.status : 'skipped'];
  if (props.selected) classes.push('sel');
  if (props.active) classes.push('active');
  return (
    <div
      id={rowId(job.index)}
      class={classes.join(' ')}
      role="row"
      aria-rowindex={props.place + props.headRows}
      aria-selected={props.selected}
      {...(props.open ? { 'aria-details': `details-${job.index}` } : {})}
      data-job={job.index}
      tabIndex={-1}
      style={{ top: `${props.top}px` }}
    >
      {columns.map((column) => cell(column, props, status, now, note))}
      {props.hot && <Hover {...props} />}
    </div>
  );
});

function cell(
  column: Column,
  { job, open }: RowProps,
  status: string,
  now: number,
  note: NoteProps,
): JSX.Element {
  switch (column) {
    case 'index':
      return (
        <span key={column} role="gridcell" class="c-index">
          {job.index + 1}
        </span>
      );
    case 'status':
      return (
        <span key={column} role="gridcell" class="c-status row" aria-label={status}>
          <StatusIcon job={job} />
          <span class="cut word">{status}</span>
        </span>
      );
    case 'title':
      return (
        <span
          key={column}
          role="gridcell"
          class="c-title cut"
          dir="auto"
          title={titleTip(job)}
          aria-expanded={open}
        >
          {titleOf(job)}
        </span>
      );
    case 'length':
      return (
        <span key={column} role="gridcell" class="c-length m">
          {formatLength(job.meta.duration)}
        </span>
      );
    case 'source':
      return (
        <span key={column} role="gridcell" class="c-source m cut">
          {job.source ?? ''}
        </span>
      );
    case 'language':
      return (
        <span key={column} role="gridcell" class="c-language m">
          {languageText(job.language)}
        </span>
      );
    case 'tries':
      return (
        <span key={column} role="gridcell" class="c-tries">
          {job.tries > 1 ? job.tries : ''}
        </span>
      );
    case 'time':
      return (
        <span key={column} role="gridcell" class="c-time m">
          {job.status === 'running' && job.startedAt !== undefined
            ? formatLength(Math.max(0, now - job.startedAt) / 1000)
            : formatElapsed(job.seconds)}
        </span>
      );
    case 'note':
      return <NoteCell key={column} status={status} note={note} />;
  }
}

type NoteProps = Parameters<typeof Note>[0];

function NoteCell({ status, note }: { readonly status: string; readonly note: NoteProps }): JSX.Element {
  const { job, grouped, now } = note;
  const text = noteText(note);
  const running = status.charAt(0).toLowerCase() + status.slice(1);
  const brief = job.status === 'running' ? running : grouped ? '' : short(job, text, now);
  return (
    <span role="gridcell" class="c-note cut" title={text}>
      <span class="wide">
        <Note {...note} />
      </span>
      <span class={job.status === 'failed' ? 'only' : 'only dim'}>{brief}</span>
    </span>
  );
}

/** The cause at the right of a narrow row. */
function short(job: JobState, text: string, now: number): string {
  if (job.status === 'failed' && job.failure) return briefCause(job.failure.code);
  if (job.status === 'skipped') return job.skip?.reason === 'already-done' ? 'done earlier' : 'skipped';
  if (job.status === 'parked') return job.consent ? 'needs your OK' : parkedShort(job, text, now);
  return job.status === 'completed' || job.status === 'pending' ? '' : text;
}

/** Which service it was is in the sentence and in the details. */
const briefCause = (code: FailureCode): string => (code === 'blocked' ? 'Blocked' : codeWords(code).cause);

/** "Blocked · 00:43": why, and when it is tried again. */
const parkedShort = (job: JobState, text: string, now: number): string =>
  job.parkedUntil === undefined ? text : `${text} · ${formatSoon(job.parkedUntil, now)}`;

/** Actions over the end of the row; the keys and the menu have them too, so they are no tab stops. */
function Hover({ store, job }: RowProps): JSX.Element {
  const can = abilities(job);
  const act = (action: Parameters<PanelStore['rowAction']>[0]) => (event: MouseEvent) => {
    event.stopPropagation();
    store.rowAction(action, [job.index]);
  };
  return (
    <span class="hov" aria-hidden="true">
      {can.canRetry && (
        <button
          type="button"
          tabIndex={-1}
          title="Retry"
          onClick={act(job.status === 'parked' ? 'release' : 'retry')}
        >
          <Icon name="refresh" />
        </button>
      )}
      {can.canOpen && (
        <button type="button" tabIndex={-1} title="Open transcript" onClick={act('openTranscript')}>
          <Icon name="go-to-file" />
        </button>
      )}
      {can.canRunNext && (
        <button type="button" tabIndex={-1} title="Run next" onClick={act('next')}>
          <Icon name="arrow-up" />
        </button>
      )}
      <button type="button" tabIndex={-1} title="More actions" class="more" data-menu="">
        <Icon name="ellipsis" />
      </button>
    </span>
  );
}

/** The head of a group of failures: cause and next step for all of them. */
export function GroupRow(props: {
  readonly store: PanelStore;
  readonly group: Group;
  readonly row: number;
  readonly top: number;
  readonly active: boolean;
  readonly columnCount: number;
  readonly headRows: number;
}): JSX.Element {
  const { store, group } = props;
  const { words, failing } = group;
  const step = failing.size > 0 && words.step && fromStep(words.step, group.source);
  return (
    <div
      id={`group-${props.row}`}
      class={props.active ? 'v grp sel active' : 'v grp'}
      role="row"
      aria-rowindex={props.row + 1 + props.headRows}
      data-group={props.row}
      tabIndex={-1}
      style={{ top: `${props.top}px` }}
    >
      <span role="gridcell" aria-colspan={props.columnCount} aria-expanded={group.open} class="row">
        <Icon name={group.open ? 'chevron-down' : 'chevron-right'} />
        <span class="why">{words.cause}</span>
        <span class="dim num">{formatCount(failing.size)}</span>
        <span class="cut long" title={words.sentence}>
          {failing.size > 0 ? reasonOf(words) : 'None of them fails any more.'}
        </span>
        {step && (
          <NextLink
            words={words}
            brief={props.headRows === 0}
            tabIndex={props.active ? 0 : -1}
            onClick={() => perform(store, step, [...failing])}
          />
        )}
      </span>
    </div>
  );
}

/** A worker's place in the tab Running while it has nothing to do. */
export function IdleRow(props: {
  readonly worker: number;
  readonly top: number;
  readonly columnCount: number;
  readonly headRows: number;
}): JSX.Element {
  return (
    <div
      class="v cols idle"
      role="row"
      aria-rowindex={props.worker + props.headRows}
      style={{ top: `${props.top}px` }}
    >
      <span role="gridcell" class="c-index" />
      <span role="gridcell" class="c-status row" aria-colspan={props.columnCount - 1}>
        <Icon name="circle-outline" tone="faint" />
        <span class="dim">idle</span>
      </span>
    </div>
  );
}
