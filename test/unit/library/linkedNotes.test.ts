// Links between the notes of an output folder: written once, the same whoever writes them, never over what is the
// user's.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { Library } from '../../../src/library/library';
import {
  manifest,
  notesText,
  outputFolder,
  putBatch,
  ShuffledFiles,
  textOf,
  transcript,
} from '../../helpers/libraryFolder';
import { MemoryFiles } from '../../helpers/memoryFiles';

const page = (files: MemoryFiles): string => textOf(files, 'index.md') ?? '';

/** Three talks, two of them alike, each with notes that define something. */
async function putNoted(files: MemoryFiles, name = 'Talks'): Promise<void> {
  const talks = [
    ['Descent', 'The gradient of the loss leads the descent. A gradient needs backpropagation.'],
    ['Backwards', 'Backpropagation takes the gradient of the loss through layers, for descent.'],
    ['Bread', 'Knead the dough, feed the yeast, bake the dough.'],
  ] as const;
  const at = (file: string): string => join(outputFolder, name, file);
  await putBatch(
    files,
    name,
    talks.map(([title]) => ({
      title,
      url: `https://www.youtube.com/watch?v=${`${name}${title}x`.padEnd(11, '0').slice(-11)}`,
    })),
  );
  for (const [title, words] of talks) {
    await files.writeWhole(at(`${title}.md`), transcript(title, [words]));
    const body = `## Definitions\n\n- **${title} term**: it is [0:12](https://www.youtube.com/watch?v=a&t=12)`;
    await files.writeWhole(at(`${title}.notes.md`), notesText(title, body));
  }
}

describe('Links between notes', () => {
  let files: MemoryFiles;
  let library: Library;
  const descent = (): string => textOf(files, 'Talks', 'Descent.notes.md') ?? '';
  beforeEach(() => {
    files = new MemoryFiles();
    library = new Library({ files });
  });

  it('are in the notes, on the page of concepts, in the drawing and in a file for programs', async () => {
    await putNoted(files);
    const { written } = await library.update(outputFolder);
    assert.deepEqual([...written].sort(), [
      'Talks/Backwards.notes.md',
      'Talks/Descent.notes.md',
      'concepts.md',
      'index.md',
      'links.json',
    ]);
    assert.match(
      descent(),
      /\n## See also\n\n- \[Backwards\]\(Backwards\.notes\.md\): both speak of descent, gradient and backpropagation\n$/,
    );
    assert.doesNotMatch(textOf(files, 'Talks', 'Bread.notes.md') ?? '', /See also/);
    assert.match(
      textOf(files, 'concepts.md') ?? '',
      /## Bread term\n\n- \[Bread\]\(Talks\/Bread\.notes\.md\) \[0:12\]/,
    );
    assert.match(page(files), /\n\[Concepts\]\(concepts\.md\)\n/);
    assert.match(
      page(files),
      /## Related videos\n\n```mermaid\ngraph LR\n {2}n1\["Descent"\]\n {2}n2\["Backwards"\]\n.*\n```\n$/,
    );
    const graph: unknown = JSON.parse(textOf(files, 'links.json') ?? '');
    assert.deepEqual(Object.keys(graph ?? {}), ['made_by', 'videos', 'related', 'concepts']);
    assert.match(
      textOf(files, 'links.json') ?? '',
      /"from":"Talks\/Descent\.md","to":"Talks\/Backwards\.md"/,
    );
  });

  it('change no byte the second time, in this program or another one, with the kept words or without', async () => {
    await putNoted(files);
    await library.update(outputFolder);
    const before = new Map([...files.files].map(([path, { content }]) => [path, content.toString()]));
    assert.deepEqual((await library.update(outputFolder)).written, []);
    assert.deepEqual((await new Library({ files }).update(outputFolder)).written, []);
    const store = join(outputFolder, '.library', 'terms.jsonl');
    for (const damaged of [
      '',
      '{"version":1}\n{"file":"Talks/Bread.md","mark":1,"terms":[1]}\nnot json\n',
      '\0\0',
    ]) {
      await files.writeWhole(store, damaged);
      assert.deepEqual((await new Library({ files }).update(outputFolder)).written, []);
    }
    for (const [path, content] of before)
      assert.equal(files.files.get(path)?.content.toString(), content, path);
  });

  it('are not written into notes that the user has changed, and these are linked to as before', async () => {
    await putNoted(files);
    const own = `${descent()}My own thought.\n`;
    await files.writeWhole(join(outputFolder, 'Talks', 'Descent.notes.md'), own);
    await library.update(outputFolder);
    assert.equal(descent(), own);
    assert.match(textOf(files, 'Talks', 'Backwards.notes.md') ?? '', /\[Descent\]\(Descent\.notes\.md\)/);
    assert.match(textOf(files, 'concepts.md') ?? '', /## Descent term/);
  });

  it('follow the subject that the user has given, in the notes or the transcript', async () => {
    await putNoted(files);
    const put = async (file: string, text: string): Promise<void> =>
      files.writeWhole(join(outputFolder, 'Talks', file), text);
    await put('Descent.notes.md', descent().replace('title:', 'subject: Learning *machines*\ntitle:'));
    await put('Bread.md', transcript('Bread', ['Dough.'], 'subject: "Baking"\n'));
    await library.update(outputFolder);
    assert.match(
      page(files),
      /\n## Subjects\n\n### Baking\n\n- \[Bread\]\(Talks\/Bread\.notes\.md\)\n\n### Learning \\\*machines\\\*\n\n- \[Descent\]/,
    );
    assert.match(descent(), /subject: Learning[^]*## See also/);
  });

  it('are wiki links where the setting says so', async () => {
    await putNoted(files);
    await library.update(outputFolder, 'wiki');
    assert.match(descent(), /- \[\[Talks\/Backwards\.notes\|Backwards\]\]: both speak of/);
    assert.match(textOf(files, 'concepts.md') ?? '', /- \[\[Talks\/Bread\.notes\|Bread\]\]/);
    await library.update(outputFolder, 'markdown');
    assert.doesNotMatch(descent(), /\[\[/);
  });

  it('never take the place of files of the user, and go when there are no notes', async () => {
    await putNoted(files);
    for (const [name, own] of [
      ['concepts.md', '# My concepts\n'],
      ['links.json', '{}\n'],
    ] as const) {
      await files.writeWhole(join(outputFolder, name), own);
      assert.deepEqual((await library.update(outputFolder)).taken, [name]);
      assert.equal(textOf(files, name), own);
      await files.remove(join(outputFolder, name));
    }
    await library.update(outputFolder);
    for (const name of ['Descent', 'Backwards', 'Bread'])
      await files.remove(join(outputFolder, 'Talks', `${name}.notes.md`));
    await library.update(outputFolder);
    assert.deepEqual([textOf(files, 'concepts.md'), textOf(files, 'links.json')], [undefined, undefined]);
    assert.doesNotMatch(page(files), /Related|Concepts/);
  });

  it('read no transcript where there are no notes', async () => {
    await putBatch(files, 'Talks', [{ title: 'One' }]);
    const { written } = await library.update(outputFolder);
    assert.deepEqual(written, ['index.md']);
    assert.ok(!files.folders.has(join(outputFolder, '.library')));
  });

  it('are complete when batches of notes end at once in several programs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { minLength: 1, maxLength: 100 }), async (turns) => {
        const shared = new ShuffledFiles();
        let turn = 0;
        shared.order = () => turns[(turn += 1) % turns.length] ?? 0;
        const end = async (name: string): Promise<void> => {
          await putNoted(shared, name);
          await shared.makeFolder(join(outputFolder, name, '.notes'));
          await shared.writeWhole(join(outputFolder, name, '.notes', 'batch.json'), manifest(name, []));
          await new Library({ files: shared }).update(outputFolder);
        };
        await Promise.all([end('A'), end('B')]);
        const after = new MemoryFiles();
        for (const name of ['A', 'B']) await putNoted(after, name);
        await new Library({ files: after }).update(outputFolder);
        for (const file of [
          'index.md',
          'concepts.md',
          'links.json',
          'A/Descent.notes.md',
          'B/Bread.notes.md',
        ])
          assert.equal(textOf(shared, file), textOf(after, file), file);
      }),
      { numRuns: 40 },
    );
  });
});
