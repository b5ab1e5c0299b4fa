import assert from 'node:assert/strict';
import { saysTooLarge, UploadLimits } from '../../../src/sources/uploadLimits';

const settings = {
  'openai.endpoint': 'http://127.0.0.1:8000/v1',
  'openai.model': 'whisper-1',
  'openai.maxUploadMB': 25,
};
/** Our own compressed sound: 4000 bytes a second. */
const upload = (seconds: number): { seconds: number; bytes: number } => ({ seconds, bytes: seconds * 4000 });
const unlimited = { megabytes: 25, seconds: Infinity, kind: 'mp3' } as const;

describe('The limits of an upload', () => {
  it('are those of the settings and of the model', () => {
    const limits = new UploadLimits();
    assert.deepEqual(limits.of(settings), unlimited);
    assert.deepEqual(limits.of({ ...settings, 'openai.model': 'gpt-4o-transcribe' }), {
      ...unlimited,
      seconds: 1390,
    });
  });

  it('are learnt from a refusal: by what it says, otherwise by half', () => {
    const cases: readonly (readonly [
      string,
      number,
      { readonly seconds?: number; readonly megabytes?: number },
    ])[] = [
      [
        'audio duration 1860.0 seconds is longer than 1400 seconds which is the maximum',
        1860,
        { seconds: 1358 },
      ],
      ['Maximum clip duration (600s) exceeded.', 1860, { seconds: 582 }],
      ['Audio is too long. Maximum is 10 minutes.', 1860, { seconds: 582 }],
      ['Maximum content size limit (1048576) exceeded', 1860, { megabytes: 1.01711872 }],
      ['File too large, the limit is 4MB', 1860, { megabytes: 3.88 }],
      ['File too large (max 2 MiB)', 1860, { megabytes: 2.03423744 }],
      ['413 Request Entity Too Large', 1000, { megabytes: 2 }],
      ['Maximum file size exceeded', 1000, { megabytes: 2 }],
      // It says a limit that this upload kept.
      ['File too large, the limit is 25 MB', 1000, { megabytes: 2 }],
    ];
    for (const [words, seconds, learnt] of cases) {
      const limits = new UploadLimits();
      assert.ok(limits.refused(settings, upload(seconds), words), words);
      const now = limits.of(settings);
      assert.ok(Math.abs(now.megabytes - (learnt.megabytes ?? 25)) < 1e-6, `${words} ${now.megabytes}`);
      assert.equal(now.seconds, learnt.seconds ?? Infinity, words);
      assert.deepEqual(limits.of({ ...settings, 'openai.model': 'other' }), unlimited);
    }
  });

  it('are halved until a quarter of a minute is refused, which something else has to be the reason of', () => {
    const limits = new UploadLimits();
    let seconds = 6000;
    let tries = 0;
    while (limits.refused(settings, upload(seconds), 'too large')) {
      tries += 1;
      seconds = Math.min(seconds, (limits.of(settings).megabytes * 1e6) / 4000);
    }
    assert.equal(seconds, 15);
    assert.equal(tries, 9);
  });

  it('are not lowered twice for uploads that were made before', () => {
    const limits = new UploadLimits();
    limits.refused(settings, upload(1000), 'too large');
    const { megabytes } = limits.of(settings);
    assert.ok(limits.refused(settings, upload(1000), 'too large'));
    assert.equal(limits.of(settings).megabytes, megabytes);
  });

  it('are what many words are about, and some are not', () => {
    const about = [
      'audio duration 1860.0 seconds is longer than 1400 seconds',
      'Maximum clip duration (600s) exceeded',
      'Maximum file size exceeded',
      'Request body too large',
      'request entity too large',
      'Payload Too Large',
      'File size exceeds the limit of 25MB',
      'The audio is too long',
      'file must be smaller: max size is 10MB',
      'Audio length limit is 30 minutes',
    ];
    assert.deepEqual(
      about.filter((words) => !saysTooLarge(words)),
      [],
    );
    const other = [
      'Invalid or unsupported audio file.',
      'prompt is too long: 900 characters, at most 896',
      'Rate limit exceeded',
      'You exceeded your current quota',
      'Audio file is too short',
      '',
    ];
    assert.deepEqual(other.filter(saysTooLarge), []);
  });
});
