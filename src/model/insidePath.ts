/**
 * True for a path that stays inside the folder it is relative to, on every system: only `/` between its
 * parts, no drive, no control character, no part of only dots and spaces (Windows reads `.. ` as `..`).
 * Every file path from a journal is checked here.
 */
export function isInsidePath(path: string): boolean {
  return !/[\\:\p{Cc}]|(?:^|\/)[.\s]*(?:\/|$)/u.test(path);
}
