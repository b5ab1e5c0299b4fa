// The words that notes are grounded on: those that are kept, or the file that the user has corrected.
import assert from 'node:assert/strict';
import { TranscriptWords } from '../../../../src/library/notes/transcriptWords';
import { builtInTemplates } from '../../../../src/library/notes/template';
import { FailureError } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import type { Cue } from '../../../../src/model/transcript';
import { digestOf } from '../../../../src/output/kept/digest';
import { keptName } from '../../../../src/output/kept/folder';
import { KeptStore } from '../../../../src/output/kept/store';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { transcript, youtube } from '../../output/samples';

const folder = '/out/batch';
const video = youtube('video000001');
const said: readonly Cue[] = [
  { start: 0, end: 4, text: 'first words' },
  { start: 61.5, end: 66, text: 'second words' },
  { start: 122.25, end: 130, text: 'third words' },
];
/** A talk of one paragraph. */
const markdown =
  '---\ntitle: "Talk"\nlanguage: "de"\n---\n\n# Talk\n\nfirst words second words third words\n';
const subRip = '1\n00:00:00,000 --> 00:00:04,000\nfirst words\n';

describe('the words of notes', () => {
  let files: MemoryFiles;
  let words: TranscriptWords;
  let now = 0;
  const put = (name: string, text: string): Promise<void> => files.writeWhole(`${folder}/${name}`, text);
  const keep = (written: Readonly<Record<string, string>>, cues = said): Promise<void> =>
    new KeptStore(files).keep(
      folder,
      { link: video, transcript: transcript({ cues, language: 'de' }) },
      Object.entries(written).map(([name, text]) => [name, digestOf(Buffer.from(text))]),
      (now += 1),
    );
  const linkOf = (name: string): Link => ({ ...video, kind: 'transcript', path: `${folder}/${name}` });
  const textsOf = async (name: string): Promise<readonly string[]> =>
    (await words.read(linkOf(name), {})).transcript.cues.map(({ start, text }) => `${start} ${text}`);

  beforeEach(async () => {
    files = new MemoryFiles();
    files.folders.add('/out').add(folder);
    words = new TranscriptWords(files);
    await put('Talk.md', markdown);
  });

  it('have the exact times where Markdown alone was written', async () => {
    await keep({ 'Talk.md': markdown });
    const { timestamps, transcript: read } = await words.read(linkOf('Talk.md'), {});
    assert.deepEqual([timestamps, read.language, read.source], ['paragraph', 'de', 'notes']);
    assert.deepEqual(read.cues, said);
  });

  it('are those of the file that the user has corrected, also where another one is more exact', async () => {
    await keep({ 'Talk.md': markdown, 'Talk.srt': subRip });
    await put('Talk.srt', subRip);
    await put('Talk.md', markdown.replace('third', 'corrected'));
    assert.deepEqual(await textsOf('Talk.srt'), ['0 first words second words corrected words']);
    assert.equal((await words.read(linkOf('Talk.srt'), {})).timestamps, 'none');
  });

  it('are those of the file where none are kept, or what is kept cannot be read', async () => {
    assert.deepEqual(await textsOf('Talk.md'), ['0 first words second words third words']);
    assert.equal((await words.read(linkOf('Talk.md'), {})).transcript.language, 'de');
    await put(keptName, 'damaged');
    assert.deepEqual(await textsOf('Talk.md'), ['0 first words second words third words']);
  });

  it('are not brought back when the user has deleted the files', async () => {
    await keep({ 'Talk.md': markdown });
    files.files.delete(`${folder}/Talk.md`);
    await assert.rejects(
      words.read(linkOf('Talk.md'), {}),
      (error) => error instanceof FailureError && error.failure.code === 'unavailable',
    );
    assert.equal(await words.fileOf(folder, { link: video, files: ['Talk.md'] }), undefined);
  });

  it('are found in a file that was rendered later', async () => {
    await keep({ 'Talk.md': markdown });
    await new KeptStore(files).wrote(
      folder,
      video.id,
      [['Talk.srt', digestOf(Buffer.from(subRip))]],
      (now += 1),
    );
    await put('Talk.srt', subRip);
    assert.equal(await words.fileOf(folder, { link: video, files: ['Talk.md'] }), `${folder}/Talk.srt`);
  });

  it('have another digest once they are corrected or kept again, and the same one until then', async () => {
    const [template] = builtInTemplates;
    assert.ok(template);
    const digest = (): Promise<string> => words.digest(template, linkOf('Talk.md'));
    await keep({ 'Talk.md': markdown });
    const first = await digest();
    assert.equal(await digest(), first);
    await keep({ 'Talk.md': markdown }, said.slice(1));
    const second = await digest();
    assert.notEqual(second, first);
    await put('Talk.md', `${markdown}\nmore of it\n`);
    const third = await digest();
    assert.ok(third !== first && third !== second);
  });
});
