/**
 * Keeps the pages of an output folder up to date: `index.md` and what links the notes. What is written depends on
 * the folder's content alone, so that two programs that end a batch at once write the same in the end.
 */
import { dirname, join } from 'node:path';
import { breathe } from '../captions/sliced';
import type { DerivedFiles } from '../engine/api';
import { InTurn } from '../model/inTurn';
import { toFailure } from '../model/failure';
import { filesFolder, isNotesFolder } from '../model/filesFolder';
import type { Files, Log } from '../model/ports';
import { defaultSettings, type Settings } from '../model/settings';
import { batchPlaces, readBatch, type BatchPlace, type LibraryBatch } from './page/batchFolder';
import { conceptsPage } from './links/conceptsPage';
import { linkNotes } from './links/linkedNotes';
import { linksFile, linksMark } from './links/linksFile';
import type { LinkStyle } from './links/linkText';
import { inPiecesWithBreaths } from '../output/pieces';
import { Compared, graphSection, subjectsSection } from './page/linksText';
import { addTotals, batchSection, emptyTotals, libraryMark, pageHead, totalsOf } from './page/pageText';
import { PageRecord } from './page/pageRecord';
import { isTaken, putPage, type Page, type PageName } from './page/putPage';

export interface LibraryUpdate {
  /** Files that were written, below the output folder; none where nothing has changed. */
  readonly written: readonly string[];
  /** Names that files of the user have, which stay as they are. */
  readonly taken: readonly string[];
}

/** Others that write at the same time are waited for so often. */
const mostRounds = 10;
/** Videos of unchanged batches that are kept in memory. */
const mostKept = 20_000;
/** Videos that are compared with each other; those with notes come first. */
const mostCompared = 5000;

const indexPage: PageName = { name: 'index.md', mark: libraryMark };
/** Written only where there are notes. */
const conceptsFile: PageName = { name: 'concepts.md', mark: libraryMark };
const graphFile: PageName = { name: 'links.json', mark: linksMark };
const pageNames: readonly string[] = [indexPage.name, conceptsFile.name, graphFile.name];

export class Library {
  private readonly turns = new InTurn();
  /** Batches as they were read, by the mark of their folder. */
  private readonly known = new Map<string, LibraryBatch>();

  private readonly record: PageRecord | undefined;

  /** `stateFolder`: where it is noted that a page is current; absent: each update makes the pages. */
  constructor(private readonly parts: { readonly files: Files; readonly stateFolder?: string }) {
    const { files, stateFolder } = parts;
    this.record = stateFolder === undefined ? undefined : new PageRecord(files, stateFolder);
  }

  /** Writes the pages of the output folder where they differ from what it holds. Throws FailureError `disk`. */
  update(outputFolder: string, style: LinkStyle = 'markdown'): Promise<LibraryUpdate> {
    return this.turns.run(outputFolder, () => this.inRounds(outputFolder, style));
  }

  /** Names of pages that files of the user have. `notes`: those of notes count as well. Throws FailureError `disk`. */
  async taken(outputFolder: string, notes: boolean): Promise<readonly string[]> {
    const { files } = this.parts;
    const root = await files.realPath(outputFolder);
    const taken: string[] = [];
    if (root === undefined) return taken;
    for (const page of notes ? [indexPage, conceptsFile, graphFile] : [indexPage])
      if (await isTaken(files, root, page)) taken.push(page.name);
    return taken;
  }

  /**
   * Whoever writes last looks once more whether what was read is still so: an end of another batch in between, also in
   * another process, is never lost.
   */
  private async inRounds(outputFolder: string, style: LinkStyle): Promise<LibraryUpdate> {
    const { files } = this.parts;
    const written = new Set<string>();
    const taken = new Set<string>();
    const root = await files.realPath(outputFolder);
    if (root === undefined) return { written: [], taken: [] };
    let places = await batchPlaces(files, root);
    if (await this.record?.isCurrent(root, places, pageNames)) return { written: [], taken: [] };
    for (let round = 0; round < mostRounds; round += 1) {
      const read = places;
      const { pages, notes, isLinked } = await this.pages(root, read, style);
      for (const name of notes) written.add(name);
      for (const page of pages) {
        const done = await putPage(files, root, page);
        if (done === 'written') written.add(page.name);
        if (done === 'taken') taken.add(page.name);
      }
      places = await batchPlaces(files, root);
      if (marksOf(places) !== marksOf(read)) continue;
      // Links depend on the content of transcripts and notes as well.
      if (!isLinked && taken.size === 0) await this.record?.made(root, read, pageNames);
      break;
    }
    return { written: [...written], taken: [...taken] };
  }

  private async pages(
    root: string,
    places: readonly BatchPlace[],
    style: LinkStyle,
  ): Promise<{
    readonly pages: readonly Page[];
    readonly notes: readonly string[];
    readonly isLinked: boolean;
  }> {
    const totals = emptyTotals();
    const sections: Uint8Array[] = [];
    const compared = new Compared(mostCompared);
    for (const place of places) {
      const batch = await this.batch(root, place);
      const own = totalsOf(batch);
      addTotals(totals, own);
      sections.push(Buffer.from('\n'));
      for await (const piece of inPiecesWithBreaths(batchSection(batch, own), breathe)) sections.push(piece);
      compared.add(batch);
    }
    // Links are between notes: where there are none, no transcript is read.
    const links =
      totals.notes === 0 ? undefined : await linkNotes(this.parts.files, root, compared.videos(), style);
    const concepts = links && conceptsPage(links.explained, links.concepts, style);
    const head = pageHead(totals, concepts === undefined ? [] : ['[Concepts](concepts.md)']);
    const pages: readonly Page[] = [
      {
        ...indexPage,
        content: [Buffer.from(head + subjectsSection(links)), ...sections, Buffer.from(graphSection(links))],
      },
      { ...conceptsFile, content: concepts === undefined ? undefined : [Buffer.from(concepts)] },
      { ...graphFile, content: links === undefined ? undefined : [Buffer.from(linksFile(links))] },
    ];
    return { pages, notes: links?.written ?? [], isLinked: links !== undefined };
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

  /** Which pages will not be written, because files of the user have their names. */
  async warnings(
    ...[folder, state]: Parameters<NonNullable<DerivedFiles['warnings']>>
  ): Promise<readonly string[]> {
    const settings = settingsOf(state);
    if (!settings['library.page']) return [];
    const outputFolder = dirname(filesFolder(folder));
    const taken = await this.library.taken(outputFolder, isNotesFolder(folder));
    return [
      ...taken.map((name) => takenWords(name, outputFolder)),
      ...(settings['library.links'] === 'wiki' && /[[\]#^|]/.test(settings['output.fileName'])
        ? [noWikiLinks]
        : []),
    ];
  }

  /** As the batch's own files; what is wrong with the pages is logged and does not touch the batch. */
  async write(...[folder, state, final]: Parameters<DerivedFiles['write']>): Promise<void> {
    await this.own.write(folder, state, final);
    const settings = settingsOf(state);
    if (!final || !settings['library.page']) return;
    const outputFolder = dirname(filesFolder(folder));
    try {
      const { taken } = await this.library.update(outputFolder, settings['library.links']);
      for (const name of taken) this.log.write('warn', takenWords(name, outputFolder));
    } catch (error) {
      this.log.write(
        'warn',
        `The page of all transcripts in ${outputFolder} could not be written: ${toFailure(error).message}`,
      );
    }
  }
}

function settingsOf({ settings }: Parameters<DerivedFiles['write']>[1]): Settings {
  return { ...defaultSettings, ...settings };
}

/** Obsidian reads a link up to the first `]]`, and `#`, `^` and `|` mean something else in it. */
const noWikiLinks =
  'Notes about these videos are linked as Markdown, which Obsidian follows as well: a wiki link cannot hold the brackets in output.fileName. For wiki links set it to ${title} (${id}) before you transcribe.';

/** Why a page is not written, and what to do. */
function takenWords(name: string, folder: string): string {
  return `${name} in ${folder} is not a file of Bulk Transcribe and stays as it is, so the library has no such page. Rename it, or turn off the setting library.page.`;
}
