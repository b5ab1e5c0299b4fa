/** Where in a text a link stands: lists are edited after their batch was made, so the line it had may be another's. */
import type { Link } from '../model/link';

export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** The line (from 0) that holds the link, nearest to `near` (from 0); undefined where none does. */
export function lineOfLink(
  lines: Lines,
  near: number,
  { id, url, path }: Pick<Link, 'id' | 'url' | 'path'>,
): number | undefined {
  const last = path?.split(/[\\/]/).at(-1);
  const needles = [url, last, id].filter((text): text is string => text !== undefined && text !== '');
  const holds = (line: number): boolean => {
    if (line < 0 || line >= lines.lineCount) return false;
    const { text } = lines.lineAt(line);
    return needles.some((needle) => text.includes(needle));
  };
  for (let away = 0; away <= Math.max(near, lines.lineCount - near); away += 1) {
    if (holds(near - away)) return near - away;
    if (holds(near + away)) return near + away;
  }
  return undefined;
}
