/** What is asked before a list starts, and what is left of it where the user does not agree. */
import assert from 'node:assert/strict';
import { afterAnswers, startQuestions, unattended } from '../../../src/editor/startQuestions';
import { isListFailure, readList, type ListContent } from '../../../src/intake/list';

const watch = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

async function content(text: string, format: 'urls' | 'text' = 'text'): Promise<ListContent> {
  const read = await readList(text, { format, home: '/home/me', folder: '/lists' }, () => Promise.resolve());
  assert.ok(!isListFailure(read));
  return read;
}
const urls = ({ jobs }: ListContent): string[] => jobs.map((job) => job.link.url);
const none = new Set<string>();

describe('what is asked before a list starts', () => {
  it('is nothing for videos alone', async () => {
    const list = await content(`Watch ${watch('abcdefghij1')} and ${watch('abcdefghij2')}.`);
    assert.deepEqual(startQuestions(list, { readsPages: true }), []);
  });

  it('counts pages beside videos in a text, and tries them only where yt-dlp could', async () => {
    const list = await content(
      `Notes on ${watch('abcdefghij1')}, ${watch('abcdefghij2')}, https://example.net/one/two and https://example.org/page.`,
    );
    const [asked, ...more] = startQuestions(list, { readsPages: false });
    assert.deepEqual(more, []);
    assert.equal(asked?.words, 'Try 2 other pages as well, for which yt-dlp is not set up');
    assert.deepEqual(asked.details, ['https://example.net/one/two', 'https://example.org/page']);
    assert.equal(asked.agreed, false);
    assert.equal(startQuestions(list, { readsPages: true })[0]?.agreed, true);
    assert.deepEqual(urls(afterAnswers(list, [asked], none)), [watch('abcdefghij1'), watch('abcdefghij2')]);
    assert.equal(afterAnswers(list, [asked], new Set(['pages'])).jobs.length, 4);
  });

  it('takes a page of a site of videos for a video', async () => {
    const list = await content(`See ${watch('abcdefghij1')} and https://vimeo.com/76979871 too.`);
    assert.deepEqual(startQuestions(list, { readsPages: false }), []);
  });

  it('asks about no page of a list, where each line is meant, nor of a text that names nothing else', async () => {
    const list = await content(`${watch('abcdefghij1')}\nhttps://example.org/page\n`, 'urls');
    assert.deepEqual(startQuestions(list, { readsPages: false }), []);
    const pages = await content('See https://example.org/one and https://example.org/two for more.');
    assert.deepEqual(startQuestions(pages, { readsPages: false }), []);
  });

  it('leaves playlists that a text only mentions out, with a remark, unless they are wanted', async () => {
    const list = await content(`See ${watch('abcdefghij1')} by https://www.youtube.com/@one.`);
    const questions = startQuestions(list, { readsPages: true });
    assert.deepEqual(
      questions.map(({ id, kind, words }) => [id, kind, words]),
      [['lists', 'ok', 'Include 1 channel, with all their entries']],
    );
    const left = afterAnswers(list, questions, none);
    assert.deepEqual(urls(left), [watch('abcdefghij1')]);
    assert.match(left.remarks.at(-1)?.text ?? '', /left out/);
    assert.equal(afterAnswers(list, questions, new Set(['lists'])).jobs.length, 2);
  });

  it('takes the start for the answer where nothing else would be left', async () => {
    const list = await content('All of https://www.youtube.com/@one is good.');
    assert.deepEqual(
      startQuestions(list, { readsPages: true }).map(({ kind }) => kind),
      ['must'],
    );
  });

  it('names each file outside of the workspace, and leaves out what is not agreed to', async () => {
    const read = await content(`${watch('abcdefghij1')}\n/etc/one.mp4\n/etc/two.mp4\n`, 'urls');
    const list = {
      ...read,
      jobs: read.jobs.map((job) =>
        job.link.path === undefined ? job : { ...job, link: { ...job.link, outside: true } },
      ),
    };
    const questions = startQuestions(list, { readsPages: true });
    assert.equal(questions[0]?.words, 'Read 2 files outside of the workspace');
    assert.deepEqual(questions[0].details, ['/etc/one.mp4', '/etc/two.mp4']);
    assert.deepEqual(urls(afterAnswers(list, questions, none)), [watch('abcdefghij1')]);
  });
});

describe('a list that starts with nobody there', () => {
  it('takes the boxes as they are, and says what is left out', async () => {
    const list = await content(`Notes on ${watch('abcdefghij1')} and https://example.net/one/two.`);
    const asked = (readsPages: boolean): ReturnType<typeof unattended> =>
      unattended(startQuestions(list, { readsPages }));
    const { questions, agreed, leftOut } = asked(false);
    assert.deepEqual(urls(afterAnswers(list, questions, agreed)), [watch('abcdefghij1')]);
    assert.deepEqual(leftOut, [
      'Not done: Try 1 other page as well, for which yt-dlp is not set up. To do it, start the list yourself.',
    ]);
    const able = asked(true);
    assert.equal(afterAnswers(list, able.questions, able.agreed).jobs.length, 2);
    assert.deepEqual(able.leftOut, []);
  });

  it('keeps files outside of the workspace in the batch, where they wait for an OK', async () => {
    const list = await content(`${watch('abcdefghij1')}\n/home/me/talk.mp3\n`, 'urls');
    const marked = {
      ...list,
      jobs: list.jobs.map((job) =>
        job.link.path === undefined ? job : { ...job, link: { ...job.link, outside: true as const } },
      ),
    };
    const asked = startQuestions(marked, { readsPages: false });
    assert.deepEqual(
      asked.map(({ id }) => id),
      ['outside'],
    );
    const { questions, agreed, leftOut } = unattended(asked);
    const { jobs } = afterAnswers(marked, questions, agreed);
    assert.equal(jobs.length, 2);
    assert.equal(jobs.filter(({ link }) => link.outside === true).length, 1, 'it is not agreed to');
    assert.deepEqual(leftOut, []);
  });
});
