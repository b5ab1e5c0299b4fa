import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkSetup } from '../../../../src/sources/doctor';
import type { SetupLine } from '../../../../src/sources/setupLine';
import { trialWords } from '../../../../src/sources/speechSetup/trial';
import { builtInEngine } from '../../../helpers/builtInEngine';
import { speechRig, type SpeechRig } from '../../../helpers/speechSetup';

describe('the set-up of speech-to-text', function () {
  this.timeout(60_000);
  let folder = '';
  let rig: SpeechRig;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'speech-setup-'));
    rig = await speechRig(folder);
  });
  afterEach(() => {
    rig.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const signal = new AbortController().signal;
  const lineOf = async (given: Parameters<SpeechRig['settings']>[0]): Promise<SetupLine | undefined> => {
    const world = { ...rig.parts, whisperEngine: builtInEngine() };
    const lines = await checkSetup(world, rig.settings(given), { signal, speech: rig.setup });
    return lines.find(({ subject }) => subject === 'whisper');
  };

  it('downloads the model and the voice detection, and hears the sentence with them', async () => {
    const [offer] = await rig.setup.offers(rig.settings());
    assert.deepEqual([offer?.advised, offer?.path], [true, undefined]);
    const seen: number[] = [];
    const model = await rig.setup.install(rig.model, rig.settings(), {
      signal,
      onProgress: (done, total) => seen.push(done / total),
    });
    assert.equal(seen.at(-1), 1);
    assert.deepEqual(readdirSync(rig.modelsFolder).toSorted(), [
      'ggml-base-test.bin',
      'ggml-silero-test.bin',
    ]);
    // The stand-in's voice detection is none: it is taken away, so that the engine does not load it.
    rmSync(path.join(rig.modelsFolder, 'ggml-silero-test.bin'));
    const trial = await rig.setup.try('whisper', rig.settings({ 'whisper.model': model }), signal);
    assert.ok(trial.ok, trialWords(trial));
    assert.match(
      trialWords(trial),
      /^It works: it heard “Good morning\. This is a test\.” \(en\) in [\d.]+ s\.$/,
    );
    assert.equal((await rig.setup.offers(rig.settings()))[0]?.path, model);
  });

  it('remembers what it heard until the model has other content', async () => {
    const model = path.join(folder, 'my model.bin');
    copyFileSync(await rig.setup.install(rig.model, rig.settings(), { signal }), model);
    const settings = rig.settings({ 'whisper.model': model });
    assert.equal(await rig.setup.heardBefore(settings, signal), undefined);
    await rig.setup.try('whisper', settings, signal);
    assert.equal((await rig.setup.heardBefore(settings, signal))?.language, 'en');
    utimesSync(model, new Date(), new Date());
    assert.ok(await rig.setup.heardBefore(settings, signal), 'touched, the same content');
    appendFileSync(model, 'x');
    assert.equal(await rig.setup.heardBefore(settings, signal), undefined);
  });

  it('says so when another sentence comes back, and does not count it as tried', async () => {
    rig.close();
    rig = await speechRig(folder, ' Thanks for watching!');
    const model = await rig.setup.install(rig.model, rig.settings(), { signal });
    rmSync(path.join(rig.modelsFolder, 'ggml-silero-test.bin'));
    const settings = rig.settings({ 'whisper.model': model });
    const trial = await rig.setup.try('whisper', settings, signal);
    assert.ok(!trial.ok || !trial.right, trialWords(trial));
    assert.equal(await rig.setup.heardBefore(settings, signal), undefined);
  });

  it('knows a file that is no model by its first bytes', async () => {
    const page = path.join(folder, 'page.bin');
    writeFileSync(page, '<!doctype html>');
    await assert.rejects(rig.setup.checkFile(page), /page\.bin is not a ggml model/);
    await assert.rejects(rig.setup.checkFile(path.join(folder, 'none.bin')), /There is no model at/);
  });

  it('removes a downloaded model, and what a broken download left', async () => {
    await rig.setup.install(rig.model, rig.settings(), { signal });
    writeFileSync(path.join(rig.modelsFolder, 'ggml-small-q5_1.bin.part'), 'half');
    const found = await rig.setup.removable();
    assert.deepEqual(found.map(({ name }) => name).toSorted(), [
      'ggml-base-test.bin',
      'ggml-small-q5_1.bin.part',
    ]);
    for (const { path: file } of found) {
      assert.ok(readdirSync(rig.modelsFolder).includes('ggml-silero-test.bin'));
      await rig.setup.remove(file);
    }
    // The voice detection goes with the last.
    assert.deepEqual(readdirSync(rig.modelsFolder), []);
  });

  it('downloads once where two ask at the same time', async () => {
    const both = [1, 2].map(() => rig.setup.install(rig.model, rig.settings(), { signal }));
    const [one, two] = await Promise.all(both);
    assert.equal(one, two);
    assert.equal(rig.server.asked.length, 2, 'one request for each of the two files');
  });

  it('is ✓ in Check Setup once the engine has heard the sentence, and only then', async () => {
    const off = await lineOf({});
    assert.deepEqual([off?.state, off?.nextStep], ['off', 'Set up speech-to-text.']);
    const page = path.join(folder, 'page.bin');
    writeFileSync(page, '<!doctype html>');
    assert.equal((await lineOf({ 'whisper.model': page }))?.state, 'error');
    const model = await rig.setup.install(rig.model, rig.settings(), { signal });
    rmSync(path.join(rig.modelsFolder, 'ggml-silero-test.bin'));
    for (const time of ['first', 'second']) {
      const line = await lineOf({ 'whisper.model': model });
      assert.equal(line?.state, 'ok', time);
      assert.match(
        line.text,
        /It hears “Good morning\. This is a test\.” An hour of sound takes about \d+ min\./,
      );
    }
  });
});
