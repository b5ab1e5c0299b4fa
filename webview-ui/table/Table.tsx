/**
 * The table of videos: only the rows in view are in the page. One tab stop; the active row is told by
 * `aria-activedescendant`. An update changes what stands in a row, never where it stands.
 */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { BatchState } from '../../src/engine/state/reducer';
import { narrowWidth, template, visibleColumns } from './columns';
import { Link } from '../shared/controls';
import { Details } from './Details';
import { lineHeight } from './layout';
import { Ruler } from './Ruler';
import { GroupRow, IdleRow, Row, rowId } from './Row';
import { TableHead } from './TableHead';
import { TableKeys } from './tableKeys';
import type { Table as Model } from './tableModel';
import { topic, type PanelStore } from '../store/store';
import { titleOf } from '../shared/titles';
import { isListOrder, type Column, type Tab } from '../store/ui';
import { useStore } from '../store/useStore';

/** Rows drawn above and below the view, so that a quick scroll shows no gap. */
const spare = 8;
/** They are drawn after this time at the latest. */
const longestIdleMs = 250;

export function Table({ model }: { readonly model: Model }): JSX.Element | null {
  const store = useStore(topic.rows | topic.view | topic.selection | topic.second | topic.phase);
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(() => document.documentElement.clientWidth);
  const [height, setHeight] = useState(0);
  const [ahead, setAhead] = useState(0);
  const [, scrolled] = useReducer((count: number) => count + 1, 0);
  const { state, ui, viewVersion } = store;
  const has = state !== undefined;
  model.grid = grid;
  model.scroller = scroller;

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    const measure = (): void => {
      setWidth(box.parentElement?.parentElement?.clientWidth ?? box.clientWidth);
      setHeight(box.clientHeight);
    };
    measure();
    // At once, so that the first rows drawn are those that are looked at.
    model.placeView(box.clientHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [has]);

  useLayoutEffect(() => model.drawn());

  // The first paint shows only what is in view; the others are drawn when the page has nothing else to do.
  useEffect(() => {
    const idle = requestIdleCallback(() => setAhead(spare), { timeout: longestIdleMs });
    return () => cancelIdleCallback(idle);
  }, []);

  // Runs when the view was built anew, not when rows have changed.
  useLayoutEffect(() => model.placeView(height), [model, viewVersion, height > 0, has]);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return undefined;
    let frame = 0;
    const onScroll = (): void => {
      // Before anything is drawn in this frame, when reading it costs nothing.
      model.top = box.scrollTop;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        model.scrolled();
        scrolled(undefined);
      });
    };
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      box.removeEventListener('scroll', onScroll);
      cancelAnimationFrame(frame);
    };
  }, [model, has]);

  const columns = useMemo(() => visibleColumns(width, ui.hidden), [width, ui.hidden]);
  const keys = useMemo(() => new TableKeys(model), [model]);
  if (!state) return null;
  keys.columns = columns;
  const narrow = width <= narrowWidth;
  // In another order than the list's nothing stands at its place before all rows are here.
  const waits = store.partial && ui.tab !== 'running' && !isListOrder(ui);
  const headRows = narrow ? 0 : 1;
  const { selection, rows } = store;
  const activeId =
    keys.headColumn !== undefined && !narrow
      ? `head-${keys.headColumn}`
      : selection.active !== undefined && rows.rowOf(selection.active) !== undefined
        ? rowId(selection.active)
        : selection.activeGroupRow !== undefined
          ? `group-${selection.activeGroupRow}`
          : undefined;
  return (
    <div
      ref={grid}
      id="videos"
      class="table"
      role="grid"
      aria-label="Videos"
      aria-multiselectable="true"
      aria-busy={store.partial}
      aria-rowcount={rows.length + headRows}
      aria-colcount={columns.length}
      {...(activeId === undefined ? {} : { 'aria-activedescendant': activeId })}
      tabIndex={0}
      style={{ '--cols': template(width, columns, ui.widths) }}
      onKeyDown={(event) => keys.down(event)}
      onFocus={() => keys.focused()}
      onMouseDown={(event) => keys.pressed(event)}
      onDblClick={(event) => keys.doubleClicked(event)}
      onClick={(event) => keys.clicked(event)}
      onContextMenu={(event) => keys.menu(event)}
      onMouseOver={(event) => keys.hovered(event)}
      onMouseLeave={() => keys.left()}
    >
      {!narrow && <TableHead store={store} columns={columns} sort={ui.sort} active={keys.headColumn} />}
      <div class="list" role="presentation">
        <div ref={scroller} class="scroll" role="rowgroup" tabIndex={-1}>
          <div
            class="pad"
            role="presentation"
            style={{ height: `${model.layout.lines(rows.length) * lineHeight}px` }}
          >
            {height > 0 && !waits && (
              <Lines
                model={model}
                state={state}
                columns={columns}
                height={height}
                headRows={headRows}
                ahead={ahead}
              />
            )}
          </div>
          {rows.length === 0 && !waits && (
            <Nothing store={store} tab={ui.tab} columnCount={columns.length} headRows={headRows} />
          )}
        </div>
        <Ruler store={store} layout={model.layout} scroller={scroller} />
      </div>
    </div>
  );
}

function Lines(props: {
  readonly model: Model;
  readonly state: BatchState;
  readonly columns: readonly Column[];
  readonly height: number;
  readonly headRows: number;
  /** Rows drawn above and below the view. */
  readonly ahead: number;
}): JSX.Element {
  const { model, state, columns, headRows, ahead } = props;
  const { store, layout } = model;
  const { rows, selection } = store;
  const { top } = model;
  const first = Math.max(0, layout.rowAt(Math.floor(top / lineHeight) - ahead));
  const inView = Math.ceil(props.height / lineHeight);
  const last = Math.min(rows.length - 1, first + inView + 2 * ahead);
  // Whatever is drawn ahead, a row keeps its slot.
  const slotCount = inView + 2 * spare + 1;
  const second = Math.floor(store.now() / 1000);
  const lines: JSX.Element[] = [];
  // Slots keep their order in the page whatever row is in them: nothing is moved, and little is painted again.
  const slots: JSX.Element[] = [];
  const line = (row: number): void => {
    const item = rows.at(row);
    if (!item) return;
    const y = layout.lineOf(row) * lineHeight;
    // Rows that leave above are used again below: scrolling changes words, not the page.
    const key = row % slotCount;
    if (item.kind === 'group') {
      slots[key] = (
        <GroupRow
          key={`g${key}`}
          store={store}
          group={item.group}
          row={row}
          top={y}
          active={selection.activeGroupRow === row}
          columnCount={columns.length}
          headRows={headRows}
        />
      );
      return;
    }
    const job = item.job === undefined ? undefined : state.jobs[item.job];
    if (!job) {
      if (item.kind === 'worker')
        slots[key] = (
          <IdleRow
            key={`i${key}`}
            worker={item.worker}
            top={y}
            columnCount={columns.length}
            headRows={headRows}
          />
        );
      return;
    }
    const open = model.open.get(job.index);
    const live = job.status === 'running' || job.wait !== undefined || job.status === 'parked';
    slots[key] = (
      <Row
        key={key}
        store={store}
        job={job}
        place={row + 1}
        top={y}
        version={store.versions.of(job.index)}
        second={live ? second : 0}
        selected={selection.jobs.has(job.index)}
        active={selection.active === job.index}
        open={open !== undefined}
        grouped={rows.grouped}
        columns={columns}
        headRows={headRows}
        hot={selection.active === job.index || model.hovered === job.index}
      />
    );
    if (open === undefined) return;
    lines.push(
      <div
        key={`d${job.index}`}
        id={`details-${job.index}`}
        class="v det"
        role="row"
        aria-label={`Details of ${titleOf(job)}`}
        style={{ top: `${y + lineHeight}px`, height: `${open * lineHeight}px` }}
      >
        <div role="gridcell" aria-colspan={columns.length}>
          <Details
            store={store}
            job={job}
            lines={open}
            now={store.now()}
            active={selection.active === job.index}
          />
        </div>
      </div>,
    );
  };
  for (let row = first; row <= last; row += 1) line(row);
  // The active row stays in the page, so that who listens is still told where they are.
  const active = selection.active === undefined ? undefined : rows.rowOf(selection.active);
  if (active !== undefined && (active < first || active > last)) {
    const job = selection.active === undefined ? undefined : state.jobs[selection.active];
    if (job)
      lines.push(
        <Row
          key="active"
          store={store}
          job={job}
          place={active + 1}
          top={layout.lineOf(active) * lineHeight}
          version={store.versions.of(job.index)}
          second={0}
          selected={selection.jobs.has(job.index)}
          active
          open={model.open.has(job.index)}
          grouped={rows.grouped}
          columns={columns}
          headRows={headRows}
          hot
        />,
      );
  }
  return (
    <>
      {slots}
      {lines}
    </>
  );
}

const nothing: Readonly<Record<Tab, string>> = {
  all: 'No videos.',
  running: 'Nothing is running.',
  failed: 'No failed videos.',
  done: 'No finished videos yet.',
  waiting: 'No waiting videos.',
  skipped: 'No skipped videos.',
  parked: 'No parked videos.',
};

function Nothing(props: {
  readonly store: PanelStore;
  readonly tab: Tab;
  readonly columnCount: number;
  readonly headRows: number;
}): JSX.Element {
  const { store } = props;
  const { search } = store.ui;
  return (
    <div class="nothing dim" role="row" aria-rowindex={1 + props.headRows}>
      <span role="gridcell" aria-colspan={props.columnCount}>
        {search === '' ? (
          nothing[props.tab]
        ) : (
          <>
            Nothing matches ‘{search}’. <Link onClick={() => store.choose({ search: '' })}>Clear</Link>
          </>
        )}
      </span>
    </div>
  );
}
