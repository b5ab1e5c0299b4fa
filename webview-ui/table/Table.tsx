/**
 * The table of videos: only the rows in view are in the page. One tab stop; `aria-activedescendant` names
 * the active row. An update changes the content of a row, never its position.
 */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { narrowWidth, template, visibleColumns } from './columns';
import { Link } from '../shared/controls';
import { lineHeight, rowId } from './layout';
import { Lines, spare } from './Lines';
import { Ruler } from './Ruler';
import { TableHead } from './TableHead';
import { TableKeys } from './tableKeys';
import type { TableModel } from './tableModel';
import { topic, type PanelStore } from '../store/store';
import { isListOrder, type Column, type Tab } from '../store/ui';
import { useStore } from '../store/useStore';

/** They are drawn after this time at the latest. */
const longestIdleMs = 250;

export function Table({ model }: { readonly model: TableModel }): JSX.Element | null {
  const store = useStore(topic.rows | topic.view | topic.selection | topic.second | topic.phase);
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const { state, ui } = store;
  model.grid = grid;
  model.scroller = scroller;
  const { width, height } = useMeasured(model, state !== undefined);
  useScrolling(model, state !== undefined);
  const ahead = useSpare();
  const columns = useMemo(() => visibleColumns(width, ui.hidden), [width, ui.hidden]);
  const keys = useMemo(() => new TableKeys(model), [model]);
  if (!state) return null;
  keys.columns = columns;
  const narrow = width <= narrowWidth;
  // In any order but the list's, no position is known before all rows have arrived.
  const waits = store.partial && ui.tab !== 'running' && !isListOrder(ui);
  const headRows = narrow ? 0 : 1;
  const { rows } = store;
  const activeId = activeIdOf(store, narrow ? undefined : keys.headColumn);
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

/** The panel's width and the view's height, px, and the view put where it belongs in that size. */
function useMeasured(model: TableModel, has: boolean): { readonly width: number; readonly height: number } {
  const [width, setWidth] = useState(() => document.documentElement.clientWidth);
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const box = model.scroller.current;
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
  // Runs when the view was rebuilt, not when rows have changed.
  useLayoutEffect(() => model.placeView(height), [model, model.store.viewVersion, height > 0, has]);
  return { width, height };
}

/** Draws the table again in the frame after it was scrolled. */
function useScrolling(model: TableModel, has: boolean): void {
  const [, scrolled] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const box = model.scroller.current;
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
}

/** The first paint shows only what is in view; the others are drawn when the page has nothing else to do. */
function useSpare(): number {
  const [ahead, setAhead] = useState(0);
  useEffect(() => {
    const idle = requestIdleCallback(() => setAhead(spare), { timeout: longestIdleMs });
    return () => cancelIdleCallback(idle);
  }, []);
  return ahead;
}

/** The id of what has the focus inside the table: a column head, a row or a group's head. */
function activeIdOf(store: PanelStore, head: Column | undefined): string | undefined {
  const { selection, rows } = store;
  if (head !== undefined) return `head-${head}`;
  if (selection.active !== undefined && rows.rowOf(selection.active) !== undefined)
    return rowId(selection.active);
  return selection.activeGroupRow === undefined ? undefined : `group-${selection.activeGroupRow}`;
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
