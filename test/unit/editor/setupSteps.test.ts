import assert from 'node:assert/strict';
import { stepOf } from '../../../src/editor/setupSteps';
import type { SetupLine } from '../../../src/sources/setupLine';

const line = (subject: string, nextStep?: string): SetupLine => ({
  subject,
  state: 'warn',
  text: '',
  ...(nextStep === undefined ? {} : { nextStep }),
});

describe('the next step of a line of Check Setup', () => {
  it('is a command for a terminal where a program is missing or old', () => {
    for (const words of [
      'Install yt-dlp.',
      'Update yt-dlp; sites change, and old versions stop working.',
      'Reinstall yt-dlp, or correct the setting ytDlp.path.',
    ])
      for (const platform of ['linux', 'darwin', 'win32'] as const) {
        const step = stepOf(line('yt-dlp', words), platform);
        assert.equal(step?.kind, 'install', words);
        assert.match(step.command, /yt-dlp/);
      }
    const step = stepOf(line('whisper', 'Install ffmpeg.'), 'linux');
    assert.deepEqual(step, { kind: 'install', command: 'sudo apt-get install ffmpeg' });
  });

  it('shows the setting where the system has no package of the program', () => {
    const words = 'Install whisper.cpp, or set whisper.path.';
    assert.deepEqual(stepOf(line('whisper', words), 'linux'), { kind: 'setting', name: 'whisper.path' });
  });

  it('asks for the key of the service that wants one', () => {
    assert.deepEqual(stepOf(line('deapi', 'Set the key.'), 'linux'), { kind: 'key', service: 'deapi' });
    assert.deepEqual(stepOf(line('openai', 'Set the key again.'), 'linux'), {
      kind: 'key',
      service: 'openai',
    });
  });

  it('shows the setting that the line names, else the one that belongs to it', () => {
    const named = line('whisper', 'Correct the setting whisper.model.');
    assert.deepEqual(stepOf(named, 'linux'), { kind: 'setting', name: 'whisper.model' });
    const folder = line('output folder', 'Choose another folder, or free space.');
    assert.deepEqual(stepOf(folder, 'linux'), { kind: 'setting', name: 'output.folder' });
  });

  it('is the trust of the workspace where no program is looked for', () => {
    assert.deepEqual(stepOf(line('ffmpeg', 'Manage Workspace Trust.'), 'win32'), { kind: 'trust' });
  });

  it('is the set-up of speech-to-text where a line says so', () => {
    for (const subject of ['openai', 'whisper'])
      assert.deepEqual(stepOf(line(subject, 'Set up speech-to-text.'), 'linux'), { kind: 'speech' });
  });

  it('is absent where there is nothing to do, or nothing that we could do', () => {
    assert.equal(stepOf(line('ffmpeg'), 'linux'), undefined);
    assert.equal(stepOf(line('deapi', 'Top up the account.'), 'linux'), undefined);
  });
});
