import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Settings } from '../../../../src/model/settings';
import type { SourceId } from '../../../../src/model/transcript';
import { answers, played, resumed } from '../../../helpers/restarts';
import type { AnswerName, Image, Play, Script } from '../../../helpers/restarts';

const chain: readonly SourceId[] = ['subtitleFile', 'youtube', 'yt-dlp', 'deapi', 'openai', 'whisper'];
const names = Object.keys(answers) as AnswerName[];
/** What holds, blocks or parks a service is about all videos at once, so that one's fate hangs on the others' time. */
const ofOneVideo = names.filter((name) => !['blocked', 'auth', 'rate-limited'].includes(name));

/** A source's answers: sooner or later one that is not "later", so that every play ends. */
const turns = (from: readonly AnswerName[]): fc.Arbitrary<readonly AnswerName[]> =>
  fc
    .tuple(
      fc.array(fc.constantFrom(...from), { maxLength: 3 }),
      fc.constantFrom(...from.filter((name) => !['blocked', 'auth', 'rate-limited'].includes(name))),
    )
    .map(([first, last]) => [...first, last]);

function scripts(from: readonly AnswerName[], most: number): fc.Arbitrary<readonly Script[]> {
  const script = fc
    .subarray([...chain], { minLength: 2, maxLength: 5 })
    .chain((ids) => fc.record(Object.fromEntries(ids.map((id) => [id, turns(from)]))));
  return fc.array(script, { minLength: 1, maxLength: most });
}

const settings: fc.Arbitrary<Partial<Settings>> = fc.record({
  retries: fc.constantFrom(0, 1, 3),
  'ytDlp.cookiesFromBrowser': fc.constantFrom('', 'firefox'),
  onBlocked: fc.constantFrom('wait', 'nextSource', 'park'),
  onError: fc.constantFrom('continue', 'retryAtEnd'),
});

function plays(from: readonly AnswerName[], most: number): fc.Arbitrary<Play> {
  return fc.record({
    scripts: scripts(from, most),
    settings,
    paid: fc.subarray<SourceId>(['deapi', 'openai']),
  });
}

/** Whatever line was the last on disk, what becomes of each video is the same. */
async function sameAfterRestart(play: Play): Promise<void> {
  const images: Image[] = [];
  const { fates } = await played(play, images);
  for (const [line, image] of images.entries()) {
    const after = await resumed(play, image);
    for (const [index, fate] of fates.entries()) {
      const now = after.fates[index];
      const where = `${fate.id}, after line ${line + 1} of ${images.length}`;
      // One that was not made after all is not made by itself either.
      const isDoubtful = after.begun.has(fate.id) && now?.code === 'maybe-charged';
      if (isDoubtful || after.doubtful.has(fate.id)) {
        // A submit of unknown fate is never made again by itself.
        assert.equal(now?.code, 'maybe-charged', where);
        assert.equal(new Set(now.submitted).size, now.submitted.length, where);
      } else assert.deepEqual(now, fate, where);
    }
  }
}

/** With its videos in a list link, which is read again after what can pass. */
const listed = (most: number): fc.Arbitrary<Play> =>
  fc
    .tuple(plays(ofOneVideo, most), turns(names.filter((name) => name !== 'blocked')))
    .map(([play, list]) => ({ ...play, list }));

describe('A restart', () => {
  it('at any event changes nothing that becomes of a video, whatever its sources say', async function () {
    this.timeout(120_000);
    await fc.assert(fc.asyncProperty(plays(names, 1), sameAfterRestart), { numRuns: 60 });
  });

  it('at any event changes nothing of several videos that run at the same time', async function () {
    this.timeout(120_000);
    await fc.assert(fc.asyncProperty(plays(ofOneVideo, 3), sameAfterRestart), { numRuns: 25 });
  });

  it('at any event changes nothing of a list link and its videos', async function () {
    this.timeout(120_000);
    await fc.assert(fc.asyncProperty(listed(2), sameAfterRestart), { numRuns: 30 });
  });
});

describe('What becomes of a video', () => {
  it('is the same one at a time and side by side', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(plays(ofOneVideo, 4), async (play) => {
        const side = await played(play);
        const single = await played({ ...play, settings: { ...play.settings, parallel: false } });
        assert.deepEqual(single.fates, side.fates);
        assert.equal(single.requests, side.requests);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same whether it was named itself or by a list link', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(listed(3), async (play) => {
        const { list: _list, ...direct } = play;
        const named = await played(direct);
        const read = await played(play);
        const link = read.fates.find(({ id }) => id === 'PL1');
        const videos = read.fates.filter((fate) => fate !== link);
        // Of a list that breaks off for good its first video is known.
        assert.deepEqual(videos, link?.status === 'failed' ? named.fates.slice(0, 1) : named.fates);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same when its length was looked up ahead of its turn', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(plays(ofOneVideo, 4), async (play) => {
        const inOrder = await played(play);
        const ahead = await played({
          ...play,
          settings: { ...play.settings, order: 'shortestFirst', workers: 1 },
        });
        assert.deepEqual(ahead.fates, inOrder.fates);
      }),
      { numRuns: 40 },
    );
  });
});
