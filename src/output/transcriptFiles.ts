/**
 * Writes a video's transcript files and finds existing ones. Two videos never share a file: names are
 * compared as the strictest file system does, and a file with another id is left alone. The batch folder is
 * never created here: when it is deleted in mid-run the batch has to notice.
 */
import { join } from 'node:path';
import { inSlices } from '../captions/sliced';
import { FailureError, toFailure } from '../model/failure';
import type { Link } from '../model/link';
import type { WriteRequest } from '../model/output';
import type { Files } from '../model/ports';
import { outputFormats, type OutputFormat, type Settings } from '../model/settings';
import { fileStem, nameKey, type NameValues } from './fileNames';
import { hasTimes, type TranscriptDocument } from './document';
import { carriesId, idInside, readHead } from './fileHead';
import { FolderNames } from './folderNames';
import { renderers } from './formats';
import { digestOf } from './kept/digest';
import { isUnchanged, type KeptEntry } from './kept/folder';
import type { WrittenFile } from './kept/store';

/**
 * Folders whose names are cached, the last used ones: those being written, and those searched for old
 * files.
 */
const rememberedFolders = 32;
/** A larger file is no transcript of ours. */
const mostBytes = 256 * 1024 * 1024;
/** A second video of the same name gets ` 2`; more of them than this mean another error. */
const maxAttempts = 1000;

/**
 * One after the other where the disk refuses a name: as it should be, then short, because some disks take 143 bytes
 * alone (eCryptfs, encrypted folders of network storage), then without letters that a disk may not know.
 */
const plainerNames: readonly Partial<PutNamed>[] = [
  {},
  { stem: undefined, mostNameBytes: 120 },
  { stem: undefined, pattern: '[${id}]' },
];

/** What is written of one video, and where. */
export interface PutRequest extends Omit<WriteRequest, 'keep'> {
  /** Which existing files of this video stay as they are. `unchanged`: those that are no longer as we wrote them. */
  readonly stays: 'none' | 'all' | { readonly unchanged: KeptEntry };
  /** The name to be used, if it is free: that of the video's other files. */
  readonly stem?: string | undefined;
  /** Keeps the words, or the names of the files; called before the first file is written. */
  readonly record?: (written: readonly WrittenFile[]) => Promise<void>;
}

interface PutNamed extends PutRequest {
  /** In place of the setting. */
  readonly pattern?: string;
  readonly mostNameBytes?: number;
}

export interface PutResult {
  /** Names of all files of the wanted formats, relative to the folder. */
  readonly names: readonly string[];
  readonly written: number;
  /** Names of existing files that are not as we wrote them, and were left as they are. */
  readonly stayed: readonly string[];
}

export class TranscriptFiles {
  private readonly folders = new Map<string, FolderNames>();

  constructor(private readonly files: Files) {}

  /** Writes one video's files, under a plainer name where the disk refuses the first. Throws FailureError `disk`. */
  async put(request: PutRequest): Promise<PutResult> {
    for (const plainer of plainerNames) {
      try {
        return await this.putNamed({ ...request, ...plainer });
      } catch (error) {
        const { code, subject } = toFailure(error);
        if (code !== 'disk' || subject !== 'name' || plainer === plainerNames.at(-1)) throw error;
      }
    }
    throw new Error('No name was tried.');
  }

  private async putNamed(request: PutNamed): Promise<PutResult> {
    const { folder, link, settings, stays } = request;
    try {
      const formats = wantedFormats(settings);
      const document = documentOf(request);
      const names = this.namesOf(folder);
      const { stem, there } = await this.freeStem(folder, names, request, formats);
      const plan: { readonly name: string; readonly content: string }[] = [];
      const stayed: string[] = [];
      for (const format of formats) {
        const name = `${stem}.${format}`;
        if (stays === 'all' && there.has(format)) continue;
        const content = await inSlices(renderers[format](document));
        const before = typeof stays === 'string' ? undefined : await this.contentOf(join(folder, name));
        if (before === undefined || typeof stays === 'string') plan.push({ name, content });
        else if (before === 'other' || !isUnchanged(stays.unchanged, name, before)) stayed.push(name);
        else if (!Buffer.from(content).equals(before)) plan.push({ name, content });
      }
      await request.record?.(plan.map(({ name, content }) => [name, digestOf(content)]));
      for (const { name, content } of plan) await this.files.writeWhole(join(folder, name), content);
      const all = formats.map((format) => `${stem}.${format}`);
      for (const name of all) names.add(name, link.id);
      return { names: all, written: plan.length, stayed };
    } catch (error) {
      throw new FailureError(toFailure(error));
    }
  }

  /** As `TranscriptWriter.find`. */
  async find(folder: string, link: Link, settings: Settings): Promise<readonly string[] | undefined> {
    const formats = wantedFormats(settings);
    const names = this.namesOf(folder);
    await names.listed(() => this.files.list(folder));
    if (!settings['output.fileName'].includes('${id}')) await this.learnIds(folder, names);
    for (const stem of names.stemsOf(link.id)) {
      const found = formats.map((format) => `${stem}.${format}`);
      if (await this.holds(folder, stem, found, link)) return found;
    }
    return undefined;
  }

  /**
   * All files exist, and one that can has the id. SubRip cannot contain one: it counts when its name has
   * the id, or when a file beside it has it.
   */
  private async holds(folder: string, stem: string, names: readonly string[], link: Link): Promise<boolean> {
    let carried = stem.includes(`[${link.id}]`) || stem === link.id;
    for (const name of names) {
      const head = await readHead(this.files, join(folder, name));
      if (head === undefined || head === '') return false;
      const carries = carriesId(name, head, link);
      if (carries === false) return false;
      carried ||= carries === true;
    }
    if (carried) return true;
    for (const format of outputFormats) {
      const head = await readHead(this.files, join(folder, `${stem}.${format}`));
      if (head !== undefined && carriesId(`.${format}`, head, link) === true) return true;
    }
    return false;
  }

  /**
   * The first stem of the pattern that no other video uses, and the formats in which this video has a file
   * there; reserved before anything is awaited.
   */
  private async freeStem(
    folder: string,
    names: FolderNames,
    request: PutNamed,
    formats: readonly OutputFormat[],
  ): Promise<{ readonly stem: string; readonly there: ReadonlySet<OutputFormat> }> {
    const values = nameValues(request);
    const { link, settings, pattern = settings['output.fileName'], mostNameBytes } = request;
    for (let attempt = request.stem === undefined ? 1 : 0; attempt <= maxAttempts; attempt += 1) {
      const stem = attempt === 0 ? (request.stem ?? '') : fileStem(pattern, values, attempt, mostNameBytes);
      if (!names.reserve(stem, link.id)) continue;
      // What is there may be of an earlier run, or of another program.
      let free = true;
      const there = new Set<OutputFormat>();
      for (const format of formats) {
        const head = await readHead(this.files, join(folder, `${stem}.${format}`));
        if (head === undefined) continue;
        const carries = carriesId(`.${format}`, head, link);
        const isNamed = attempt === 0 || stem.includes(link.id);
        const isOwn =
          typeof request.stays !== 'string' && request.stays.unchanged.files.has(`${stem}.${format}`);
        if (!isOwn && (carries === false || (carries === undefined && !isNamed))) free = false;
        else if (head !== '') there.add(format);
      }
      if (free) return { stem, there };
      names.release(stem, link.id);
    }
    throw new Error(`No free file name in ${maxAttempts} tries.`);
  }

  /** What is in its place: undefined: nothing; `other`: no file, or none of ours by its size. */
  private async contentOf(path: string): Promise<Uint8Array | 'other' | undefined> {
    const found = await this.files.stat(path);
    if (found === undefined || (found.kind === 'file' && found.size === 0)) return undefined;
    if (found.kind !== 'file' || found.size > mostBytes) return 'other';
    return this.files.read(path);
  }

  /** With names that do not contain the id, the files have to be read, once for each folder. */
  private async learnIds(folder: string, names: FolderNames): Promise<void> {
    for (const name of names.unknown()) {
      const head = await readHead(this.files, join(folder, name));
      names.learn(name, head === undefined ? undefined : idInside(name, head));
    }
  }

  private namesOf(folder: string): FolderNames {
    const key = nameKey(folder);
    const names = this.folders.get(key) ?? new FolderNames();
    this.folders.delete(key);
    this.folders.set(key, names);
    for (const oldest of this.folders.keys()) {
      if (this.folders.size <= rememberedFolders) break;
      this.folders.delete(oldest);
    }
    return names;
  }
}

function documentOf({ link, transcript, batch, now, settings }: PutRequest): TranscriptDocument {
  return {
    link,
    transcript,
    batch,
    transcribed: new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    timestamps: hasTimes(transcript.cues) ? settings['output.timestamps'] : 'none',
  };
}

function wantedFormats(settings: Settings): readonly OutputFormat[] {
  const formats = [...new Set(settings['output.formats'])];
  return formats.length === 0 ? ['md'] : formats;
}

function nameValues({ link, index, transcript }: PutRequest): NameValues {
  const { meta } = transcript;
  return {
    title: meta.title ?? '',
    id: link.id,
    date: meta.published ?? '',
    channel: meta.channel ?? '',
    index: String(index),
    language: transcript.language,
    source: transcript.source,
  };
}
