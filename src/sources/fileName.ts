/** What a link to a file calls it: the title where nobody says a better one. */
import type { Link } from '../model/link';

/** The last part of the path, decoded. */
export function fileName(link: Link): string {
  const path = link.path ?? new URL(link.url).pathname;
  const last =
    path
      .split(/[\\/]/)
      .filter((part) => part !== '')
      .at(-1) ?? '';
  if (link.path !== undefined) return last;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
