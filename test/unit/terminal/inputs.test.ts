import assert from 'node:assert/strict';
import { defaultSettings } from '../../../src/model/settings';
import { FailureError } from '../../../src/model/failure';
import { readInputs } from '../../../src/terminal/inputs';
import type { BatchRequest } from '../../../src/terminal/session';
import { FakeClock } from '../../helpers/fakeClock';
import { MemoryFiles } from '../../helpers/memoryFiles';

const vtt = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n';

async function read(
  inputs: readonly string[],
  files: Readonly<Record<string, string>>,
  answer = false,
): Promise<{ readonly requests: readonly BatchRequest[]; readonly asked: readonly string[] }> {
  const memory = new MemoryFiles();
  await memory.makeFolder('/home/me/lists');
  await memory.makeFolder('/home/me/other');
  for (const [path, text] of Object.entries(files)) await memory.writeWhole(path, text);
  const asked: string[] = [];
  const requests = await readInputs(
    { inputs, redo: false, settings: defaultSettings, given: {} },
    {
      files: memory,
      clock: new FakeClock(),
      cwd: '/home/me/lists',
      home: '/home/me',
      standardInput: () => Promise.resolve(Buffer.from('https://youtu.be/-9bZkp7q19f and more')),
      confirm: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
      words: () => undefined,
    },
  );
  return { requests, asked };
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
    const agreed = await read(['a.urls'], files, true);
    assert.equal(agreed.requests[0]?.jobs[0]?.invalid, undefined);
    // Named by the user himself it needs no question.
    const named = await read(['../other/talk.vtt'], files);
    assert.deepEqual(named.asked, []);
    assert.equal(named.requests[0]?.jobs[0]?.invalid, undefined);
  });
});
