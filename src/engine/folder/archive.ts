/**
 * What was done, or paid for, in other batches of an output folder, so that no video is done or paid twice without
 * asking. Read from their journals, whoever wrote them: a file counts only when it exists and carries the video's id
 * (TranscriptWriter.find), and a payment that is only claimed makes nothing but a question.
 */
import { basename, dirname, join } from 'node:path';
import type { Clock, Files, FileStat } from '../../model/ports';
import { toFailure } from '../../model/failure';
import { JournalFold, journalName } from '../journal/journal';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';
import type { JobState } from '../state/reducer';

interface Read {
  readonly size: number;
  readonly modifiedMs: number;
  /** Ids of the videos that were completed. */
  readonly done: ReadonlySet<string>;
  /** Ids of the videos that were paid for, or may have been. */
  readonly charged: ReadonlySet<string>;
  /** The batch's own id. */
  readonly batch: string;
}

/** Id of a video → folder name of the batch that has it. */
export interface Others {
  readonly done: ReadonlyMap<string, string>;
  /** It was paid for there, or may have been. */
  readonly charged: ReadonlyMap<string, string>;
}

/** Names that are looked at together; most of them are no batches where the output folder holds other things too. */
const together = 64;
/** The list of a batch's failures: running it is the user's own retry. */
const failedList = 'failed.urls';

export class Archive {
  private readonly read = new Map<string, Read>();

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /** What the other batches beside the one in `folder` have; `list`: what that one was started from. */
  async beside(folder: string, list: string | undefined): Promise<Others> {
    const outputFolder = dirname(folder);
    const retried = list !== undefined && basename(list) === failedList ? basename(dirname(list)) : undefined;
    const done = new Map<string, string>();
    const charged = new Map<string, string>();
    const names = (await this.files.list(outputFolder)).filter((name) => !name.startsWith('.'));
    // All of them: a video that is not recognised is done, and perhaps paid for, a second time.
    for (let at = 0; at < names.length; at += together) {
      const found = await Promise.all(
        names.slice(at, at + together).map(async (name) => {
          const path = join(outputFolder, name, journalName);
          const stat = name === basename(folder) ? undefined : await this.files.stat(path);
          return stat?.kind === 'file' ? { name, path, stat } : undefined;
        }),
      );
      for (const batch of found) {
        if (!batch) continue;
        const read = await this.reading(batch.path, batch.stat);
        for (const id of read.done) done.set(id, batch.name);
        if (batch.name !== retried) for (const id of read.charged) charged.set(id, batch.name);
      }
    }
    return { done, charged };
  }

  /** Whether a batch with this id is in a folder that was read. */
  knows(batch: string): boolean {
    return [...this.read.values()].some((read) => read.batch === batch);
  }

  private async reading(path: string, { size, modifiedMs }: FileStat): Promise<Read> {
    const known = this.read.get(path);
    if (known?.size === size && known.modifiedMs === modifiedMs) return known;
    const fold = new JournalFold(dirname(path));
    try {
      for await (const line of readLines(this.files, path, new Slices(this.clock))) fold.take(line);
    } catch (error) {
      // The journal of a later version is read as far as it is known.
      if (toFailure(error).needs !== 'journal') throw error;
    }
    const done = new Set<string>();
    const charged = new Set<string>();
    for (const job of fold.state.jobs) {
      if (job.status === 'completed' && job.expandedInto === undefined) done.add(job.link.id);
      if (mayBePaid(job)) charged.add(job.link.id);
    }
    const read = { size, modifiedMs, done, charged, batch: fold.state.id };
    this.read.set(path, read);
    return read;
  }
}

/** A paid request for it was begun and did not certainly fail for free. */
export function mayBePaid({ paid, requestId, cost, failure }: JobState): boolean {
  return (
    paid !== undefined || requestId !== undefined || (cost ?? 0) > 0 || failure?.code === 'maybe-charged'
  );
}
