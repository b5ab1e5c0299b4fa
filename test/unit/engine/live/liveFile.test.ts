/** The file of what passes, by itself: when it is written, how large it gets, and how it is read on. */
import assert from 'node:assert/strict';
import { LiveFile, together } from '../../../../src/engine/live/liveFile';
import { livePlaceOf } from '../../../../src/engine/live/livePlace';
import { LiveReader } from '../../../../src/engine/live/liveReader';
import { emptyState, reduce } from '../../../../src/engine/state/reducer';
import type { PassingEvent } from '../../../../src/model/events';
import { FakeClock } from '../../../helpers/fakeClock';
import { videos } from '../../../helpers/fakeEngine';
import { MemoryFiles } from '../../../helpers/memoryFiles';

const place = livePlaceOf('/state', '/out/a');
const owner = 'ab12ab12ab12ab12';

interface Both {
  readonly clock: FakeClock;
  readonly files: MemoryFiles;
  readonly file: LiveFile;
  readonly reader: LiveReader;
  readonly emit: (...events: readonly PassingEvent[]) => void;
  readonly read: () => ReturnType<LiveReader['read']>;
}

function both(): Both {
  const clock = new FakeClock();
  const files = new MemoryFiles();
  files.folders.add('/state');
  const state = emptyState();
  reduce(state, { type: 'jobs-added', at: clock.now(), jobs: videos(3) });
  const file = new LiveFile({ clock, files }, place, owner, state);
  const reader = new LiveReader({ clock, files }, place);
  const emit = (...events: readonly PassingEvent[]): void => {
    for (const event of events) reduce(state, event);
    file.seen(events);
  };
  return { clock, files, file, reader, emit, read: () => reader.read(owner, true) };
}

const machine = (at: number): PassingEvent => ({ type: 'machine', at, memoryMB: 1, cpuPercent: 2 });

/** As the engine does every second. */
async function seconds({ clock, emit }: Both, count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    emit(machine(clock.now()));
    await clock.advance(1000);
  }
}

describe('The file of what passes in a batch', () => {
  it('is written twice a second at most, and only when there is something new', async () => {
    const it = both();
    await it.read();
    await seconds(it, 2);
    const { append } = it.files.counts;
    for (let step = 0; step < 200; step += 1) {
      it.emit({ type: 'stage', at: it.clock.now(), job: 1, stage: 'fetching' });
      await it.clock.advance(10);
    }
    assert.ok(it.files.counts.append - append <= 4, `${it.files.counts.append - append} in two seconds`);
    await it.clock.advance(1000);
    const quiet = it.files.counts.append;
    await it.clock.advance(5000);
    assert.equal(it.files.counts.append, quiet);
  });

  it('is begun again above four megabytes; who has read it all goes on, and who has not begins with the whole', async () => {
    const it = both();
    await it.read();
    await seconds(it, 2);
    assert.ok((await it.read())?.items.some((item) => 'all' in item));
    const late = new LiveReader(it, place);
    await late.read(owner, true);
    for (let step = 0; step < 5; step += 1) {
      const at = it.clock.now();
      it.emit(...Array.from({ length: 19_500 }, (_, job): PassingEvent => ({ type: 'job-left', at, job })));
      await it.clock.advance(2000);
      assert.equal((await it.read())?.items.length, 19_500);
    }
    assert.ok((it.files.text(place.file) ?? '').length > 4_000_000);
    let machines = 0;
    for (let second = 0; second < 5; second += 1) {
      await seconds(it, 1);
      const items = (await it.read())?.items ?? [];
      assert.ok(items.every((item) => 'event' in item));
      machines += items.length;
    }
    assert.ok(machines >= 3, 'what passed while it was begun again is not missing');
    assert.ok((it.files.text(place.file) ?? '').length < 100_000);
    assert.ok((await late.read(owner, true))?.items.some((item) => 'all' in item));
  });

  it('is begun again where more has passed at once than there is to say', async () => {
    const it = both();
    await it.read();
    await seconds(it, 2);
    await it.read();
    it.emit(
      ...Array.from({ length: 30_000 }, (_, job): PassingEvent => ({
        type: 'job-left',
        at: it.clock.now(),
        job,
      })),
    );
    await it.clock.advance(1000);
    assert.ok((it.files.text(place.file) ?? '').length < 10_000);
    assert.ok((await it.read())?.items.some((item) => 'all' in item));
  });

  it('writes 100 KB a second at most, on average', async () => {
    const it = both();
    await it.read();
    await seconds(it, 2);
    const size = (): number => (it.files.text(place.file) ?? '').length;
    const before = size();
    for (let second = 0; second < 10; second += 1) {
      const at = it.clock.now();
      it.emit(
        ...Array.from({ length: 2000 }, (_, job): PassingEvent => ({
          type: 'stage',
          at,
          job,
          stage: 'fetching',
          percent: second,
        })),
      );
      await it.clock.advance(1000);
    }
    assert.ok(size() - before < 1_250_000, `${size() - before}`);
  });

  it('is removed when its batch is closed, and left alone where another process has it', async () => {
    for (const isLost of [false, true]) {
      const it = both();
      await it.read();
      await seconds(it, 2);
      await it.file.close(isLost);
      assert.equal(it.files.files.has(place.file), isLost);
      await seconds(it, 3);
    }
  });

  it('is given up for a minute where the disk refuses it, and nothing else is', async () => {
    const it = both();
    await it.read();
    it.files.fail = (operation, path) =>
      path === place.file && operation === 'writeWhole' ? 'ENOSPC' : undefined;
    await seconds(it, 5);
    assert.equal(await it.read(), undefined);
    it.files.fail = undefined;
    for (let second = 0; second < 70; second += 1) {
      await it.read();
      await seconds(it, 1);
    }
    assert.ok(await it.read());
  });

  it('is not read for another holder of the lock', async () => {
    const it = both();
    await it.read();
    await seconds(it, 3);
    assert.equal(await it.reader.read('cd34cd34cd34cd34', true), undefined);
  });

  it('has of several views of the batch the last, and of a stage its begin and how far it is', () => {
    const kept = together([
      { type: 'stage', at: 1, job: 1, stage: 'downloading', percent: 1 },
      machine(2),
      { type: 'stage', at: 3, job: 1, stage: 'downloading', percent: 50 },
      machine(4),
      { type: 'stage', at: 5, job: 1, stage: 'writing' },
    ]);
    assert.deepEqual(kept, [
      { type: 'stage', at: 1, job: 1, stage: 'downloading', percent: 50 },
      machine(4),
      { type: 'stage', at: 5, job: 1, stage: 'writing' },
    ]);
  });
});
