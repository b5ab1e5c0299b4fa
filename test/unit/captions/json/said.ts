/** What the shapes of shapes.ts and otherShapes.ts say, and how they are put together. */

export interface Shape {
  /** A service's answer, or a file; a text is taken as it is. */
  readonly answer: unknown;
  /** Absent: `timed`. */
  readonly cues?: readonly string[];
  /** The cues of the file, where they are not cut as those of the answer are: a file's own cues stay. */
  readonly file?: readonly string[];
}

export const timed = ['0.5-2.5 First words here.', '3-4.5 Second words here.'];
export const spoken = ['0.5-2.5 A: First words here.', '3-4.5 B: Second words here.'];
export const text = 'First words here. Second words here.';
export const segment = (start: unknown, end: unknown, said: string, more: object = {}): object => ({
  start,
  end,
  text: said,
  ...more,
});
export const words = (
  unit = 1,
  speaker?: (at: number) => unknown,
): { word: string; start: number; end: number }[] =>
  [
    ['First', 0.5, 1],
    ['words', 1.1, 1.8],
    ['here.', 2, 2.5],
    ['Second', 3, 3.4],
    ['words', 3.5, 3.9],
    ['here.', 4, 4.5],
  ].map(([word, start, end], at) => ({
    word: String(word),
    start: Number(start) * unit,
    end: Number(end) * unit,
    ...(speaker === undefined ? {} : { speaker: speaker(at) }),
  }));
export const token = (said: string, from: number, to: number): object => ({
  text: said,
  offsets: { from, to },
  id: 1,
  p: 0.9,
});
