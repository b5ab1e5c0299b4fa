/**
 * `npm run test:soak`: the kills, cuts and faults of the fault tests, many times over; their counts are printed.
 * KILLS and CUTS say how often.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const mocha = join(__dirname, '..', '..', 'node_modules', 'mocha', 'bin', 'mocha.js');
const child = spawn(
  process.execPath,
  [
    mocha,
    '--no-config',
    '--import=tsx',
    '--forbid-only',
    '--timeout',
    '240000',
    ...['killMinus9', 'killPaid', 'killFaults', 'killOwner', 'tornJournal'].map((name) =>
      join(__dirname, `${name}.test.ts`),
    ),
  ],
  { stdio: 'inherit', env: { KILLS: '200', CUTS: '50', ...process.env } },
);
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
