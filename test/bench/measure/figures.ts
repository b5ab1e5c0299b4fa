/** The shapes of a bench's figures, and the sums they need. A time is in the unit of its row, a yardstick's in ms. */

/** What a fixed piece of work took beside a run, in the same seconds: medians of `samples`. */
export interface Yardstick {
  readonly samples: number;
  /** The work's own CPU time, ms. */
  readonly cpuMs: number;
  /** The same work by the clock, ms. */
  readonly wallMs: number;
  /** How far the work by the clock strays: half the distance of its quartiles over its median. */
  readonly strays: number;
  /** A block of 4 KB written and flushed to the disk, ms. */
  readonly flushMs: number;
  /** How much too late a timer of 50 ms fired, ms. */
  readonly lateMs: number;
}

export interface Run {
  readonly value: number;
  /** CPU time of the same work, in the row's unit, where `value` is by the clock. */
  readonly cpu?: number;
  readonly peers?: Readonly<Record<string, number>>;
  /** Undefined in a file that was written before there were yardsticks. */
  readonly yardstick?: Yardstick;
}

/**
 * By what a figure is judged. `plain`: as measured (counts, sizes). `cpu`: CPU time, or the clock where that is less.
 * `wall`: the clock, over what neighbours stretch the yardstick's work, but no less than its CPU time. `excess`: what
 * is over the ideal, which is waiting for others, over the same; `ideal` is in the row's unit.
 */
export type JudgedBy =
  { readonly by: 'plain' | 'cpu' | 'wall' } | { readonly by: 'excess'; readonly ideal: number };

/** One row of a bench with all its runs. */
export interface Figure {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  readonly atLeast?: number;
  readonly aim?: number;
  readonly better: 'lower' | 'higher';
  readonly runs: readonly Run[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  /** Mean number of programs that wanted a core in the last minute; undefined in an old file. */
  readonly load?: { readonly start: number; readonly end: number };
}

export interface Results {
  /** ISO time. */
  readonly at: string;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which `share` (0–1) of the values are; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? NaN;
  return low + (place % 1) * ((sorted[Math.ceil(place)] ?? NaN) - low || 0);
}

/** How many times longer the clock says than the work's own CPU time: 1 on a machine that is free. */
export function stretch({ wallMs, cpuMs }: Yardstick): number {
  return cpuMs > 0 ? Math.max(1, wallMs / cpuMs) : 1;
}

/** Four digits at most, as a person reads it. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
