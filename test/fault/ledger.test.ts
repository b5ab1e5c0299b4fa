/** Two processes write the user's record while it is written again, shorter, and are killed in the middle. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Ledger } from '../../src/engine/folder/ledger';
import { journalLine } from '../../src/engine/journal/journal';
import { systemClock } from '../../src/platform/clock';
import { NodeFiles } from '../../src/platform/files';
import { systemRandom } from '../../src/platform/random';

const kills = Number(process.env.KILLS ?? 12);

describe('the record of payments, written by two processes that are killed', function () {
  this.timeout(60_000 + kills * 5_000);
  const root = mkdtempSync(join(tmpdir(), 'ledger-'));
  const folder = join(root, 'state');
  const program = join(root, 'writer.cjs');
  /** What the processes say that is on disk. */
  const said = new Set<string>();
  const running = new Set<ChildProcess>();

  before(() =>
    build({
      entryPoints: [join(__dirname, 'ledgerWriter.ts')],
      ...{ bundle: true, platform: 'node', format: 'cjs', outfile: program, logLevel: 'error' },
    }),
  );
  after(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });

  /** Resolves with the child once it has recorded so many. */
  function start(name: string): {
    readonly child: ChildProcess;
    readonly recorded: (more: number) => Promise<void>;
  } {
    const child = spawn(process.execPath, [program, folder, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    let count = 0;
    let wake = (): void => undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').slice(0, -1)) {
        said.add(line);
        count += 1;
      }
      wake();
    });
    return {
      child,
      recorded: async (more) => {
        const wanted = count + more;
        while (count < wanted) await new Promise<void>((resolve) => (wake = resolve));
      },
    };
  }

  const idle = Array.from({ length: 9_000 }, (_, at) =>
    journalLine({ type: 'opened', place: `/place/${at}/${'x'.repeat(100)}`, at }),
  ).join('');

  it(`lose no payment, and it stays short (${kills} kills)`, async () => {
    const steady = start('steady');
    await steady.recorded(5);
    let shortest = Infinity;
    for (let kill = 0; kill < kills; kill += 1) {
      appendFileSync(join(folder, 'ledger.jsonl'), idle);
      const other = start(`other${kill}`);
      await other.recorded(1 + (kill % 12));
      other.child.kill('SIGKILL');
      running.delete(other.child);
      await steady.recorded(12);
      shortest = Math.min(
        shortest,
        statSync(join(folder, 'ledger.jsonl'), { throwIfNoEntry: false })?.size ?? 0,
      );
    }
    steady.child.kill('SIGKILL');
    const log = { write: (_level: string, message: string) => assert.fail(message) };
    const ledger = new Ledger(new NodeFiles(root), systemClock, log, folder, systemRandom);
    await ledger.load();
    await ledger.load();
    const paid = new Set(ledger.paidIn('/place'));
    const lost = [...said].filter((video) => Number(video.split('-')[1]) % 3 !== 0 && !paid.has(video));
    const settled = [...said].filter((video) => Number(video.split('-')[1]) % 3 === 0 && paid.has(video));
    console.log(`      ${said.size} payments, ${lost.length} lost; the shortest file had ${shortest} bytes`);
    assert.deepEqual([lost, settled], [[], []]);
    assert.ok(shortest < 1_000_000, 'it was written again');
    const last = Math.max(
      ...[...said].filter((one) => one.startsWith('steady')).map((one) => Number(one.split('-')[1])),
    );
    const { proxies = [] } = ledger.settingsOf('batch-steady', '/place');
    assert.ok(Number(proxies[0]?.split(':').at(-1)) >= last - 8, 'the newest settings count');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('before')),
      [],
    );
    await ledger.close();
  });
});
