/**
 * What was done before: which videos a folder, or another batch of its output folder, may have already or may
 * have paid for, whether their files exist, and which finished videos of a batch lack theirs. A file counts only when
 * it exists and carries the video's id (TranscriptWriter.find).
 */
import { dirname, join } from 'node:path';
import type { Outcome } from '../../model/events';
import type { TranscriptWriter } from '../../model/output';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Source } from '../../model/source';
import type { BatchState, JobState } from '../state/reducer';
import { unclaimed, type Archive, type Others } from './archive';

export interface BatchPlace {
  readonly folder: string;
  readonly state: BatchState;
  readonly list: string | undefined;
  readonly forgotten: ReadonlySet<string>;
}

export class AlreadyDone {
  private constructor(
    private readonly folder: string,
    private readonly state: BatchState,
    private readonly writer: TranscriptWriter,
    private readonly elsewhere: Others,
    /** Videos that this computer's record knows a paid request of, and this batch's journal does not. */
    private readonly forgotten: ReadonlySet<string>,
    private readonly unclaimed: (id: string) => boolean,
  ) {}

  /** Reads the output folder of the batch in `folder`; `list`: what the batch is started from. */
  static async in(
    { folder, state, list, forgotten }: BatchPlace,
    settings: Settings,
    archive: Archive,
    { files, writer }: { readonly files: Files; readonly writer: TranscriptWriter },
  ): Promise<AlreadyDone> {
    const elsewhere = await archive.beside(folder, list ?? state.list);
    const unclaimed = await unclaimedIn(folder, state, settings, files);
    return new AlreadyDone(folder, state, writer, elsewhere, forgotten, unclaimed);
  }

  /**
   * The batch in which the video was paid for, or may have been, outside of what the job itself remembers; undefined:
   * none, or the user wants it to be paid for again.
   */
  paidBefore({ link, redo, paysAgain }: JobState): string | undefined {
    if (redo === true || paysAgain === true) return undefined;
    return this.elsewhere.charged(link.id) ?? (this.forgotten.has(link.id) ? this.state.name : undefined);
  }

  /** Whether to check the disk for this video before a source is asked. */
  maybe(id: string): boolean {
    return this.elsewhere.done(id).length > 0 || this.unclaimed(id);
  }

  /** The outcome of a job whose files exist; undefined: it has to be done. Reads the disk. */
  async outcomeOf(job: JobState, settings: Settings): Promise<Outcome | undefined> {
    const { folder, writer } = this;
    const own = await writer.find(folder, job.link, settings);
    if (own) {
      if (job.writing) return { ...job.writing, files: own };
      return { status: 'skipped', reason: 'already-done', file: own[0] ?? '', batch: this.state.name };
    }
    for (const batch of this.elsewhere.done(job.link.id)) {
      const other = await writer.find(join(dirname(folder), batch), job.link, settings);
      const file = other?.[0];
      if (file !== undefined) return { status: 'skipped', reason: 'already-done', file, batch };
    }
    return undefined;
  }
}

/** Whether a file in the folder may be this video's although no outcome names it, because of a crash. */
async function unclaimedIn(
  folder: string,
  state: BatchState,
  settings: Settings,
  files: Files,
): Promise<(id: string) => boolean> {
  const names = await files.list(folder);
  if (settings['output.fileName'].includes('${id}')) return unclaimed(names, state.jobs);
  // Its name does not say which video's it is.
  const any = unclaimed(names, state.jobs)('');
  return () => any;
}

/**
 * Indices of jobs that are done, or were found done in another batch of the output folder, and lack a file.
 * Paid jobs are left out: only the user may decide to pay a second time.
 */
export async function withoutFiles(
  folder: string,
  { jobs }: BatchState,
  settings: Settings,
  { files, sources }: { readonly files: Files; readonly sources: readonly Source[] },
): Promise<readonly number[]> {
  const formats = settings['output.formats'];
  const paid = new Set<string | undefined>(sources.filter((source) => source.paid).map(({ id }) => id));
  const listed = new Map<string, Promise<ReadonlySet<string>>>();
  const namesIn = (place: string): Promise<ReadonlySet<string>> => {
    const names = listed.get(place) ?? files.list(place).then((found) => new Set(found.map(sameForm)));
    listed.set(place, names);
    return names;
  };
  const lacking: number[] = [];
  for (const job of jobs) {
    const written = paid.has(job.source) ? undefined : writtenBy(job, folder);
    if (!written) continue;
    const names = await namesIn(written.place);
    for (const format of formats) {
      const name = `${written.name.replace(/\.[^.]*$/, '')}.${format}`;
      if (names.has(sameForm(name))) continue;
      // A file system may list a name in another Unicode form than it was created with.
      if ((await files.stat(join(written.place, name))) !== undefined) continue;
      lacking.push(job.index);
      break;
    }
  }
  return lacking;
}

/** One of the files that the job's outcome names, and its path. */
function writtenBy(
  { status, files, skip }: JobState,
  folder: string,
): { readonly place: string; readonly name: string } | undefined {
  const [name] = files ?? [];
  if (status === 'completed' && name !== undefined) return { place: folder, name };
  if (status !== 'skipped' || skip?.file === undefined || skip.batch === undefined) return undefined;
  return { place: join(dirname(folder), skip.batch), name: skip.file };
}

function sameForm(name: string): string {
  return name.normalize('NFC');
}
