/**
 * Long sound in windows of ten minutes: memory and progress do not depend on its length, and no word is lost
 * or doubled where two windows meet, because the last sentence of a window is heard again in the next one.
 */

/** A sentence, in milliseconds. */
export interface Heard {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export const windowMs = 600_000;
/** A sentence that ends this long before the window does was not cut by it. */
const quietMs = 5000;
/** Heard again where the end of a window was silent: a word may have begun there. */
const overlapMs = 1000;

/**
 * Yields sentences of `from` … `to`, in order. `hear` is asked for one stretch at a time and answers in times
 * of the whole sound.
 */
export async function* hearWindows(
  from: number,
  to: number,
  hear: (from: number, to: number) => Promise<readonly Heard[]>,
): AsyncGenerator<Heard> {
  let start = from;
  while (start < to) {
    const end = Math.min(to, start + windowMs);
    const heard = await hear(start, end);
    if (end === to) {
      yield* heard;
      return;
    }
    const last = heard.at(-1);
    if (last === undefined || last.to < end - quietMs) {
      yield* heard;
      start = Math.max(last?.to ?? start, end - overlapMs);
    } else if (last.from <= start) {
      // One sentence as long as the window: hearing it again would not end.
      yield* heard;
      start = end;
    } else {
      yield* heard.slice(0, -1);
      start = last.from;
    }
  }
}
