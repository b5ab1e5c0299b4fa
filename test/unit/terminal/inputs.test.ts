import assert from 'node:assert/strict';
import { defaultSettings } from '../../../src/model/settings';
import { FailureError } from '../../../src/model/failure';
import { readInputs, type ReadInputs } from '../../../src/terminal/inputs';
import type { BatchRequest } from '../../../src/terminal/session';
import { FakeClock } from '../../helpers/fakeClock';
import { MemoryFiles } from '../../helpers/memoryFiles';

const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n';

async function read(
  inputs: readonly string[],
  files: Readonly<Record<string, string>>,
  { answer = false, pipe = '' } = {},
): Promise<ReadInputs & { readonly asked: readonly string[] }> {
  const memory = new MemoryFiles();
  await memory.makeFolder('/home/me/lists');
  await memory.makeFolder('/home/me/other');
  for (const [path, text] of Object.entries(files)) await memory.writeWhole(path, text);
  const stat = memory.stat.bind(memory);
  memory.stat = (path) =>
    path === pipe ? Promise.resolve({ kind: 'other', size: 0, modifiedMs: 0 }) : stat(path);
  const asked: string[] = [];
  const { requests, refused } = await readInputs(
    { inputs, redo: false, settings: defaultSettings, given: {} },
    {
      files: memory,
      clock: new FakeClock(),
      cwd: '/home/me/lists',
      home: '/home/me',
      standardInput: () => Promise.resolve(Buffer.from('https://youtu.be/-9bZkp7q19f and more')),
      pipe: (path) => Promise.resolve(Buffer.from(`https://youtu.be/ccccccccccc from ${path}`)),
      confirm: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
      words: () => undefined,
      hideFeed: () => undefined,
    },
  );
  return { requests, refused, asked };
}

async function problem(...inputs: string[]): Promise<string> {
  try {
    await read(inputs, { '/home/me/lists/a.urls': 'https://youtu.be/-9bZkp7q19f' });
  } catch (error) {
    if (error instanceof FailureError) return error.failure.message;
    throw error;
  }
  return assert.fail('was read');
}

describe('What is named on the command line', () => {
  it('runs the other lists where one of several is empty or not there, and says why', async () => {
    const { requests, refused } = await read(['empty.urls', 'gone.urls', 'a.urls'], {
      '/home/me/lists/a.urls': 'https://youtu.be/aaaaaaaaaaa\n',
      '/home/me/lists/empty.urls': '# nothing yet\n',
    });
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['a'],
    );
    assert.match(refused[0]?.message ?? '', /empty\.urls/);
    assert.match(refused[1]?.message ?? '', /gone\.urls/);
  });

  it('takes a bare id for a file name, and says how the video is written', async () => {
    assert.match(
      await problem('dQw4w9WgXcQ'),
      /dQw4w9WgXcQ: there is no such file\. For the video write youtu\.be\/dQw4w9WgXcQ/,
    );
    const { requests } = await read(['youtu.be/dQw4w9WgXcQ', 'www.youtube.com/watch?v=-9bZkp7q19f'], {});
    assert.deepEqual(
      requests[0]?.jobs.map((job) => job.link.id),
      ['dQw4w9WgXcQ', '-9bZkp7q19f'],
    );
  });

  it('names the command that was meant', async () => {
    assert.match(await problem('resum'), /Did you mean the command resume\?/);
    assert.match(await problem('stauts'), /Did you mean the command status\?/);
  });

  it('is one batch a list file, named by it, and one for links and standard input together', async () => {
    const { requests } = await read(['a.urls', 'https://youtu.be/dQw4w9WgXcQ', '-'], {
      '/home/me/lists/a.urls': 'https://youtu.be/aaaaaaaaaaa\n',
    });
    assert.deepEqual(
      requests.map(({ name, jobs }) => [name, jobs.map((job) => job.link.id)]),
      [
        ['a', ['aaaaaaaaaaa']],
        [requests[1]?.name, ['dQw4w9WgXcQ', '-9bZkp7q19f']],
      ],
    );
    assert.match(requests[1]?.name ?? '', /^\d{4}-\d\d-\d\d \d\d-\d\d-\d\d$/);
  });

  it('is a list where a file has the name, though it could be an id', async () => {
    const idsOf = ({ jobs }: BatchRequest): readonly string[] => jobs.map((job) => job.link.id);
    const list = { '/home/me/lists/watch_later': 'https://youtu.be/aaaaaaaaaaa\n' };
    const { requests } = await read(['watch_later'], list);
    assert.deepEqual(requests.map(idsOf), [['aaaaaaaaaaa']]);
  });

  it('is a file, and no address, when it begins with a drive letter', async () => {
    assert.match(await problem('C:\\lists\\a.urls'), /neither a link nor a file that is there/);
  });

  it('is read as standard input is when it is a pipe, such as a shell’s <(…)', async () => {
    const { requests } = await read(
      ['/dev/fd/63', 'https://youtu.be/dQw4w9WgXcQ'],
      {},
      { pipe: '/dev/fd/63' },
    );
    assert.deepEqual(
      requests.map(({ jobs, list }) => [list, jobs.map((job) => job.link.id)]),
      [[undefined, ['ccccccccccc', 'dQw4w9WgXcQ']]],
    );
  });

  it('is refused with the next step when it is a folder or nothing', async () => {
    assert.match(await problem('.'), /is a folder\. Name a list file in it; .*resume <batch folder>/);
    assert.match(await problem('b.urls'), /neither a link nor a file that is there\. Correct the path, or /);
  });

  it('reads a file outside of the list’s folder only after asking by its name', async () => {
    const files = { '/home/me/lists/a.urls': '../other/talk.vtt\n', '/home/me/other/talk.vtt': vtt };
    const refused = await read(['a.urls'], files);
    assert.match(refused.asked[0] ?? '', /\/home\/me\/other\/talk\.vtt/);
    const [job] = refused.requests[0]?.jobs ?? [];
    assert.equal(job?.invalid?.code, 'invalid-url');
    assert.equal(job.invalid.subject, 'outside');
    const agreed = await read(['a.urls'], files, { answer: true });
    assert.equal(agreed.requests[0]?.jobs[0]?.invalid, undefined);
    // Named by the user himself it needs no question.
    const named = await read(['../other/talk.vtt'], files);
    assert.deepEqual(named.asked, []);
    assert.equal(named.requests[0]?.jobs[0]?.invalid, undefined);
  });
});
