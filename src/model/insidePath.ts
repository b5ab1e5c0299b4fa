/**
 * True for a path that stays inside the folder it is relative to, on every system: `/` alone between its parts,
 * no drive, no control character, no part of dots and blanks alone (Windows reads `.. ` as `..`). Everything that
 * journals say of files passes here.
 */
export function isInsidePath(path: string): boolean {
  return !/[\\:\p{Cc}]|(?:^|\/)[.\s]*(?:\/|$)/u.test(path);
}
