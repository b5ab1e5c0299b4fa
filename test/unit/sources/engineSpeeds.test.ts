import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineProgress } from '../../../src/sources/engineProgress';
import { EngineSpeeds, type EngineRun } from '../../../src/sources/engineSpeeds';
import { realParts, type RealParts } from '../../helpers/realParts';

const run: EngineRun = { program: 'built-in engine', model: '/models/ggml-base.bin', threads: 0 };

describe('The speed of the engine on this computer', () => {
  let stateFolder = '';
  let parts: RealParts;
  beforeEach(() => {
    stateFolder = path.join(mkdtempSync(path.join(tmpdir(), 'speeds-')), 'state');
    parts = realParts();
  });
  afterEach(() => {
    parts.close();
    rmSync(path.dirname(stateFolder), { recursive: true, force: true });
  });
  const speeds = (): EngineSpeeds => new EngineSpeeds({ ...parts, stateFolder });

  it('is known to the next run, for this program, model and number of threads alone', async () => {
    await speeds().measured(run, 30, 100);
    const next = speeds();
    assert.equal(next.factor(run), undefined);
    await next.read();
    assert.equal(next.factor(run), 0.3);
    assert.equal(next.partSeconds(run), 1000);
    for (const other of [{ program: '/usr/bin/whisper-cli' }, { model: '/m.bin' }, { threads: 2 }])
      assert.equal(next.factor({ ...run, ...other }), undefined);
  });

  it('is that of the last hour of sound, so that one slow run does not count for ever', async () => {
    const known = speeds();
    await known.measured(run, 7200, 3600);
    await known.measured(run, 360, 3600);
    assert.ok((known.factor(run) ?? 9) < 1.06);
    await known.measured(run, 5, 19);
    assert.ok((known.factor(run) ?? 9) < 1.06, 'too short to be measured');
  });

  it('is first that of the trial, until a recording was measured', async () => {
    const known = speeds();
    await known.tried(run, 15);
    assert.equal(known.factor(run), 0.5);
    await known.measured(run, 300, 1200);
    await known.tried(run, 900);
    assert.ok(Math.abs((known.factor(run) ?? 0) - 315 / 1230) < 0.001);
  });

  it('keeps what other windows have measured meanwhile', async () => {
    const [one, two] = [speeds(), speeds()];
    await one.measured(run, 30, 100);
    await two.measured({ ...run, threads: 4 }, 20, 100);
    await one.read();
    assert.deepEqual([one.factor(run), one.factor({ ...run, threads: 4 })], [0.3, 0.2]);
  });

  it('is measured afresh where the file cannot be read or written', async () => {
    await speeds().measured(run, 30, 100);
    const file = path.join(stateFolder, 'speech-speeds.json');
    assert.ok(readFileSync(file, 'utf8').includes('ggml-base'));
    for (const broken of [
      '{',
      '[{"program":1}]',
      '[{"program":"a","model":"b","threads":0,"work":0,"sound":0}]',
    ]) {
      writeFileSync(file, broken);
      const known = speeds();
      await known.read();
      assert.equal(known.factor(run), undefined);
    }
    rmSync(stateFolder, { recursive: true });
    writeFileSync(stateFolder, 'a file, not a folder');
    const known = speeds();
    await known.measured(run, 30, 100);
    assert.equal(known.factor(run), 0.3);
  });
});

describe('How far the engine is', () => {
  const watch = (factor?: number) => {
    let now = 0;
    const clock = { monotonic: () => now, advance: (ms: number) => (now += ms) };
    const percents: number[] = [];
    const lefts: number[] = [];
    const progress = new EngineProgress(
      {
        stage: (_stage, percent) => percents.push(Math.round(percent ?? -1)),
        left: (ms) => lefts.push(Math.round(ms / 1000)),
      },
      clock,
      // The second half of 20 minutes.
      { percent: 50, percentAfter: 100, seconds: 600 },
      factor,
    );
    return { clock, progress, percents, lefts };
  };

  it('goes on by the measured speed while the engine says nothing, and never shows it as done', () => {
    const { clock, progress, percents, lefts } = watch(0.5);
    clock.advance(150_000);
    progress.busy();
    clock.advance(1_000_000);
    progress.busy();
    assert.deepEqual(percents, [50, 75, 98]);
    assert.deepEqual(lefts, [300, 150, 15]);
  });

  it('takes this run’s own speed once enough of it is done, and never goes back', () => {
    const { clock, progress, percents, lefts } = watch(0.1);
    clock.advance(40_000);
    progress.busy();
    clock.advance(20_000);
    progress.heard(10);
    assert.deepEqual(percents, [50, 83, 83]);
    // 60 s of sound have taken 60 s.
    assert.equal(lefts.at(-1), 540);
  });

  it('says nothing of the time left before anything was measured', () => {
    const { clock, progress, percents, lefts } = watch();
    clock.advance(40_000);
    progress.busy();
    progress.heard(5);
    assert.deepEqual([percents, lefts], [[50, 50, 53], []]);
    clock.advance(80_000);
    progress.heard(20);
    assert.deepEqual(lefts, [480]);
  });
});
