/** The table at the end of `npm test`, with mocha's own words as its last lines. */
import type { TaskResult } from './suiteTasks';

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
const sum = (results: readonly TaskResult[], of: (result: TaskResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0);
const tookMs = (results: readonly TaskResult[]): number =>
  sum(results, ({ startedAt, endedAt }) => endedAt - startedAt);

/** Prints the results of the tasks, by row. @returns whether all passed. @param begun epoch ms */
export function printSummary(
  results: readonly TaskResult[],
  rows: readonly string[],
  begun: number,
): boolean {
  for (const { task, counts } of results) {
    // Once more at the end, where a log that was cut still has it.
    if (counts.failures.length > 0)
      console.log([`\n=== failed in ${task.name}`, ...counts.failures].join('\n'));
  }
  const lines = rows.flatMap((row) => {
    const own = results.filter(({ task }) => task.row === row);
    return own.length === 0 ? [] : [rowLine(row, own)];
  });
  const suites = results.filter(({ task }) => task.counted === true);
  const passing = sum(suites, ({ counts }) => counts.passing);
  const failing = sum(suites, ({ counts }) => counts.failing);
  const good = lines.every(({ ok }) => ok) && passing > 0;
  const took = seconds(Date.now() - begun);
  console.log(`\n=== summary (${took})\n${lines.map(({ text }) => text).join('\n')}\n`);
  console.log(`  ${passing} passing (${took})`);
  if (failing > 0) console.log(`  ${failing} failing`);
  console.log(`\nTOTAL: ${passing} passed, ${failing} failed`);
  if (!good && failing === 0) console.log('FAILED: see the summary above.');
  return good;
}

function rowLine(
  row: string,
  results: readonly TaskResult[],
): { readonly ok: boolean; readonly text: string } {
  const began = results.every(({ code }) => code !== undefined);
  const ended = results.every(({ code }) => code === 0);
  const name = row.padEnd(10);
  if (!began) return { ok: false, text: `${name} FAILED  (did not run)` };
  const suite = results.find(({ task }) => task.counted === true);
  if (suite === undefined) {
    return { ok: ended, text: `${name} ${ended ? 'ok' : 'FAILED'}  ${seconds(tookMs(results))}` };
  }
  const { passing, failing, pending, seen } = suite.counts;
  const ran = seen && passing + failing > 0;
  const ok = ended && failing === 0 && ran;
  const skipped = pending > 0 ? `, ${pending} pending` : '';
  const why = ran ? '' : '  (no test ran)';
  return {
    ok,
    text: `${name} ${ok ? 'ok' : 'FAILED'}  ${passing} passed, ${failing} failed${skipped}  ${seconds(tookMs(results))}${why}`,
  };
}
