/**
 * The yardstick's own process, beside the bench: twice a second a timer of 50 ms, a fixed piece of work and a flush to
 * the disk. Prints each sample as one JSON line. Argument: the folder in which it writes its block.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

const timerMs = 50;
const everyMs = 500;
/** About 25 ms of CPU on a machine of 2026: longer than a turn of the scheduler, and a twentieth of one core. */
const pieces = 12_000;

function work(): { readonly cpuMs: number; readonly wallMs: number } {
  const before = process.cpuUsage();
  const from = performance.now();
  let text = '';
  for (let at = 0; at < pieces; at += 1) {
    const said: unknown = JSON.parse(JSON.stringify({ at, words: [`word ${at}`, text] }));
    text = createHash('sha256').update(JSON.stringify(said)).digest('hex');
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - from };
}

async function main(): Promise<void> {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('Name a folder to write in.');
  const file = await open(join(folder, 'yardstick'), 'w');
  const block = Buffer.alloc(4096, 'y');
  // The compiler has seen it before it counts.
  for (let at = 0; at < 3; at += 1) work();
  process.stdout.on('error', () => process.exit());
  for (;;) {
    let from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, timerMs));
    const lateMs = performance.now() - from - timerMs;
    const worked = work();
    from = performance.now();
    await file.write(block, 0, block.length, 0);
    await file.datasync();
    const flushMs = performance.now() - from;
    process.stdout.write(`${JSON.stringify({ ...worked, flushMs, lateMs })}\n`);
    await new Promise((resolve) => setTimeout(resolve, everyMs - timerMs));
  }
}

void main();
