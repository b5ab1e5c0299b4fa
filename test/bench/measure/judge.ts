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
  /** By what, for a reader: "wall ÷ 1.8"; empty where that changes nothing. */
  readonly how: string;
}

/** One run in the row's unit, without what neighbours added. Without a yardstick it is judged as measured. */
export function judgedValue(run: Run, judgedBy: JudgedBy, better: Figure['better']): number {
  const { value, cpu, yardstick } = run;
  const share = yardstick ? stretch(yardstick) : 1;
  switch (judgedBy.by) {
    case 'plain':
      return value;
    case 'cpu':
      return Math.min(value, cpu ?? value);
    case 'wall':
      // A rate is the less the longer its work takes.
      if (better === 'higher') return value * share;
      // The clock cannot say less than the work itself takes.
      return Math.max(value / share, Math.min(value, cpu ?? 0));
    case 'excess':
      return Math.min(value, judgedBy.ideal) + Math.max(0, value - judgedBy.ideal) / share;
  }
}

export function judge(figure: Figure, judgedBy: JudgedBy): Judgement {
  const values = figure.runs.map(({ value }) => value);
  const value = median(values);
  const judged = median(figure.runs.map((run) => judgedValue(run, judgedBy, figure.better)));
  return {
    value,
    judged,
    spread: [Math.min(...values), Math.max(...values)],
    mark: markOf(figure, judged),
    how: judged === value ? '' : howWords(figure, judgedBy),
  };
}

function howWords({ runs, better }: Figure, { by }: JudgedBy): string {
  if (by === 'cpu') return 'CPU';
  const share = median(runs.map(({ yardstick }) => (yardstick ? stretch(yardstick) : 1)));
  return `${by} ${better === 'higher' ? '×' : '÷'} ${share.toFixed(2)}`;
}

function markOf({ atLeast, aim, better }: Figure, judged: number): Mark {
  const meets = (limit: number): boolean => (better === 'lower' ? judged <= limit : judged >= limit);
  if (atLeast === undefined) return '';
  if (!meets(atLeast)) return 'MISSES';
  return aim === undefined || meets(aim) ? 'aim' : 'ok';
}
