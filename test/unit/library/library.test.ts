// The library's page: all transcripts, small differences, nothing lost when batches end at once, and no file of the
// user written over.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { Library, DerivedWithLibrary } from '../../../src/library/library';
import { libraryMark } from '../../../src/library/page/pageText';
import { emptyState } from '../../../src/engine/state/reducer';
import {
  manifest,
  outputFolder,
  putBatch,
  ShuffledFiles,
  textOf,
  type SampleVideo,
} from '../../helpers/libraryFolder';
import { titles } from '../../helpers/hostileFolder';
import { MemoryFiles } from '../../helpers/memoryFiles';

const page = (files: MemoryFiles): string => textOf(files, 'index.md') ?? '';

describe('The library page', () => {
  let files: MemoryFiles;
  let library: Library;
  beforeEach(() => {
    files = new MemoryFiles();
    library = new Library({ files });
  });

  it('lists the transcripts of all batches with links, hours, languages, sources, failures and notes', async () => {
    await putBatch(files, 'Physics (2)', [
      { title: 'Light', seconds: 3600, files: ['Light [a].md', 'Light [a].srt'] },
      { title: 'Sound', seconds: 1830, language: 'de', source: 'deapi', files: ['Sound [b].srt'] },
      { title: 'Gone', status: 'failed' },
    ]);
    await files.writeWhole(join(outputFolder, 'Physics (2)', 'Light [a].notes.md'), 'notes');
    await files.writeWhole(join(outputFolder, 'Physics (2)', 'Light [a].summary.notes.md'), 'notes');
    await putBatch(files, 'Algebra', [{ title: 'Rings', seconds: 30 }]);
    assert.deepEqual(await library.update(outputFolder), {
      written: ['index.md', 'links.json'],
      taken: [],
    });
    assert.equal(
      page(files),
      `${libraryMark}: rewritten when a batch ends. Delete this line to keep the file as yours. -->

# Transcripts

2 batches with 3 transcripts · 1 h 31 min · en 2, de 1 · YouTube 2, deAPI 1 · 1 failed · 2 files of notes

## Algebra

1 of 1 video transcribed · 30 s · en 1 · YouTube 1 · [report](Algebra/report.md)

- [Rings](Algebra/Rings.md) · 0:30 · en · YouTube

## Physics (2)

2 of 3 videos transcribed · 1 h 31 min · de 1, en 1 · deAPI 1, YouTube 1 · 1 failed · 2 files of notes · [report](Physics%20%282%29/report.md)

- [Light](Physics%20%282%29/Light%20%5Ba%5D.md) · 1:00:00 · en · YouTube · [notes](Physics%20%282%29/Light%20%5Ba%5D.notes.md) · [notes 2](Physics%20%282%29/Light%20%5Ba%5D.summary.notes.md)
- [Sound](Physics%20%282%29/Sound%20%5Bb%5D.srt) · 30:30 · de · deAPI
`,
    );
  });

  it('is not written a second time where nothing has changed, also by another program', async () => {
    await putBatch(files, 'Talks', [{ title: 'One' }]);
    await library.update(outputFolder);
    const { writeWhole } = files.counts;
    assert.deepEqual((await library.update(outputFolder)).written, []);
    assert.deepEqual((await new Library({ files }).update(outputFolder)).written, []);
    assert.equal(files.counts.writeWhole, writeWhole);
  });

  it('is made again only where a batch or the page itself has changed since, which is noted in the state folder', async () => {
    const noted = (): Library => new Library({ files, stateFolder: '/home/state' });
    const reads = async (): Promise<number> => {
      let count = 0;
      files.fail = (operation, path) => {
        if (operation === 'read' && path.endsWith('batch.json')) count += 1;
        return undefined;
      };
      await noted().update(outputFolder);
      return count;
    };
    for (const name of ['Talks', 'Walks']) await putBatch(files, name, [{ title: `${name} 1` }]);
    const whole = await reads();
    const same = await reads();
    assert.ok(same < whole, `${same} of ${whole}`);
    const right = page(files);
    // A kill before the page was written, the user's own changes, and a damaged note.
    for (const change of [
      () => files.remove(join(outputFolder, 'index.md')),
      () => files.writeWhole(join(outputFolder, 'index.md'), right.replace('Talks 1', 'Talks 7')),
      () => files.writeWhole('/home/state/library.json', '{"version":1,"folders":{"/home/transcripts":7}}'),
    ]) {
      await change();
      assert.equal(await reads(), whole);
      assert.equal(page(files), right);
      assert.equal(await reads(), same);
    }
    await files.writeWhole(join(outputFolder, 'Walks', 'Walks 1.notes.md'), 'notes');
    await noted().update(outputFolder);
    assert.match(page(files), /1 file of notes/);
    await putBatch(files, 'Talks', [{ title: 'Other' }]);
    await noted().update(outputFolder);
    assert.match(page(files), /\[Other\]/);
  });

  it('changes only in the lines of a batch that has changed, and in the sum', async () => {
    const videos = Array.from({ length: 50 }, (_, at) => ({ title: `Talk ${at}` }));
    for (const name of ['Batch 10', 'Batch 2', 'Batch 1']) await putBatch(files, name, videos);
    await library.update(outputFolder);
    const before = page(files).split('\n');
    assert.deepEqual(
      before.filter((line) => line.startsWith('## ')),
      ['## Batch 1', '## Batch 2', '## Batch 10'],
    );
    await putBatch(files, 'Batch 2', [...videos, { title: 'One more' }]);
    await library.update(outputFolder);
    const after = page(files).split('\n');
    const known = new Set(before);
    assert.equal(after.filter((line) => !known.has(line)).length, 3);
  });

  it('never takes the place of a file that is not its own, and has its own again once that is gone', async () => {
    await putBatch(files, 'Talks', [{ title: 'One' }]);
    const path = join(outputFolder, 'index.md');
    for (const own of ['# My lectures\n', '', `# Mine\n\n${libraryMark} -->\n`]) {
      await files.writeWhole(path, own);
      assert.deepEqual(await library.update(outputFolder), { written: [], taken: ['index.md'] });
      assert.equal(page(files), own);
    }
    await files.remove(path);
    assert.deepEqual(await library.update(outputFolder), { written: ['index.md'], taken: [] });
  });

  it('shows no transcript that is not there, hidden, or outside of its batch', async () => {
    await files.makeFolder('/home');
    await files.writeWhole('/home/secret.md', 'secret');
    await putBatch(files, 'Talks', [
      { title: 'Here' },
      { title: 'Up', files: ['../../secret.md'] },
      { title: 'Root', files: ['/passwd.md'] },
      { title: 'Deleted', files: ['Deleted.md'] },
    ]);
    await files.remove(join(outputFolder, 'Talks', 'Deleted.md'));
    await putBatch(files, 'Hidden', [{ title: 'No' }], { folder: '.hidden' });
    await library.update(outputFolder);
    assert.match(page(files), /1 batch with 1 transcript/);
    assert.doesNotMatch(page(files), /secret|passwd|Deleted|Hidden/);
  });

  it('has titles and names from outside as text: no picture, no link, no HTML, no command', async () => {
    const hostile = [
      ...Object.values(titles),
      '| a | b |',
      '```mermaid',
      '# x\n\n![](http://x.example/a.png)',
    ];
    const videos = hostile.map((title, at): SampleVideo => ({
      title,
      files: [`${at}.md`],
      language: title,
      source: title,
    }));
    await putBatch(files, hostile.join(' ').slice(0, 400), videos, { folder: 'a) [b](x) ![c] <i>' });
    await library.update(outputFolder);
    const targets = [...page(files).matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, target]) => target ?? '');
    assert.equal(targets.length, videos.length + 1);
    for (const target of targets)
      assert.match(target, /^a%29%20%5Bb%5D%28x%29%20!%5Bc%5D%20%3Ci%3E\/[0-9a-z]+\.md$/);
    // A language or source that cannot be one is not shown.
    assert.match(page(files), /^10 of 10 videos transcribed · 10 min · \[report\]/m);
    assert.doesNotMatch(page(files), /(?<!\\)<(?!!-- bulk)|(?<!\\)!\[(?!\\)|(?<!\\)`|^#.*\n#/m);
  });

  it('reads a manifest that is damaged, huge in numbers or of another form as no batch, and shows the others', async () => {
    await putBatch(files, 'Talks', [{ title: 'One', seconds: -5 }]);
    for (const [name, text] of [
      ['broken', '{ "schema": 1, "videos": [ {'],
      ['list', '[]'],
      ['later', manifest('later', []).replace('"schema":1', '"schema":9')],
    ] as const) {
      await files.makeFolder(join(outputFolder, name));
      await files.writeWhole(join(outputFolder, name, 'batch.json'), text);
    }
    await library.update(outputFolder);
    assert.match(page(files), /1 batch with 1 transcript · en 1/);
  });

  it('has both batches when two end at once in two programs, as if one had ended after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 200 }),
        fc.boolean(),
        async (turns, second) => {
          const shared = new ShuffledFiles();
          let turn = 0;
          shared.order = () => turns[(turn += 1) % turns.length] ?? 0;
          const end = async (name: string, program: Library): Promise<void> => {
            await putBatch(shared, name, [{ title: `${name} 1` }, { title: `${name} 2` }]);
            await program.update(outputFolder);
          };
          const one = new Library({ files: shared });
          const other = second ? new Library({ files: shared }) : one;
          await Promise.all([
            end('A', one),
            end('B', other),
            end('C', second ? new Library({ files: shared }) : one),
          ]);
          const after = new MemoryFiles();
          for (const name of ['A', 'B', 'C'])
            await putBatch(after, name, [{ title: `${name} 1` }, { title: `${name} 2` }]);
          await new Library({ files: after }).update(outputFolder);
          assert.equal(page(shared), page(after));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('The end of a batch', () => {
  const told: string[] = [];
  const log = { write: (_level: string, text: string) => void told.push(text) };

  async function ended(settings: object, files: MemoryFiles, final = true): Promise<void> {
    await putBatch(files, 'Talks', [{ title: 'One' }]);
    const own = { write: () => Promise.resolve() };
    const derived = new DerivedWithLibrary(own, new Library({ files }), log);
    await derived.write(join(outputFolder, 'Talks'), { ...emptyState(), settings }, final);
  }

  beforeEach(() => told.splice(0));

  it('writes the page, where the setting wants it', async () => {
    const files = new MemoryFiles();
    await ended({}, files, false);
    await ended({ 'library.page': false }, files);
    assert.equal(textOf(files, 'index.md'), undefined);
    await ended({}, files);
    assert.match(page(files), /1 transcript/);
  });

  it('is preceded by a word to the user where a file of theirs has the name of a page', async () => {
    const files = new MemoryFiles();
    const derived = new DerivedWithLibrary({ write: () => Promise.resolve() }, new Library({ files }), log);
    const warned = (folder: string, settings: object = {}): Promise<readonly string[]> =>
      derived.warnings(join(outputFolder, folder), { ...emptyState(), settings });
    assert.deepEqual(await warned('Talks'), []);
    await files.makeFolder(outputFolder);
    await files.writeWhole(join(outputFolder, 'index.md'), 'mine');
    await files.writeWhole(join(outputFolder, 'links.json'), '{}');
    const [words = '', ...others] = await warned('Talks');
    assert.match(
      words,
      /^index\.md in .* stays as it is.* Rename it, or turn off the setting library\.page\.$/,
    );
    assert.deepEqual(others, []);
    assert.equal((await warned(join('Talks', '.notes'))).length, 2);
    assert.deepEqual(await warned('Talks', { 'library.page': false }), []);
    await files.writeWhole(join(outputFolder, 'index.md'), `${libraryMark} -->`);
    assert.deepEqual(await warned('Talks'), []);
  });

  it('says why there is no page, with the next step, and fails nothing', async () => {
    const files = new MemoryFiles();
    await files.makeFolder(outputFolder);
    await files.writeWhole(join(outputFolder, 'index.md'), 'mine');
    await ended({}, files);
    assert.match(told.join(), /index\.md in \/home\/transcripts is not a file of Bulk Transcribe.*Rename it/);
    files.fail = (operation, path) => (operation === 'list' && path === outputFolder ? 'EIO' : undefined);
    await ended({}, files);
    assert.match(told.join(), /could not be written/);
  });
});
