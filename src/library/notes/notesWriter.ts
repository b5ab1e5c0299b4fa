/**
 * Writes notes beside their transcripts, under the name of the transcript. Notes with another template, of another
 * transcript's words and such as the user has changed are never written over: the new ones get a name of their own.
 */
import { basename, join } from 'node:path';
import { failure, FailureError } from '../../model/failure';
import { filesFolder, notesEnding } from '../../model/filesFolder';
import type { Link } from '../../model/link';
import type { TranscriptWriter, WriteRequest } from '../../model/output';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import { notesOrigin } from './notesFile';
import { isUnchanged, sealed } from './seal';

const maxBytes = 4 * 1024 * 1024;
const mostNumbers = 100;

/** Whether the notes at hand are what is wanted now. */
export type IsCurrent = (head: string, link: Link, settings: Settings) => Promise<boolean>;

export class NotesWriter implements TranscriptWriter {
  constructor(
    private readonly files: Pick<Files, 'read' | 'writeWhole' | 'stat'>,
    private readonly isCurrent: IsCurrent,
  ) {}

  async write({ folder, link, transcript }: WriteRequest): Promise<readonly string[]> {
    const { notes } = transcript;
    if (notes === undefined) throw new FailureError(failure('internal', 'There are no notes to be written.'));
    for (const name of namesFor(link, notes.template)) {
      const path = join(filesFolder(folder), name);
      const before = await this.textOf(path);
      const content = sealed(notes.text, before);
      if (before === content) return [name];
      const isOurs =
        before === undefined || (isUnchanged(before) && notesOrigin(before)?.template === notes.template);
      if (!isOurs) continue;
      await this.files.writeWhole(path, content);
      return [name];
    }
    throw new FailureError(failure('disk', `No name is free for notes about ${link.path ?? link.url}.`));
  }

  /** Notes of the wanted template and model about these very words. */
  async find(folder: string, link: Link, settings: Settings): Promise<readonly string[] | undefined> {
    for (const name of namesFor(link, settings['notes.template'])) {
      const text = await this.textOf(join(filesFolder(folder), name));
      if (text === undefined) break;
      if (await this.isCurrent(text, link, settings)) return [name];
    }
    return undefined;
  }

  /** Empty for what is no file of ours by its size or kind. */
  private async textOf(path: string): Promise<string | undefined> {
    const stat = await this.files.stat(path);
    if (stat === undefined) return undefined;
    if (stat.kind !== 'file' || stat.size > maxBytes) return '';
    const bytes = await this.files.read(path, maxBytes);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }
}

/** `Title [id].notes.md`, then `Title [id].summary.notes.md`, `Title [id].summary 2.notes.md` … */
function* namesFor({ path = '' }: Link, template: string): Iterable<string> {
  const stem = basename(path).replace(/\.[^.]*$/, '');
  yield stem + notesEnding;
  yield `${stem}.${template}${notesEnding}`;
  for (let number = 2; number <= mostNumbers; number += 1)
    yield `${stem}.${template} ${number}${notesEnding}`;
}
