/** The title from a link to a file, where there is no better one. */
import type { Link } from '../model/link';
import { publicAddress } from '../model/publicUrl';

/** The last part of the path, decoded. */
export function fileName(link: Link): string {
  // A token in the path becomes no title and no file's name.
  const web = link.episode === undefined ? publicAddress(link) : link.url;
  const path = link.path ?? new URL(web).pathname;
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
