/**
 * The transcripts of an output folder, or of one batch folder: files that carry their video's id, and those that
 * name no video (SubRip) where the batch's manifest lists them. One file for each video, the best to read first.
 */
import { join } from 'node:path';
import { failure, FailureError } from '../model/failure';
import { notesEnding } from '../model/filesFolder';
import { isInsidePath } from '../model/insidePath';
import type { FileStat, Files } from '../model/ports';
import type { OutputFormat } from '../model/settings';
import { manifestVideos } from '../output/manifestVideos';
import { factsInside, readHead, type HeadFacts } from '../output/fileHead';
import { searched } from './pieces';

const manifestName = 'batch.json';
const journalName = '.journal.jsonl';
/** Look-ups that wait for the disk together. */
const together = 64;

export interface Found {
  /** `folder/file` below the folder that is searched, or `file`. */
  readonly name: string;
  readonly format: OutputFormat;
  readonly stat: FileStat;
}

export class Transcripts {
  /** The folder's real path, since it was listed. */
  private root: string | undefined;
  private readonly manifests = new Map<string, { readonly mark: string; readonly videos: Videos }>();

  constructor(
    private readonly files: Files,
    readonly folder: string,
  ) {}

  /** All that may be transcripts. Throws FailureError where the folder is not there. */
  async list(signal?: AbortSignal): Promise<readonly Found[]> {
    if ((await this.files.stat(this.folder))?.kind !== 'folder')
      throw new FailureError(
        failure(
          'invalid-url',
          `There is no folder ${this.folder}. Name a batch folder, or the folder that holds them.`,
        ),
      );
    this.root = undefined;
    const names = await this.files.list(this.folder);
    if (isBatch(names)) return this.inBatch('', names);
    const found: Found[] = [];
    for (const name of await this.files.listFolders(this.folder)) {
      signal?.throwIfAborted();
      if (!name.startsWith('.') && isInsidePath(name)) {
        const inside = await this.files.list(join(this.folder, name)).catch(() => []);
        if (isBatch(inside)) found.push(...(await this.inBatch(`${name}/`, inside)));
      }
    }
    return found;
  }

  /** Title and address of the transcript's video; undefined: it is none of ours. `head`: its first bytes. */
  async facts(name: string, head: string): Promise<HeadFacts | undefined> {
    const own = factsInside(name, head);
    if (own !== undefined || !/\.(?:srt|txt)$/.test(name)) return own;
    const cut = name.lastIndexOf('/');
    return (await this.videos(name.slice(0, Math.max(cut, 0)))).get(name.slice(cut + 1));
  }

  /** The file's real path, where that is inside the folder; undefined: it is not there or leads elsewhere. */
  async pathOf(name: string): Promise<string | undefined> {
    if (!isInsidePath(name)) return undefined;
    const root = (this.root ??= await this.files.realPath(this.folder));
    const path = await this.files.realPath(join(this.folder, name));
    return root !== undefined && path === join(root, name) ? path : undefined;
  }

  head(path: string): Promise<string | undefined> {
    return readHead(this.files, path);
  }

  private async inBatch(prefix: string, names: readonly string[]): Promise<readonly Found[]> {
    const best = new Map<string, { name: string; rank: number; format: OutputFormat }>();
    for (const name of names) {
      const dot = name.lastIndexOf('.');
      const rank = searched.findIndex((format) => name.slice(dot + 1) === format);
      const format = searched[rank];
      if (format === undefined || name.startsWith('.') || !isInsidePath(name)) continue;
      if (name === manifestName || name === 'report.md' || name.endsWith(notesEnding)) continue;
      const stem = name.slice(0, dot);
      if ((best.get(stem)?.rank ?? Infinity) > rank) best.set(stem, { name, rank, format });
    }
    const chosen = [...best.values()];
    const found: Found[] = [];
    for (let at = 0; at < chosen.length; at += together) {
      const some = chosen.slice(at, at + together);
      const stats = await Promise.all(
        some.map(({ name }) => this.files.stat(join(this.folder, prefix, name)).catch(() => undefined)),
      );
      for (const [index, { name, format }] of some.entries()) {
        const stat = stats[index];
        if (stat?.kind === 'file') found.push({ name: `${prefix}${name}`, format, stat });
      }
    }
    return found;
  }

  private async videos(batch: string): Promise<Videos> {
    const path = join(this.folder, batch, manifestName);
    const stat = await this.files.stat(path);
    if (stat?.kind !== 'file') return new Map();
    const mark = `${stat.size} ${stat.modifiedMs}`;
    const known = this.manifests.get(batch);
    if (known?.mark === mark) return known.videos;
    const videos = new Map<string, HeadFacts>();
    const listed = await manifestVideos(this.files, path, ({ title, url, files }) => ({
      files,
      facts: { ...(title === undefined ? {} : { title }), ...(url === undefined ? {} : { url }) },
    }));
    for (const { files, facts } of listed) for (const file of files) videos.set(file, facts);
    this.manifests.set(batch, { mark, videos });
    return videos;
  }
}

type Videos = ReadonlyMap<string, HeadFacts>;

function isBatch(names: readonly string[]): boolean {
  return names.includes(manifestName) || names.includes(journalName);
}
