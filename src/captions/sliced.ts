/**
 * Long work in slices: a generator that yields where other work may run. Small input never yields and costs
 * nothing more; large input never blocks the thread for longer than a few milliseconds at a time.
 */

/** Work that may be interrupted where it yields; returns its result. */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Characters of a slice: a few milliseconds for the slowest work. */
export const sliceLength = 32 * 1024;
/** The cost of an entry besides its characters. */
const entryLength = 32;

/** Counts the work of a loop: `due` is true when it is time to yield. */
export class Share {
  private done = 0;

  /** Call after an entry of this many characters. */
  due(characters: number): boolean {
    this.done += characters + entryLength;
    if (this.done < sliceLength) return false;
    this.done = 0;
    return true;
  }
}

/** Runs it to its end in one go. */
export function whole<T>(work: Generator<unknown, T, undefined>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Runs it to its end; other pending work runs in between. */
export async function inSlices<T>(work: Generator<unknown, T, undefined>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await breathe();
  }
}

/** Lets pending work run first. Not a wait, so it needs no clock. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** What `make` gives of each entry, in order; undefined is left out. `map` and `filter` for a list of any length. */
export function* mapped<T, U>(
  entries: Iterable<T>,
  make: (entry: T, at: number) => U | undefined,
): Sliced<readonly U[]> {
  const share = new Share();
  const made: U[] = [];
  let at = 0;
  for (const entry of entries) {
    const one = make(entry, at);
    if (one !== undefined) made.push(one);
    at += 1;
    if (share.due(0)) yield;
  }
  return made;
}

/** In order of the number; entries of the same number stay in their order. */
export function sortedBy<T>(entries: readonly T[], number: (entry: T) => number): Sliced<readonly T[]> {
  return sorted(entries, (one, other) => number(one) - number(other));
}

/** In order; entries that are the same by `compare` stay in theirs. */
export function* sorted<T>(
  entries: readonly T[],
  compare: (one: T, other: T) => number,
): Sliced<readonly T[]> {
  if (yield* isInOrder(entries, compare)) return entries;
  let runs: (readonly T[])[] = [];
  const runLength = sliceLength / entryLength;
  for (let at = 0; at < entries.length; at += runLength) {
    runs.push(entries.slice(at, at + runLength).sort(compare));
    if (at > 0) yield;
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* mergedRuns(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* isInOrder<T>(entries: readonly T[], compare: (one: T, other: T) => number): Sliced<boolean> {
  const share = new Share();
  for (let at = 1; at < entries.length; at += 1) {
    if (compare(entries[at - 1] as T, entries[at] as T) > 0) return false;
    if (share.due(0)) yield;
  }
  return true;
}

function* mergedRuns<T>(
  one: readonly T[],
  other: readonly T[],
  compare: (one: T, other: T) => number,
): Sliced<readonly T[]> {
  if (other.length === 0) return one;
  const share = new Share();
  const merged: T[] = [];
  let left = 0;
  let right = 0;
  while (left < one.length || right < other.length) {
    const fromLeft =
      right >= other.length || (left < one.length && compare(one[left] as T, other[right] as T) <= 0);
    merged.push((fromLeft ? one[left] : other[right]) as T);
    if (fromLeft) left += 1;
    else right += 1;
    if (share.due(0)) yield;
  }
  return merged;
}

/** A long text in pieces of about a slice: nothing copies or searches it as a whole. */
export type Pieces = readonly string[];

/** The text in pieces; a short one is one piece. */
export function piecesOf(text: string): Pieces {
  if (text.length <= sliceLength) return [text];
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += sliceLength) pieces.push(text.slice(at, at + sliceLength));
  return pieces;
}

/** The lines of a text, one after the other: the result of `split('\n')`, without holding them all. */
export function* linesOf(text: string | Pieces): Generator<string, void, undefined> {
  /** The start of a line that goes on in the next piece. */
  let begun = '';
  for (const piece of typeof text === 'string' ? [text] : text) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      const line = piece.slice(from, end);
      yield begun === '' ? line : begun + line;
      begun = '';
      from = end + 1;
    }
    begun += piece.slice(from);
  }
  yield begun;
}
