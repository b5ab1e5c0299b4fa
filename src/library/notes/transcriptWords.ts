/**
 * Words of the transcripts that notes are about, as exact as exports have them (`mostExactWords`). What they come to
 * for a template (`digestOf`) is remembered while files and kept words stay as they are, so that thousands that have
 * their notes are read once.
 */
import { basename, dirname, join } from 'node:path';
import type { ReadonlyRow } from '../../engine/state/reducer';
import { failure } from '../../model/failure';
import type { Link } from '../../model/link';
import type { Files } from '../../model/ports';
import type { SourceRequest } from '../../model/source';
import type { TranscriptDocument } from '../../output/document';
import { KeptFolder } from '../../output/kept/folder';
import { mostExact, mostExactWords, ownFiles, type BatchWords } from '../../output/readBack';
import { fail } from '../../sources/parts';
import { digestOf } from './notesFile';
import type { NotesTemplate } from './template';

/** A few hundred bytes each. */
const mostRemembered = 20_000;
/** Batches whose kept words are at hand: notes are about one batch, and about what it took from others. */
const mostOpen = 4;

interface Remembered {
  /** Sizes and times of change of the video's files, and when its words were kept. */
  readonly mark: string;
  readonly instructions: string;
  readonly digest: string;
}

export class TranscriptWords {
  private readonly digests = new Map<string, Remembered>();
  /** By batch folder. One reading follows the other, so that no record is read twice. */
  private readonly opened = new Map<string, Promise<KeptFolder | undefined>>();

  constructor(private readonly files: Files) {}

  /** The most exact file of a row of the batch in `folder`, absolute; undefined where none of its own is there. */
  async fileOf(folder: string, row: Pick<ReadonlyRow, 'link' | 'files'>): Promise<string | undefined> {
    const name = mostExact(await ownFiles(await this.batchWords(folder), row));
    return name === undefined ? undefined : join(folder, name);
  }

  /** The transcript of the job's video. Throws FailureError `unavailable` where there is none any more. */
  async read(link: Link, meta: SourceRequest['meta']): Promise<TranscriptDocument> {
    const { path } = link;
    const read =
      path === undefined
        ? undefined
        : await mostExactWords(await this.batchWords(dirname(path)), { link, meta, files: [basename(path)] });
    if (read === undefined)
      fail(
        failure('unavailable', `${path ?? link.url} is no transcript any more.`, { subject: 'notes-file' }),
      );
    const { language, cues, meta: known } = read.transcript;
    return {
      link,
      transcript: { language, captions: 'manual', source: 'notes', cues, meta: known },
      batch: '',
      transcribed: '',
      timestamps: read.timed ? 'paragraph' : 'none',
    };
  }

  /** The digest of the transcript as it is now. Throws FailureError as `read`. */
  async digest(template: NotesTemplate, link: Link): Promise<string> {
    const { path = '' } = link;
    const mark = await this.markOf(link);
    const known = this.digests.get(path);
    if (mark !== undefined && known?.mark === mark && known.instructions === template.text)
      return known.digest;
    const digest = digestOf(await this.read(link, {}), template);
    this.digests.delete(path);
    if (mark !== undefined) this.digests.set(path, { mark, instructions: template.text, digest });
    for (const oldest of this.digests.keys()) {
      if (this.digests.size <= mostRemembered) break;
      this.digests.delete(oldest);
    }
    return digest;
  }

  /** Undefined: there is no file. */
  private async markOf(link: Link): Promise<string | undefined> {
    const { path } = link;
    if (path === undefined) return undefined;
    const words = await this.batchWords(dirname(path));
    const marks: string[] = [];
    for (const name of await ownFiles(words, { link, files: [basename(path)] })) {
      const stat = await this.files.stat(join(words.folder, name));
      if (stat !== undefined) marks.push(`${name} ${stat.size} ${stat.modifiedMs}`);
    }
    return marks.length === 0 ? undefined : [words.kept?.entryOf(link.id)?.at, ...marks].join('\n');
  }

  private async batchWords(folder: string): Promise<BatchWords> {
    return { files: this.files, folder, batch: '', kept: await this.keptIn(folder) };
  }

  /** As it is on disk now. Undefined where kept words cannot be read: then there are the files. */
  private keptIn(folder: string): Promise<KeptFolder | undefined> {
    const before = this.opened.get(folder);
    const next = async (): Promise<KeptFolder | undefined> => {
      const kept = await before;
      if (kept === undefined) return KeptFolder.open(this.files, folder);
      await kept.follow();
      return kept;
    };
    const opened = next().catch(() => undefined);
    this.opened.delete(folder);
    this.opened.set(folder, opened);
    for (const oldest of this.opened.keys()) {
      if (this.opened.size <= mostOpen) break;
      this.opened.delete(oldest);
    }
    return opened;
  }
}
