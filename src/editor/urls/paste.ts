/** What is pasted into a Link List or dropped on it becomes lines with one link each. Pure. */
import { posix, relative, sep } from 'node:path';
import { listSlices } from '../../intake/list';
import { isListFailure } from '../../intake/list';
import { isInside } from '../../intake/localPath';
import { shapeOf } from '../../intake/lists/lines';

/** More is pasted as it is. */
const mostCharacters = 1_000_000;

/**
 * The links in a text, one a line; undefined where the text is a list already, or holds no link. Ids, comments and
 * directives of a list stay as they are.
 */
export function pastedLines(text: string): string | undefined {
  if (text.length > mostCharacters) return undefined;
  const lines = text.split(/\r\n|\n|\r/);
  const shapes = lines.slice(0, 2000).map((line) => shapeOf(line));
  const isList = shapes.every(
    (shape) => shape === 'blank' || shape === 'comment' || shape === 'entry' || shape === 'id',
  );
  const isIndented = lines.some((line) => line !== line.trim());
  if (isList) {
    if (!isIndented || lines.length === 1) return undefined;
    return lines.map((line) => line.trim()).join('\n');
  }
  const urls = linksOf(text);
  // A single link that was cut out of a sentence keeps its place in the line.
  return urls.length === 0 ? undefined : `${urls.join('\n')}${lines.length > 1 ? '\n' : ''}`;
}

function linksOf(text: string): readonly string[] {
  const reader = listSlices(text, { format: 'text', name: 'The clipboard' });
  for (;;) {
    const step = reader.next();
    if (step.done !== true) continue;
    if (isListFailure(step.value)) return [];
    return step.value.jobs.filter((job) => !job.invalid).map((job) => job.link.url);
  }
}

/** The entry for a file: relative to the list where it is below its folder, else its whole path. */
export function fileEntry(path: string, listFolder: string | undefined): string {
  if (listFolder === undefined || !isInside(path, listFolder)) return path;
  return `./${relative(listFolder, path).split(sep).join(posix.sep)}`;
}
