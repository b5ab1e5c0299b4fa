/**
 * A worker's lane: thick is work, thin is waiting, a hairline is idle, hatching is a hold. The same pixels a
 * second at every width, so that a narrow panel shows less time and never thinner bars.
 */
import type { BatchState, JobState, LaneSegment } from '../../src/engine/state/reducer';
import { fit, stagePaint, type Theme } from '../shared/theme';

export const pixelsPerSecond = 1.54;
/** The position of now, as a share of the width. */
export const nowShare = 5 / 6;

/** The segments of one job's stay on a worker, in time. */
export interface LaneJob {
  readonly job: number;
  readonly segments: readonly LaneSegment[];
  readonly from: number;
  /** Undefined while it goes on. */
  readonly to: number | undefined;
  readonly end: LaneSegment['end'];
}

/** What a lane holds from `since` on; what has left the view costs nothing, however busy the worker was. */
function laneJobs(
  lane: readonly LaneSegment[],
  now: number,
  current: number | undefined,
  since: number,
): LaneJob[] {
  const jobs: LaneJob[] = [];
  let at = firstInView(lane, since);
  while (at < lane.length) {
    const first = lane[at];
    if (!first) break;
    let next = at;
    let end: LaneSegment['end'];
    // The same job may come back for another try: its stay ends where a segment says so.
    do {
      end = lane[next]?.end;
      next += 1;
    } while (next < lane.length && end === undefined && lane[next]?.job === first.job);
    const segments = lane.slice(at, next);
    const last = segments.at(-1);
    const open = last?.to === undefined && end === undefined && next === lane.length && current === first.job;
    jobs.push({
      job: first.job,
      segments,
      from: first.from,
      to: open ? undefined : (last?.to ?? Math.min(now, last?.from ?? now)),
      end,
    });
    at = next;
  }
  return jobs;
}

/** The first segment of the first stay that is not wholly before `since`. */
function firstInView(lane: readonly LaneSegment[], since: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane[middle]?.to ?? Infinity) < since) low = middle + 1;
    else high = middle;
  }
  while (low > 0 && lane[low - 1]?.end === undefined && lane[low - 1]?.job === lane[low]?.job) low -= 1;
  return low;
}

export interface LaneScene {
  readonly now: number;
  readonly theme: Theme;
  /** A hold as an area in time; drawn on lanes that are not busy. */
  readonly hold: { readonly from: number; readonly to: number | undefined } | undefined;
  /** Nothing is known before this moment: the window was closed. */
  readonly since: number | undefined;
  /** Text in the empty part, on one lane. */
  readonly closed: string | undefined;
}

/** A canvas with its measures: what every part of a lane is drawn with. */
interface Strip {
  readonly g: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly scene: LaneScene;
  /** Too low for text and grid. */
  readonly low: boolean;
  readonly nowX: number;
  readonly middle: number;
  /** Top and height of a bar. */
  readonly top: number;
  readonly thick: number;
}

function stripOf(canvas: HTMLCanvasElement, scene: LaneScene): Strip | undefined {
  const fitted = fit(canvas);
  if (!fitted) return undefined;
  const { width, height } = fitted;
  const low = height < 12;
  const thick = low ? 6 : 12;
  return {
    ...fitted,
    scene,
    low,
    nowX: Math.round(width * nowShare),
    middle: Math.round(height / 2),
    top: Math.round((height - thick) / 2),
    thick,
  };
}

/** Where a time is on the strip, px. */
const xOf = ({ nowX, scene }: Strip, at: number): number =>
  nowX + ((at - scene.now) / 1000) * pixelsPerSecond;
const snap = (value: number): number => Math.round(value * devicePixelRatio) / devicePixelRatio;
const holds: ReadonlySet<string | undefined> = new Set(['held', 'breaker', 'connection']);
const waitsForHold = (job: JobState): boolean => holds.has(job.wait?.for);

/** Draws a worker's lane. Returns what is on it, for the pointer. */
export function drawLane(
  canvas: HTMLCanvasElement,
  state: BatchState,
  worker: number,
  scene: LaneScene,
): readonly LaneJob[] {
  const strip = stripOf(canvas, scene);
  if (!strip) return [];
  const { g, width, height } = strip;
  const { colour } = scene.theme;
  const slot = state.workers[worker];
  const shownMs = ((width * nowShare + 4) / pixelsPerSecond) * 1000;
  const jobs = slot ? laneJobs(slot.lane, scene.now, slot.job, scene.now - shownMs) : [];
  const running = slot?.job === undefined ? undefined : state.jobs[slot.job];
  drawGround(strip);
  if (scene.hold && (!running || waitsForHold(running))) {
    const to = scene.hold.to === undefined ? width : xOf(strip, scene.hold.to);
    hatch(g, xOf(strip, scene.hold.from), to, height, colour.wait);
  }
  // A worker may do many jobs within one pixel: then one of them is drawn. Failures are always drawn.
  let painted = -Infinity;
  for (const stay of jobs) {
    if (stay.to !== undefined && stay.end !== 'failed' && xOf(strip, stay.to) <= painted) continue;
    painted = Math.max(painted, drawStay(strip, stay));
  }
  if (running) drawRest(strip, running, jobs.at(-1));
  drawNow(strip);
  return jobs;
}

/** All lanes of a machine on one strip, each as high as there is room for: how full it is, and with what. */
export function drawMachine(
  canvas: HTMLCanvasElement,
  state: BatchState,
  lanes: readonly number[],
  scene: LaneScene,
): void {
  const strip = stripOf(canvas, scene);
  if (!strip) return;
  const { g, width, height } = strip;
  const { colour, contrast } = scene.theme;
  drawGround(strip);
  const all = strip.low ? height : height - 6;
  const tall = all / Math.max(1, lanes.length);
  const shownFrom = scene.now - ((width * nowShare + 4) / pixelsPerSecond) * 1000;
  lanes.forEach((lane, at) => {
    const segments = state.workers[lane]?.lane ?? [];
    const top = (height - all) / 2 + at * tall;
    for (let index = segments.length - 1; index >= 0; index -= 1) {
      const { kind, from, to = scene.now } = segments[index] ?? { kind: 'wait', from: 0 };
      if (to < shownFrom) break;
      if (kind === 'wait' || kind === 'held') continue;
      g.globalAlpha = contrast || segments[index]?.to === undefined ? 1 : 0.48;
      g.fillStyle = colour[stagePaint(kind)];
      const left = xOf(strip, from);
      g.fillRect(left, top, Math.max(1, xOf(strip, to) - left), Math.max(0.5, tall - (tall > 2 ? 0.5 : 0)));
    }
  });
  drawNow(strip);
}

function drawNow({ g, height, nowX, scene }: Strip): void {
  g.globalAlpha = 0.55;
  g.fillStyle = scene.theme.colour.fg;
  g.fillRect(nowX, 0, 1, height);
  g.globalAlpha = 1;
}

/** Minutes, the hairline of an idle worker, and the time about which nothing is known. */
function drawGround(strip: Strip): void {
  const { g, width, height, scene, low, nowX, middle } = strip;
  const { colour, contrast, font } = scene.theme;
  if (!low) {
    g.fillStyle = colour.grid;
    for (let minute = 0; nowX - minute * 60 * pixelsPerSecond > 0; minute += 1)
      g.fillRect(Math.round(nowX - minute * 60 * pixelsPerSecond), 0, 1, height);
  }
  g.fillStyle = contrast ? colour.faint : colour.track;
  g.fillRect(0, middle, width, 1);
  const sinceX = scene.since === undefined ? 0 : xOf(strip, scene.since);
  if (sinceX <= 0) return;
  g.clearRect(0, 0, sinceX, height);
  if (scene.closed === undefined || low || sinceX <= 170) return;
  g.font = `11px ${font}`;
  g.fillStyle = colour.dim;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillText(scene.closed, sinceX / 2, middle + 0.5);
}

/** One bar from the first to the last piece of work; waits in between are thin. Returns where the bar ends, px. */
function drawStay(strip: Strip, stay: LaneJob): number {
  const { g, scene, middle } = strip;
  const { colour, contrast } = scene.theme;
  const isNow = stay.to === undefined;
  const ends = stay.to ?? scene.now;
  g.globalAlpha = isNow || contrast ? 1 : 0.48;
  let barFrom: number | undefined;
  let barTo = 0;
  stay.segments.forEach((segment, index) => {
    const isLast = index === stay.segments.length - 1;
    const from = xOf(strip, segment.from);
    const to = xOf(strip, segment.to ?? (isLast ? ends : (stay.segments[index + 1]?.from ?? ends)));
    if (segment.kind === 'wait' || segment.kind === 'held') {
      g.fillStyle = colour.wait;
      g.fillRect(from, middle - 1, Math.max(1, to - from - 0.5), 2);
      return;
    }
    const left = snap(from);
    const right = Math.max(snap(to), left + (barFrom === undefined ? 2 : 0.5));
    g.fillStyle = colour[stagePaint(segment.kind)];
    drawPiece(strip, left, right, { first: barFrom === undefined, last: isLast && !isNow });
    if (contrast && (segment.kind === 'downloading' || segment.kind === 'uploading'))
      stripes(strip, left, right);
    barFrom ??= left;
    barTo = right;
  });
  g.globalAlpha = 1;
  if (barFrom === undefined) return -Infinity;
  drawEnd(strip, stay, barFrom, barTo);
  return barTo;
}

/** A stage of a bar; the bar's own ends are round. */
function drawPiece(
  { g, top, thick }: Strip,
  left: number,
  right: number,
  { first, last }: { readonly first: boolean; readonly last: boolean },
): void {
  if (right - left < 4 || (!first && !last)) {
    g.fillRect(left, top, right - left, thick);
    return;
  }
  const start = first ? 2 : 0;
  const end = last ? 2 : 0;
  g.beginPath();
  g.roundRect(left, top, right - left, thick, [start, end, end, start]);
  g.fill();
}

/** How the job ended, as a cap, and its number where the bar has room for it. */
function drawEnd(strip: Strip, stay: LaneJob, barFrom: number, barTo: number): void {
  const { g, height, scene, low, middle, top, thick } = strip;
  const { colour, contrast, font } = scene.theme;
  if (stay.end === 'completed') {
    g.globalAlpha = contrast ? 1 : 0.85;
    g.fillStyle = colour.ok;
    g.fillRect(barTo - 2, top, 2, thick);
    g.globalAlpha = 1;
  } else if (stay.end === 'failed') {
    g.fillStyle = colour.bad;
    g.fillRect(barTo - 2, low ? 0 : 2, 3, low ? height : height - 4);
  }
  if (low || barTo - barFrom <= 64) return;
  g.font = `10px ${font}`;
  g.fillStyle = stay.to === undefined || contrast ? colour.bg : colour.fg;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  g.fillText(`#${stay.job + 1}`, barTo - 6, middle + 1);
}

/** High contrast has no purple: what moves is striped. */
function stripes({ g, top, thick, scene }: Strip, left: number, right: number): void {
  g.save();
  g.beginPath();
  g.rect(left, top, right - left, thick);
  g.clip();
  g.strokeStyle = scene.theme.colour.bg;
  g.lineWidth = 1;
  for (let at = left; at < right + thick; at += 4) {
    g.beginPath();
    g.moveTo(at, top);
    g.lineTo(at - thick, top + thick);
    g.stroke();
  }
  g.restore();
}

/** Right of now only what is known is drawn: dots until a wait ends, a dashed box for the rest of a stage. */
function drawRest(strip: Strip, job: JobState, stay: LaneJob | undefined): void {
  const { g, width, scene, nowX, middle, top, thick } = strip;
  const { colour } = scene.theme;
  const until = job.wait?.until;
  if (job.wait && !waitsForHold(job) && until !== undefined) {
    g.fillStyle = colour.wait;
    const end = Math.min(xOf(strip, until), width);
    for (let at = nowX + 2; at < end; at += 4) g.fillRect(at, middle - 1, 2, 2);
  }
  const segment = stay?.segments.at(-1);
  const { percent } = job;
  if (job.wait || !segment || job.stage === undefined || percent === undefined) return;
  // Below 5 % the rest is a guess, and at 100 % there is none.
  if (percent < 5 || percent >= 100) return;
  const doneMs = scene.now - segment.from;
  const rest = (doneMs * (100 - percent)) / percent / 1000;
  const wide = Math.min(rest * pixelsPerSecond, width - nowX - 1);
  if (wide < 3) return;
  g.strokeStyle = colour[stagePaint(job.stage)];
  g.globalAlpha = 0.9;
  g.lineWidth = 1;
  g.setLineDash([2, 2]);
  g.strokeRect(nowX + 0.5, top + 0.5, wide, thick - 1);
  g.setLineDash([]);
  g.globalAlpha = 1;
}

function hatch(g: CanvasRenderingContext2D, from: number, to: number, height: number, paint: string): void {
  const left = Math.max(0, from);
  if (to <= left) return;
  g.save();
  g.beginPath();
  g.rect(left, 0, to - left, height);
  g.clip();
  g.strokeStyle = paint;
  g.globalAlpha = 0.28;
  g.lineWidth = 1;
  // Counted from the lane's own zero, so that the hatching does not move with time.
  for (let at = -height - (height % 6); at < to + height; at += 6) {
    g.beginPath();
    g.moveTo(at, height);
    g.lineTo(at + height, 0);
    g.stroke();
  }
  g.restore();
}
