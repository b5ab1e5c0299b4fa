import assert from 'node:assert/strict';
import { exportedJson, exportedWords } from '../../../src/terminal/exported';

describe('An export in the terminal', () => {
  const out = '/out/lectures.pdf';
  const of = { folder: '/out/lectures', format: 'pdf', out } as const;

  it('says how much was written where, and what was left out', () => {
    assert.deepEqual(exportedWords({ videos: 1, missing: 0, notes: [] }, out), [
      `1 video written to ${out}.`,
    ]);
    assert.deepEqual(exportedWords({ videos: 3, missing: 2, notes: ['No font has 語.'] }, out), [
      `3 videos written to ${out}.`,
      '2 finished videos left out: their files are gone.',
      'No font has 語.',
    ]);
  });

  it('is one line for programs', () => {
    const line = exportedJson({ videos: 3, missing: 2, notes: ['No font has 語.'] }, of);
    assert.ok(line.endsWith('}\n'));
    assert.deepEqual(JSON.parse(line), {
      type: 'export',
      batch_dir: '/out/lectures',
      format: 'pdf',
      output_file: out,
      videos: 3,
      missing: 2,
      notes: ['No font has 語.'],
    });
  });
});
