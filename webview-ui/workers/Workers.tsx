/**
 * Workers: text and lane are one row; all lanes share one time axis. Machines that help have their lanes under them.
 */
import type { JSX, RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { BatchState } from '../../src/engine/state/reducer';
import { formatDuration, formatTime, plural, untilWords } from '../../src/model/words';
import { inList } from '../shared/arrows';
import { onLaneBeat } from '../store/clock';
import { Fold } from '../shared/controls';
import { drawLane, drawMachine, nowShare, pixelsPerSecond, type LaneJob, type LaneScene } from './lane';
import { LaneText, textOf, type LaneWords } from './LaneText';
import { LaneTip, type Tip } from './LaneTip';
import { busyOf, busyWords, machinesOf, ownLanes, rowsOf, type LaneRow, type Machine } from './machines';
import { settingOf } from '../store/settingOf';
import { topic, type PanelStore } from '../store/store';
import { onTheme, theme } from '../shared/theme';
import { useStore } from '../store/useStore';

export function Workers({ onShow }: { readonly onShow: (job: number) => void }): JSX.Element | null {
  const store = useStore(topic.workers | topic.second | topic.phase);
  const [chosen, setAt] = useState(0);
  const [tip, setTip] = useState<Tip>();
  const { state } = store;
  const { open, toggle } = useFold(store);
  const shown = useRef<readonly LaneRow[]>([]);
  const { box, drawn, redraw } = useDrawnLanes(store, open, shown);
  const { opened, choose } = useOpened(state, redraw, onShow);
  // After the end nobody works.
  if (!state || state.phase === 'finished') return null;
  const own = workerCount(store, state);
  if (own === 0) return null;
  const machines = machinesOf(state, own);
  const rows = rowsOf(machines, own, opened);
  shown.current = rows;
  // There may be fewer of them than when it was chosen.
  const at = Math.min(chosen, rows.length - 1);
  const now = store.now();
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = inList(event.key, at, rows.length);
    if (to !== undefined) {
      setAt(to);
      box.current?.children[to]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') choose(rows[at]);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft')
      choose(rows[at], event.key === 'ArrowRight');
    else return;
    event.preventDefault();
  };
  return (
    <section aria-label="Workers" class="workers-section">
      <div class="axis">
        <Fold open={open} name="Workers" summary={summary(state, own, machines, now)} onToggle={toggle} />
        {open && <Axis store={store} state={state} now={now} />}
      </div>
      {open && (
        <div
          ref={box}
          class="workers"
          role={machines.length > 0 ? 'tree' : 'listbox'}
          aria-label="Workers and their lanes"
          tabIndex={0}
          aria-activedescendant={`worker-${at + 1}`}
          onKeyDown={onKeyDown}
          onScroll={() => {
            setTip(undefined);
            redraw();
          }}
        >
          {rows.map((row, index) => (
            <Lane
              key={row.kind === 'machine' ? `m${row.machine.key}` : row.worker}
              row={row}
              index={index}
              at={index === at}
              words={textOf(state, row, now)}
              stayUnder={(event) => pointed(event, drawn.current[index], store.now())}
              onChoose={(under) => {
                setAt(index);
                if (under) onShow(under.job);
                else choose(row);
              }}
              onTip={setTip}
            />
          ))}
        </div>
      )}
      {tip && <LaneTip tip={tip} state={state} now={now} />}
    </section>
  );
}

/** Machines that the user has opened or folded, and what choosing a row does; `to`: only open, or only fold. */
function useOpened(
  state: BatchState | undefined,
  redraw: () => void,
  onShow: (job: number) => void,
): {
  readonly opened: ReadonlyMap<number, boolean>;
  readonly choose: (row: LaneRow | undefined, to?: boolean) => void;
} {
  const [opened, setOpened] = useState<ReadonlyMap<number, boolean>>(new Map());
  const choose = (row: LaneRow | undefined, to?: boolean): void => {
    if (row?.kind === 'machine') {
      setOpened(new Map([...opened, [row.machine.key, to ?? !row.open]]));
      // Once the rows are there; the next beat may be seconds away.
      requestAnimationFrame(redraw);
    } else if (row && to === undefined) {
      const job = state?.workers[row.worker]?.job;
      if (job !== undefined) onShow(job);
    }
  };
  return { opened, choose };
}

/** Draws the lanes that are in view at every beat, and when theme or size change. */
function useDrawnLanes(
  store: PanelStore,
  open: boolean,
  rows: RefObject<readonly LaneRow[]>,
): {
  readonly box: RefObject<HTMLDivElement | null>;
  /** What was drawn, by row. */
  readonly drawn: RefObject<(readonly LaneJob[])[]>;
  readonly redraw: () => void;
} {
  const { state } = store;
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<(readonly LaneJob[])[]>([]);
  const redraw = useCallback((): void => {
    if (box.current && store.state) drawn.current = drawAll(box.current, rows.current, store, store.state);
  }, [store, rows]);
  useEffect(() => {
    const stops = [onLaneBeat(redraw), onTheme(redraw)];
    // Calls at once, and whenever the size changes.
    const observer = new ResizeObserver(redraw);
    if (box.current) observer.observe(box.current);
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
    };
  }, [redraw, open, state]);
  return { box, drawn, redraw };
}

function Lane(props: {
  readonly row: LaneRow;
  readonly index: number;
  readonly at: boolean;
  readonly words: LaneWords;
  readonly stayUnder: (event: MouseEvent) => LaneJob | undefined;
  readonly onChoose: (under: LaneJob | undefined) => void;
  readonly onTip: (tip: Tip | undefined) => void;
}): JSX.Element {
  const { row, stayUnder, onTip } = props;
  return (
    <div
      id={`worker-${props.index + 1}`}
      class={`lane${props.at ? ' at' : ''}${row.kind === 'machine' ? ' machine' : ''}`}
      {...roleOf(row)}
      aria-selected={props.at}
      onClick={(event) => props.onChoose(stayUnder(event))}
      onMouseMove={(event) => {
        const stay = stayUnder(event);
        onTip(stay && { stay, x: event.clientX, lane: event.currentTarget });
      }}
      onMouseLeave={() => onTip(undefined)}
    >
      <LaneText {...props.words} />
      <canvas aria-hidden="true" />
    </div>
  );
}

type Role =
  | { readonly role: 'option' }
  | { readonly role: 'treeitem'; readonly 'aria-level': number; readonly 'aria-expanded'?: boolean };

function roleOf(row: LaneRow): Role {
  if (row.kind === 'machine') return { role: 'treeitem', 'aria-level': 1, 'aria-expanded': row.open };
  return row.inMachine ? { role: 'treeitem', 'aria-level': 2 } : { role: 'option' };
}

/** Lanes of the computer that runs the batch; 0: nothing is known of them. */
function workerCount(store: PanelStore, state: BatchState): number {
  const elsewhere = store.owner !== undefined;
  if (elsewhere && state.configuredWorkers === 0) return 0;
  // Until the engine has sent the number of workers, that of the settings is shown.
  const isStarting = state.phase === 'running' && state.configuredWorkers === 0;
  const configured = isStarting ? settingOf(store, 'workers') : state.configuredWorkers;
  const parallel = isStarting ? settingOf(store, 'parallel') : state.parallel;
  const seen = state.workers
    .slice(0, ownLanes)
    .findLastIndex(({ job, lane }) => job !== undefined || lane.length > 0);
  // Paused or stopped, and opened later: empty lanes say nothing.
  if (state.phase !== 'running' && seen < 0) return 0;
  return Math.min(ownLanes, Math.max(parallel ? configured : 1, seen + 1));
}

/** What idle workers wait for, said once for all of them. */
function rest(state: BatchState, now: number): string {
  if (state.phase !== 'running') return '';
  const by = state.pace?.by;
  if (by?.kind === 'held') return `, resting ${untilWords(by.until, now)}`;
  if (by?.kind === 'throttled') return ', resting after throttling';
  if (by?.kind === 'memory') return ', memory or processor is short';
  if (by?.kind === 'unreached') return ', waiting for the connection';
  if (by?.kind === 'blocked' || (state.counts.parked > 0 && state.counts.pending === 0))
    return ', nothing may start';
  return '';
}

function summary(state: BatchState, own: number, machines: readonly Machine[], now: number): string {
  const lanes = machines.length > 0 ? machines.flatMap((machine) => machine.lanes) : [...Array(own).keys()];
  const words = busyWords(busyOf(state, lanes), rest(state, now));
  return machines.length > 0 ? `${words} on ${plural(machines.length, 'machine')}` : words;
}

function Axis(props: {
  readonly store: PanelStore;
  readonly state: BatchState;
  readonly now: number;
}): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { state, now } = props;
  const minute = 60 * pixelsPerSecond;
  const since = startOfLanes(props.store);
  const hold = holdOf(props.store, state);
  const at = (minutes: number): number => Math.round(width * nowShare - minutes * minute);
  const marks: JSX.Element[] = [];
  for (let minutes = 1; at(minutes) > 24; minutes += 1) {
    if (since !== undefined && now - minutes * 60_000 < since - 20_000) break;
    marks.push(
      <span key={minutes} style={{ left: `${at(minutes)}px` }}>
        −{minutes} min
      </span>,
    );
  }
  return (
    <span ref={box} class="x" aria-hidden="true">
      {width > 0 && (
        <span class="now" style={{ left: `${at(0)}px` }}>
          {formatTime(now, now)}
        </span>
      )}
      {hold?.to !== undefined && width > 300 && <span class="until">{formatTime(hold.to, now)} ›</span>}
      {marks}
    </span>
  );
}

/** The hold that keeps idle workers from starting. */
function holdOf(store: PanelStore, state: BatchState): LaneScene['hold'] {
  const by = state.pace?.by;
  const quota =
    by?.kind === 'held' || by?.kind === 'blocked' || by?.kind === 'unreached'
      ? state.quotas.find(({ name }) => name === by.quota)
      : undefined;
  const blocked = quota ?? state.quotas.find((other) => other.blocked === true && state.counts.pending === 0);
  if (!blocked) return undefined;
  let from = store.heldSince.get(blocked.name) ?? store.now();
  if (blocked.blocked === true) from = Math.min(from, store.parked.since ?? from);
  for (const worker of state.workers) {
    const last = worker.lane.at(-1);
    if (last?.kind === 'held' && last.to === undefined) from = Math.min(from, last.from);
  }
  return { from, to: blocked.heldUntil };
}

/** After a resume the lanes begin where the batch went on. */
function startOfLanes(store: PanelStore): number | undefined {
  return store.resumed ? store.resumedAt : undefined;
}

function drawAll(
  box: HTMLElement,
  rows: readonly LaneRow[],
  store: PanelStore,
  state: BatchState,
): (readonly LaneJob[])[] {
  const now = store.now();
  const since = startOfLanes(store);
  const closedMs = store.resumed?.closedMs;
  const closed = closedMs === undefined ? 'not running' : `not running for ${formatDuration(closedMs)}`;
  const hold = holdOf(store, state);
  const lanes = [...box.children];
  const middle = Math.floor((lanes.length - 1) / 2);
  const tall = lanes[0]?.clientHeight ?? 0;
  const first = Math.floor(box.scrollTop / Math.max(1, tall));
  const last = first + Math.ceil(box.clientHeight / Math.max(1, tall));
  return lanes.map((lane, at) => {
    const canvas = lane.lastElementChild;
    const row = rows[at];
    // More than eight lanes scroll; those out of view are drawn when they come into it.
    if (!(canvas instanceof HTMLCanvasElement) || !row || at < first || at > last) return [];
    const scene = { now, theme: theme(), hold, since, closed: at === middle ? closed : undefined };
    if (row.kind === 'lane') return drawLane(canvas, state, row.worker, scene);
    // An open one has its lanes under it.
    drawMachine(canvas, state, row.open ? [] : row.machine.lanes, {
      ...scene,
      hold: undefined,
      closed: undefined,
    });
    return [];
  });
}

/** The bar under the pointer. */
function pointed(event: MouseEvent, jobs: readonly LaneJob[] | undefined, now: number): LaneJob | undefined {
  if (!(event.target instanceof HTMLCanvasElement) || !jobs) return undefined;
  const box = event.target.getBoundingClientRect();
  const at = now + ((event.clientX - box.left - box.width * nowShare) / pixelsPerSecond) * 1000;
  const slack = 1500;
  return jobs.findLast((stay) => at >= stay.from - slack && at <= (stay.to ?? now) + slack);
}

/** CSS pixels; 900 at a zoom of 200 % are 450. */
const lowPx = 500;

function useLow(): boolean {
  const [low, setLow] = useState(window.innerHeight < lowPx);
  useEffect(() => {
    const look = (): void => setLow(window.innerHeight < lowPx);
    window.addEventListener('resize', look);
    return () => window.removeEventListener('resize', look);
  }, []);
  return low;
}

/** In a low window the table needs the room: the lanes fold by themselves, and open for as long as it is low. */
function useFold(store: PanelStore): { readonly open: boolean; readonly toggle: () => void } {
  const low = useLow();
  const [openWhileLow, setOpenWhileLow] = useState(false);
  const { ui } = store;
  const open = low ? openWhileLow : ui.workersOpen;
  const toggle = (): void => {
    if (low) {
      setOpenWhileLow(!open);
      return;
    }
    ui.workersOpen = !open;
    store.keep();
    store.mark(topic.workers);
  };
  return { open, toggle };
}
