/**
 * The rows in view. Rows are drawn in slots that keep their place in the page: scrolling changes their words.
 */
import type { JSX } from 'preact';
import type { BatchState, JobState } from '../../src/engine/state/reducer';
import { Details } from './Details';
import { lineHeight } from './layout';
import { GroupRow, IdleRow, Row } from './Row';
import type { TableModel } from './tableModel';
import { titleOf } from '../shared/titles';
import type { Item } from '../store/rows';
import type { Column } from '../store/ui';

/** Rows drawn above and below the view, so that a quick scroll shows no gap. */
export const spare = 8;

interface LinesProps {
  readonly model: TableModel;
  readonly state: BatchState;
  readonly columns: readonly Column[];
  readonly height: number;
  readonly headRows: number;
  /** Rows drawn above and below the view. */
  readonly ahead: number;
}

export function Lines(props: LinesProps): JSX.Element {
  const { model, state, ahead } = props;
  const { store, layout } = model;
  const { rows, selection } = store;
  const first = Math.max(0, layout.rowAt(Math.floor(model.top / lineHeight) - ahead));
  const inView = Math.ceil(props.height / lineHeight);
  const last = Math.min(rows.length - 1, first + inView + 2 * ahead);
  // Whatever is drawn ahead, a row keeps its slot.
  const slotCount = inView + 2 * spare + 1;
  // Slots keep their order in the page whatever row is in them: nothing is moved, and little is painted again.
  const slots: JSX.Element[] = [];
  const details: JSX.Element[] = [];
  for (let row = first; row <= last; row += 1) {
    const item = rows.at(row);
    if (!item) continue;
    // Rows that leave above are used again below: scrolling changes words, not the page.
    const key = row % slotCount;
    const line = lineOf(props, row, item, key);
    if (line) slots[key] = line;
    const job = item.kind === 'group' || item.job === undefined ? undefined : state.jobs[item.job];
    const open = job && model.open.get(job.index);
    if (job && open !== undefined) details.push(detailsOf(props, row, job, open));
  }
  // The active row stays in the page, so that a screen reader still knows where the user is.
  const active = selection.active === undefined ? undefined : rows.rowOf(selection.active);
  const isOut = active !== undefined && (active < first || active > last);
  const job = isOut && selection.active !== undefined ? state.jobs[selection.active] : undefined;
  return (
    <>
      {slots}
      {details}
      {active !== undefined && job && jobLine(props, active, job, 'active')}
    </>
  );
}

function lineOf(props: LinesProps, row: number, item: Item, key: number): JSX.Element | undefined {
  const { model, state, columns, headRows } = props;
  const { store, layout } = model;
  const top = layout.lineOf(row) * lineHeight;
  if (item.kind === 'group')
    return (
      <GroupRow
        key={`g${key}`}
        store={store}
        group={item.group}
        row={row}
        top={top}
        active={store.selection.activeGroupRow === row}
        columnCount={columns.length}
        headRows={headRows}
      />
    );
  const job = item.job === undefined ? undefined : state.jobs[item.job];
  if (job) return jobLine(props, row, job, key);
  if (item.kind !== 'worker') return undefined;
  return (
    <IdleRow
      key={`i${key}`}
      worker={item.worker}
      top={top}
      columnCount={columns.length}
      headRows={headRows}
    />
  );
}

function jobLine(props: LinesProps, row: number, job: JobState, key: number | 'active'): JSX.Element {
  const { model, columns, headRows } = props;
  const { store, layout } = model;
  const { selection } = store;
  const shows = job.status === 'running' || job.wait !== undefined || job.status === 'parked';
  return (
    <Row
      key={key}
      store={store}
      job={job}
      place={row + 1}
      top={layout.lineOf(row) * lineHeight}
      version={store.versions.of(job.index)}
      second={shows && key !== 'active' ? Math.floor(store.now() / 1000) : 0}
      selected={selection.jobs.has(job.index)}
      active={selection.active === job.index}
      open={model.open.has(job.index)}
      grouped={store.rows.grouped}
      columns={columns}
      headRows={headRows}
      hot={selection.active === job.index || model.hovered === job.index}
    />
  );
}

function detailsOf(props: LinesProps, row: number, job: JobState, lines: number): JSX.Element {
  const { model, columns } = props;
  const { store, layout } = model;
  return (
    <div
      key={`d${job.index}`}
      id={`details-${job.index}`}
      class="v det"
      role="row"
      aria-label={`Details of ${titleOf(job)}`}
      style={{
        top: `${(layout.lineOf(row) + 1) * lineHeight}px`,
        height: `${lines * lineHeight}px`,
      }}
    >
      <div role="gridcell" aria-colspan={columns.length}>
        <Details
          store={store}
          job={job}
          lines={lines}
          now={store.now()}
          narrow={props.headRows === 0}
          active={store.selection.active === job.index}
        />
      </div>
    </div>
  );
}
