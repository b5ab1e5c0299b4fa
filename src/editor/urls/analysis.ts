/**
 * What the editor knows about a `.urls` document: its links, what is wrong with them, and its sections. Knows
 * nothing of VS Code; lines count from 0 here, as editors do.
 */
import type { LinkMemory, ListContent, ListEntry, ListProblem } from '../../intake/list';
import type { LocalBase } from '../../intake/localPath';
import type { NewJob } from '../../model/events';
import type { Link } from '../../model/link';
import { sectionsOf, type Section } from './sections';

export interface Analysis {
  readonly content: ListContent;
  readonly sections: readonly Section[];
}

/**
 * The links of the last reading by the text of their lines: after a key only the lines that are new are parsed. A
 * reading takes what it meets along, so that what is gone from the text is forgotten.
 */
export class LineMemory implements LinkMemory {
  private last = new Map<string, Link>();
  private current = new Map<string, Link>();

  get(text: string): Link | undefined {
    const known = this.current.get(text) ?? this.last.get(text);
    if (known) this.current.set(text, known);
    return known;
  }

  set(text: string, link: Link): void {
    this.current.set(text, link);
  }

  /** A reading has come to its end. */
  turn(): void {
    this.last = this.current;
    this.current = new Map();
  }
}

/** Shown at most; more would only slow the editor down and help nobody. */
export const maxProblems = 1000;

/**
 * Reads a document, letting others run between pieces of a few milliseconds. Undefined when `isStale` says
 * that the text has changed meanwhile.
 */
export async function analyse(
  text: string,
  base: LocalBase,
  pause: () => Promise<void>,
  isStale: () => boolean,
  memory?: LinkMemory,
): Promise<Analysis | undefined> {
  // Loaded with the first list that is looked at.
  const { parseList } = await import('../../intake/list');
  const reader = parseList(text, { ...base, format: 'urls', ...(memory ? { memory } : {}) });
  for (;;) {
    const step = reader.next();
    if (step.done === true) return { content: step.value, sections: sectionsOf(text.split(/\r\n|\n|\r/)) };
    await pause();
    if (isStale()) return undefined;
  }
}

/** The entry on a line, if there is one. Entries are in the order of their lines. */
export function entryOnLine(content: ListContent, line: number): ListEntry | undefined {
  const { entries } = content;
  let low = 0;
  let high = entries.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry === undefined) return undefined;
    if (entry.line === line + 1) return entry;
    if (entry.line < line + 1) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** The entries on the lines `from` to `to`, both included. */
export function entriesBetween(content: ListContent, from: number, to: number): Generator<ListEntry> {
  return between(content.entries, from, to);
}

/** The problems on the lines `from` to `to`, both included. */
export function problemsBetween(content: ListContent, from: number, to: number): Generator<ListProblem> {
  return between(content.problems, from, to);
}

/** @param entries in the order of their lines, which count from 1. */
function* between<T extends { readonly line: number }>(
  entries: readonly T[],
  from: number,
  to: number,
): Generator<T> {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.line ?? 0) < from + 1) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < entries.length; at += 1) {
    const entry = entries[at];
    if (entry === undefined || entry.line > to + 1) return;
    yield entry;
  }
}

/** Where a click on an entry leads: only links that were understood. */
export function targetOf(job: NewJob): string | undefined {
  return job.invalid === undefined ? job.link.url : undefined;
}

export type FixEdit = 'removeLine' | 'commentOut' | 'removeDuplicates' | 'replace';
export interface Fix {
  readonly title: string;
  readonly edit: FixEdit;
  /** What is written in the place of the problem, for `replace`. */
  readonly text?: string;
  readonly preferred: boolean;
}

/** What can be done about a problem; the first is what most people want. */
export function fixesOf(problem: ListProblem, duplicates: number): readonly Fix[] {
  const comment: Fix = { title: 'Turn the line into a comment', edit: 'commentOut', preferred: false };
  if (problem.kind === 'directive') return [comment];
  const written = (problem.fixes ?? []).map(({ title, text }, at): Fix => ({
    title,
    edit: 'replace',
    text,
    preferred: at === 0,
  }));
  if (problem.kind === 'more' || problem.kind === 'invisible') return [...written, comment];
  if (problem.kind === 'link')
    return [
      ...written,
      { ...comment, preferred: written.length === 0 },
      { title: 'Remove the line', edit: 'removeLine', preferred: false },
    ];
  const all: Fix = {
    title: `Remove all ${duplicates} duplicates`,
    edit: 'removeDuplicates',
    preferred: false,
  };
  return [
    { title: 'Remove the duplicate', edit: 'removeLine', preferred: true },
    ...(duplicates > 1 ? [all] : []),
    comment,
  ];
}

export interface LineRun {
  readonly from: number;
  readonly to: number;
}

/** Runs of neighbouring lines, so that removing them is one edit a run and no two edits touch. */
export function runsOf(lines: readonly number[]): readonly LineRun[] {
  const runs: { from: number; to: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && line <= last.to + 1) last.to = Math.max(last.to, line);
    else runs.push({ from: line, to: line });
  }
  return runs;
}
