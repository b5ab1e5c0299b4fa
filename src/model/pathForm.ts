/**
 * Paths of one file that differ in form alone: macOS gives names with accents of their own, VS Code writes the letter
 * of a drive small and the terminal large.
 */

/** Plain letters alone: nothing in it can be written in two ways. */
export function hasOneForm(name: string): boolean {
  return /^[\x20-\x7e]*$/.test(name);
}

/** The one form of a path, to be compared. */
export function pathForm(path: string): string {
  return path.normalize('NFC').replace(/^[a-z]:(?=[\\/])/, (drive) => drive.toUpperCase());
}

export function isSamePath(one: string, other: string): boolean {
  return one === other || pathForm(one) === pathForm(other);
}
