/**
 * What was done before: which videos a folder, or another batch of its output folder, may have already or may
 * have paid for, whether their files exist, and which finished videos of a batch lack theirs. A file counts only when
 * it exists and carries the video's id (TranscriptWriter.find). Where the words of a video are kept, the files that
 * it lacks are written from them, and no source is asked.
 */
import { basename, dirname, join } from 'node:path';
import type { Outcome } from '../../model/events';
import { failure } from '../../model/failure';
import { filesFolder, folderBefore } from '../../model/filesFolder';
import { correctedWords } from '../../model/keptWords';
import type { TranscriptWriter } from '../../model/output';
import { plural } from '../../model/numberWords';
import { hasOneForm } from '../../model/pathForm';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Source } from '../../model/source';
import type { BatchState, JobState } from '../state/reducer';
import { unclaimed, type Archive, type Others } from './archive';

export interface BatchPlace {
  readonly folder: string;
  /** What is in the folder. */
  readonly names: readonly string[];
  readonly state: BatchState;
  readonly list: string | undefined;
  readonly recorded: RecordedPayments;
}

/** Ids of videos that were paid for, or may have been, by the user's own record. */
export interface RecordedPayments {
  /** In the batch's own folder. */
  readonly here: ReadonlySet<string>;
  /** In others of the output folder, each with its folder's name. */
  readonly beside: ReadonlyMap<string, string>;
}

export class AlreadyDone {
  /** Finished videos that run again for a format that they lack, and whether they were paid for. */
  private readonly lacking = new Map<string, 'free' | 'paid'>();
  /** Files that the user corrected, beside which others were written; not told yet. */
  private corrected: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly state: BatchState,
    private readonly writer: TranscriptWriter,
    private readonly elsewhere: Others,
    private readonly recorded: RecordedPayments,
    private readonly unclaimed: (id: string) => boolean,
  ) {}

  /** Reads the output folder of the batch in `folder`; `list`: what the batch is started from. */
  static async in(
    { folder, names, state, list, recorded }: BatchPlace,
    settings: Settings,
    archive: Archive,
    { files, writer }: { readonly files: Files; readonly writer: TranscriptWriter },
  ): Promise<AlreadyDone> {
    const elsewhere = await archive.beside(folder, list ?? state.list, names);
    const place = filesFolder(folder);
    const unclaimed = unclaimedIn(place === folder ? names : await files.list(place), state, settings);
    return new AlreadyDone(folder, state, writer, elsewhere, recorded, unclaimed);
  }

  /**
   * The batch in which the video was paid for, or may have been, outside of what the job itself remembers; undefined:
   * none, or the user wants it to be paid for again.
   */
  paidBefore(job: JobState): string | undefined {
    if (paysAnyway(job)) return undefined;
    const { id } = job.link;
    const { recorded, elsewhere, state } = this;
    return elsewhere.charged(id) ?? (recorded.here.has(id) ? state.name : recorded.beside.get(id));
  }

  /** As `paidBefore`, by the user's own record and in this batch, whose journal does not say so. */
  paidHere(job: JobState): boolean {
    return this.recorded.here.has(job.link.id) && !paysAnyway(job);
  }

  /** These finished videos, whose words are kept, run again because they lack a format, and for nothing else. */
  lack(jobs: readonly Lacking[]): void {
    for (const { id, isPaid } of jobs) this.lacking.set(id, isPaid ? 'paid' : 'free');
  }

  /** Whether to check the disk for this video before a source is asked. */
  maybe({ link: { id }, writing }: JobState): boolean {
    // One whose writing was interrupted may have its words on disk, and no file yet.
    const isBegun = writing !== undefined || this.lacking.has(id);
    return isBegun || this.elsewhere.done(id).length > 0 || this.unclaimed(id);
  }

  /**
   * The outcome of a job whose files exist, or are written from its kept words; undefined: it has to be done. Uses the
   * disk. `now`: epoch ms.
   */
  async outcomeOf(job: JobState, settings: Settings, now: number): Promise<Outcome | undefined> {
    try {
      return await this.found(job, settings, now);
    } finally {
      this.lacking.delete(job.link.id);
    }
  }

  /** What the user should know of the videos that were written from kept words, when no more of them are to come. */
  news(): readonly string[] {
    const { corrected } = this;
    if (corrected.length === 0 || this.lacking.size > 0) return [];
    this.corrected = [];
    return [correctedWords(corrected)];
  }

  private async found(job: JobState, settings: Settings, now: number): Promise<Outcome | undefined> {
    const { folder, writer } = this;
    const { id } = job.link;
    const lacks = this.lacking.get(id);
    const own = await writer.find(folder, job.link, settings);
    if (own) {
      if (job.writing) return { ...job.writing, files: own };
      return {
        status: 'skipped',
        reason: 'already-done',
        file: own[0] ?? '',
        batch: basename(filesFolder(folder)),
      };
    }
    const rendered = await this.fromKept(folder, job, settings, now);
    if (rendered) return rendered;
    if (lacks === 'paid') return paidAndLost();
    for (const batch of this.elsewhere.done(id)) {
      const place = join(dirname(folder), batch);
      const other = await writer.find(place, job.link, settings);
      const file = other?.[0];
      if (file !== undefined) return { status: 'skipped', reason: 'already-done', file, batch };
      const copied = await this.fromKept(place, job, settings, now);
      if (copied) return copied;
    }
    return undefined;
  }

  /** The outcome of a job whose files were written from the words that are kept in the folder `from`. */
  private async fromKept(
    from: string,
    job: JobState,
    settings: Settings,
    now: number,
  ): Promise<Outcome | undefined> {
    const { folder, writer, state } = this;
    const request = { folder, from, link: job.link, index: job.index + 1, batch: state.name, settings, now };
    const written = await writer.kept?.write(request);
    if (!written) return undefined;
    const { files, corrected, transcript } = written;
    this.corrected.push(...corrected);
    if (job.writing) return { ...job.writing, files };
    const { source, language, captions, meta } = transcript;
    const words = { source, language, captions, meta, files };
    return { status: 'completed', ...words, seconds: 0, requests: 0, via: 'direct' };
  }
}

/** The user wants it to be paid for again. */
const paysAnyway = ({ redo, paysAgain }: JobState): boolean => redo === true || paysAgain === true;

/** Only the user may decide to pay a second time. */
function paidAndLost(): Outcome {
  const why = 'It was paid for, and its kept words can no longer be read. Retry pays for it a second time.';
  return { status: 'failed', failure: failure('maybe-charged', why), seconds: 0, requests: 0 };
}

/** Whether one of the files may be this video's although no outcome names it, because of a crash. */
function unclaimedIn(
  names: readonly string[],
  state: BatchState,
  settings: Settings,
): (id: string) => boolean {
  if (settings['output.fileName'].includes('${id}')) return unclaimed(names, state.jobs);
  // Its name does not say which video's it is.
  const any = unclaimed(names, state.jobs)('');
  return () => any;
}

/** A job that is done and lacks a file. */
export interface Lacking {
  readonly index: number;
  readonly id: string;
  readonly isPaid: boolean;
  readonly isKept: boolean;
}

/** What the user should know of them before they run: which are asked for again, and which are not. */
export function lackingWords(lacking: readonly Lacking[]): readonly string[] {
  const unkept = lacking.filter(({ isKept }) => !isKept);
  const paid = unkept.filter(({ isPaid }) => isPaid).length;
  const free = unkept.length - paid;
  return [
    ...(free === 0
      ? []
      : [
          `The words of ${plural(free, 'finished video')} are not kept, so the missing files are asked for again.`,
        ]),
    ...(paid === 0
      ? []
      : [
          `${plural(paid, 'paid video')} without a wanted format left out: the words are not kept. Render Again (in a terminal: render) takes them from a JSON or subtitle file; Transcribe Again (--redo) pays a second time.`,
        ]),
  ];
}

/**
 * Jobs that are done, or were found done in another batch of the output folder, and lack a file. A paid one may run
 * again only where its words are kept: only the user may decide to pay a second time.
 */
export async function withoutFiles(
  folder: string,
  { jobs }: BatchState,
  settings: Settings,
  { files, sources, writer }: LackingParts,
): Promise<readonly Lacking[]> {
  const formats = settings['output.formats'];
  const paid = new Set<string | undefined>(sources.filter((source) => source.paid).map(({ id }) => id));
  const listed = new Map<string, ReadonlySet<string>>();
  const namesIn = async (place: string): Promise<ReadonlySet<string>> => {
    const names = new Set((await files.list(place)).map(sameForm));
    listed.set(place, names);
    return names;
  };
  const keptIn = new Map<string, Promise<ReadonlySet<string>>>();
  const isKept = async (place: string, id: string): Promise<boolean> => {
    const kept = keptIn.get(place) ?? writer.kept?.ids(place) ?? Promise.resolve(none);
    keptIn.set(place, kept);
    return (await kept).has(id);
  };
  const lacking: Lacking[] = [];
  for (const job of jobs) {
    if (job.link.kind === 'transcript') continue;
    const written = writtenBy(job, folder);
    if (!written) continue;
    // An await for each of 100,000 rows would take longer than all else.
    const names = listed.get(written.place) ?? (await namesIn(written.place));
    for (const format of formats) {
      const ending = `.${format}`;
      const isIt = written.name.endsWith(ending);
      const name = isIt ? written.name : written.name.replace(/\.[^.]*$/, '') + ending;
      if (names.has(sameForm(name))) continue;
      // A file system may list a name in another Unicode form than it was created with.
      if ((await files.stat(join(written.place, name))) !== undefined) continue;
      const { id } = job.link;
      const isPaid = paid.has(job.source);
      lacking.push({ index: job.index, id, isPaid, isKept: await isKept(written.place, id) });
      break;
    }
  }
  return lacking;
}

/**
 * Indices of the jobs in `asked` whose notes are not those that are wanted now: another template, model or transcript.
 */
export async function withoutNotes(
  { folder, state }: { readonly folder: string; readonly state: Pick<BatchState, 'jobs'> },
  { settings }: { readonly settings: Settings },
  asked: ReadonlySet<number>,
  { writer }: Pick<LackingParts, 'writer'>,
): Promise<readonly number[]> {
  const lacking: number[] = [];
  for (const { index, link, status } of state.jobs) {
    if (link.kind !== 'transcript' || !asked.has(index)) continue;
    const isDone = status === 'completed' || status === 'skipped';
    if (isDone && (await writer.find(folder, link, settings)) === undefined) lacking.push(index);
  }
  return lacking;
}

export interface LackingParts {
  readonly files: Files;
  readonly sources: readonly Source[];
  readonly writer: TranscriptWriter;
}

const none: ReadonlySet<string> = new Set();

/** One of the files that the job's outcome names, and its path. */
function writtenBy(
  { status, files, skip }: JobState,
  folder: string,
): { readonly place: string; readonly name: string } | undefined {
  const [name] = files ?? [];
  if (status === 'completed' && name !== undefined) return { place: folder, name };
  if (status !== 'skipped' || skip?.file === undefined || skip.batch === undefined) return undefined;
  return { place: folderBefore(folder, skip.batch), name: skip.file };
}

function sameForm(name: string): string {
  return hasOneForm(name) ? name : name.normalize('NFC');
}
