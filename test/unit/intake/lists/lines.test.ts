import { strict as assert } from 'node:assert';
import { whole } from '../../../../src/captions/sliced';
import { findLinks } from '../../../../src/intake/freeText';
import { parseList, type ListContent } from '../../../../src/intake/list';

function read(text: string): ListContent {
  return whole(parseList(text, { format: 'urls', folder: '/lists', style: 'posix' }));
}
const id = 'dQw4w9WgXcQ';
const link = `https://youtu.be/${id}`;

describe('A line of a .urls list that is more than its link', () => {
  for (const line of [
    `1. ${link}`,
    `- ${link}`,
    `* [ ] ${link}`,
    `<${link}>`,
    `"${link}"`,
    `“${link}”`,
    `[Talk](${link})`,
    `Title: ${link}`,
    `${link} Title`,
    `${link}\tTitle`,
    `${link},`,
    `${link}👍`,
    `👉 ${link}`,
    `https%3A%2F%2Fyoutu.be%2F${id}`,
  ])
    it(`is its link, with a warning and a fix that keeps only the link: ${line}`, () => {
      const { jobs, problems } = read(line);
      assert.deepEqual(
        jobs.map((job) => [job.link.id, job.invalid]),
        [[id, undefined]],
      );
      const [problem] = problems;
      assert.equal(problem?.severity, 'warning');
      const [fix] = problem.fixes ?? [];
      assert(fix);
      const fixed = line.slice(0, problem.from) + fix.text + line.slice(problem.to);
      assert.deepEqual(read(fixed).problems, []);
      assert.equal(read(fixed).jobs[0]?.link.id, id);
    });

  it('may be a path in quotes, as file managers copy it', () => {
    for (const path of ['"./my talk.mp4"', "'/lists/my talk.mp4'"])
      assert.deepEqual(
        read(path).jobs.map((job) => [job.link.path, job.invalid]),
        [['/lists/my talk.mp4', undefined]],
      );
  });

  it('may be an id with what surrounds it in other texts', () => {
    for (const line of [`- ${id}`, `1. ${id}`, `"${id}"`, `${id},`]) {
      const { jobs, problems } = read(line);
      assert.deepEqual(
        [jobs[0]?.link.id, jobs[0]?.invalid, problems[0]?.severity],
        [id, undefined, 'warning'],
        line,
      );
    }
    const [titled] = read(`${id} A title`).problems;
    assert.deepEqual([titled?.severity, titled?.fixes?.[0]?.text], ['error', `${id} # A title`]);
    assert.deepEqual(read('- programming').problems[0]?.severity, 'error');
    assert.equal(read(`${id}, jNQXAC9IVRw`).problems[0]?.fixes?.[0]?.text, `${id}\njNQXAC9IVRw`);
  });

  it('may keep the rest as a remark', () => {
    const [problem] = read(`3) ${link} A good talk`).problems;
    assert.deepEqual(problem?.fixes?.at(-1)?.text, `${link} # A good talk`);
  });

  it('fails where it has two links, with a fix that splits them', () => {
    for (const between of [' ', ',', '–', ' and ']) {
      const { jobs, problems } = read(`${link}${between}https://vimeo.com/5`);
      assert.equal(jobs[0]?.invalid?.message, 'One link on each line, please.', between);
      assert.equal(problems[0]?.fixes?.[0]?.text, `${link}\nhttps://vimeo.com/5`);
    }
  });

  it('names an invisible character and takes it out', () => {
    for (const line of [`\u200e${link}`, `${id}\u200b`, `${link}\u2069`, `https://vimeo.com/1\u200e`]) {
      const { jobs, problems } = read(line);
      assert.equal(jobs[0]?.invalid, undefined);
      assert.match(problems[0]?.failure.message ?? '', /invisible character \(U\+20/);
      assert.doesNotMatch(jobs[0]?.link.url ?? '', /%E2/);
      assert.deepEqual(read(problems[0]?.fixes?.[0]?.text ?? '').problems, []);
    }
  });

  it('is helped with a scheme that was mistyped', () => {
    for (const line of [
      `ttps://vimeo.com/1`,
      `hxxps://vimeo.com/1`,
      `https:/vimeo.com/1`,
      `htttps://vimeo.com/1`,
    ]) {
      const { jobs, problems } = read(line);
      assert.equal(jobs[0]?.invalid?.code, 'invalid-url', line);
      assert.equal(problems[0]?.fixes?.[0]?.text, 'https://vimeo.com/1', line);
    }
  });

  it('may be a file with # in its name, a commented line of yt-dlp, several videos in one address', () => {
    assert.equal(read('./Talk #1.mp4').jobs[0]?.link.path, '/lists/Talk #1.mp4');
    assert.equal(read('./Talk.mp4 #1').jobs[0]?.link.path, '/lists/Talk.mp4');
    assert.deepEqual(read(`; ${link}\n] ${link}\n// ${link}\n//${link}`).jobs, []);
    assert.equal(
      read('https://www.youtube.com/watch_videos?video_ids=dQw4w9WgXcQ,jNQXAC9IVRw').jobs.length,
      2,
    );
  });
});

describe('What surrounds a link in running text', () => {
  for (const [text, links] of [
    ['https://vimeo.com/76979871\u200e <edited>', ['https://vimeo.com/76979871']],
    ['https://vm.tiktok.com/ZMabc/\u2069', ['https://vm.tiktok.com/ZMabc/']],
    ['https://vimeo.com/5👍 und https://vimeo.com/6的视频', ['https://vimeo.com/5', 'https://vimeo.com/6']],
    ['https://vimeo.com/4–https://vimeo.com/5—x', ['https://vimeo.com/4', 'https://vimeo.com/5']],
    [
      'https://vimeo.com/4’s end and https://example.org/x’s',
      ['https://vimeo.com/4', 'https://example.org/x'],
    ],
    ['https://vimeo.com/1,gut', ['https://vimeo.com/1']],
    [
      'htps://youtu.be/a1 https;//vimeo.com/5 intent://youtu.be/b2',
      ['youtu.be/a1', 'vimeo.com/5', 'youtu.be/b2'],
    ],
    ['看：https：//vimeo.com/5，http：／／vimeo.com/6', ['https://vimeo.com/5', 'http://vimeo.com/6']],
    ['?to=https%3A%2F%2Fvimeo.com%2F5%20x&y //d.com/l/?u=https%3A%2F%2Fa.org%2F%zz', ['https://vimeo.com/5']],
    [
      'https://urldefense.com/v3/__https://vimeo.com/5__;!!x!y$',
      ['https://urldefense.com/v3/__https://vimeo.com/5__;!!x!y$'],
    ],
    [
      'â€œhttps://vimeo.com/5â€\u009d https://vimeo.com/6â€™s',
      ['https://vimeo.com/5', 'https://vimeo.com/6'],
    ],
    ['https://example.org/größe/第1話 x', ['https://example.org/größe/第1話']],
    ['vimeo.com/76979871 and me@vimeo.com/1', ['vimeo.com/76979871']],
    [
      'feed://example.org/x feed:https://example.org/y',
      ['feed://example.org/x', 'feed:https://example.org/y'],
    ],
  ] as const)
    it(`is no part of it: ${text}`, () =>
      assert.deepEqual(
        [...findLinks(text)].map((found) => found.text),
        links,
      ));
});
