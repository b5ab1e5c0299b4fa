// Which video a file belongs to, whatever form the names of files have.
import assert from 'node:assert/strict';
import type { ReadonlyRow } from '../../../src/engine/state/reducer';
import { notesByStem, rowOfFile } from '../../../src/output/videoFiles';
import { fileStem } from '../../../src/output/fileNames';

type Row = Pick<ReadonlyRow, 'files' | 'skip' | 'expandedInto'>;

const ids = ['dQw4w9WgXcQ', 'jNQXAC9IVRw'];
const templates = [
  '${title} [${id}]',
  '${title} (${id})',
  '${title}',
  '${index} ${date}',
  '${channel}.${title}',
];

for (const template of templates)
  describe(`the files of a video, with names like ${template}`, () => {
    const stems = ids.map((id, at) =>
      fileStem(template, {
        id,
        title: `Talk 1.${at}`,
        index: `00${at}`,
        date: '2026-11-30',
        channel: 'A. Channel',
        language: 'en',
        source: 'youtube',
      }),
    );
    const rows: readonly Row[] = stems.map((stem) => ({ files: [`${stem}.md`, `${stem}.txt`] }));
    const at = (name: string): number => rows.findIndex((row) => row === rowOfFile(rows, ['talks'], name));

    it('are its transcripts, also in a format that was rendered later, and its notes', () => {
      for (const [index, stem] of stems.entries())
        for (const ending of ['md', 'txt', 'srt', 'notes.md', 'summary.notes.md', 'summary 2.notes.md'])
          assert.equal(at(`${stem}.${ending}`), index, `${stem}.${ending}`);
    });

    it('are no files of another name', () => {
      for (const name of ['report.md', 'Talk.md', `${stems[0]} 2.md`, `x${stems[0]}.notes.md`])
        assert.equal(rowOfFile(rows, ['talks'], name), undefined, name);
    });

    it('have their notes beside them', () => {
      const names = stems.flatMap((stem) => [`${stem}.md`, `${stem}.notes.md`, `${stem}.chapters.notes.md`]);
      for (const stem of stems)
        assert.deepEqual(notesByStem(names).get(stem), [`${stem}.notes.md`, `${stem}.chapters.notes.md`]);
    });
  });

describe('the files of a batch', () => {
  it('belong to a video whose name is longest, where one name continues another', () => {
    const short: Row = { files: ['Talk.md'] };
    const long: Row = { files: ['Talk.summary.md'] };
    assert.equal(rowOfFile([short, long], ['talks'], 'Talk.summary.notes.md'), long);
    assert.equal(rowOfFile([long, short], ['talks'], 'Talk.chapters.notes.md'), short);
  });

  it('belong to a video that was there already, where it was in this folder', () => {
    const there: Row = { skip: { reason: 'already-done', file: 'Talk.md', batch: 'talks' } };
    assert.equal(rowOfFile([there], ['talks'], 'Talk.notes.md'), there);
    assert.equal(rowOfFile([there], ['talks 2', 'talks'], 'Talk.notes.md'), there);
    assert.equal(rowOfFile([there], ['lectures'], 'Talk.notes.md'), undefined);
  });
});
