import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { readArguments } from '../../../../src/platform/whisper/arguments';
import { loadBinding } from '../../../../src/platform/whisper/binding';
import { openSound } from '../../../../src/platform/whisper/sound';
import { speechOnly } from '../../../../src/platform/whisper/speech';
import { hearWindows, windowMs, type Heard } from '../../../../src/platform/whisper/windows';
import { speak } from '../../../helpers/toneWords';

describe("the built-in engine's options", () => {
  it('are those of whisper-cli', () => {
    const words =
      '-m /m.bin -f /s.wav -l auto -t 3 -oj -of /out -pp -ng --prompt -x --vad -vm /v.bin -ot 500 -d 900 -tr';
    assert.deepEqual(readArguments(words.split(' ')), {
      model: '/m.bin',
      file: '/s.wav',
      language: 'auto',
      translate: true,
      gpu: false,
      speakerTurns: false,
      offsetMs: 500,
      showProgress: true,
      prompt: '-x',
      threads: 3,
      durationMs: 900,
      vadModel: '/v.bin',
      output: '/out',
    });
  });

  it('leave to the engine what is not said, and pass over what only polishes', () => {
    const options = readArguments('-m m -f f -np -sns -ml 42 -sow -t 0 -d 0 -vm v'.split(' '));
    assert.deepEqual(options, {
      model: 'm',
      file: 'f',
      language: 'en',
      translate: false,
      gpu: true,
      speakerTurns: false,
      offsetMs: 0,
      showProgress: false,
    });
  });

  for (const [line, problem] of [
    ['-m m -f f --no-such', /unknown argument: --no-such/],
    ['-m m', /a model \(-m\) and a file \(-f\) are needed/],
    ['-m m -f f -t many', /-t takes a number, not many/],
    ['-m m -f', /-f needs a value/],
  ] as const)
    it(`are refused in words: ${line}`, () => assert.throws(() => readArguments(line.split(' ')), problem));

  it('name a module that is another one', () => {
    assert.throws(() => loadBinding('/x.node', () => ({ other: 1 })), /not the speech engine/);
  });
});

describe('windows of a long sound', () => {
  /** Sentences of a sound; a window hears those in it, and the beginning of one that it cuts. */
  const hearing = (sentences: readonly Heard[]) => (from: number, to: number) =>
    Promise.resolve(
      sentences
        .filter((one) => one.from >= from - 1 && one.from < to)
        .map((one) => ({ ...one, to: Math.min(one.to, to) })),
    );
  const all = async (sentences: readonly Heard[], end: number): Promise<Heard[]> => {
    const heard: Heard[] = [];
    for await (const one of hearWindows(0, end, hearing(sentences))) heard.push(one);
    return heard;
  };

  it('lose and double nothing where they meet, wherever the sentences stand', async () => {
    const sentence = fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 200, max: 28_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(sentence, { maxLength: 200 }), async (gaps) => {
        let at = 0;
        const sentences = gaps.map(([pause, length], index): Heard => {
          const from = at + pause;
          at = from + length;
          return { from, to: at, text: String(index) };
        });
        const heard = await all(sentences, at + 1000);
        assert.deepEqual(heard, sentences);
      }),
    );
  });

  it('end with a sentence that is longer than a window', async () => {
    const heard = await all([{ from: 0, to: 3 * windowMs, text: 'hum' }], 3 * windowMs);
    assert.equal(heard.length, 1);
  });
});

describe('speech without its silences', () => {
  const sound = new Uint8Array(32 * 1000).map((_, at) => Math.floor(at / 3200) % 256).buffer;
  it('leads every time back to the sound', () => {
    const only = speechOnly(sound, [
      { from: 100, to: 300 },
      { from: 700, to: 900 },
    ]);
    assert.equal(only.sound.byteLength / 32, 200 + 200 + 2 * 200);
    assert.deepEqual([0, 50, 200, 390, 400, 450, 5000].map(only.timeOf), [100, 150, 300, 300, 700, 750, 900]);
  });
});

describe('the sound that the engine reads', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'engine-sound-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const written = (content: Uint8Array): string => {
    const file = path.join(folder, 'sound.wav');
    writeFileSync(file, content);
    return file;
  };

  it('is read in stretches, and no further than it goes', async () => {
    const { wav, seconds } = speak(3);
    const sound = await openSound(written(wav));
    assert.equal(sound.ms, Math.floor(seconds * 1000));
    assert.deepEqual(Buffer.from(await sound.read(100, 200)), wav.subarray(44 + 3200, 44 + 6400));
    assert.equal((await sound.read(sound.ms - 10, sound.ms + 1000)).byteLength, 320);
    await sound.close();
  });

  for (const [what, content, problem] of [
    ['no WAV', Buffer.from('ID3 something else'), /not a WAV file/],
    ['another rate', Buffer.from(speak(1).wav.fill(0x22, 24, 28)), /not 16 kHz/],
    ['an empty file', Buffer.alloc(0), /not a WAV file/],
    ['a header alone', speak(1).wav.subarray(0, 36), /no samples/],
  ] as const)
    it(`is refused in words when it is ${what}`, async () => {
      await assert.rejects(openSound(written(content)), problem);
    });
});
