/**
 * The engine's door to the transcripts of a batch: writes what a source gave, keeps its words for other formats, and
 * writes formats that are wanted later from the kept words.
 */
import { toFailure } from '../model/failure';
import type { Link } from '../model/link';
import type { KeptRequest, KeptResult, KeptWords, TranscriptWriter, WriteRequest } from '../model/output';
import type { Files } from '../model/ports';
import type { Settings } from '../model/settings';
import { correctedFiles } from './kept/corrected';
import { KeptFolder, type KeptEntry } from './kept/folder';
import type { KeptStore, WrittenFile } from './kept/store';
import { stemOf } from './folderNames';
import { TranscriptFiles } from './transcriptFiles';

export class OutputWriter implements TranscriptWriter {
  readonly kept?: KeptWords;
  private readonly transcripts: TranscriptFiles;
  private readonly store: KeptStore | undefined;

  /** `store`: where the words are kept; absent: nowhere. */
  constructor({ files, store }: { readonly files: Files; readonly store?: KeptStore }) {
    this.transcripts = new TranscriptFiles(files);
    this.store = store;
    if (store !== undefined) this.kept = new OutputKept(files, store, this.transcripts);
  }

  async write(request: WriteRequest): Promise<readonly string[]> {
    let problem: string | undefined;
    // The words come first: a crash between the two then leaves a video that is written without asking anybody.
    const record = async (written: readonly WrittenFile[]): Promise<void> => {
      problem = await this.keep(request, written);
    };
    const stays = request.keep === true ? 'all' : 'none';
    const { names } = await this.transcripts.put({ ...request, stays, record });
    // A full disk refuses the transcript as well, and both are tried again.
    if (problem !== undefined) request.tell?.(notKept(problem));
    return names;
  }

  find(folder: string, link: Link, settings: Settings): Promise<readonly string[] | undefined> {
    return this.transcripts.find(folder, link, settings);
  }

  /** Keeps the words; why that did not succeed, as a sentence. */
  private async keep(request: WriteRequest, written: readonly WrittenFile[]): Promise<string | undefined> {
    const { store } = this;
    const { folder, link, settings, transcript, now } = request;
    if (store === undefined) return undefined;
    try {
      if (settings['output.keepCues']) await store.keep(folder, { link, transcript }, written, now);
      else await store.forget(folder, link.id, now);
      return undefined;
    } catch (error) {
      const { message } = toFailure(error);
      return /[.!?]$/.test(message) ? message : `${message}.`;
    }
  }
}

/** The transcripts are written all the same. */
function notKept(why: string): string {
  return `The words of these videos could not be kept for other formats: ${why} Their transcripts are written.`;
}

/** Folders whose kept words are known, the last used ones. */
const rememberedFolders = 8;

class OutputKept implements KeptWords {
  private readonly folders = new Map<string, Promise<KeptFolder>>();

  constructor(
    private readonly files: Files,
    private readonly store: KeptStore,
    private readonly transcripts: TranscriptFiles,
  ) {}

  async ids(folder: string): Promise<ReadonlySet<string>> {
    const kept = await this.openFolder(folder);
    return new Set([...kept.entries].map(({ id }) => id));
  }

  async write(request: KeptRequest): Promise<KeptResult | undefined> {
    const { folder, from, link, now, settings } = request;
    const kept = await this.openFolder(from);
    const entry = kept.entryOf(link.id);
    const video = await kept.cuesOf(link.id);
    if (entry === undefined || video === undefined) return undefined;
    const { transcript } = video;
    const own = folder === from;
    const { names } = await this.transcripts.put({
      ...request,
      transcript,
      now: entry.at,
      stays: 'all',
      stem: own ? stemOfEntry(entry) : undefined,
      record: async (written) => {
        if (own) await this.store.wrote(folder, link.id, written, now);
        else if (settings['output.keepCues'])
          await this.store.keep(folder, { link, transcript }, written, entry.at);
      },
    });
    const corrected = await correctedFiles(this.files, from, entry, entry.files.keys());
    const { cues: _, ...rest } = transcript;
    return { files: names, corrected, transcript: rest };
  }

  /** As it is on disk now. */
  private async openFolder(folder: string): Promise<KeptFolder> {
    const known = this.folders.get(folder);
    this.folders.delete(folder);
    const opening = known ?? KeptFolder.open(this.files, folder);
    this.folders.set(folder, opening);
    // A folder that could not be read is tried again, not cached.
    opening.catch(() => this.folders.delete(folder));
    for (const oldest of this.folders.keys()) {
      if (this.folders.size <= rememberedFolders) break;
      this.folders.delete(oldest);
    }
    const kept = await opening;
    if (known !== undefined) await kept.follow();
    return kept;
  }
}

/** The name, without its ending, that the video's files have; undefined where none is known. */
export function stemOfEntry({ files }: Pick<KeptEntry, 'files'>): string | undefined {
  for (const name of files.keys()) {
    const stem = stemOf(name);
    if (stem !== undefined) return stem;
  }
  return undefined;
}
