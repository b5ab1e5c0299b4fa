/**
 * How often each bench runs, and by what each of its rows is judged: the first entry whose expression matches the row's
 * name. A bench or row without an entry runs once and is judged by its unit.
 */
import type { JudgedBy } from './figures';

interface Entry {
  /** Rounds of the whole bench, in turn with the others; 1 where it repeats itself or takes minutes. */
  readonly rounds: number;
  readonly rows: readonly (readonly [RegExp, JudgedBy])[];
}

const plain: JudgedBy = { by: 'plain' };
const cpu: JudgedBy = { by: 'cpu' };
const wall: JudgedBy = { by: 'wall' };
const overIdeal: JudgedBy = { by: 'excess', ideal: 1 };

const table: Readonly<Record<string, Entry>> = {
  captions: {
    rounds: 1,
    rows: [
      [/wall over ideal/, overIdeal],
      [/CPU against/, plain],
      [/CPU/, cpu],
      // Two requests of 100 ms for each of 500 videos, 20 at a time.
      [/wall/, { by: 'excess', ideal: 5 }],
    ],
  },
  cluster: {
    rounds: 1,
    rows: [
      [/CPU/, cpu],
      [/through one Redis/, wall],
    ],
  },
  cold: {
    rounds: 1,
    rows: [
      [/CPU/, cpu],
      [/wall/, wall],
    ],
  },
  engine: {
    rounds: 3,
    rows: [
      [/memory/, plain],
      [/CPU|longest stop/, cpu],
      [/takes effect|resume/, wall],
    ],
  },
  growth: {
    rounds: 1,
    rows: [
      [/memory|whole process/, plain],
      [/CPU/, cpu],
    ],
  },
  kill: { rounds: 1, rows: [[/./, plain]] },
  lists: {
    rounds: 1,
    rows: [
      [/CPU/, cpu],
      [/at a stretch/, wall],
    ],
  },
  machines: { rounds: 1, rows: [[/./, plain]] },
  notes: {
    rounds: 1,
    rows: [
      [/wall over ideal/, overIdeal],
      [/CPU/, cpu],
      [/once more/, wall],
      [/./, plain],
    ],
  },
  panel: {
    rounds: 1,
    rows: [
      [/longest stop|CPU of the longest turn|page was opened/, cpu],
      [/first paint|rows there|frame time/, wall],
      [/./, plain],
    ],
  },
  rate: { rounds: 1, rows: [[/./, plain]] },
  render: {
    rounds: 1,
    rows: [
      [/CPU/, cpu],
      [/kept for/, plain],
      [/./, wall],
    ],
  },
  scale: { rounds: 1, rows: [[/./, plain]] },
  schedule: {
    rounds: 1,
    rows: [
      [/wall over/, overIdeal],
      [/./, plain],
    ],
  },
  search: {
    rounds: 1,
    rows: [
      [/memory|size/, plain],
      [/./, wall],
    ],
  },
  sharing: {
    rounds: 1,
    rows: [
      [/CPU/, cpu],
      [/asked a second/, wall],
      [/./, plain],
    ],
  },
  speech: {
    rounds: 1,
    rows: [
      [/length of the sound/, wall],
      [/limit's own pace/, overIdeal],
      [/./, plain],
    ],
  },
  startup: {
    rounds: 1,
    rows: [
      [/activation/, cpu],
      [/./, plain],
    ],
  },
  stops: {
    rounds: 3,
    rows: [
      [/memory/, plain],
      // Each stop is by the clock, or by CPU time where that is less.
      [/stop|while/, cpu],
    ],
  },
  terminal: {
    rounds: 1,
    rows: [
      [/growth/, plain],
      [/./, cpu],
    ],
  },
};

/** The rounds that a bench runs unless `--rounds` says another number. */
export function roundsOf(bench: string): number {
  return table[bench]?.rounds ?? 1;
}

export function judgedBy({
  bench,
  name,
  unit,
}: Readonly<Record<'bench' | 'name' | 'unit', string>>): JudgedBy {
  const entry = table[bench]?.rows.find(([names]) => names.test(name));
  if (entry) return entry[1];
  if (unit !== 'ms' && unit !== 's') return plain;
  return name.includes('CPU') ? cpu : wall;
}
