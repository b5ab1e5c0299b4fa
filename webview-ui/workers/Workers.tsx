/** Workers: text and lane are one row; all lanes share one time axis. */
import type { JSX, RefObject } from 'preact';
import { memo } from 'preact/compat';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { BatchState } from '../../src/engine/state/reducer';
import { formatDuration, formatLength, formatTime, statusWords, untilWords } from '../../src/model/words';
import { inList } from '../shared/arrows';
import { onLaneBeat } from '../store/clock';
import { Fold, Icon } from '../shared/controls';
import { drawLane, nowShare, pixelsPerSecond, type LaneJob, type LaneScene } from './lane';
import { LaneTip, type Tip } from './LaneTip';
import { settingOf } from '../store/settingOf';
import { topic, type PanelStore } from '../store/store';
import { onTheme, stagePaint, theme } from '../shared/theme';
import { titleOf, titleTip } from '../shared/titles';
import { useStore } from '../store/useStore';

export function Workers({ onShow }: { readonly onShow: (job: number) => void }): JSX.Element | null {
  const store = useStore(topic.workers | topic.second | topic.phase);
  const [chosen, setAt] = useState(0);
  const [tip, setTip] = useState<Tip>();
  const { state } = store;
  const { open, toggle } = useFold(store);
  const { box, drawn, redraw } = useDrawnLanes(store, open);
  // Another window's lanes are not known here, and after the end nobody works.
  if (!state || store.owner !== undefined || state.phase === 'finished') return null;
  const count = workerCount(store, state);
  if (count === 0) return null;
  // There may be fewer of them than when it was chosen.
  const at = Math.min(chosen, count - 1);
  const now = store.now();
  const show = (worker: number): void => {
    const job = state.workers[worker]?.job;
    if (job !== undefined) onShow(job);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = inList(event.key, at, count);
    if (to !== undefined) {
      setAt(to);
      box.current?.children[to]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') show(at);
    else return;
    event.preventDefault();
  };
  return (
    <section aria-label="Workers" class="workers-section">
      <div class="axis">
        <Fold open={open} name="Workers" summary={summary(state, count, now)} onToggle={toggle} />
        {open && <Axis store={store} state={state} now={now} />}
      </div>
      {open && (
        <div
          ref={box}
          class="workers"
          role="listbox"
          aria-label="Workers and their lanes"
          tabIndex={0}
          aria-activedescendant={`worker-${at + 1}`}
          onKeyDown={onKeyDown}
          onScroll={() => {
            setTip(undefined);
            redraw();
          }}
        >
          {Array.from({ length: count }, (_, worker) => (
            <Lane
              key={worker}
              worker={worker}
              at={worker === at}
              words={laneText(state, worker, now)}
              stayUnder={(event) => pointed(event, drawn.current[worker], store.now())}
              onChoose={(under) => {
                setAt(worker);
                if (under) onShow(under.job);
                else show(worker);
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

/** Draws the lanes that are in view at every beat, and when theme or size change. */
function useDrawnLanes(
  store: PanelStore,
  open: boolean,
): {
  readonly box: RefObject<HTMLDivElement | null>;
  /** What was drawn, by worker. */
  readonly drawn: RefObject<(readonly LaneJob[])[]>;
  readonly redraw: () => void;
} {
  const { state } = store;
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<(readonly LaneJob[])[]>([]);
  const redraw = useCallback((): void => {
    if (box.current && store.state) drawn.current = drawAll(box.current, store, store.state);
  }, [store]);
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
  readonly worker: number;
  readonly at: boolean;
  readonly words: LaneWords;
  readonly stayUnder: (event: MouseEvent) => LaneJob | undefined;
  readonly onChoose: (under: LaneJob | undefined) => void;
  readonly onTip: (tip: Tip | undefined) => void;
}): JSX.Element {
  const { stayUnder, onTip } = props;
  return (
    <div
      id={`worker-${props.worker + 1}`}
      class={props.at ? 'lane at' : 'lane'}
      role="option"
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

function workerCount(store: PanelStore, state: BatchState): number {
  // Until the engine has sent the number of workers, that of the settings is shown.
  const isStarting = state.phase === 'running' && state.configuredWorkers === 0;
  const configured = isStarting ? settingOf(store, 'workers') : state.configuredWorkers;
  const parallel = isStarting ? settingOf(store, 'parallel') : state.parallel;
  const seen = state.workers.some(({ job, lane }) => job !== undefined || lane.length > 0);
  // Paused or stopped, and opened later: empty lanes say nothing.
  if (state.phase !== 'running' && !seen) return 0;
  return Math.min(20, Math.max(parallel ? configured : 1, seen ? state.workers.length : 0));
}

interface LaneWords {
  readonly number: number;
  readonly icon: string;
  readonly tone: string;
  readonly title: string;
  readonly tip: string | undefined;
  /** Nothing runs here. */
  readonly idle: boolean;
  readonly stage: string;
  readonly time: string;
}

/** All that a lane's text shows, as plain values: a lane whose words have not changed is not redrawn. */
function laneText(state: BatchState, worker: number, now: number): LaneWords {
  const index = state.workers[worker]?.job;
  const job = index === undefined ? undefined : state.jobs[index];
  // Until the slice with its row has come, only its number is known.
  const title = job ? titleOf(job) : index === undefined ? 'idle' : `#${index + 1}`;
  return {
    number: worker + 1,
    icon: job ? (job.wait ? 'clockface' : 'circle-filled') : 'circle-outline',
    tone: job ? (job.wait ? 'wait' : stagePaint(job.stage)) : 'faint',
    title,
    tip: job && titleTip(job),
    idle: index === undefined,
    stage: job ? lower(statusWords(job, now)) : '',
    time: job?.startedAt === undefined ? '' : formatLength(Math.max(0, now - job.startedAt) / 1000),
  };
}

const LaneText = memo(function LaneText(words: LaneWords): JSX.Element {
  return (
    <>
      <span class="k">{words.number}</span>
      <Icon name={words.icon} tone={words.tone} />
      <span class={words.idle ? 'cut dim' : 'cut'} dir="auto" title={words.tip}>
        {words.title}
      </span>
      <span class="st cut">{words.stage}</span>
      <span class="t dim">{words.time}</span>
    </>
  );
});

const lower = (words: string): string =>
  words.startsWith('Rate limit')
    ? `waiting for rate limit${words.slice(10).replace(', about', '')}`
    : words.charAt(0).toLowerCase() + words.slice(1);

/** What idle workers wait for, said once for all of them. */
function rest(state: BatchState, now: number): string {
  if (state.phase !== 'running') return '';
  const by = state.pace?.by;
  if (by?.kind === 'held') return `, resting ${untilWords(by.until, now)}`;
  if (by?.kind === 'throttled') return ', resting after throttling';
  if (by?.kind === 'memory') return ', memory is short';
  if (by?.kind === 'blocked' || (state.counts.parked > 0 && state.counts.pending === 0))
    return ', nothing may start';
  return '';
}

function summary(state: BatchState, count: number, now: number): string {
  let working = 0;
  let waiting = 0;
  for (const worker of state.workers) {
    if (worker.job === undefined) continue;
    if (state.jobs[worker.job]?.wait) waiting += 1;
    else working += 1;
  }
  const idle = Math.max(0, count - working - waiting);
  const parts = [];
  if (working > 0) parts.push(`${working} working`);
  if (waiting > 0) parts.push(`${waiting} waiting`);
  if (idle > 0) parts.push(`${idle} idle${rest(state, now)}`);
  return parts.join(', ');
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
    by?.kind === 'held' || by?.kind === 'blocked'
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

function drawAll(box: HTMLElement, store: PanelStore, state: BatchState): (readonly LaneJob[])[] {
  const now = store.now();
  const since = startOfLanes(store);
  const closedMs = store.resumed?.closedMs;
  const closed = closedMs === undefined ? 'window closed' : `window closed for ${formatDuration(closedMs)}`;
  const hold = holdOf(store, state);
  const lanes = [...box.children];
  const middle = Math.floor((lanes.length - 1) / 2);
  const tall = lanes[0]?.clientHeight ?? 0;
  const first = Math.floor(box.scrollTop / Math.max(1, tall));
  const last = first + Math.ceil(box.clientHeight / Math.max(1, tall));
  return lanes.map((lane, worker) => {
    const canvas = lane.lastElementChild;
    // More than eight lanes scroll; those out of view are drawn when they come into it.
    if (!(canvas instanceof HTMLCanvasElement) || worker < first || worker > last) return [];
    return drawLane(canvas, state, worker, {
      now,
      theme: theme(),
      hold,
      since,
      closed: worker === middle ? closed : undefined,
    });
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
