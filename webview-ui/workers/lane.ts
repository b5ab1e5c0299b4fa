/**
 * A worker's lane: thick is work, thin is waiting, a hairline is idle, hatching is a hold. The same pixels a
 * second at every width, so that a narrow panel shows less time and never thinner bars.
 */
import type { BatchState, JobState, LaneSegment } from '../../src/engine/state/reducer';
import type { Stage } from '../../src/model/source';
import { fit, type Paint, type Theme } from '../shared/theme';

export const pixelsPerSecond = 1.54;
/** Where now stands, as a share of the width. */
export const nowShare = 5 / 6;

const paintOf: Readonly<Record<Stage, Paint>> = {
  fetching: 'fetch',
  expanding: 'fetch',
  downloading: 'move',
  uploading: 'move',
  transcribing: 'speech',
  writing: 'ok',
};

export function stagePaint(stage: Stage | undefined): Paint {
  return stage ? paintOf[stage] : 'run';
}

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
  since = -Infinity,
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
  /** Said in the empty part, on one lane. */
  readonly closed: string | undefined;
}

export function drawLane(
  canvas: HTMLCanvasElement,
  state: BatchState,
  worker: number,
  scene: LaneScene,
): readonly LaneJob[] {
  const slot = state.workers[worker];
  const fitted = fit(canvas);
  if (!fitted) return [];
  const { g, width, height } = fitted;
  const shownMs = ((width * nowShare + 4) / pixelsPerSecond) * 1000;
  const jobs = slot ? laneJobs(slot.lane, scene.now, slot.job, scene.now - shownMs) : [];
  const { colour, contrast, font } = scene.theme;
  const low = height < 12;
  const nowX = Math.round(width * nowShare);
  const x = (at: number): number => nowX + ((at - scene.now) / 1000) * pixelsPerSecond;
  const snap = (value: number): number => Math.round(value * devicePixelRatio) / devicePixelRatio;
  const middle = Math.round(height / 2);
  const thick = low ? 6 : 12;
  const top = Math.round((height - thick) / 2);

  if (!low) {
    g.fillStyle = colour.grid;
    for (let minute = 0; nowX - minute * 60 * pixelsPerSecond > 0; minute += 1)
      g.fillRect(Math.round(nowX - minute * 60 * pixelsPerSecond), 0, 1, height);
  }
  g.fillStyle = contrast ? colour.faint : colour.track;
  g.fillRect(0, middle, width, 1);
  if (scene.since !== undefined && x(scene.since) > 0) {
    g.clearRect(0, 0, x(scene.since), height);
    if (scene.closed !== undefined && !low && x(scene.since) > 170) {
      g.font = `11px ${font}`;
      g.fillStyle = colour.dim;
      g.textAlign = 'center';
      g.textBaseline = 'middle';
      g.fillText(scene.closed, x(scene.since) / 2, middle + 0.5);
    }
  }
  const running = slot?.job === undefined ? undefined : state.jobs[slot.job];
  const waitsForHold = running?.wait?.for === 'held' || running?.wait?.for === 'breaker';
  if (scene.hold && (!running || waitsForHold))
    hatch(g, x(scene.hold.from), scene.hold.to === undefined ? width : x(scene.hold.to), height, colour.wait);

  // Where a worker does many jobs in the time of a pixel, one of them stands for all; failures always show.
  let painted = -Infinity;
  for (const stay of jobs) {
    if (stay.to !== undefined && stay.end !== 'failed' && x(stay.to) <= painted) continue;
    drawStay(stay);
  }
  if (running) drawRest(running, jobs.at(-1));
  g.globalAlpha = 0.55;
  g.fillStyle = colour.fg;
  g.fillRect(nowX, 0, 1, height);
  g.globalAlpha = 1;
  return jobs;

  function drawStay(stay: LaneJob): void {
    const isNow = stay.to === undefined;
    const quiet = isNow || contrast ? 1 : 0.48;
    const ends = stay.to ?? scene.now;
    g.globalAlpha = quiet;
    // One bar from the first to the last piece of work; waits in between are thin.
    let barFrom: number | undefined;
    let barTo = 0;
    stay.segments.forEach((segment, index) => {
      const from = x(segment.from);
      const to = x(
        segment.to ?? (index === stay.segments.length - 1 ? ends : (stay.segments[index + 1]?.from ?? ends)),
      );
      if (segment.kind === 'wait' || segment.kind === 'held') {
        g.fillStyle = colour.wait;
        g.fillRect(from, middle - 1, Math.max(1, to - from - 0.5), 2);
        return;
      }
      const left = snap(from);
      const right = Math.max(snap(to), left + (barFrom === undefined ? 2 : 0.5));
      const round = barFrom === undefined ? 2 : 0;
      g.fillStyle = colour[stagePaint(segment.kind)];
      const isLast = index === stay.segments.length - 1 && !isNow;
      if (right - left < 4 || (round === 0 && !isLast)) g.fillRect(left, top, right - left, thick);
      else {
        g.beginPath();
        g.roundRect(left, top, right - left, thick, [round, isLast ? 2 : 0, isLast ? 2 : 0, round]);
        g.fill();
      }
      if (contrast && (segment.kind === 'downloading' || segment.kind === 'uploading')) stripes(left, right);
      barFrom ??= left;
      barTo = right;
    });
    g.globalAlpha = 1;
    if (barFrom === undefined) return;
    painted = Math.max(painted, barTo);
    if (stay.end === 'completed') {
      g.globalAlpha = contrast ? 1 : 0.85;
      g.fillStyle = colour.ok;
      g.fillRect(barTo - 2, top, 2, thick);
      g.globalAlpha = 1;
    } else if (stay.end === 'failed') {
      g.fillStyle = colour.bad;
      g.fillRect(barTo - 2, low ? 0 : 2, 3, low ? height : height - 4);
    }
    if (!low && barTo - barFrom > 64) {
      g.font = `10px ${font}`;
      g.fillStyle = isNow || contrast ? colour.bg : colour.fg;
      g.textAlign = 'right';
      g.textBaseline = 'middle';
      g.fillText(`#${stay.job + 1}`, barTo - 6, middle + 1);
    }
  }

  function stripes(left: number, right: number): void {
    g.save();
    g.beginPath();
    g.rect(left, top, right - left, thick);
    g.clip();
    g.strokeStyle = colour.bg;
    g.lineWidth = 1;
    for (let at = left; at < right + thick; at += 4) {
      g.beginPath();
      g.moveTo(at, top);
      g.lineTo(at - thick, top + thick);
      g.stroke();
    }
    g.restore();
  }

  /** Right of now stands only what is known: dots until a wait ends, a dashed box for the rest of a stage. */
  function drawRest(job: JobState, stay: LaneJob | undefined): void {
    const until = job.wait?.until;
    if (job.wait && !waitsForHold && until !== undefined) {
      g.fillStyle = colour.wait;
      for (let at = nowX + 2; at < Math.min(x(until), width); at += 4) g.fillRect(at, middle - 1, 2, 2);
    }
    const segment = stay?.segments.at(-1);
    if (job.wait || !segment || job.stage === undefined || job.percent === undefined || job.percent < 5)
      return;
    if (job.percent >= 100) return;
    const doneMs = scene.now - segment.from;
    const rest = (doneMs * (100 - job.percent)) / job.percent / 1000;
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
  // Counted from the lane's own zero, so that the hatching stands still while time moves.
  for (let at = -height - (height % 6); at < to + height; at += 6) {
    g.beginPath();
    g.moveTo(at, height);
    g.lineTo(at + height, 0);
    g.stroke();
  }
  g.restore();
}
