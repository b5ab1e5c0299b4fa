/** The table at the end of `npm test`, with mocha's own words as its last lines. */
import type { TaskResult } from './suiteTasks';

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
const sum = (results: readonly TaskResult[], of: (result: TaskResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0);
const tookMs = (results: readonly TaskResult[]): number =>
  sum(results, ({ startedAt, endedAt, first }) => endedAt - startedAt + (first ? tookMs([first]) : 0));
/** Whether this part of a suite said what it did, and ran a test. */
const ran = ({ counts }: TaskResult): boolean => counts.seen && counts.passing + counts.failing > 0;

export interface Summary {
  readonly text: string;
  /** Whether all passed. */
  readonly ok: boolean;
}

/** The results of the tasks, by row. @param wholeMs how long the whole run took */
export function summaryOf(results: readonly TaskResult[], rows: readonly string[], wholeMs: number): Summary {
  // Failures once more at the end, where a log that was cut still has them.
  const failures = results
    .flatMap((result) => [...(result.first ? [result.first] : []), result])
    .filter(({ counts }) => counts.failures.length > 0)
    .flatMap(({ task, counts }) => [`\n=== failed in ${task.name}`, ...counts.failures]);
  const lines = rows.flatMap((row) => {
    const own = results.filter(({ task }) => task.row === row);
    return own.length === 0 ? [] : [rowLine(row, own)];
  });
  const again = results
    .filter(({ first }) => first !== undefined)
    .map(({ task, code }) => `${task.name}: ${code === 0 ? 'passed when run again' : 'failed twice'}`);
  const suites = results.filter(({ task }) => task.counted === true);
  const passing = sum(suites, ({ counts }) => counts.passing);
  const failing = sum(suites, ({ counts }) => counts.failing);
  const ok = lines.every((line) => line.ok) && passing > 0;
  const took = seconds(wholeMs);
  const text = [
    ...failures,
    ...[`\n=== summary (${took})`, ...lines.map((line) => line.text), ...again],
    ...['', `  ${passing} passing (${took})`, ...(failing > 0 ? [`  ${failing} failing`] : [])],
    ...['', `TOTAL: ${passing} passed, ${failing} failed`],
    ...(ok || failing > 0 ? [] : ['FAILED: see the summary above.']),
  ].join('\n');
  return { text, ok };
}

function rowLine(row: string, results: readonly TaskResult[]): Summary {
  const began = results.every(({ code }) => code !== undefined);
  const ended = results.every(({ code }) => code === 0);
  const name = row.padEnd(10);
  if (!began) return { ok: false, text: `${name} FAILED  (did not run)` };
  const suites = results.filter(({ task }) => task.counted === true);
  if (suites.length === 0)
    return { ok: ended, text: `${name} ${ended ? 'ok' : 'FAILED'}  ${seconds(tookMs(results))}` };
  const passing = sum(suites, ({ counts }) => counts.passing);
  const failing = sum(suites, ({ counts }) => counts.failing);
  const pending = sum(suites, ({ counts }) => counts.pending);
  const idle = suites.filter((result) => !ran(result)).map(({ task }) => task.name);
  const ok = ended && failing === 0 && idle.length === 0;
  const skipped = pending > 0 ? `, ${pending} pending` : '';
  const why = idle.length === 0 ? '' : `  (no test ran in ${idle.join(', ')})`;
  return {
    ok,
    text: `${name} ${ok ? 'ok' : 'FAILED'}  ${passing} passed, ${failing} failed${skipped}  ${seconds(tookMs(results))}${why}`,
  };
}
