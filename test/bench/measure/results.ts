/** Reads what a bench prints and what a result file holds. Files from before the yardstick are read as well. */
import type { Figure, Machine, Results, Run, Yardstick } from './figures';

type Fields = Readonly<Record<string, unknown>>;

/** A row as a bench prints it. */
export interface PrintedRow {
  readonly figure: Omit<Figure, 'runs'>;
  readonly runs: readonly PrintedRun[];
}

/** `from`, `to`: ms since the epoch, where the bench says when this run was; otherwise all since the row before. */
export interface PrintedRun extends Run {
  readonly from?: number;
  readonly to?: number;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for all that is no finite number: JSON has `null` for those. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Only the fields that have a value. */
function known<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function known(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Undefined where the row has no name or no figure. */
export function readRow(bench: string, row: unknown): PrintedRow | undefined {
  if (!isFields(row) || textOf(row.name) === '') return undefined;
  const runs = (Array.isArray(row.runs) ? row.runs : [row]).map(readRun);
  const good = runs.filter((run) => run !== undefined);
  if (good.length === 0 || good.length < runs.length) return undefined;
  return {
    figure: {
      bench,
      name: textOf(row.name),
      unit: textOf(row.unit),
      better: row.better === 'higher' ? 'higher' : 'lower',
      ...known({ atLeast: numberOf(row.atLeast), aim: numberOf(row.aim) }),
    },
    runs: good,
  };
}

function readRun(run: unknown): PrintedRun | undefined {
  if (!isFields(run)) return undefined;
  const value = numberOf(run.value);
  if (value === undefined) return undefined;
  const peers = isFields(run.peers)
    ? Object.fromEntries(
        Object.entries(run.peers).flatMap(([name, figure]) => {
          const number = numberOf(figure);
          return number === undefined ? [] : [[name, number] as const];
        }),
      )
    : undefined;
  return {
    value,
    ...known({ cpu: numberOf(run.cpu), from: numberOf(run.from), to: numberOf(run.to), peers }),
    ...known({ yardstick: readYardstick(run.yardstick) }),
  };
}

function readYardstick(yardstick: unknown): Yardstick | undefined {
  if (!isFields(yardstick)) return undefined;
  const of = (name: string): number => numberOf(yardstick[name]) ?? 0;
  if (of('cpuMs') <= 0) return undefined;
  return {
    ...{ samples: of('samples'), cpuMs: of('cpuMs'), wallMs: of('wallMs'), strays: of('strays') },
    ...{ flushMs: of('flushMs'), lateMs: of('lateMs') },
  };
}

/** Throws a sentence where the text is no result file. `file`: its name for that sentence. */
export function readResults(file: string, text: string): Results {
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch {
    all = undefined;
  }
  if (!isFields(all) || !Array.isArray(all.rows))
    throw new Error(`${file} is no result file of npm run bench. Give one from bench-results/.`);
  const figures = all.rows.flatMap((row: unknown) => {
    const read = readRow(isFields(row) ? textOf(row.bench) : '', row);
    return read ? [{ ...read.figure, runs: read.runs }] : [];
  });
  return { at: textOf(all.at), machine: readMachine(all.machine), figures };
}

function readMachine(machine: unknown): Machine {
  const fields = isFields(machine) ? machine : {};
  const load = isFields(fields.load) ? fields.load : {};
  const [start, end] = [numberOf(load.start), numberOf(load.end)];
  return {
    cpu: textOf(fields.cpu),
    cores: numberOf(fields.cores) ?? 0,
    system: textOf(fields.system),
    node: textOf(fields.node),
    ...(start === undefined || end === undefined ? {} : { load: { start, end } }),
  };
}
