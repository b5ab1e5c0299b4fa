import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { defaultSettings } from '../../../src/model/settings';
import { FailureError } from '../../../src/model/failure';
import { NodeFiles } from '../../../src/platform/files';
import { createProcesses } from '../../../src/platform/processes';
import { AudioTools } from '../../../src/sources/audio';
import { cutSound } from '../../../src/sources/audioCuts';
import { hear, speak } from '../../helpers/toneWords';
import { program } from '../../programs/find';

describe('sound for speech-to-text', function () {
  this.timeout(60_000);
  const tools = new AudioTools({ processes: createProcesses(), files: new NodeFiles() });
  const signal = new AbortController().signal;
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'audio-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const read = (file: string, onPercent: (percent: number) => void = () => undefined) =>
    tools.read(file, folder, defaultSettings, signal, onPercent);
  const file = (name: string, content: Buffer | string): string => {
    const whole = path.join(folder, name);
    writeFileSync(whole, content);
    return whole;
  };

  it('is cut so that every word is in one part, whole, at its own time', async () => {
    const spoken = speak(240);
    const video = path.join(folder, 'talk: 50% [x].mp4');
    execFileSync(program('ffmpeg'), [
      ...['-v', 'error', '-nostdin', '-i', file('a.wav', spoken.wav)],
      ...[
        '-f',
        'lavfi',
        '-i',
        'color=size=64x48:rate=2',
        '-shortest',
        '-ar',
        '44100',
        '-ac',
        '2',
        `file:${video}`,
      ],
    ]);
    const sound = await read(video);
    assert.ok(Math.abs(sound.seconds - spoken.seconds) < 0.2);
    // About 23 s a part.
    const stretches = tools.cut(sound, { megabytes: 0.1, seconds: Infinity });
    assert.ok(stretches.length > 5);
    const heard: { word: number; start: number }[] = [];
    let total = 0;
    for (const [at, stretch] of stretches.entries()) {
      const part = await tools.compress(sound, stretch, folder, `part-${at}`, defaultSettings, signal);
      assert.ok(statSync(part).size <= 100_000, 'below the limit');
      const { words, seconds } = hear(part);
      total += stretch.end - stretch.start;
      assert.ok(Math.abs(seconds - (stretch.end - stretch.start)) < 0.2);
      heard.push(...words.map(({ word, start }) => ({ word, start: start + stretch.start })));
    }
    assert.deepEqual(
      heard.map(({ word }) => word),
      spoken.words.map(({ word }) => word),
    );
    for (const [at, { start }] of heard.entries()) {
      assert.ok(Math.abs(start - (spoken.words[at]?.start ?? 0)) < 0.15, `word ${at} at ${start}`);
    }
    assert.ok(Math.abs(total - sound.seconds) < 1e-6, 'the parts are the whole');
  });

  it('never loses or repeats a moment, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -90, max: 0, noNaN: true }), { minLength: 1, maxLength: 2000 }),
        fc.double({ min: 1, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (levels, longest, share) => {
          const seconds = levels.length * 0.05;
          const from = share * seconds;
          const stretches = cutSound(levels, seconds, longest, from);
          assert.equal(stretches[0]?.start, from);
          assert.equal(stretches.at(-1)?.end, Math.max(from, seconds));
          for (const [at, { start, end }] of stretches.entries()) {
            assert.ok(end - start <= longest + 1e-9 && end >= start);
            if (at > 0) assert.equal(start, stretches[at - 1]?.end);
          }
        },
      ),
    );
  });

  it('goes on from where an earlier run was cut', () => {
    const levels = Array.from({ length: 4000 }, (_, at) => -20 - ((at * 37) % 50));
    const whole = cutSound(levels, 200, 30);
    assert.deepEqual(cutSound(levels, 200, 30, whole[2]?.end), whole.slice(3));
  });

  it('is read from local files that hold it themselves, never from what they point to', async () => {
    const spoken = file('a.wav', speak(5).wav);
    const hostile: Readonly<Record<string, string>> = {
      'hls.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:3,\nfile://${spoken}\n#EXT-X-ENDLIST\n`,
      'remote.mp3':
        '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:3,\nhttp://127.0.0.1:9/a.mp3\n#EXT-X-ENDLIST\n',
      'concat.m4a': `ffconcat version 1.0\nfile '${spoken}'\n`,
      'text.mp3': 'These are words, not sound.\n'.repeat(50),
      'empty.mp3': '',
    };
    for (const [name, content] of Object.entries(hostile)) {
      await assert.rejects(
        read(file(name, content)),
        (error) => error instanceof FailureError && error.failure.code === 'unsupported',
        name,
      );
    }
  });

  it('is `unsupported` where a video has no sound', async () => {
    const silent = path.join(folder, 'silent.mp4');
    execFileSync(program('ffmpeg'), [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'color=size=64x48:duration=1',
      silent,
    ]);
    await assert.rejects(
      read(silent),
      (error) =>
        error instanceof FailureError &&
        error.failure.code === 'unsupported' &&
        !error.failure.message.includes(folder),
    );
  });

  it('is no bomb: a header with few samples a second is refused at once', async () => {
    const wav = (hz: number, bytes: number, claimed = bytes): Buffer => {
      const head = Buffer.alloc(44);
      head.write('RIFF', 0);
      head.writeUInt32LE(36 + claimed, 4);
      head.write('WAVEfmt ', 8);
      head.writeUInt32LE(16, 16);
      head.writeUInt16LE(1, 20);
      head.writeUInt16LE(1, 22);
      head.writeUInt32LE(hz, 24);
      head.writeUInt32LE(hz, 28);
      head.writeUInt16LE(1, 32);
      head.writeUInt16LE(8, 34);
      head.write('data', 36);
      head.writeUInt32LE(claimed, 40);
      return Buffer.concat([head, Buffer.alloc(bytes, 128)]);
    };
    const codeOf = async (content: Buffer): Promise<string> => {
      try {
        await read(file('bomb.wav', content));
        return 'read';
      } catch (error) {
        return error instanceof FailureError ? error.failure.code : String(error);
      }
    };
    assert.equal(await codeOf(wav(1, 2000)), 'unsupported');
    assert.equal(await codeOf(wav(3999, 4000)), 'unsupported');
    assert.equal(await codeOf(wav(8000, 800_000_000 / 1000)), 'read');
    // What the header claims and the file does not hold is harmless.
    assert.equal(await codeOf(wav(8000, 8000, 8000 * 90_000)), 'read');
  });

  it('is refused before anything is written where the disk has no room for it', async () => {
    const files = new NodeFiles();
    files.freeBytes = () => Promise.resolve(1_000_000);
    const small = new AudioTools({ processes: createProcesses(), files });
    await assert.rejects(
      small.read(file('a.wav', speak(5).wav), folder, defaultSettings, signal, () => undefined),
      (error) => error instanceof FailureError && error.failure.message.includes('temporary space'),
    );
  });

  it('needs ffmpeg, and says so', async () => {
    await assert.rejects(
      tools.read(
        '/a.mp3',
        folder,
        { ...defaultSettings, 'ffmpeg.path': '/not/there' },
        signal,
        () => undefined,
      ),
      (error) => error instanceof FailureError && error.failure.subject === 'ffmpeg',
    );
  });

  it('names a length that the file claims, where its sound ends well before', async () => {
    const whole = path.join(folder, 'whole.wav');
    writeFileSync(whole, speak(60).wav);
    const video = path.join(folder, 'talk.mp4');
    execFileSync(program('ffmpeg'), [
      ...['-v', 'error', '-nostdin', '-i', `file:${whole}`, '-movflags', '+faststart', `file:${video}`],
    ]);
    const [sound, bytes] = [await read(video), readFileSync(video)];
    assert.equal(sound.claimed, undefined);
    const cut = await read(file('cut.mp4', bytes.subarray(0, bytes.length / 2)));
    assert.ok(Math.abs((cut.claimed ?? 0) - sound.seconds) < 0.2, String(cut.claimed));
    assert.ok(cut.seconds < sound.seconds * 0.7);
    assert.equal(String(cut.seconds), String(Math.round(cut.seconds * 1000) / 1000));
  });

  it('says of a file that is none that it is damaged or of another kind', async () => {
    for (const content of ['', '<html>Sign in</html>'])
      await assert.rejects(read(file('talk.mp3', content)), /damaged, cut off, empty or of another kind/);
  });
});
