import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Failure } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { AudioTools } from '../../../src/sources/audio';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { WhisperSource } from '../../../src/sources/whisper';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { realParts, type RealParts } from '../../helpers/realParts';
import { keptSteps, sourceRequest, type RequestOptions } from '../../helpers/sourceRequest';
import { speak } from '../../helpers/toneWords';
import { placeWhisper, type WhisperMode } from '../../helpers/whisperStandIn';

describe('whisper.cpp', function () {
  this.timeout(60_000);
  let folder = '';
  let parts: RealParts;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'whisper-test-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    parts.close();
  });
  const run = async (
    mode: WhisperMode,
    options: RequestOptions = {},
    env: NodeJS.ProcessEnv = process.env,
  ) => {
    parts = realParts({}, env);
    const source = new WhisperSource(
      parts,
      new AudioTools(parts),
      new AudioFetch(parts, new YtDlpProgram(parts)),
    );
    const { program, model } = placeWhisper(folder, mode);
    const file = path.join(folder, 'my talk.wav');
    writeFileSync(file, speak(6).wav);
    const link: Link = { kind: 'media', url: `file://${file}`, id: 'w', path: file };
    const recorded = sourceRequest(link, {
      ...options,
      settings: { 'whisper.path': program, 'whisper.model': model, ...options.settings },
    });
    const result = await source.transcribe(recorded.request);
    const left = recorded.folders.flatMap((temporary) => readdirSync(temporary));
    recorded.leave();
    return { source, recorded, result, left };
  };

  it('transcribes a local file, shows how far it is, and leaves no sound behind', async () => {
    const { result, recorded, left } = await run('ok');
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.deepEqual(
      result.transcript.cues.map(({ text }) => text),
      ['0', '1', '2', '3', '4', '5'],
    );
    assert.deepEqual([result.transcript.language, result.transcript.captions], ['en', 'speech']);
    assert.ok(recorded.percents.some((percent) => percent > 10 && percent < 100));
    assert.deepEqual(
      recorded.percents,
      [...recorded.percents].sort((a, b) => a - b),
    );
    assert.deepEqual(
      left.filter((name) => name.endsWith('.wav')),
      [],
    );
  });

  it('survives a character that was cut in two', async () => {
    const { result } = await run('cut-character');
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.ok(result.transcript.cues[0]?.text.startsWith('0'));
  });

  for (const [mode, code] of [
    ['broken-json', 'tool-failed'],
    ['no-file', 'tool-failed'],
    ['crash', 'tool-failed'],
    ['empty', 'no-speech'],
  ] as const) {
    it(`answers ${code} for ${mode}, whatever the exit code says`, async () => {
      const { result } = await run(mode);
      assert.ok('failure' in result && result.failure.code === code, JSON.stringify(result));
    });
  }

  it('ends with the job', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 1500);
    const { result } = await run('slow', { signal: stop.signal });
    assert.ok('failure' in result && result.failure.code === 'cancelled', JSON.stringify(result));
  });

  it('takes the CPU when others hold the graphics memory', async () => {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'nvidia-smi'), '#!/bin/sh\necho "100, 8192"\n');
    chmodSync(path.join(bin, 'nvidia-smi'), 0o755);
    const { result } = await run('ok', {}, { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.ok(parts.logged.some((line) => line.includes('100 of 8192 MB')));
  });

  it('says which part is missing', async () => {
    const { source, recorded } = await run('ok');
    const { settings } = recorded.request;
    const whys = await Promise.all(
      [
        { 'whisper.model': '' },
        { 'whisper.model': '/not/there.bin' },
        { 'whisper.path': '/not/there' },
        { 'ffmpeg.path': '/not/there' },
      ].map(async (change) => {
        const readiness = await source.readiness({ ...settings, ...change });
        return readiness.ready ? 'ready' : readiness.why;
      }),
    );
    assert.deepEqual(
      whys.map((why) => /model|program|ffmpeg/.exec(why)?.[0]),
      ['model', 'model', 'program', 'ffmpeg'],
    );
  });

  it('starts a broken model once, however many jobs come at once, and a working one for each', async () => {
    await run('ok');
    const log = path.join(folder, 'starts');
    const model = path.join(folder, 'ggml-base.bin');
    const program = path.join(folder, 'broken');
    const says = 'echo "whisper_model_load: invalid model data (bad magic)" >&2';
    writeFileSync(program, `#!/bin/sh\necho on >> "${log}"\nsleep 0.3\n${says}\nexit 3\n`);
    chmodSync(program, 0o755);
    const source = new WhisperSource(
      parts,
      new AudioTools(parts),
      new AudioFetch(parts, new YtDlpProgram(parts)),
    );
    const file = path.join(folder, 'my talk.wav');
    const link: Link = { kind: 'media', url: `file://${file}`, id: 'w', path: file };
    let out: Failure | undefined;
    const results = await Promise.all(
      [1, 2, 3].map(async () => {
        const recorded = sourceRequest(link, {
          settings: { 'whisper.path': program, 'whisper.model': model },
        });
        const result = await source.transcribe({ ...recorded.request, outOfChain: () => out });
        if ('failure' in result && result.failure.forAll === true) out = result.failure;
        recorded.leave();
        return 'failure' in result ? result.failure.message : '';
      }),
    );
    assert.equal(readFileSync(log, 'utf8'), 'on\n');
    for (const message of results)
      assert.match(message, /is no whisper\.cpp model \(not a ggml model: .*bad magic/);
  });

  it('goes on at the part that was not heard, with the language of the parts before', async () => {
    const kept = keptSteps();
    parts = realParts();
    const { program, model } = placeWhisper(folder, 'ok');
    const log = path.join(folder, 'starts');
    const wrapper = path.join(folder, 'wrapper');
    const write = (mostStarts: number): void => {
      const fails = `[ "$(wc -l < "${log}")" -gt ${mostStarts} ] && exit 10`;
      writeFileSync(wrapper, `#!/bin/sh\necho "$*" >> "${log}"\n${fails}\nexec "${program}" "$@"\n`);
      chmodSync(wrapper, 0o755);
    };
    const spoken = speak(880);
    const file = path.join(folder, 'long.wav');
    writeFileSync(file, spoken.wav);
    const link: Link = { kind: 'media', url: `file://${file}`, id: 'w', path: file };
    const attempt = async (): ReturnType<WhisperSource['transcribe']> => {
      const audio = new AudioTools(parts);
      const source = new WhisperSource(parts, audio, new AudioFetch(parts, new YtDlpProgram(parts)));
      const settings = { 'whisper.path': wrapper, 'whisper.model': model };
      const recorded = sourceRequest(link, { settings, kept });
      const result = await source.transcribe(recorded.request);
      recorded.leave();
      return result;
    };
    write(1);
    const first = await attempt();
    assert.ok('failure' in first && first.failure.code === 'tool-failed', JSON.stringify(first));
    write(9);
    const second = await attempt();
    assert.ok('transcript' in second, JSON.stringify(second));
    assert.deepEqual(
      second.transcript.cues
        .map(({ text }) => text)
        .join(' ')
        .split(' '),
      spoken.words.map(({ word }) => String(word)),
    );
    const languages = Array.from(readFileSync(log, 'utf8').matchAll(/ -l (\w+)/g), ([, code]) => code);
    assert.equal(languages[0], 'auto');
    assert.ok(languages.length >= 3 && languages.slice(1).every((code) => code === 'en'), String(languages));
  });

  it('counts in its own quota, so that one runs at a time', async () => {
    const { source, recorded } = await run('ok');
    assert.deepEqual(source.quotas(recorded.request.link), ['whisper']);
  });
});
