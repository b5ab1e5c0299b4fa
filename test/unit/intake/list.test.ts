import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import {
  isListFailure,
  listSlices,
  readList,
  type ListContent,
  type ListOptions,
} from '../../../src/intake/list';
import { formatOf } from '../../../src/intake/listFormat';
import { linesOf } from '../../../src/intake/lists/lines';
import { whole } from '../../../src/captions/sliced';
import type { Failure } from '../../../src/model/failure';

const urls: ListOptions = { format: 'urls', name: 'talks.urls', folder: '/lists', style: 'posix' };

function content(source: string | Uint8Array, options: ListOptions = urls): ListContent {
  const read = whole(listSlices(source, options));
  assert(!isListFailure(read), isListFailure(read) ? read.message : '');
  return read;
}
function refused(source: string | Uint8Array, options: ListOptions = urls): Failure {
  const read = whole(listSlices(source, options));
  assert(isListFailure(read));
  return read;
}
const links = (list: ListContent): string[] => list.jobs.map((job) => job.link.url);

const manual = `# Lectures 2026                      a comment
# @name   lectures-2026              directives: batch name
# @lang   de, en                     preferred caption languages
# @sources deapi                     the chain for this list
# @limit  50
# @after 2026-01-01
# @before 2026-12-31 # remark
# @min-duration 2m
# @max-duration: 1h
https://www.youtube.com/watch?v=dQw4w9WgXcQ
https://youtu.be/-9bZkp7q19f         # ids may start with a dash
dQw4w9WgXcQ                          # a bare id, only in .urls files
https://example.org/#part            # the sign alone begins no remark
./my recording.mp4                   # local
javascript:alert(1)
`;

describe('A .urls list', () => {
  it('says who speaks and which names occur, for speech-to-text', () => {
    const list = content(
      '# @prompt Özil, Kubernetes      names\n# @speakers yes\nhttps://youtu.be/dQw4w9WgXcQ\n',
    );
    assert.deepEqual(list.settings, { 'speech.prompt': 'Özil, Kubernetes', 'speech.speakers': true });
  });

  it('asks for notes at the end by a template', () => {
    const list = content('# @notes summary\nhttps://youtu.be/dQw4w9WgXcQ\n');
    assert.deepEqual(list.settings, { 'notes.template': 'summary', 'notes.auto': true });
    const wrong = content('# @notes ../../etc/passwd\nhttps://youtu.be/dQw4w9WgXcQ\n');
    assert.deepEqual(wrong.settings, {});
    assert.match(JSON.stringify(wrong.problems), /@notes must be the name of a template/);
  });

  it('is links, remarks, directives and local files, one a line', () => {
    const list = content(manual);
    assert.deepEqual(links(list), [
      'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
      'https://www.youtube.com/watch?v=-9bZkp7q19f',
      'https://example.org/',
      'file:///lists/my%20recording.mp4',
      'javascript:alert(1)',
    ]);
    assert.equal(list.name, 'lectures-2026');
    assert.deepEqual(list.settings, {
      languages: ['de', 'en'],
      sources: ['deapi'],
      'lists.limit': 50,
      'lists.after': '2026-01-01',
      'lists.before': '2026-12-31',
      'lists.minDuration': '2m',
      'lists.maxDuration': '1h',
    });
  });

  it('makes one job of the same video and reports how often and where it occurs', () => {
    const list = content(manual);
    assert.deepEqual([list.jobs[0]?.count, list.jobs[0]?.line, list.duplicates], [2, 10, 1]);
    const problem = list.problems.find((one) => one.kind === 'duplicate');
    assert.deepEqual([problem?.line, problem?.severity], [12, 'warning']);
    assert.match(problem?.failure.message ?? '', /same as line 10\b/);
  });

  it('keeps a line that is no link as a row that fails as invalid-url', () => {
    const list = content(manual);
    const job = list.jobs.at(-1);
    assert.deepEqual([job?.invalid?.code, job?.line], ['invalid-url', 15]);
    assert.deepEqual(
      list.problems
        .filter((problem) => problem.kind === 'link')
        .map(({ line, from, to }) => [line, from, to]),
      [[15, 0, 19]],
    );
  });

  for (const [line, allowed] of [
    ['# @limit many', /@limit must be a whole number from 0/],
    ['# @after yesterday', /@after must be a date such as 2026-01-31/],
    ['# @min-duration long', /@min-duration must be a duration such as/],
    ['# @sources vimeo', /@sources must be a list of subtitleFile, youtube/],
    ['# @lang english!', /@lang must be language codes such as en/],
    ['# @speakers perhaps', /@speakers must be true or false/],
    ['# @name', /@name needs a value/],
    ['# @colour red', /@colour is no directive\. There are @name, @lang/],
  ] as const)
    it(`names what is allowed for ${line}`, () => {
      const list = content(`${line}\ndQw4w9WgXcQ`);
      assert.match(list.problems[0]?.failure.message ?? '', allowed);
      assert.deepEqual(list.settings, {});
    });

  it('is the same in every encoding and with every line end', () => {
    const text = 'dQw4w9WgXcQ # größe\nhttps://example.org/ü\n-9bZkp7q19f';
    const wide = (order: 'le' | 'be', mark: boolean): Uint8Array => {
      const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
      return order === 'le' ? bytes : bytes.swap16();
    };
    const expected = links(content(text));
    const latin = text.replace('https://example.org/ü', 'https://example.org/%C3%BC');
    for (const source of [
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '\r'),
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      wide('le', true),
      wide('be', true),
      wide('le', false),
      wide('be', false),
      Buffer.from(latin, 'latin1'),
    ]) {
      const list = content(source);
      assert.deepEqual(links(list), expected);
      assert.deepEqual(
        list.jobs.map((job) => job.line),
        [1, 2, 3],
      );
    }
  });

  it('has the lines that its line ends leave, of whatever kind each of them is', () => {
    const text = fc.array(fc.constantFrom('\n', '\r', '\r\n', '\n\r', 'a', 'dQw4w9WgXcQ', ' ', '\u2028'));
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.join('');
        const lines = [...linesOf(whole)].map(({ line, number }) => ({ line, number }));
        const expected = whole.split(/\r\n|\n|\r/).map((line, at) => ({ line, number: at + 1 }));
        assert.deepEqual(lines, expected);
      }),
    );
  });

  it('is refused with the next step when it is empty, binary or too large', () => {
    for (const empty of ['', '\n\n', '# only a comment', new Uint8Array(0)])
      assert.match(refused(empty).message, /^talks\.urls holds no link\. Write one link on each line\.$/);
    const binary = Uint8Array.from({ length: 4000 }, (_, at) => (at * 7919) % 256);
    assert.equal(refused(binary).code, 'unsupported');
    assert.match(refused(binary).message, /not a text file/);
    assert.equal(refused(new Uint8Array(65 * 1024 * 1024)).code, 'too-large');
  });

  it('survives a line of a megabyte', () => {
    const list = content(`${'https://example.org/'.repeat(52_429)}\ndQw4w9WgXcQ`);
    const [long, next] = list.jobs;
    assert(long && next);
    assert.equal(long.invalid?.code, 'invalid-url');
    assert(long.link.url.length < 600);
    assert.equal(next.link.id, 'dQw4w9WgXcQ');
  });

  it('lets others run while 100,000 lines are read, and comes to the same', async () => {
    const text = Array.from({ length: 100_000 }, (_, at) => `https://example.org/${at}`).join('\n');
    let pauses = 0;
    const list = await readList(text, urls, () => {
      pauses += 1;
      return Promise.resolve();
    });
    assert(!isListFailure(list));
    assert.equal(list.jobs.length, 100_000);
    assert(pauses >= 100, `${pauses} pauses`);
  });

  it('never fails on any text, and has a place for every entry', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('# @limit 5', '#', '# @', 'dQw4w9WgXcQ', 'https://a.org #x', './a.mp4', '\ufeff'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const text = lines.join('\n');
        const list = whole(listSlices(text, urls));
        if (isListFailure(list)) return;
        const rows = text.split(/\r\n|\n|\r/);
        for (const { line, from, to, job } of list.entries) {
          const row = rows[line - 1] ?? '';
          assert(from < to && to <= row.length);
          assert(list.jobs[job]);
        }
        const counted = list.jobs.reduce((sum, job) => sum + (job.count ?? 1), 0);
        assert.equal(counted, list.entries.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('Any other text', () => {
  it('gives its links with their lines, duplicates merged, and no bare ids, paths or directives', () => {
    const text =
      'dQw4w9WgXcQ ./a.mp4\r\n# @name x\r\n[a](https://youtu.be/dQw4w9WgXcQ) https://youtube.com/shorts/dQw4w9WgXcQ';
    const list = content(text, { format: 'text' });
    assert.deepEqual(links(list), ['https://www.youtube.com/watch?v=dQw4w9WgXcQ']);
    assert.deepEqual([list.jobs[0]?.line, list.jobs[0]?.count, list.name], [3, 2, undefined]);
    assert.deepEqual(list.problems, []);
    assert.deepEqual(
      list.entries.map(({ from, to }) => [from, to]),
      [
        [4, 32],
        [34, 72],
      ],
    );
  });

  it('is read by its file name', () => {
    assert.deepEqual(['a.URLS', 'a.csv', 'a.md', 'a'].map(formatOf), ['urls', 'csv', 'text', 'text']);
  });

  it('says what links look like when it has none', () => {
    const failure = refused('nothing here', { format: 'text', name: 'The selection' });
    assert.match(failure.message, /^The selection holds no link\. Links begin with https:\/\//);
  });
});
