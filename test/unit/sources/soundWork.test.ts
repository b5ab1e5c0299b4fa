/** A sound on its way from one machine to another, with real ffmpeg: small, and every word at its own time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultSettings } from '../../../src/model/settings';
import { NodeFiles } from '../../../src/platform/files';
import { createProcesses } from '../../../src/platform/processes';
import { AudioTools } from '../../../src/sources/audio';
import { hear, speak } from '../../helpers/toneWords';

describe('a sound that is packed for another machine', function () {
  this.timeout(60_000);
  const tools = new AudioTools({ processes: createProcesses(), files: new NodeFiles() });
  const signal = new AbortController().signal;
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sound-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has 4 KB a second, and its words where they were', async () => {
    const spoken = speak(120);
    const file = path.join(folder, 'talk.wav');
    writeFileSync(file, spoken.wav);
    const read = (input: string) => tools.read(input, folder, defaultSettings, signal, () => undefined);
    const sound = await read(file);
    const packed = await tools.pack(sound, folder, defaultSettings, signal);
    assert.ok(statSync(packed).size < 4_300 * sound.seconds, `${statSync(packed).size} bytes`);
    const arrived = await read(packed);
    assert.ok(Math.abs(arrived.seconds - sound.seconds) < 0.1);
    const [before, after] = [hear(file).words, hear(arrived.path).words];
    assert.deepEqual(
      after.map(({ word }) => word),
      before.map(({ word }) => word),
    );
    for (const [at, { start }] of after.entries())
      assert.ok(Math.abs(start - (before[at]?.start ?? Infinity)) < 0.1);
  });
});
