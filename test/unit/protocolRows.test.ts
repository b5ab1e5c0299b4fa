/** How rows travel to the page: whatever a row holds arrives as it was, in a third of the bytes. */
import assert from 'node:assert/strict';
import { emptyState, reduce, type JobState } from '../../src/engine/state/reducer';
import type { BatchEvent, NewJob } from '../../src/model/events';
import { failure } from '../../src/model/failure';
import { packRows, unpackRows } from '../../src/protocol';
import { completedEvent, type Completed } from '../helpers/outcomes';

const video = (id: string, more: Partial<NewJob> = {}): NewJob => ({
  link: { kind: 'youtube', url: `https://www.youtube.com/watch?v=${id}`, id },
  ...more,
});

/** Rows as the reducer makes them of such jobs and events. */
function rowsOf(jobs: readonly NewJob[], events: readonly BatchEvent[] = []): readonly JobState[] {
  const state = emptyState();
  reduce(state, { type: 'jobs-added', at: 1, jobs });
  for (const event of events) reduce(state, event);
  return state.jobs;
}

const done = (job: number, file: string, more: Partial<Completed> = {}): BatchEvent =>
  completedEvent(job, { files: [file], seconds: 1.234, ...more }, 1_795_184_280_000 + job);

const arrive = (rows: readonly JobState[]): void =>
  assert.deepEqual(unpackRows(structuredClone(packRows(rows))), rows);

describe('rows on their way to the page', () => {
  it('arrive as they were: waiting, running, done, failed, skipped, parked, lists and files', () => {
    const private_ = failure('private', 'LOGIN_REQUIRED', { status: 200 });
    arrive(
      rowsOf(
        [
          video('dQw4w9WgXcQ', {
            meta: { title: 'Never Gonna: Give', channel: 'Rick', duration: 213 },
            line: 3,
          }),
          video('-9bZkp7q19f', { meta: { title: '' }, count: 2 }),
          video('aaaaaaaaaaa', { parent: 7 }),
          { link: { kind: 'subtitle', url: 'file:///lists/a.vtt', id: 'abcdefghijk', path: '/lists/a.vtt' } },
          { link: { kind: 'list', url: 'https://a.example/feed', id: 'lmnopqrstuv', list: 'feed' } },
          video('bbbbbbbbbbb', { invalid: failure('invalid-url', 'no') }),
          video('ccccccccccc'),
          video('ddddddddddd', { meta: { title: 'Un été à Łódź 😀', chapters: [{ start: 0, title: 'A' }] } }),
        ],
        [
          done(0, 'Never Gonna – Give [dQw4w9WgXcQ].md', {
            cost: 0.028,
            paidSeconds: 50.5,
            requestId: 'r-1',
          }),
          { type: 'job-started', at: 9, job: 1, worker: 1, attempt: 1 },
          { type: 'stage', at: 10, job: 1, stage: 'downloading', percent: 38, source: 'yt-dlp' },
          ...[11, 12].map((at): BatchEvent => ({
            type: 'attempt',
            at,
            job: 2,
            source: 'youtube',
            failure: private_,
            seconds: 0.5,
            requests: 2,
            counts: true,
          })),
          {
            type: 'outcome',
            at: 13,
            job: 2,
            outcome: { status: 'failed', failure: private_, source: 'youtube', seconds: 1, requests: 2 },
          },
          {
            type: 'outcome',
            at: 14,
            job: 3,
            outcome: { status: 'skipped', reason: 'already-done', file: '../x/a.md', batch: 'x' },
          },
          { type: 'outcome', at: 15, job: 4, outcome: { status: 'expanded', entries: 12 } },
          {
            type: 'outcome',
            at: 16,
            job: 6,
            outcome: {
              status: 'parked',
              failure: failure('payment', 'needs your OK', { needs: 'consent:deapi https://api.deapi.ai' }),
              source: 'deapi',
              consent: { service: 'deapi', origin: 'https://api.deapi.ai', seconds: 90, cost: 0.05 },
            },
          },
          done(7, 'Un été à Łódź 😀 [ddddddddddd].md'),
        ],
      ),
    );
  });

  it('handle names that look like ours, or that contain a placeholder for an id', () => {
    arrive(
      rowsOf(
        [video('$&$1aaaaaaa', { meta: { title: 'x' } }), video('__proto__aa')],
        [done(0, 'x [$&$1aaaaaaa].md'), done(1, 'constructor.md')],
      ),
    );
  });

  it('share what repeats, and may still be changed one by one', () => {
    const events = [0, 1].map((job): BatchEvent => ({
      type: 'attempt',
      at: 5,
      job,
      source: 'youtube',
      failure: failure('network', 'reset'),
      seconds: 1,
      requests: 1,
      counts: true,
    }));
    const [a, b] = unpackRows(packRows(rowsOf([video('aaaaaaaaaaa'), video('bbbbbbbbbbb')], events)));
    a?.attempts?.pop();
    assert.equal(b?.attempts?.length, 1);
  });

  it('take a third of the bytes that objects with names take', () => {
    const jobs = Array.from({ length: 500 }, (_, index) =>
      video(String(index).padStart(11, 'a'), { meta: { title: `A title as long as they are ${index}` } }),
    );
    const rows = rowsOf(
      jobs,
      jobs.map(({ link, meta }, index) => done(index, `${meta?.title} [${link.id}].md`)),
    );
    assert.ok(packRows(rows).length * 3 < JSON.stringify(rows).length);
  });

  it('are refused when they are none of ours', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    for (const text of ['', '{}', '[1,2,3]', '[[["index"]],[],[0,5]]', '[[],[],[3]]'])
      assert.throws(() => unpackRows(bytes(text)), text);
  });
});
