/** A journal of any size may come with a repository: one that is larger than ours is refused by name, and not read. */
import assert from 'node:assert/strict';
import { whatFits } from '../../../../src/engine/batch/admission';
import { Archive } from '../../../../src/engine/folder/archive';
import { largestJournal } from '../../../../src/engine/journal/fold';
import { JournalFold, journalLine, journalName, readJournal } from '../../../../src/engine/journal/journal';
import { mostRows } from '../../../../src/engine/journal/weight';
import { toFailure } from '../../../../src/model/failure';
import type { FileStat } from '../../../../src/model/ports';
import { videos } from '../../../helpers/fakeEngine';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { FakeClock } from '../../../helpers/fakeClock';

const path = `/out/huge/${journalName}`;

/** Its file at `path` says that it is larger than any of ours. */
class Sparse extends MemoryFiles {
  readings = 0;

  override async stat(of: string): Promise<FileStat | undefined> {
    return of === path ? { kind: 'file', size: largestJournal + 1, modifiedMs: 1 } : super.stat(of);
  }

  override readPieces(of: string, from?: number): AsyncIterable<Uint8Array> {
    if (of === path) this.readings += 1;
    return super.readPieces(of, from);
  }
}

async function sparse(): Promise<Sparse> {
  const files = new Sparse();
  await files.makeFolder('/out/huge');
  await files.writeWhole(path, '');
  return files;
}

describe('A journal that is larger than any of ours', () => {
  it('is refused by name with the next step, and not read', async () => {
    const files = await sparse();
    const refusal = await readJournal(files, path, new FakeClock()).then(() => undefined, toFailure);
    assert.match(refusal?.message ?? '', /journal of huge is larger .* Rename huge\/\.journal\.jsonl/);
    assert.deepEqual([refusal?.code, refusal?.needs, files.readings], ['disk', 'journal', 0]);
  });

  it('keeps no other batch of its output folder from starting', async () => {
    const files = await sparse();
    const { done, charged } = await new Archive(files, new FakeClock()).beside('/out/mine', undefined, []);
    assert.deepEqual([done('video000001'), charged('video000001'), files.readings], [[], undefined, 0]);
  });

  it('still says of its files that they are there', async () => {
    const files = await sparse();
    await files.writeWhole('/out/huge/A talk [video000001].md', 'words');
    const { done } = await new Archive(files, new FakeClock()).beside('/out/mine', undefined, []);
    assert.deepEqual([done('video000001'), done('video000002')], [['huge'], []]);
  });

  it('is one with more rows, too', () => {
    const fold = new JournalFold('/out/huge');
    const jobs = videos(500);
    const lines = (): void => {
      for (let first = 0; first <= mostRows; first += jobs.length)
        fold.take(journalLine({ type: 'jobs-added', at: 1, first, jobs }).trim());
    };
    assert.throws(lines, /larger than any that Bulk Transcribe writes/);
    assert.equal(fold.state.jobs.length, mostRows);
  });

  it('is one with more lines of a later version than are kept', () => {
    const fold = new JournalFold('/out/huge');
    const line = journalLine({ type: 'a-later-thing', at: 1, text: 'x'.repeat(1_000_000) }).trim();
    const lines = (): void => {
      for (let count = 0; count < 20; count += 1) fold.take(line);
    };
    assert.throws(lines, /later version/);
    assert.ok(fold.unknown.length < 10);
  });
});

describe('A list with more links than a batch may have', () => {
  it('has its first ones in the batch, and says how many were left out', () => {
    assert.deepEqual(whatFits(videos(3), mostRows - 3), { jobs: videos(3) });
    const { jobs, note = '' } = whatFits(videos(3), mostRows - 1);
    assert.deepEqual(jobs, videos(1));
    assert.match(note, /^2 links were left out: .* 1,000,000 rows\. Put them on a list of their own\.$/);
    assert.deepEqual(whatFits(videos(3), mostRows + 9).jobs, []);
  });
});
