/** How the work of a reader grows with its text: processor time, never the clock, and only in proportion. */
import assert from 'node:assert/strict';
import { sliceLength, type Sliced } from '../../src/captions/sliced';

export type Reader = (text: string) => unknown;
/** Lets other work run where it yields. */
export type SlicedReader = (text: string) => Sliced<unknown>;

/** Of these hostile texts are made. */
export const units = [
  ...[' ', '\t', '\n', '\r', '\r\n', '\u2028', '.', '-', '·', ':', '[', '[[', '(', '<', '<a', '<v ', '</v '],
  ...[
    '<!--',
    '<title',
    '<link ',
    '{',
    '{}',
    '{{',
    '"',
    '\\',
    '&',
    '&amp',
    '%',
    '#',
    '@',
    '=',
    '/',
    '//',
    '?',
  ],
  ...['a.', 'a+', '0', '0:', '1:2-->', 'api-key', 'http://', 'A. ', '--', '| ', '\u0000', '\ud83d', '\u0301'],
  ...[
    ';',
    '**',
    '- **',
    '_a ',
    '`a ',
    '> ',
    '1. a\n',
    '[0:01]',
    '“a ',
    '## a\n',
    '"text":',
    '"videos"',
    '---\n',
  ],
];

/** Of these a long text is made, to see how long nothing else runs. */
export const longUnits = [
  ...[
    '\n',
    '\r',
    ' ',
    '<',
    '<b>',
    '&amp',
    '"',
    '{}',
    'x,',
    '\t',
    ';',
    '0:01 a\n',
    '\n- ',
    'a b ',
    '\u0000',
    'a',
  ],
];

/** Processor time of some work, ms. */
export function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

/** Processor time of the longest piece of work between two yields, ms. */
export function longestPiece(read: SlicedReader, text: string): number {
  const work = read(text);
  let longest = 0;
  const piece = { isLast: false };
  while (!piece.isLast) {
    const took = cost(() => {
      piece.isLast = work.next().done === true;
    });
    longest = Math.max(longest, took);
  }
  return longest;
}

export interface Growth {
  /** Lengths of the two texts, and how often the work of the first may be in the second. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
  /** Below this, ms, the noise of the machine is larger than what is measured. */
  readonly noise: number;
}

const short = 15_000;
export const beyondOneSlice: Growth = { from: short, to: 4 * short, most: 9, noise: 120 };
/** The longer text is as long as one slice; of less work than this the loop is not held for long anyway. */
export const withinOneSlice: Growth = { from: sliceLength / 4, to: sliceLength, most: 9, noise: 40 };
/** Unsliced, the work would be ten times as much. */
export const ofOnePiece: Growth = { from: 60_000, to: 600_000, most: 4, noise: 60 };

/** The collector of a process with thousands of tests behind it may meet a few measurements in a row, not so many. */
const tries = 8;

/** Whether a work grows faster than allowed, each time that it is tried. */
export function grows(measure: (text: string) => number, unit: string, growth: Growth): boolean {
  const text = (length: number): string => unit.repeat(length / unit.length);
  const once = (): boolean =>
    measure(text(growth.to)) > Math.max(growth.noise, growth.most * measure(text(growth.from)));
  return Array.from({ length: tries }).every(once);
}

/** The same for a reader that waits for files. */
export async function growsWaiting(
  read: (text: string) => Promise<unknown>,
  unit: string,
  { from, to, most, noise }: Growth,
): Promise<boolean> {
  const measure = async (length: number): Promise<number> => {
    const text = unit.repeat(length / unit.length);
    const before = process.cpuUsage();
    await read(text).catch(() => undefined);
    return process.cpuUsage(before).user / 1000;
  };
  for (let times = 0; times < tries; times += 1)
    if ((await measure(to)) <= Math.max(noise, most * (await measure(from)))) return false;
  return true;
}

/** Defines a test for each reader: its work grows as its text does, within one slice and beyond. */
export function costTheirLength(readers: Readonly<Record<string, Reader>>): void {
  for (const [name, reader] of Object.entries(readers))
    it(`costs ${name} no more than its length`, () => {
      const measure = (text: string): number => cost(() => reader(text));
      for (const unit of units)
        for (const growth of [withinOneSlice, beyondOneSlice])
          assert.ok(!grows(measure, unit, growth), `${JSON.stringify(unit)} up to ${growth.to}`);
    });
}

/** The same for readers that wait for files. */
export function costTheirLengthWaiting(
  readers: Readonly<Record<string, (text: string) => Promise<unknown>>>,
): void {
  for (const [name, read] of Object.entries(readers))
    it(`costs ${name} no more than its length`, async () => {
      for (const unit of units)
        assert.ok(!(await growsWaiting(read, unit, beyondOneSlice)), JSON.stringify(unit));
    });
}

/** Defines a test for each reader: its longest piece of work does not grow with the text. */
export function letOthersRun(readers: Readonly<Record<string, SlicedReader>>): void {
  for (const [name, reader] of Object.entries(readers))
    it(`lets others run while ${name} is read, however long it is`, () => {
      const measure = (text: string): number => longestPiece(reader, text);
      for (const unit of longUnits) assert.ok(!grows(measure, unit, ofOnePiece), JSON.stringify(unit));
    });
}
