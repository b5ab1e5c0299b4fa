import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Link } from '../../../src/model/link';
import { boxedEngine } from '../../../src/platform/whisper/boxed';
import { AudioTools } from '../../../src/sources/audio';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { WhisperSource } from '../../../src/sources/whisper';
import { findWhisper } from '../../../src/sources/whisperProgram';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { builtInEngine } from '../../helpers/builtInEngine';
import { realParts, type RealParts } from '../../helpers/realParts';
import { sourceRequest } from '../../helpers/sourceRequest';
import { speak } from '../../helpers/toneWords';
import { speakingModel } from '../../helpers/whisperModel';
import { placeWhisper } from '../../helpers/whisperStandIn';

describe('which whisper.cpp runs', function () {
  const nothing = { 'whisper.path': '', 'whisper.model': '' };
  this.timeout(60_000);
  let folder = '';
  let parts: RealParts;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'whisper-program-'));
    parts = realParts();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    parts.close();
  });

  it('is none where no program may be started, and says that it was not looked for', async () => {
    const { program, model } = placeWhisper(folder, 'ok');
    const processes = { ...parts.processes, barred: () => 'this workspace is not trusted' };
    const world = { ...parts, processes, whisperEngine: builtInEngine() };
    const source = new WhisperSource(
      world,
      new AudioTools(world),
      new AudioFetch(world, new YtDlpProgram(world)),
    );
    for (const named of ['', program]) {
      const { settings } = sourceRequest({ kind: 'media', url: 'file:///a.wav', id: 'a' }).request;
      const wanted = { ...settings, 'whisper.path': named, 'whisper.model': model };
      assert.equal(await findWhisper(world, wanted), undefined);
      const readiness = await source.readiness(wanted);
      assert.ok(!readiness.ready);
      assert.match(readiness.why, /not looked for: this workspace is not trusted/);
      assert.equal(readiness.nextStep, 'Manage Workspace Trust.');
    }
  });

  it('is the one that the user named, before the one in the package', async () => {
    const { program } = placeWhisper(folder, 'ok');
    const world = { ...parts, whisperEngine: builtInEngine() };
    assert.equal(
      (await findWhisper(world, { 'whisper.path': program, 'whisper.model': '' }))?.shown,
      program,
    );
    assert.equal(
      (await findWhisper(world, { 'whisper.path': '/no/such', 'whisper.model': '' }))?.shown,
      undefined,
    );
    assert.equal((await findWhisper(world, nothing))?.shown, 'built-in engine');
  });

  it('listens for speech first, where the voice detection lies beside the model', async () => {
    const world = { ...parts, whisperEngine: builtInEngine() };
    const settings = { 'whisper.path': '', 'whisper.model': path.join(folder, 'ggml-base.bin') };
    assert.ok(!(await findWhisper(world, settings))?.args.includes('--vad'));
    const vad = path.join(folder, 'ggml-silero-v6.2.0.bin');
    writeFileSync(vad, '');
    assert.deepEqual((await findWhisper(world, settings))?.args.slice(-3), ['--vad', '-vm', vad]);
    // An own whisper-cli may be too old to know it.
    const { program } = placeWhisper(folder, 'ok');
    assert.deepEqual((await findWhisper(world, { ...settings, 'whisper.path': program }))?.args, []);
  });

  it('is a whisper-cli that is found, where the package has none', async () => {
    const { program } = placeWhisper(folder, 'ok');
    const there = realParts({}, { ...process.env, PATH: folder });
    assert.equal((await findWhisper(there, nothing))?.shown, program);
    there.close();
  });

  it('is in no package of a platform that has no prebuilt module', () => {
    assert.equal(boxedEngine(path.dirname(builtInEngine().args[0] ?? ''), 'sunos-x64'), undefined);
    assert.equal(boxedEngine(folder), undefined);
  });

  it('transcribes in the package without anything else but a model', async () => {
    const model = path.join(folder, 'ggml-test.bin');
    writeFileSync(model, speakingModel({ says: ' Guten Morgen.', language: 'de' }));
    const file = path.join(folder, 'my talk.wav');
    writeFileSync(file, speak(6).wav);
    const link: Link = { kind: 'media', url: `file://${file}`, id: 'w', path: file };
    const world = { ...parts, whisperEngine: builtInEngine() };
    const fetcher = new AudioFetch(world, new YtDlpProgram(world));
    const source = new WhisperSource(world, new AudioTools(world), fetcher);
    const recorded = sourceRequest(link, { settings: { 'whisper.model': model } });
    const result = await source.transcribe(recorded.request);
    recorded.leave();
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.equal(result.transcript.language, 'de');
    assert.deepEqual(result.transcript.cues[0], { start: 0, end: 2, text: 'Guten Morgen.' });
  });
});
