/** The shared record of rate limits, when a file of it has grown beyond anything that was ever written into it. */
import assert from 'node:assert/strict';
import type { MemoryFiles } from '../../../helpers/memoryFiles';
import { Rig } from './rig';

/** Counts the bytes that are read. */
function counted(files: MemoryFiles): { bytes: number } {
  const read = { bytes: 0 };
  const pieces = files.readPieces.bind(files);
  files.readPieces = async function* (path, from) {
    for await (const piece of pieces(path, from)) {
      read.bytes += piece.length;
      yield piece;
    }
  };
  return read;
}

describe('A record of rate limits that is too large', () => {
  const fill = (line: string, bytes: number): string => line.repeat(Math.ceil(bytes / line.length));

  it('is read from near its end, with a word, and what stands there counts', async () => {
    const rig = new Rig({ 'rate.deapi.perMinute': 60, 'rate.utilization': 1 });
    const read = counted(rig.files);
    const now = rig.clock.now();
    const hour = Math.floor(now / 3_600_000);
    await rig.files.makeFolder('/state/quotas');
    const until = now + 60_000;
    const old = fill(`\n+ ${now - 3_000_000} old.0 nothing .`, 9_000_000);
    await rig.files.writeWhole(`/state/quotas/${hour}.log`, `${old}\nh deapi.submit ${until} ${now} .`);
    const loading = rig.limiter();
    await rig.clock.advance(5_000);
    const limiter = await loading;
    assert.ok(read.bytes < 5_000_000, String(read.bytes));
    assert.match(rig.logged.join(), /larger than any record of rate limits; only its end is read/);
    assert.ok(limiter.readyAt(['deapi.submit']) > rig.clock.monotonic() + 50_000);
    await limiter.close();
  });

  it('has notes that are read from near their end, with a word', async () => {
    const rig = new Rig();
    const read = counted(rig.files);
    await rig.files.makeFolder('/state/quotas');
    await rig.files.writeWhole('/state/quotas/notes.log', fill('\nn key text .', 9_000_000));
    const limiter = await rig.limiter();
    assert.ok(read.bytes < 5_000_000, String(read.bytes));
    assert.match(rig.logged.join(), /notes\.log is larger/);
    assert.equal(await limiter.unwritten(), undefined);
    await limiter.close();
  });
});
