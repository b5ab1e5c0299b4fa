/**
 * The source whisper with a real `whisper-cli`, built from whisper.cpp's source (`npm run test:whisper`): its options,
 * its result, its end, and what it says of a model that is none. The model is written by the tests.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Link } from '../../src/model/link';
import { readSettings, type Settings } from '../../src/model/settings';
import { AudioTools } from '../../src/sources/audio';
import { AudioFetch } from '../../src/sources/audioFetch';
import { checkSetup } from '../../src/sources/doctor';
import { SpeechSetup } from '../../src/sources/speechSetup/setup';
import { createSources } from '../../src/sources/table';
import { WhisperSource } from '../../src/sources/whisper';
import { YtDlpProgram } from '../../src/sources/ytDlpProgram';
import { realParts, type RealParts } from '../helpers/realParts';
import { keptSteps, sourceRequest, type RequestOptions } from '../helpers/sourceRequest';
import { speak } from '../helpers/toneWords';
import { speakingModel } from '../helpers/whisperModel';
import { whisperCli } from '../vscode/tools';

const never = new AbortController().signal;

describe('a real whisper-cli', function () {
  this.timeout(120_000);
  let folder = '';
  let parts: RealParts;
  const at = (name: string): string => path.join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'whisper-cli-test-'));
    parts = realParts();
    writeFileSync(at('ggml-tiny-test.bin'), speakingModel({ says: ' Good morning.', language: 'de' }));
    writeFileSync(at('talk.wav'), speak(4).wav);
    // Writes down what it is started with, and waits for the engine as users' scripts do.
    writeFileSync(
      at('wrapper'),
      `#!/bin/sh\necho "$*" >> "${at('starts')}"\n"${whisperCli}" "$@"\nexit $?\n`,
    );
    chmodSync(at('wrapper'), 0o755);
  });
  afterEach(() => {
    parts.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ours = (given: Partial<Settings> = {}): Partial<Settings> => ({
    'whisper.path': at('wrapper'),
    'whisper.model': at('ggml-tiny-test.bin'),
    ...given,
  });
  const hear = async (options: RequestOptions = {}, name = 'talk.wav') => {
    const source = new WhisperSource(
      parts,
      new AudioTools(parts),
      new AudioFetch(parts, new YtDlpProgram(parts)),
    );
    const link: Link = { kind: 'media', url: `file://${at(name)}`, id: 'w', path: at(name) };
    const recorded = sourceRequest(link, { ...options, settings: ours(options.settings) });
    const result = await source.transcribe(recorded.request);
    recorded.leave();
    return { result, recorded };
  };
  const starts = (): readonly string[] => readFileSync(at('starts'), 'utf8').trim().split('\n');

  it('takes the options, and its result is read: words, times and the language it found', async () => {
    const { result } = await hear();
    assert.ok('transcript' in result, JSON.stringify(result));
    const { language, cues } = result.transcript;
    assert.equal(language, 'de');
    assert.deepEqual(
      cues.map(({ text }) => text),
      ['Good morning.'],
    );
    assert.ok((cues[0]?.end ?? 0) > 0);
    assert.match(starts()[0] ?? '', /-l auto\b/);
  });

  it('takes the language, the prompt, threads and translation', async () => {
    const { result } = await hear({
      settings: {
        languages: ['es-MX'],
        'speech.prompt': 'Özil, Kubernetes',
        'speech.translate': true,
        'whisper.threads': 2,
      },
    });
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.equal(result.transcript.language, 'en');
    assert.match(starts()[0] ?? '', /-l es -tr --prompt Özil, Kubernetes -t 2/);
  });

  it('shows how far it is, from what the engine prints', async () => {
    writeFileSync(at('long.wav'), speak(120).wav);
    const { result, recorded } = await hear({}, 'long.wav');
    assert.ok('transcript' in result, JSON.stringify(result));
    assert.ok(recorded.percents.some((percent) => percent > 10 && percent < 100));
  });

  it('goes on at the last finished part after it was killed', async () => {
    writeFileSync(at('long.wav'), speak(880).wav);
    const kept = keptSteps();
    const stop = new AbortController();
    const link: Link = { kind: 'media', url: 'file:///long', id: 'w', path: at('long.wav') };
    const attempt = async (signal: AbortSignal): Promise<unknown> => {
      const audio = new AudioTools(parts);
      const source = new WhisperSource(parts, audio, new AudioFetch(parts, new YtDlpProgram(parts)));
      const recorded = sourceRequest(link, { settings: ours(), kept, signal });
      const result = await source.transcribe({
        ...recorded.request,
        kept: {
          read: () => kept.read(),
          // A part is on disk: the computer is switched off now, in the middle of the next one.
          add: (step) => kept.add(step).finally(() => stop.abort()),
        },
      });
      recorded.leave();
      return result;
    };
    const first = await attempt(stop.signal);
    assert.match(JSON.stringify(first), /"code":"cancelled"/);
    const before = starts().length;
    const finished = kept.steps.length;
    assert.ok(finished > 0);
    const second = await attempt(never);
    assert.match(JSON.stringify(second), /Good morning/);
    const again = starts().slice(before);
    assert.ok(again.length > 0 && again.every((line) => line.includes('-l de')), again.join('\n'));
  });

  it('says of a broken model that it is none, once, in its own words', async () => {
    writeFileSync(at('page.bin'), '<!doctype html><title>Log in</title>');
    const { result } = await hear({ settings: { 'whisper.model': at('page.bin') } });
    assert.ok('failure' in result && result.failure.code === 'tool-missing', JSON.stringify(result));
    assert.match(result.failure.message, /is no whisper\.cpp model \(not a ggml model: .*bad magic/);
    const whole = readFileSync(at('ggml-tiny-test.bin'));
    writeFileSync(at('cut.bin'), whole.subarray(0, whole.length / 2));
    const cut = await hear({ settings: { 'whisper.model': at('cut.bin') } });
    assert.ok('failure' in cut.result && cut.result.failure.forAll === true, JSON.stringify(cut.result));
  });

  it('is ✓ in Check Setup once it has heard the sentence', async () => {
    writeFileSync(at('ggml-right.bin'), speakingModel({ says: ' Good morning. This is a test.' }));
    const { settings } = readSettings(ours({ 'whisper.model': at('ggml-right.bin') }));
    const world = {
      ...parts,
      stateFolder: at('state'),
      modelsFolder: at('models'),
      computer: { cores: 4, memoryMB: 8192, graphics: false },
    };
    const speech = new SpeechSetup(world, createSources(world));
    const lines = await checkSetup(world, settings, { signal: never, speech });
    const line = lines.find(({ subject }) => subject === 'whisper');
    assert.equal(line?.state, 'ok', JSON.stringify(line));
  });
});
