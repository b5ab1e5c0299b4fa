/** A worker does not wait while the disk takes a transcript. */
import assert from 'node:assert/strict';
import type { TranscriptWriter } from '../../../../src/model/output';
import type { Settings } from '../../../../src/model/settings';
import { createEngine } from '../../../../src/engine/engine';
import { FakeClock } from '../../../helpers/fakeClock';
import { after, FakeSource, unlimited, videos, within, world } from '../../../helpers/fakeEngine';

const askMs = 1_000;
const writeMs = 400;

/** How long a batch takes when asking and writing take their time, and how much of each went on at once. */
async function run(more: Partial<Settings>, jobs: number, writingMs = writeMs) {
  const clock = new FakeClock();
  const source = new FakeSource('youtube', after(clock, askMs));
  const { parts } = world({ clock, sources: [source] });
  let writing = 0;
  let mostWriting = 0;
  const writer: TranscriptWriter = {
    find: (...asked) => parts.writer.find(...asked),
    write: async (request) => {
      writing += 1;
      mostWriting = Math.max(mostWriting, writing);
      await new Promise<void>((resolve) => clock.after(writingMs, resolve));
      writing -= 1;
      return parts.writer.write(request);
    },
  };
  const engine = createEngine({ ...parts, writer });
  const settings = { ...unlimited, ...more };
  const started = engine.start({ name: 'aside', outputFolder: '/out', jobs: videos(jobs), settings });
  const batch = await within(clock, started);
  const from = clock.now();
  await within(clock, batch.settled());
  const seconds = (clock.now() - from) / 1000;
  assert.equal(batch.state.counts.completed, jobs);
  assert.ok(batch.state.workers.every((worker) => worker.job === undefined));
  const ends = batch.state.workers.flatMap(({ lane }) =>
    lane.filter((segment) => segment.end === 'completed'),
  );
  await within(clock, engine.dispose());
  return { seconds, mostAsked: source.mostActive, mostWriting, ends: ends.length };
}

describe('A transcript that is being written', () => {
  it('leaves its worker to the next job, which shows both in its lane', async () => {
    const { seconds, mostAsked, ends } = await run({ workers: 2 }, 10);
    assert.equal(mostAsked, 2);
    assert.equal(ends, 10);
    // Five rounds of asking and the last writing.
    assert.ok(seconds < 5 * 1 + 0.4 + 0.5, String(seconds));
  });

  it('keeps its worker where jobs run one at a time', async () => {
    const { seconds, mostAsked, mostWriting } = await run({ workers: 5, parallel: false }, 4);
    assert.deepEqual([mostAsked, mostWriting], [1, 1]);
    assert.ok(seconds >= 4 * 1.4, String(seconds));
  });

  it('holds the others up where the disk is slower than the service', async () => {
    const { mostAsked, mostWriting } = await run({ workers: 3 }, 30, 20_000);
    assert.equal(mostAsked, 3);
    assert.equal(mostWriting, 6);
  });
});
