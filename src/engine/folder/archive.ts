/**
 * What was done, or paid for, in other batches of an output folder, so that no video is done or paid twice without
 * asking. Read from their journals, whoever wrote them: a file counts only when it exists and carries the video's id
 * (TranscriptWriter.find), and a payment that is only claimed makes nothing but a question.
 */
import { basename, dirname, join } from 'node:path';
import { isSamePath } from '../../model/pathForm';
import type { Clock, Files, FileStat } from '../../model/ports';
import { toFailure } from '../../model/failure';
import { JournalFold, journalLines, journalName } from '../journal/journal';
import { mayBePaid } from '../state/charged';
import type { BatchState, JobState } from '../state/reducer';

interface Read {
  readonly size: number;
  readonly modifiedMs: number;
  /** Ids of the videos that were completed, or that a file seems to be of. */
  readonly done: ReadonlySet<string>;
  /** Ids of the videos that were paid for, or may have been. */
  readonly charged: ReadonlySet<string>;
  /** The batch's own id. */
  readonly batch: string;
  /** What is there of a journal whose rows cannot all be read; undefined: all can. */
  readonly lost?: Lost | undefined;
}

/** Which videos the missing rows are of is not known: what is there may speak of any of them. */
interface Lost {
  /** Names of the files in its folder. */
  readonly names: string;
  /** The lines that could not be read, where the journal speaks of payments at all. */
  readonly lines: string;
  /** The same for a journal of the list that is asked about: ids of the rows that could be read. */
  readonly known: ReadonlySet<string> | undefined;
  /** What the batch was started from; undefined: that line could not be read. */
  readonly list: string | undefined;
}

export interface Others {
  /** Folder names of the batches that have the video with this id, or may have it. */
  readonly done: (id: string) => readonly string[];
  /** Folder name of a batch that paid for the video with this id, or may have; undefined: none did. */
  readonly charged: (id: string) => string | undefined;
}

/** Names that are looked at together; most of them are no batches where the output folder holds other things too. */
const together = 64;
/** A journal that was renamed because it is damaged; `.new` and `.probe` are written by a running batch. */
const putAside = /^\.journal\.jsonl\.(?!new$|probe$)/;
/** A line of a journal that says that a paid request was begun. */
const aboutMoney = /"(?:intent|request-id|requestId|cost|paid|maybe-charged)"/;
/** Characters of lines that cannot be read and are kept, to be looked at for ids of videos. */
const mostUnread = 16_000_000;
/** The list of a batch's failures. */
const failedList = 'failed.urls';

/** Folder name of the batch whose failures a list is of: running it is the user's own retry of them. */
export function retriedBatch(list: string | undefined): string | undefined {
  return list !== undefined && basename(list) === failedList ? basename(dirname(list)) : undefined;
}

/** Whether the batch in folder `name`, started from `list`, may be of the same list as the one in `own`. */
function mayBeOfList(
  name: string,
  list: string | undefined,
  own: string,
  ownList: string | undefined,
): boolean {
  if (name === own) return true;
  return list === undefined
    ? withoutNumber(name) === withoutNumber(own)
    : list === ownList || (ownList !== undefined && isSamePath(list, ownList));
}

const withoutNumber = (folder: string): string => folder.replace(/ \d{1,9}$/, '');

export class Archive {
  private readonly read = new Map<string, Read>();

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
  ) {}

  /**
   * What the other batches beside the one in `folder` have; `list`: what that one was started from; `inFolder`: what is
   * in its folder, where a damaged journal may have been put aside.
   */
  async beside(folder: string, list: string | undefined, inFolder: readonly string[]): Promise<Others> {
    const outputFolder = dirname(folder);
    const retried = retriedBatch(list);
    const done = new Map<string, string[]>();
    const charged = new Map<string, string>();
    const lost: (Lost & { readonly name: string })[] = [];
    const names = (await this.files.listFolders(outputFolder)).filter((name) => !name.startsWith('.'));
    // All of them: a video that is not recognised is done, and perhaps paid for, a second time.
    for (let at = 0; at < names.length; at += together) {
      const some = names.slice(at, at + together);
      const found = await Promise.all(
        some.map((name) =>
          this.journals(join(outputFolder, name), name === basename(folder) ? inFolder : undefined),
        ),
      );
      for (const [index, name] of some.entries())
        for (const { path, stat } of found[index] ?? []) {
          const read = await this.reading(path, stat);
          for (const id of read.done) done.set(id, [...(done.get(id) ?? []), name]);
          if (name !== retried) for (const id of read.charged) charged.set(id, name);
          if (!read.lost) continue;
          if (name === retried) lost.push({ name, ...read.lost, lines: '', known: undefined });
          else if (mayBeOfList(name, read.lost.list, basename(folder), list))
            lost.push({ name, ...read.lost });
          else lost.push({ name, ...read.lost, known: undefined });
        }
    }
    return {
      done: (id) => [
        ...(done.get(id) ?? []),
        ...lost.filter((one) => one.names.includes(id)).map(({ name }) => name),
      ],
      // The id itself may be what is damaged: of the same list any video may be the one that was paid for.
      charged: (id) =>
        charged.get(id) ??
        lost.find(({ lines, known }) => lines.includes(id) || known?.has(id) === false)?.name,
    };
  }

  /**
   * The journals in a batch's folder: its own, and damaged ones that the user has renamed. `own`: what is in the folder
   * of the batch that asks; of it only these.
   */
  private async journals(
    folder: string,
    own: readonly string[] | undefined,
  ): Promise<readonly { readonly path: string; readonly stat: FileStat }[]> {
    const path = join(folder, journalName);
    const stat = await this.files.stat(path);
    if (stat?.kind !== 'file' && own === undefined) return [];
    const found = own || stat === undefined ? [] : [{ path, stat }];
    for (const name of own ?? (await this.files.list(folder))) {
      if (!putAside.test(name)) continue;
      const old = await this.files.stat(join(folder, name));
      if (old?.kind === 'file') found.push({ path: join(folder, name), stat: old });
    }
    return found;
  }

  /** Whether a batch with this id is in a folder that was read. */
  knows(batch: string): boolean {
    return [...this.read.values()].some((read) => read.batch === batch);
  }

  private async reading(path: string, { size, modifiedMs }: FileStat): Promise<Read> {
    const known = this.read.get(path);
    if (known?.size === size && known.modifiedMs === modifiedMs) return known;
    const fold = new JournalFold(dirname(path));
    const unread: string[] = [];
    let kept = 0;
    let isWhole = true;
    // A later version's is folded as far as it is known, and so is a damaged one: the rest may speak of any video.
    const whole = (read: () => void): void => {
      try {
        read();
      } catch (error) {
        if (toFailure(error).needs !== 'journal') throw error;
        isWhole = false;
      }
    };
    const take = (line: string): void => {
      const { refused } = fold;
      if (isWhole) whole(() => fold.take(line));
      if ((isWhole && fold.refused === refused) || kept > mostUnread) return;
      kept += line.length;
      unread.push(line);
    };
    const lines = await this.linesOf(path);
    if (lines) for await (const line of lines) take(line);
    else isWhole = false;
    if (isWhole) whole(() => fold.check());
    const { jobs } = fold.state;
    const charged = new Set(jobs.filter(mayBePaid).map(({ link }) => link.id));
    const names = await this.files.list(dirname(path));
    const isThere = unclaimed(names, jobs);
    const done = new Set<string>();
    for (const job of jobs) {
      if (job.expandedInto !== undefined) continue;
      // The file decides: it may have been written when the process died, or its line was lost.
      if (job.status === 'completed' || isThere(job.link.id)) done.add(job.link.id);
    }
    const lost = isWhole ? undefined : await this.lostOf(path, fold.state, names, unread);
    const read = { size, modifiedMs, done, charged, batch: fold.state.id, lost };
    this.read.set(path, read);
    return read;
  }

  private async lostOf(
    path: string,
    { jobs, list }: BatchState,
    names: readonly string[],
    unread: readonly string[],
  ): Promise<Lost> {
    const isPaid = await this.isPaid(path);
    return {
      names: names.join('\n'),
      lines: isPaid ? unread.join('\n') : '',
      known: isPaid ? new Set(jobs.map(({ link }) => link.id)) : undefined,
      list,
    };
  }

  /** Whether any line of a journal says that a paid request was begun. */
  private async isPaid(path: string): Promise<boolean> {
    const lines = await this.linesOf(path);
    if (lines) for await (const line of lines) if (aboutMoney.test(line)) return true;
    return false;
  }

  /** Undefined for a journal that is larger than any that this program writes: it is not read. */
  private async linesOf(path: string): Promise<AsyncIterable<string> | undefined> {
    try {
      return await journalLines(this.files, path, this.clock);
    } catch (error) {
      if (toFailure(error).needs !== 'journal') throw error;
      return undefined;
    }
  }
}

/** Names that are not transcripts. */
const derived = new Set(['batch.json', 'report.md', 'failed.urls']);

/** Whether a file of the folder may be a video's although no outcome names it, because of a crash. */
export function unclaimed(names: readonly string[], jobs: readonly JobState[]): (id: string) => boolean {
  const free = new Set(names.filter((name) => !name.startsWith('.') && !derived.has(name)));
  for (const { files } of jobs) if (files) for (const file of files) free.delete(file);
  if (free.size === 0) return () => false;
  const all = [...free].join('\n');
  return (id) => all.includes(id);
}
