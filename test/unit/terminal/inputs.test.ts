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
  { answer = false, pipe = '', pipes = '', allowPrivate = false, settings = defaultSettings } = {},
): Promise<ReadInputs & { readonly asked: readonly string[]; readonly feeds: readonly string[] }> {
  const memory = new MemoryFiles();
  await memory.makeFolder('/home/me/lists');
  await memory.makeFolder('/home/me/other');
  for (const [path, text] of Object.entries(files)) await memory.writeWhole(path, text);
  const stat = memory.stat.bind(memory);
  memory.stat = (path) =>
    path === pipe ? Promise.resolve({ kind: 'other', size: 0, modifiedMs: 0 }) : stat(path);
  const asked: string[] = [];
  const feeds: string[] = [];
  const { requests, refused } = await readInputs(
    { inputs, redo: false, allowPrivate, settings, given: {} },
    {
      files: memory,
      clock: new FakeClock(),
      cwd: '/home/me/lists',
      home: '/home/me',
      standardInput: () => Promise.resolve(Buffer.from('https://youtu.be/-9bZkp7q19f and more')),
      pipe: (path) =>
        Promise.resolve(Buffer.from(pipes === '' ? `https://youtu.be/ccccccccccc from ${path}` : pipes)),
      confirm: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
      words: () => undefined,
      hideFeed: () => undefined,
      nameFeed: (url, isArgument) => void feeds.push(`${isArgument ? 'typed' : 'read'} ${url}`),
    },
  );
  return { requests, refused, asked, feeds };
}

/** Which of the first batch's links wait for an OK. */
function outside({ requests }: Pick<ReadInputs, 'requests'>): readonly boolean[] {
  return (requests[0]?.jobs ?? []).map(({ link, invalid }) => invalid === undefined && link.outside === true);
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
  it('is one job where several arguments name the same video, and one batch where they name the same list', async () => {
    const { requests } = await read(
      ['youtu.be/-9bZkp7q19f', 'youtu.be/-9bZkp7q19f', '-', '-', './a.urls', 'a.urls'],
      { '/home/me/lists/a.urls': 'https://youtu.be/aaaaaaaaaaa\n' },
    );
    assert.deepEqual(
      requests.map(({ jobs }) => jobs.map(({ link, count }) => [link.id, count])),
      [[['aaaaaaaaaaa', undefined]], [['-9bZkp7q19f', 3]]],
    );
  });

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

  it('tells feeds that were typed from those that a list names', async () => {
    const listed = 'feed https://feeds.example/listed.xml';
    const { feeds } = await read(['feed:https://feeds.example/typed.xml', 'a.urls'], {
      '/home/me/lists/a.urls': listed,
    });
    assert.deepEqual(feeds, [
      'typed https://feeds.example/typed.xml',
      'read https://feeds.example/listed.xml',
    ]);
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

  it('is named by the one file that it transcribes, as in the editor', async () => {
    const files = { '/home/me/lists/A talk.mp3': 'x' };
    const nameOf = async (...inputs: readonly string[]): Promise<string> =>
      (await read(inputs, files)).requests[0]?.name ?? '';
    assert.equal(await nameOf('A talk.mp3'), 'A talk');
    assert.match(await nameOf('A talk.mp3', 'B talk.mp3'), /^\d{4}-/);
    assert.match(await nameOf('https://example.org/a.mp3'), /^\d{4}-/);
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
    assert.deepEqual(outside(refused), [true]);
    assert.deepEqual(outside(await read(['a.urls'], files, { answer: true })), [false]);
    // Named by the user himself it needs no question.
    const named = await read(['../other/talk.vtt'], files);
    assert.deepEqual(named.asked, []);
    assert.deepEqual(outside(named), [false]);
  });

  describe('with private addresses in a list', () => {
    const hosts = [
      'http://169.254.169.254/latest/meta-data/x.vtt',
      'http://192.168.0.1/reboot.cgi?now=1',
      'http://localhost:9200/a.vtt',
      'http://[fc00::1]/a.vtt',
      'http://[::ffff:10.0.0.1]/a.vtt',
      'http://0x7f.1/a.vtt',
      'http://2130706433/b.vtt',
      'http://nas/a.vtt',
      'http://printer.local/feed.xml',
    ];
    const files = { '/home/me/lists/a.urls': [...hosts, 'https://example.org/talk.vtt'].join('\n') };

    it('asks once, by the names of the hosts, and marks them without an OK', async () => {
      const { asked, requests } = await read(['a.urls'], files);
      assert.equal(asked.length, 1);
      assert.match(asked[0] ?? '', /8 addresses of this computer or its network/);
      assert.match(asked[0] ?? '', /169\.254\.169\.254, 192\.168\.0\.1, localhost:9200.* and 3 more/);
      assert.deepEqual(outside({ requests }), [...hosts.map(() => true), false]);
      // A name that looks public is looked at again when it is resolved.
      assert.ok(requests[0]?.jobs.every(({ link }) => link.reach === 'unconfirmed'));
    });

    it('takes the OK for the named ones alone', async () => {
      const { requests } = await read(['a.urls'], files, { answer: true });
      assert.deepEqual(
        requests[0]?.jobs.map(({ link }) => link.reach),
        [...hosts.map(() => undefined), 'unconfirmed'],
      );
    });

    it('asks nothing with --allow-private, and of standard input as of a file', async () => {
      const { asked, requests } = await read(['a.urls'], files, { allowPrivate: true });
      assert.deepEqual(asked, []);
      assert.ok(requests[0]?.jobs.every(({ link }) => link.reach === undefined && link.outside !== true));
      const pipe = '/dev/fd/63';
      const piped = await read([pipe], {}, { pipe, pipes: 'http://10.0.0.1/a.vtt' });
      assert.deepEqual(outside(piped), [true]);
    });

    it('asks nothing about a link that is an argument, a configured endpoint, or YouTube', async () => {
      const direct = await read(['http://192.168.0.1/talk.vtt'], {});
      assert.deepEqual([direct.asked, direct.requests[0]?.jobs[0]?.link.reach], [[], undefined]);
      const list = 'http://127.0.0.1:8000/a.vtt\nhttp://127.0.0.1:8001/b.vtt\nhttps://youtu.be/dQw4w9WgXcQ\n';
      const settings = { ...defaultSettings, 'openai.endpoint': 'http://127.0.0.1:8000/v1' };
      const own = await read(['a.urls'], { '/home/me/lists/a.urls': list }, { settings });
      assert.deepEqual(
        own.requests[0]?.jobs.map(({ link }) => [link.outside, link.reach]),
        [
          [undefined, undefined],
          [true, 'unconfirmed'],
          [undefined, undefined],
        ],
      );
      assert.match(own.asked[0] ?? '', /1 address .*127\.0\.0\.1:8001/);
    });
  });
});
