/**
 * Keeps the pages of an output folder up to date: `index.md` and what links the notes. What is written depends on
 * the folder's content alone, so that two programs that end a batch at once write the same in the end.
 */
import { dirname, join } from 'node:path';
import { breathe } from '../captions/sliced';
import type { DerivedFiles } from '../engine/api';
import { InTurn } from '../engine/folder/inTurn';
import { toFailure } from '../model/failure';
import { filesFolder } from '../model/filesFolder';
import type { Files, Log } from '../model/ports';
import { defaultSettings, type Settings } from '../model/settings';
import { batchPlaces, readBatch, type BatchPlace, type LibraryBatch } from './page/batchFolder';
import { addTotals, batchSection, emptyTotals, libraryMark, pageHead, totalsOf } from './page/pageText';

export const pageName = 'index.md';

export interface LibraryUpdate {
  /** Files that were written; none where nothing has changed. */
  readonly written: readonly string[];
  /** Names that files of the user have, which stay as they are. */
  readonly taken: readonly string[];
}

/** Others that write at the same time are waited for so often. */
const mostRounds = 10;
/** Videos of unchanged batches that are kept in memory. */
const mostKept = 20_000;

export class Library {
  private readonly turns = new InTurn();
  /** Batches as they were read, by the mark of their folder. */
  private readonly known = new Map<string, LibraryBatch>();

  constructor(private readonly parts: { readonly files: Files }) {}

  /** Writes the pages of the output folder where they differ from what it holds. Throws FailureError `disk`. */
  update(outputFolder: string): Promise<LibraryUpdate> {
    return this.turns.run(outputFolder, () => this.inRounds(outputFolder));
  }

  /**
   * Whoever writes last looks once more whether what was read is still so: an end of another batch in between, also in
   * another process, is never lost.
   */
  private async inRounds(outputFolder: string): Promise<LibraryUpdate> {
    const { files } = this.parts;
    const written = new Set<string>();
    const taken = new Set<string>();
    const root = await files.realPath(outputFolder);
    if (root === undefined) return { written: [], taken: [] };
    let places = await batchPlaces(files, root);
    for (let round = 0; round < mostRounds; round += 1) {
      const page = await this.page(root, places);
      const done = await this.put(join(root, pageName), page);
      if (done === 'written') written.add(pageName);
      if (done === 'taken') taken.add(pageName);
      const before = marksOf(places);
      places = await batchPlaces(files, root);
      if (marksOf(places) === before) break;
    }
    return { written: [...written], taken: [...taken] };
  }

  private async page(root: string, places: readonly BatchPlace[]): Promise<readonly Uint8Array[]> {
    const totals = emptyTotals();
    const sections: Uint8Array[] = [];
    for (const place of places) {
      const batch = await this.batch(root, place);
      const own = totalsOf(batch);
      addTotals(totals, own);
      sections.push(Buffer.from(`\n${batchSection(batch, own)}`));
      await breathe();
    }
    return [Buffer.from(pageHead(totals, [])), ...sections];
  }

  private async batch(root: string, place: BatchPlace): Promise<LibraryBatch> {
    const key = join(root, place.mark);
    const batch = this.known.get(key) ?? (await readBatch(this.parts.files, place));
    this.known.delete(key);
    this.known.set(key, batch);
    let kept = [...this.known.values()].reduce((sum, { videos }) => sum + videos.length, 0);
    for (const [oldest, { videos }] of this.known) {
      if (kept <= mostKept) break;
      this.known.delete(oldest);
      kept -= videos.length;
    }
    return batch;
  }

  /** Writes the file unless it is the same already, or the user's. */
  private async put(path: string, content: readonly Uint8Array[]): Promise<'written' | 'same' | 'taken'> {
    const { files } = this.parts;
    const stat = await files.stat(path);
    if (stat !== undefined) {
      if (stat.kind !== 'file' || !(await this.isOurs(path))) return 'taken';
      const size = content.reduce((sum, piece) => sum + piece.byteLength, 0);
      if (stat.size === size && Buffer.concat(content).equals((await files.read(path)) ?? new Uint8Array()))
        return 'same';
    }
    await files.writeWhole(path, content);
    return 'written';
  }

  private async isOurs(path: string): Promise<boolean> {
    const head = await this.parts.files.readPart(path, 0, 1024);
    return (
      head !== undefined &&
      new TextDecoder()
        .decode(head)
        .replace(/^\uFEFF/, '')
        .startsWith(libraryMark)
    );
  }
}

/** A batch that runs changes all the time; its own end is what counts. */
function marksOf(places: readonly BatchPlace[]): string {
  return places
    .map(({ folder, head, mark }) => (head.phase === 'running' ? `${folder} runs` : mark))
    .sort()
    .join('\n');
}

/** Writes a batch's own files, and after its end the pages of its output folder. */
export class DerivedWithLibrary implements DerivedFiles {
  constructor(
    private readonly own: DerivedFiles,
    private readonly library: Library,
    private readonly log: Log,
  ) {}

  /** As the batch's own files; what is wrong with the pages is logged and does not touch the batch. */
  async write(...[folder, state, final]: Parameters<DerivedFiles['write']>): Promise<void> {
    await this.own.write(folder, state, final);
    const settings: Settings = { ...defaultSettings, ...state.settings };
    if (!final || !settings['library.page']) return;
    const outputFolder = dirname(filesFolder(folder));
    try {
      const { taken } = await this.library.update(outputFolder);
      for (const name of taken) this.log.write('warn', takenWords(name, outputFolder));
    } catch (error) {
      this.log.write(
        'warn',
        `The page of all transcripts in ${outputFolder} could not be written: ${toFailure(error).message}`,
      );
    }
  }
}

/** Why a page is not written, and what to do. */
export function takenWords(name: string, folder: string): string {
  return `${name} in ${folder} is not a file of Bulk Transcribe and stays as it is, so the library has no such page. Rename it, or turn off the setting library.page.`;
}
