/** The names in one batch folder: which stem belongs to which video, compared case-insensitively. */
import { notesEnding } from '../model/filesFolder';
import { outputFormats } from '../model/settings';
import { nameKey } from './fileNames';

/** Names of ours that are not transcripts. */
const reservedStems = ['batch', 'report', 'failed'];
const known = new RegExp(`^(.*)\\.(?:${outputFormats.join('|')})$`, 'is');

/**
 * The name of a transcript without its ending; undefined for any other name. A name that was read from a file may be
 * anything: one that leads into another folder, or is hidden, is none.
 */
export function stemOf(name: string): string | undefined {
  const stem = known.exec(name)?.[1];
  if (stem === undefined || stem === '' || stem.startsWith('.') || /[/\\:\0]/.test(stem)) return undefined;
  return isReserved(stem) ? undefined : stem;
}

/** Notes carry the id of their video as well; a transcript whose name would read as theirs gets another one. */
const notesStem = notesEnding.replace(/\.md$/, '');

function isReserved(stem: string): boolean {
  const key = nameKey(stem);
  return reservedStems.includes(key) || key.endsWith(notesStem);
}

export class FolderNames {
  /** Key of a stem that a video has taken → its id; '/' where another video's file was found. */
  private readonly owners = new Map<string, string>();
  /**
   * Words in names that may be ids → the stem, or stems; an array for each of 100,000 would be 5 MB. Absent until a
   * video's files are looked for, which a list that is run for the first time never does.
   */
  private stems: Map<string, string | readonly string[]> | undefined;
  private reading: Promise<void> | undefined;
  private unread: string[] = [];

  /** Resolves when the names that `list` gives are known to `stemsOf`; it is called once. Rejects as `list` does. */
  listed(list: () => Promise<readonly string[]>): Promise<void> {
    // What is written from now on may not be among them any more.
    this.stems ??= new Map();
    this.reading ??= list().then((names) => this.learnNames(names));
    // A folder that could not be read is tried again.
    this.reading.catch(() => (this.reading = undefined));
    return this.reading;
  }

  /** Stems that may belong to this video, those written by this process first. Call `listed` first. */
  stemsOf(id: string): readonly string[] {
    const stems = this.stems?.get(id) ?? [];
    return typeof stems === 'string' ? [stems] : stems;
  }

  /** Claims the stem for the video; false when another one has it. */
  reserve(stem: string, id: string): boolean {
    if (isReserved(stem)) return false;
    const key = nameKey(stem);
    const owner = this.owners.get(key);
    if (owner !== undefined && owner !== id) return false;
    this.owners.set(key, id);
    return true;
  }

  /** Releases a stem under which another video's file was found. */
  release(stem: string, id: string): void {
    const key = nameKey(stem);
    if (this.owners.get(key) === id) this.owners.set(key, '/');
  }

  /** A file was written. */
  add(name: string, id: string): void {
    const stem = known.exec(name)?.[1] ?? name;
    this.owners.set(nameKey(stem), id);
    this.addStem(id, stem);
  }

  /** Names whose video is not known yet; read once. */
  unknown(): readonly string[] {
    const names = this.unread;
    this.unread = [];
    return names;
  }

  learn(name: string, id: string | undefined): void {
    if (id !== undefined) this.add(name, id);
  }

  private learnNames(names: readonly string[]): void {
    const seen = new Set<string>();
    const written: (readonly [id: string, stem: string])[] = [];
    for (const name of names) {
      const stem = known.exec(name)?.[1];
      if (stem === undefined || isReserved(stem)) continue;
      const key = nameKey(stem);
      const owner = this.owners.get(key);
      if (owner !== undefined && owner !== '/') {
        written.push([owner, stem]);
        continue;
      }
      this.unread.push(name);
      if (seen.has(key)) continue;
      seen.add(key);
      for (const word of idWords(stem)) this.addStem(word, stem);
    }
    for (const [id, stem] of written) this.addStem(id, stem);
  }

  private addStem(word: string, stem: string): void {
    if (this.stems === undefined) return;
    const stems = this.stemsOf(word);
    if (!stems.includes(stem)) this.stems.set(word, stems.length === 0 ? stem : [stem, ...stems]);
  }
}

/** Every part of a name that could be an id: in brackets, or a word of eleven characters or more, its start and end. */
function idWords(stem: string): Set<string> {
  const words = new Set<string>();
  for (const [, word] of stem.matchAll(/\[([A-Za-z0-9_-]{1,64})\]/g)) if (word !== undefined) words.add(word);
  for (const [word] of stem.matchAll(/[A-Za-z0-9_-]{11,}/g)) {
    words.add(word.slice(0, 11));
    words.add(word.slice(-11));
  }
  return words;
}
