/**
 * What changed between two result files and what is noise. Figures of time are compared in yardsticks, so that two
 * machines, or a busy and a free one, can be compared. A change that the spreads of both sides cover is noise.
 */
import { judgedValue } from './judge';
import { median, short, type Figure, type JudgedBy, type Results, type Run } from './figures';

export type Verdict = 'better' | 'worse' | 'noise' | 'new' | 'gone';

export interface Change {
  readonly bench: string;
  readonly name: string;
  readonly verdict: Verdict;
  /** Medians as measured, with their unit; undefined where that side has no such row. */
  readonly before?: string;
  readonly after?: string;
  /** Of what is compared, new over old; undefined where there is nothing to divide. */
  readonly ratio?: number;
}

/**
 * No figure repeats itself better than this, each way. Three runs of one hour lie closer together than two hours do:
 * the CPU of the same captions bench has differed by 11 %.
 */
const leastNoise = { time: 0.06, plain: 0.03 };

interface Side {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** Of benches that both files have: the rows in the order of `after`, then those that only `before` has. */
export function compare(
  before: Results,
  after: Results,
  judgedBy: (figure: Figure) => JudgedBy,
): readonly Change[] {
  const key = ({ bench, name }: Figure): string => `${bench}\n${name}`;
  const old = new Map(before.figures.map((figure) => [key(figure), figure]));
  const now = new Set(after.figures.map(key));
  const inBoth = benchesOfBoth(before, after);
  const rows = after.figures.filter(({ bench }) => inBoth.has(bench));
  const changes = rows.map((figure): Change => {
    const was = old.get(key(figure));
    const { bench, name } = figure;
    if (was?.unit !== figure.unit) return { bench, name, verdict: 'new', after: words(figure) };
    return { ...changed(was, figure, judgedBy(figure)), before: words(was), after: words(figure) };
  });
  const gone = before.figures.filter((figure) => inBoth.has(figure.bench) && !now.has(key(figure)));
  return [
    ...changes,
    ...gone.map((figure): Change => {
      const { bench, name } = figure;
      return { bench, name, verdict: 'gone', before: words(figure) };
    }),
  ];
}

function benchesOfBoth(before: Results, after: Results): ReadonlySet<string> {
  const had = new Set(before.figures.map(({ bench }) => bench));
  return new Set(after.figures.map(({ bench }) => bench).filter((bench) => had.has(bench)));
}

function changed(was: Figure, is: Figure, judgedBy: JudgedBy): Change {
  const measured = [...was.runs, ...is.runs].every(({ yardstick }) => yardstick !== undefined);
  const [before, after] = [was, is].map((each) => side(each, judgedBy, measured));
  const { bench, name, better } = is;
  if (!before || !after) return { bench, name, verdict: 'noise' };
  const ratio = before.middle === 0 ? undefined : after.middle / before.middle;
  const meet = before.low <= after.high && after.low <= before.high;
  const isLess = after.middle < before.middle;
  const verdict = meet ? 'noise' : isLess === (better === 'lower') ? 'better' : 'worse';
  return { bench, name, verdict, ...(ratio === undefined ? {} : { ratio }) };
}

/** `measured`: both sides have yardsticks, so times are divided by them; otherwise they are taken as measured. */
function side({ runs, better }: Figure, judgedBy: JudgedBy, measured: boolean): Side {
  const isTime = judgedBy.by === 'cpu' || judgedBy.by === 'wall';
  const values = runs.map(({ yardstick, ...run }) => {
    if (!measured || !yardstick) return judgedValue(run, judgedBy, better);
    const judged = judgedValue({ ...run, yardstick }, judgedBy, better);
    if (!isTime) return judged;
    return better === 'higher' ? judged * yardstick.cpuMs : judged / yardstick.cpuMs;
  });
  const middle = median(values);
  const least = judgedBy.by === 'plain' ? leastNoise.plain : leastNoise.time;
  const noise = values.length > 1 ? least : Math.max(least, straysOf(runs, judgedBy));
  return {
    middle,
    low: Math.min(...values, middle * (1 - noise)),
    high: Math.max(...values, middle * (1 + noise)),
  };
}

/** One run alone shows no spread of its own: it strays at least as far as the yardstick did beside it. */
function straysOf(runs: readonly Run[], { by }: JudgedBy): number {
  return by === 'plain' ? 0 : Math.max(0, ...runs.map(({ yardstick }) => yardstick?.strays ?? 0));
}

function words({ runs, unit }: Figure): string {
  const values = runs.map(({ value }) => value);
  const spread = values.length > 1 ? ` [${short(Math.min(...values))}–${short(Math.max(...values))}]` : '';
  return `${short(median(values))} ${unit}${spread}`;
}

/** Lines for a reader: what differs between the machines, what changed, and how much is noise. */
export function compareLines(
  before: Results,
  after: Results,
  judgedBy: (figure: Figure) => JudgedBy,
): readonly string[] {
  const changes = compare(before, after, judgedBy);
  const noise = changes.filter(({ verdict }) => verdict === 'noise');
  const lines = changes
    .filter(({ verdict }) => verdict !== 'noise')
    .map(({ bench, name, verdict, ratio, before: was, after: is }) => {
      const times = ratio === undefined ? '' : ` (×${ratio.toFixed(2)})`;
      const sides = [was, is].filter((text) => text !== undefined).join(' → ');
      return `  ${verdict.padEnd(7)} ${bench}: ${name}  ${sides}${times}`;
    });
  const inBoth = benchesOfBoth(before, after);
  const alone = new Set([...before.figures, ...after.figures].map(({ bench }) => bench));
  for (const bench of inBoth) alone.delete(bench);
  return [
    `Compared with the results of ${before.at}: ${machineWords(before)}. Now: ${machineWords(after)}.`,
    ...(before.figures.some(({ runs }) => runs.some(({ yardstick }) => !yardstick))
      ? [
          'The old file has no yardstick: its times are compared as measured, so a busier machine looks like a change. ' +
            'Write a new file with `npm run bench` on the old code to compare both by the yardstick.',
        ]
      : []),
    ...(alone.size > 0 ? [`Only in one of the two: ${[...alone].join(', ')}.`] : []),
    ...(lines.length > 0 ? lines : ['  Nothing changed beyond the noise.']),
    `  ${noise.length} of ${changes.length} are noise: the change is inside the spread of both.`,
    ...noise.map(
      ({ bench, name, before: was, after: is }) => `  noise   ${bench}: ${name}  ${was ?? ''} → ${is ?? ''}`,
    ),
  ];
}

function machineWords({ machine: { cores, node, load } }: Results): string {
  const busy = load ? `load ${load.start.toFixed(1)} to ${load.end.toFixed(1)}` : 'load not written';
  return `${cores} cores, ${busy}, Node ${node}`;
}
