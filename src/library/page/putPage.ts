/** Writes a page of the library unless it is the same already, or the user's: ours begin with a mark. */
import { join } from 'node:path';
import type { Files } from '../../model/ports';
import { holdsBytes } from '../../output/unchanged';

export interface PageName {
  readonly name: string;
  /** The beginning of each version of it. */
  readonly mark: string;
}

export interface Page extends PageName {
  /** Undefined: there is none, and one of ours is removed. */
  readonly content: readonly Uint8Array[] | undefined;
}

/** `root`: real path of the output folder. Throws FailureError `disk`. */
export async function putPage(
  files: Files,
  root: string,
  { name, mark, content }: Page,
): Promise<'written' | 'same' | 'taken'> {
  const path = join(root, name);
  const stat = await files.stat(path);
  if (stat === undefined && content === undefined) return 'same';
  if (stat !== undefined) {
    if (await isTaken(files, root, { name, mark })) return content === undefined ? 'same' : 'taken';
    if (content === undefined) {
      await files.remove(path);
      return 'written';
    }
    if (await holdsBytes(files, path, content)) return 'same';
  }
  await files.writeWhole(path, content ?? []);
  return 'written';
}

/** Whether something that is none of ours has the name. Throws FailureError `disk`. */
export async function isTaken(files: Files, root: string, { name, mark }: PageName): Promise<boolean> {
  const path = join(root, name);
  const stat = await files.stat(path);
  return stat !== undefined && !(stat.kind === 'file' && (await beginsWith(files, path, mark)));
}

async function beginsWith(files: Files, path: string, mark: string): Promise<boolean> {
  const head = await files.readPart(path, 0, 1024);
  return (
    head !== undefined &&
    new TextDecoder()
      .decode(head)
      .replace(/^\uFEFF/, '')
      .startsWith(mark)
  );
}
