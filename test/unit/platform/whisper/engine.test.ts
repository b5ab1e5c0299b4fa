import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createProcesses } from '../../../../src/platform/processes';
import type { ProcessResult } from '../../../../src/model/ports';
import { builtInEngine } from '../../../helpers/builtInEngine';
import { speak } from '../../../helpers/toneWords';
import { speakingModel } from '../../../helpers/whisperModel';

describe('the built-in engine', function () {
  this.timeout(60_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'built-in-engine-'));
    writeFileSync(path.join(folder, 'sound.wav'), speak(4).wav);
    writeFileSync(path.join(folder, 'model.bin'), speakingModel({ says: ' Good morning.', language: 'de' }));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (options: readonly string[], module?: string): Promise<ProcessResult> => {
    const { command, args, env, file } = builtInEngine();
    const script = args.filter((word) => word !== file);
    return createProcesses().run({
      command,
      args: [...script, module ?? file, ...options],
      env,
      signal: new AbortController().signal,
    });
  };
  const at = (name: string): string => path.join(folder, name);

  it('hears words with their times, shows how far it is, and says which language it was', async () => {
    const options = [
      '-m',
      at('model.bin'),
      '-f',
      at('sound.wav'),
      '-l',
      'auto',
      '-oj',
      '-of',
      at('a'),
      '-pp',
    ];
    const { exitCode, stdout, stderr } = await run(options);
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^\[00:00:00\.000 --> 00:00:02\.000\] {3}Good morning\.$/m);
    assert.match(stderr, /whisper_print_progress_callback: progress = 100%/);
    assert.deepEqual(JSON.parse(readFileSync(at('a.json'), 'utf8')), {
      params: { model: at('model.bin'), language: 'auto', translate: false },
      result: { language: 'de' },
      transcription: [
        {
          timestamps: { from: '00:00:00,000', to: '00:00:02,000' },
          offsets: { from: 0, to: 2000 },
          text: ' Good morning.',
        },
      ],
    });
  });

  it('takes the language that it is told', async () => {
    await run(['-m', at('model.bin'), '-f', at('sound.wav'), '-l', 'es', '-oj', '-of', at('b')]);
    assert.match(readFileSync(at('b.json'), 'utf8'), /"result":\{"language":"es"\}/);
  });

  it('ends as whisper-cli does for what is no model, and says why', async () => {
    writeFileSync(at('page.bin'), '<!doctype html><title>Log in</title>');
    const { exitCode, stderr } = await run(['-m', at('page.bin'), '-f', at('sound.wav')]);
    assert.equal(exitCode, 3);
    assert.match(stderr, /invalid model data \(bad magic\)/);
    assert.match(stderr, /^error: Failed to initialize whisper context$/m);
  });

  it('ends for sound that it cannot read, and for options that it does not know', async () => {
    assert.equal((await run(['-m', at('model.bin'), '-f', at('model.bin')])).exitCode, 2);
    assert.equal((await run(['--surprise'])).exitCode, 1);
  });

  it('says so where its module is not for this computer', async () => {
    writeFileSync(at('other.node'), 'not a library');
    const { exitCode, stderr } = await run(['-m', at('model.bin'), '-f', at('sound.wav')], at('other.node'));
    assert.equal(exitCode, 4);
    assert.match(stderr, /^error: /m);
  });

  it('does not end well where the native code gives up without a word', async () => {
    // Without a blank in its vocabulary, whisper.cpp throws, and the module then never answers.
    const mute = speakingModel({ says: ' Good morning.' });
    mute.writeUInt8(0x2d, mute.indexOf(Buffer.from([1, 0, 0, 0, 0x20])) + 4);
    writeFileSync(at('mute.bin'), mute);
    const { exitCode, stderr } = await run(['-m', at('mute.bin'), '-f', at('sound.wav')]);
    assert.equal(exitCode, 10);
    assert.match(stderr, /error: failed to process audio/);
  });
});
