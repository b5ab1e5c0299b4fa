/** Messages about what a reader could not read, left out or guessed: nothing is dropped silently. */

export interface Findings {
  /** Times that are present and cannot be read. */
  readonly damagedTimes?: number;
  /** Lines of text that belong to no cue and were left out. */
  readonly strayLines?: number;
  /** Pieces of text that by the file's own times are never shown, and were left out. */
  readonly neverShown?: number;
  /** The transcript has no times at all. */
  readonly isUntimed?: boolean;
  /** Bytes that are invalid in the file's encoding. */
  readonly damagedBytes?: number;
  /** The encoding, where it was guessed. */
  readonly guessed?: string | undefined;
  /** Languages that run in parallel to the chosen one. */
  readonly otherLanguages?: readonly string[];
}

/** One or two sentences for each finding, with the next step where there is one. */
export function notesOf(found: Findings): readonly string[] {
  const notes: string[] = [];
  const { damagedTimes = 0, strayLines = 0, neverShown = 0, damagedBytes = 0, otherLanguages = [] } = found;
  if (damagedTimes > 0)
    notes.push(
      damagedTimes === 1
        ? '1 time in the file cannot be read; its text follows the text before it.'
        : `${damagedTimes} times in the file cannot be read; their text follows the text before them.`,
    );
  if (strayLines > 0)
    notes.push(
      strayLines === 1
        ? '1 line belongs to no cue and was left out.'
        : `${strayLines} lines belong to no cue and were left out.`,
    );
  if (neverShown > 0)
    notes.push(
      neverShown === 1
        ? '1 piece of text is never shown by the file’s own times and was left out.'
        : `${neverShown} pieces of text are never shown by the file’s own times and were left out.`,
    );
  if (found.isUntimed === true) notes.push('The transcript has no times.');
  if (damagedBytes > 0)
    notes.push(
      damagedBytes === 1
        ? '1 damaged character was replaced with \ufffd.'
        : `${damagedBytes} damaged characters were replaced with \ufffd.`,
    );
  if (found.guessed !== undefined)
    notes.push(
      `The encoding was guessed: ${found.guessed}. If words look wrong, name the right one with “# @encoding NAME” in the list or in the setting captions.encoding.`,
    );
  if (otherLanguages.length > 0)
    notes.push(`The file also holds ${otherLanguages.join(', ')}; @lang or --lang chooses.`);
  return notes;
}
