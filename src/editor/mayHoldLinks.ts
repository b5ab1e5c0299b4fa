/** A quick guess for menus: whether a text may hold something to transcribe. The reader of lists has the last word. */

const mostCharacters = 200_000;

/** @param isList the text is of a Link List, where an id or a path alone is an entry. */
export function mayHoldLinks(text: string, isList: boolean): boolean {
  const part = text.slice(0, mostCharacters);
  if (
    /(?:h(?:tt|xx)ps?|file|feed|itpc|pcast|podcast):\/\/|\bwww\.|\byoutu(?:\.be|be(?:-nocookie)?\.com)\/|\byoutu(?:be)? ?[[({]|\b(?:yt|youtube|ytdl):/i.test(
      part,
    )
  )
    return true;
  if (isList) return /^[^\S\r\n\u2028\u2029]*[^\s#]/m.test(part);
  // Three ids or more, each alone on its line or in its cell, are read as ids anywhere.
  return (part.match(/(?:^|[,;\t])"?[\w-]{11}"?(?=$|[,;\t\r])/gm)?.length ?? 0) >= 3;
}
