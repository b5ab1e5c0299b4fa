// Notes know whether the user has changed them; the subject is the user's to add.
import assert from 'node:assert/strict';
import { isUnchanged, sealed, sealedAgain, subjectOf } from '../../../../src/library/notes/seal';
import { NotesWriter } from '../../../../src/library/notes/notesWriter';
import { defaultSettings } from '../../../../src/model/settings';
import { MemoryFiles } from '../../../helpers/memoryFiles';

const notes = '---\ntitle: "A"\n---\n\n# A\n\n- one\n---\nsubject: not in the head\n';

describe('the seal of notes', () => {
  it('holds for notes as they were written, and breaks with any change', () => {
    const text = sealed(notes);
    assert.ok(isUnchanged(text));
    assert.match(text, /^---\ntitle: "A"\nwritten: "[0-9a-f]{16}"\n---\n/);
    for (const changed of [
      text.replace('one', 'two'),
      `${text}\n`,
      text.replace('"A"', '"B"'),
      text.replace('---\n\n', 'x: 1\n---\n\n'),
    ])
      assert.ok(!isUnchanged(changed), changed);
    assert.ok(!isUnchanged(notes));
    assert.ok(isUnchanged(sealedAgain(`${text}more\n`)));
  });

  it('leaves the subject to the user, wherever in the head, and keeps it in notes that are written again', () => {
    for (const line of ['subject: Physics', 'subject: "Physics"', "subject:   'Physics' "])
      for (const at of ['title: "A"\n', '---\ntitle']) {
        const text = sealed(notes).replace(
          at,
          at.startsWith('---') ? `---\n${line}\ntitle` : `${at}${line}\n`,
        );
        assert.ok(isUnchanged(text), text);
        assert.equal(subjectOf(text), 'Physics');
        const again = sealed(notes.replace('one', 'two'), text);
        assert.equal(subjectOf(again), 'Physics');
        assert.ok(isUnchanged(again));
      }
    assert.equal(subjectOf(sealed(notes)), undefined);
    assert.equal(subjectOf('subject: no head\n'), undefined);
    assert.equal(subjectOf(sealed(notes).replace('title', 'subject:\ntitle')), undefined);
  });

  it('keeps the subject through the writer', async () => {
    const files = new MemoryFiles();
    await files.makeFolder('/out/talks');
    const writer = new NotesWriter(files, () => Promise.resolve(false));
    const request = (text: string): Parameters<NotesWriter['write']>[0] => ({
      folder: '/out/talks/.notes',
      link: { kind: 'transcript', url: 'https://a.example/', id: 'a', path: '/out/talks/Talk [a].md' },
      index: 1,
      batch: 'talks: notes',
      settings: defaultSettings,
      transcript: {
        language: 'en',
        captions: 'manual',
        source: 'notes',
        cues: [],
        meta: {},
        notes: { text, template: 'study' },
      },
      now: 0,
    });
    const head = '---\ntitle: "A"\nid: "a"\nmodel: "m"\ntemplate: "study"\ntranscript: "d"\n---\n';
    await writer.write(request(`${head}\none\n`));
    const path = '/out/talks/Talk [a].notes.md';
    const text = (): string => files.files.get(path)?.content.toString() ?? '';
    await files.writeWhole(path, text().replace('title:', 'subject: Physics\ntitle:'));
    assert.deepEqual(await writer.write(request(`${head}\ntwo\n`)), ['Talk [a].notes.md']);
    assert.match(text(), /\nsubject: Physics\n[^]*two/);
  });
});
