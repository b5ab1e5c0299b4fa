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
  /** Key of the stem → id of its video; '' while it is unknown. */
  private readonly owners = new Map<string, string>();
  /** Words in names that may be ids → the stem, or stems; an array for each of 100,000 would be 5 MB. */
  private readonly stems = new Map<string, string | readonly string[]>();
  private unread: string[] = [];

  constructor(names: readonly string[]) {
    for (const name of names) {
      const stem = known.exec(name)?.[1];
      if (stem === undefined || isReserved(stem)) continue;
      this.unread.push(name);
      const key = nameKey(stem);
      if (this.owners.has(key)) continue;
      this.owners.set(key, '');
      for (const word of idWords(stem)) this.addStem(word, stem);
    }
  }

  /** Stems that may belong to this video, the last written first. */
  stemsOf(id: string): readonly string[] {
    const stems = this.stems.get(id) ?? [];
    return typeof stems === 'string' ? [stems] : stems;
  }

  /**
   * Claims the stem for the video; false when another one has it. An unknown owner is found by reading the
   * file.
   */
  reserve(stem: string, id: string): boolean {
    if (isReserved(stem)) return false;
    const key = nameKey(stem);
    const owner = this.owners.get(key);
    if (owner !== undefined && owner !== '' && owner !== id) return false;
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

  private addStem(word: string, stem: string): void {
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
