import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Failure } from '../../../../src/model/failure';
import { failure } from '../../../../src/model/failure';
import { fitText, longestTitle } from '../../../../src/model/fit';
import type { VideoMeta } from '../../../../src/model/link';
import type { SourceResult } from '../../../../src/model/source';
import { journalName, readJournal } from '../../../../src/engine/journal/journal';
import { runOf } from '../../../../src/engine/journal/weight';
import { FakeSource, start, unlimited, videos, within, world } from '../../../helpers/fakeEngine';

/** Short and long texts, of characters that JSON writes as one or as six. */
const text = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom('x', '\u0000', '\ud83d\ude00', '\ud83d', '\u2028'),
    fc.constantFrom(0, 3, 19_999, 20_001, 25_000),
  )
  .map(([head, unit, times]) => head + unit.repeat(times));
const number = fc.oneof(fc.double(), fc.constantFrom(-1, -0.5, 0, 1e300, NaN, Infinity, -Infinity));
const chapters = fc.oneof(
  fc.array(fc.record({ start: number, title: text }), { maxLength: 3 }),
  fc.constant(Array.from({ length: 3_000 }, (_, at) => ({ start: at - 5, title: '\u0001'.repeat(900) }))),
);
const meta: fc.Arbitrary<VideoMeta> = fc.record(
  { title: text, channel: text, duration: number, published: text, chapters },
  { requiredKeys: [] },
);
const refusal: fc.Arbitrary<Failure> = fc
  .record(
    { subject: text, needs: text, status: number, retryAfterMs: number, notBefore: number },
    { requiredKeys: [] },
  )
  .chain((more) =>
    fc
      .record({ code: fc.constantFrom('unavailable', 'auth', 'private'), message: text })
      .map(({ code, message }) => failure(code, message, more)),
  );
const answer: fc.Arbitrary<SourceResult> = fc.oneof(
  fc.record({
    transcript: fc.record({
      language: text,
      captions: fc.constant('manual'),
      source: fc.constant('youtube'),
      cues: fc.constant([{ start: 0, end: 1, text: 'a' }]),
      meta,
    }),
    paid: fc.record({ cost: number, seconds: number, requestId: text }, { requiredKeys: [] }),
  }),
  fc.record({ failure: refusal }),
);

describe('What is written into a journal', () => {
  it('is trusted when it is read back, whatever a source answers, and nothing is done twice', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ answer, learnt: meta, note: text }), { minLength: 1, maxLength: 3 }),
        async (told) => {
          let at = 0;
          const source = new FakeSource('youtube', (request) => {
            const each = told[at % told.length];
            at += 1;
            if (!each) throw new Error('nothing to say');
            request.learn(each.learnt);
            request.note?.(each.note);
            return each.answer;
          });
          const w = world({ sources: [source] });
          const batch = await start(w, told.length);
          await within(w.clock, batch.settled());
          await within(w.clock, w.engine.dispose());
          const read = await readJournal(w.files, `/out/a/${journalName}`, w.clock);
          assert.deepEqual([read.refused, read.damaged], [0, 0]);
          assert.deepEqual(
            read.state.jobs.map(({ status }) => status),
            batch.state.jobs.map(({ status }) => status),
          );
        },
      ),
      { numRuns: 15 },
    ));

  it('is trusted of lists too, however long their links and titles are', async () => {
    const w = world();
    const long = videos(600).map(({ link }, at) => ({
      link: {
        ...link,
        url: `https://example.org/${'x'.repeat(8000)}${at}`,
        publicUrl: `https://example.org/${'y'.repeat(8000)}`,
      },
      meta: { title: '\u0001'.repeat(400) },
    }));
    const batch = await start(w, long);
    await within(w.clock, batch.settled());
    await within(w.clock, w.engine.dispose());
    const read = await readJournal(w.files, `/out/a/${journalName}`, w.clock);
    assert.deepEqual([read.refused, read.damaged, read.state.jobs.length], [0, 0, 600]);
  });

  it('is cut between two characters', () => {
    assert.equal(fitText('a\ud83d\ude00bc', 3), 'a…');
    assert.equal(fitText('x'.repeat(longestTitle), longestTitle).length, longestTitle);
  });

  it('is a snapshot whose lines can be read, of rows with many chapters and failed tries', async () => {
    const w = world();
    const batch = await start(w, 20, unlimited);
    await within(w.clock, batch.settled());
    const heavy = batch.state.jobs.map((job) => ({
      ...job,
      meta: { chapters: Array.from({ length: 2_000 }, () => ({ start: 0, title: 't'.repeat(200) })) },
    }));
    for (let first = 0; first < heavy.length;) {
      const run = runOf(heavy, first);
      first += run.length;
      assert.ok(run.length > 0 && JSON.stringify(run).length < 8_000_000);
    }
  });
});
