import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { toFailure } from '../../../src/model/failure';
import { startProblem } from '../../../src/terminal/exitCodes';
import { readCommandLine } from '../../../src/terminal/options';
import { searchIn, searchPlace, type LinePart } from '../../../src/terminal/search';
import { TranscriptSearch } from '../../../src/search/search';
import { FakeClock } from '../../helpers/fakeClock';
import { MemoryFiles } from '../../helpers/memoryFiles';
import { SeededRandom } from '../../helpers/seededRandom';

async function run(
  words: string,
  json = false,
): Promise<{ readonly code: number; readonly lines: readonly string[]; readonly strong: readonly string[] }> {
  const files = new MemoryFiles();
  const clock = new FakeClock(10_000_000);
  await files.makeFolder('/out/talks');
  await files.writeWhole('/out/talks/batch.json', '{"videos":[]}');
  const url = 'https://www.youtube.com/watch?v=abcdefghijk';
  await files.writeWhole(
    '/out/talks/a.md',
    `---\ntitle: "Plants"\nurl: "${url}"\nid: "abcdefghijk"\n---\n\n# Plants\n\n[1:02](${url}&t=62) They receive light.\n`,
  );
  const lines: string[] = [];
  const strong: string[] = [];
  const parts = (line: readonly LinePart[]): void => {
    lines.push(line.map(({ text }) => text).join(''));
    strong.push(...line.flatMap((part) => (part.strong ? [part.text] : [])));
  };
  const console = {
    words: (line: string) => void lines.push(line),
    problem: (line: string) => void lines.push(line),
    columns: () => 80,
    onInterrupt: () => () => undefined,
    parts,
    ...(json ? { json: (line: string) => void lines.push(line) } : {}),
  };
  const search = new TranscriptSearch({ files, clock, random: new SeededRandom(1), stateFolder: '/state' });
  const code = await searchIn({ words, limit: 5 }, '/out', search, {
    console,
    monotonic: () => clock.monotonic(),
  });
  return { code, lines, strong };
}

describe('search in the terminal', () => {
  it('shows title, time, link, place and the words in context, and sets them off', async () => {
    const { code, lines, strong } = await run('light');
    assert.equal(code, 0);
    assert.deepEqual(lines, [
      'Plants  1:02  https://www.youtube.com/watch?v=abcdefghijk&t=62',
      '  /out/talks/a.md:9',
      '  They receive light.',
      '',
      '1 passage in 1 transcript.',
    ]);
    assert.deepEqual(strong, ['light']);
  });

  it('ends with 1 where nothing is found, and says what to try', async () => {
    const { code, lines } = await run('elephant');
    assert.equal(code, 1);
    assert.match(lines.join('\n'), /Nothing found in 1 transcript\. Try fewer words/);
  });

  it('refuses what has no word to look for, as a mistake in the call', async () => {
    await assert.rejects(run('…!'), (error: unknown) => {
      assert.match(toFailure(error).message, /no word to look for in "…!"\. Name one/);
      assert.deepEqual(startProblem(toFailure(error)), { exit: 2, code: 'usage' });
      return true;
    });
  });

  it('prints one JSON object a line', async () => {
    const { lines } = await run('light', true);
    assert.deepEqual(
      lines.map((line): unknown => JSON.parse(line)),
      [
        {
          type: 'passage',
          file: '/out/talks/a.md',
          batch: 'talks',
          title: 'Plants',
          line: 9,
          seconds: 62,
          url: 'https://www.youtube.com/watch?v=abcdefghijk&t=62',
          text: 'They receive light.',
          marks: [[13, 18]],
        },
        {
          type: 'search',
          query: 'light',
          folder: '/out',
          transcripts: 1,
          total: 1,
          shown: 1,
          partial: false,
        },
      ],
    );
  });

  for (const [line, sentence] of [
    [['search'], /search takes words/],
    [['search', 'x', '--limit', '0'], /--limit takes a number from 1 to 1000, not 0\./],
    [['status', '--limit', '3'], /--limit goes with search/],
  ] as const)
    it(`refuses ${line.join(' ')} with the next step`, () => {
      const command = readCommandLine(line);
      assert.equal(command.kind, 'usage');
      assert.match(command.problem, sentence);
    });
});

describe('where is searched', () => {
  const isFolder = (path: string): Promise<boolean> => Promise.resolve(path === 'talks');
  const place = (...args: string[]): ReturnType<typeof searchPlace> => searchPlace(args, '/out', isFolder);

  it('is the last argument where there is such a folder; otherwise all are words', async () => {
    assert.deepEqual(await place('second', 'law'), { words: 'second law', folder: '/out' });
    assert.deepEqual(await place('second', 'law', 'talks'), {
      words: 'second law',
      folder: resolve('talks'),
    });
    assert.deepEqual(await place('"second law"', 'pho*'), { words: '"second law" pho*', folder: '/out' });
  });

  it('is the output folder for a single word, also one that a folder is called', async () => {
    assert.deepEqual(await place('talks'), { words: 'talks', folder: '/out' });
  });

  it('is what is written as a path, also where it is not there', async () => {
    for (const path of ['./talk', '../talk', '/talk', 'talk/', '.', '..'])
      assert.deepEqual(await place('law', path), { words: 'law', folder: resolve(path) });
    assert.deepEqual(await place('and', 'or/and'), { words: 'and or/and', folder: '/out' });
  });
});
