/**
 * What was transcribed in other batches of an output folder, so that no video is done twice without asking.
 * Read from their journals, which are as untrusted as ours: a file counts only when it exists and carries
 * the video's id (TranscriptWriter.find).
 */
import { join } from 'node:path';
import type { Clock, Files, FileStat } from '../../model/ports';
import { isPlain } from '../../model/plain';
import { isIndex, isText } from '../journal/checks';
import { isJobState, isLastingEvent } from '../journal/recordChecks';
import { journalName, parseLine } from '../journal/journal';
import { upToDate } from '../journal/migrations';
import { readLines } from '../journal/lines';
import { jobsOf } from '../journal/snapshotRows';
import { Slices } from '../journal/slices';

interface Read {
  readonly size: number;
  readonly modifiedMs: number;
  readonly ids: ReadonlySet<string>;
  /** The batch's own id. */
  readonly batch: string | undefined;
}

/** Names that are looked at together; most of them are no batches where the output folder holds other things too. */
const together = 64;

export class Archive {
  private readonly read = new Map<string, Read>();

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /** Id of each video that was completed → folder name of the batch that has it; `except` is left out. */
  async doneIn(outputFolder: string, except: string): Promise<ReadonlyMap<string, string>> {
    const done = new Map<string, string>();
    const names = (await this.files.list(outputFolder)).filter((name) => !name.startsWith('.'));
    // All of them: a video that is not recognised is done, and perhaps paid for, a second time.
    for (let at = 0; at < names.length; at += together) {
      const found = await Promise.all(
        names.slice(at, at + together).map(async (name) => {
          const path = join(outputFolder, name, journalName);
          const stat = name === except ? undefined : await this.files.stat(path);
          return stat?.kind === 'file' ? { name, path, stat } : undefined;
        }),
      );
      for (const batch of found)
        if (batch) for (const id of await this.idsOf(batch.path, batch.stat)) done.set(id, batch.name);
    }
    return done;
  }

  /** Whether a batch with this id is in a folder that was read. */
  knows(batch: string): boolean {
    return [...this.read.values()].some((read) => read.batch === batch);
  }

  private async idsOf(path: string, stat: FileStat): Promise<ReadonlySet<string>> {
    const known = this.read.get(path);
    if (known?.size === stat.size && known.modifiedMs === stat.modifiedMs) return known.ids;
    const all: string[] = [];
    const ids = new Set<string>();
    let batch: string | undefined;
    const mark = (index: number): void => {
      const id = all[index];
      if (id !== undefined) ids.add(id);
    };
    for await (const line of readLines(this.files, path, new Slices(this.clock))) {
      const parsed = parseLine(line);
      // The journal of a later version is not read: its videos count as not done.
      const record = parsed && upToDate(parsed);
      if (!record) continue;
      if (record.type === 'snapshot') {
        all.length = 0;
        ids.clear();
        if (isPlain(record.head) && isText(record.head.id)) batch = record.head.id;
      } else if (record.type === 'snapshot-jobs') {
        for (const job of jobsOf(record) ?? []) {
          if (!isJobState(job)) continue;
          all[job.index] = job.link.id;
          if (job.status === 'completed' && job.expandedInto === undefined) ids.add(job.link.id);
        }
      } else if (record.type === 'outcome' && record.as === 'writing') {
        if (isIndex(record.job)) mark(record.job);
      } else if (isLastingEvent(record)) {
        if (record.type === 'batch-created') batch = record.id;
        if (record.type === 'jobs-added') for (const job of record.jobs) all.push(job.link.id);
        if (record.type === 'outcome' && record.outcome.status === 'completed') mark(record.job);
      }
    }
    this.read.set(path, { size: stat.size, modifiedMs: stat.modifiedMs, ids, batch });
    return ids;
  }
}
