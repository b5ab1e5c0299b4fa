/**
 * What the editor knows about a `.urls` document: its links, what is wrong with them, and its sections. Knows
 * nothing of VS Code; lines count from 0 here, as editors do.
 */
import type { ListContent, ListEntry, ListProblem } from '../../intake/list';
import type { LocalBase } from '../../intake/localPath';
import { readUrlsLine } from '../../intake/urlsSyntax';
import type { NewJob } from '../../model/events';

export interface Section {
  readonly from: number;
  readonly to: number;
}

export interface Analysis {
  readonly content: ListContent;
  readonly sections: readonly Section[];
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
): Promise<Analysis | undefined> {
  // Loaded with the first list that is looked at.
  const { parseList } = await import('../../intake/list');
  const reader = parseList(text, { ...base, format: 'urls' });
  for (;;) {
    const step = reader.next();
    if (step.done === true) return { content: step.value, sections: sectionsOf(text.split(/\r\n|\n|\r/)) };
    await pause();
    if (isStale()) return undefined;
  }
}

/** A comment above links is the heading of all that follows, up to the next one. */
export function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: Section[] = [];
  let heading: number | undefined;
  let inHeading = false;
  let last = 0;
  const close = (): void => {
    if (heading !== undefined && last > heading) sections.push({ from: heading, to: last });
  };
  lines.forEach((line, number) => {
    const first = line.trimStart()[0];
    if (first === undefined) return;
    const isComment = first === '#' && readUrlsLine(line.slice(0, 1000)).kind === 'comment';
    if (isComment && !inHeading) {
      close();
      heading = number;
    }
    inHeading = first === '#' && (isComment || inHeading);
    last = number;
  });
  close();
  return sections;
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
export function* entriesBetween(content: ListContent, from: number, to: number): Generator<ListEntry> {
  const { entries } = content;
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

/** Runs of neighbouring lines, so that removing them is one edit a run and no two edits touch. */
export function runsOf(lines: readonly number[]): readonly Section[] {
  const runs: { from: number; to: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && line <= last.to + 1) last.to = Math.max(last.to, line);
    else runs.push({ from: line, to: line });
  }
  return runs;
}
