/** Judges a figure against "at least" and "aim", by what its neighbours on the machine cannot move. */
import { median, stretch, type Figure, type JudgedBy, type Run } from './figures';

export type Mark = 'aim' | 'ok' | 'MISSES' | '';

export interface Judgement {
  /** Median of the runs as measured. */
  readonly value: number;
  /** Median of the runs as judged, in the row's unit. */
  readonly judged: number;
  /** Least and most of the runs as measured. */
  readonly spread: readonly [number, number];
  readonly mark: Mark;
  /** By what, for a reader: "wall ÷ 1.8"; empty where the figure is judged as it is. */
  readonly how: string;
}

/**
 * One run in the row's unit, without what neighbours added. `calmFlushMs`: the quickest tenth of all flushes of this
 * session. A run without a yardstick or without that peer is judged as measured.
 */
export function judgedValue(
  run: Run,
  judgedBy: JudgedBy,
  better: Figure['better'],
  calmFlushMs: number,
): number {
  const share = neighbours(run, judgedBy, calmFlushMs);
  // A rate is the less the longer its work takes.
  return better === 'higher' ? run.value * share : run.value / share;
}

export function judge(figure: Figure, judgedBy: JudgedBy, calmFlushMs: number): Judgement {
  const values = figure.runs.map(({ value }) => value);
  const judged = median(figure.runs.map((run) => judgedValue(run, judgedBy, figure.better, calmFlushMs)));
  const share = median(figure.runs.map((run) => neighbours(run, judgedBy, calmFlushMs)));
  return {
    value: median(values),
    judged,
    spread: [Math.min(...values), Math.max(...values)],
    mark: markOf(figure, judged),
    how: share === 1 ? '' : howWords(figure, judgedBy, share),
  };
}

/** By how much the neighbours made the run longer: 1 where they do not count. */
function neighbours(run: Run, judgedBy: JudgedBy, calmFlushMs: number): number {
  const { value, cpu, peers, yardstick } = run;
  switch (judgedBy.by) {
    case 'plain':
      return 1;
    case 'cpu':
      return cpu === undefined || cpu >= value || cpu <= 0 ? 1 : value / cpu;
    case 'peer':
      return Math.max(1, peers?.[judgedBy.peer] ?? 1);
    case 'wall':
      return yardstick ? stretch(yardstick) : 1;
    case 'timer':
      return yardstick ? 1 + Math.max(0, yardstick.lateMs) / judgedBy.waitMs : 1;
    case 'disk':
      return yardstick && calmFlushMs > 0 ? Math.max(1, yardstick.flushMs / calmFlushMs) : 1;
  }
}

function howWords({ better }: Figure, judgedBy: JudgedBy, share: number): string {
  if (judgedBy.by === 'cpu') return 'CPU';
  const by = judgedBy.by === 'peer' ? judgedBy.peer : judgedBy.by;
  return `${by} ${better === 'higher' ? '×' : '÷'} ${share.toFixed(2)}`;
}

function markOf({ atLeast, aim, better }: Figure, judged: number): Mark {
  const meets = (limit: number): boolean => (better === 'lower' ? judged <= limit : judged >= limit);
  if (atLeast === undefined) return '';
  if (!meets(atLeast)) return 'MISSES';
  return aim === undefined || meets(aim) ? 'aim' : 'ok';
}
