/**
 * No file stays open after its batch, whatever the disk refuses: Node would close it at its leisure, with a warning.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../../../src/engine/engine';
import type { TranscriptWriter } from '../../../../src/model/output';
import { NodeFiles } from '../../../../src/platform/files';
import { systemClock } from '../../../../src/platform/clock';
import { FakeSource, start, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import { SeededRandom } from '../../../helpers/seededRandom';

const settings = { ...unlimited, 'rate.youtube.perHour': 100_000 };

function quotaSource(): FakeSource {
  const source = new FakeSource('youtube');
  source.quotaNames = ['youtube'];
  return source;
}

describe('The files of a batch', () => {
  for (const refused of ['append', 'flush', 'writeWhole', 'openAppend'] as const)
    it(`are all closed at its end where the disk refuses every third ${refused}`, async () => {
      const w = world({ sources: [quotaSource()] });
      const random = new SeededRandom(3);
      w.files.fail = (operation) =>
        operation === refused && random.next() < 1 / 3 ? 'The disk is full' : undefined;
      for (let round = 0; round < 5; round += 1) {
        const batch = await start(w, videos(20, 20 * round), settings, `b${round}`).catch(() => undefined);
        if (!batch) continue;
        await within(w.clock, batch.settled(), 20 * 60_000);
      }
      w.files.fail = undefined;
      await within(w.clock, w.engine.dispose());
      assert.deepEqual(w.files.opened, []);
    });

  it('are all closed where the record of quotas vanishes in mid-run', async () => {
    const w = world({ sources: [quotaSource()] });
    const batch = await start(w, 200, settings);
    for (let round = 0; round < 5; round += 1) {
      for (const path of [...w.files.files.keys()]) if (/\d{6}\.log$/.test(path)) w.files.files.delete(path);
      await w.clock.advance(50);
    }
    await within(w.clock, batch.settled());
    await within(w.clock, w.engine.dispose());
    assert.deepEqual(w.files.opened, []);
  });

  it('leave no descriptor of the process behind, over many batches', async function () {
    if (process.platform !== 'linux') this.skip();
    const root = await mkdtemp(join(tmpdir(), 'handles-'));
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', onWarning);
    try {
      const { parts } = world({ sources: [quotaSource()] });
      const files = new NodeFiles(root);
      const writer: TranscriptWriter = {
        write: async ({ folder, link }) => {
          await files.writeWhole(join(folder, `${link.id}.md`), 'Hello.');
          return [`${link.id}.md`];
        },
        find: () => Promise.resolve(undefined),
      };
      const run = async (name: string): Promise<void> => {
        const engine = createEngine({
          ...parts,
          clock: systemClock,
          files,
          writer,
          stateFolder: join(root, 'state'),
        });
        const jobs = videos(5);
        const batch = await engine.start({ name, outputFolder: join(root, 'out'), jobs, settings });
        await batch.settled();
        await (await engine.open(join(root, 'out', name), 'view')).follow?.();
        await engine.dispose();
      };
      await run('first');
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = descriptors();
      for (let number = 0; number < 20; number += 1) await run(`b${number}`);
      // A folder is kept open for a moment between its flushes.
      for (let tries = 0; descriptors() > before && tries < 50; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      assert.ok(descriptors() <= before, `${descriptors()} open, ${before} before`);
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', onWarning);
      await rm(root, { recursive: true, force: true });
    }
  });
});
