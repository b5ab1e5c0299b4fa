/** `search`: the words in their passages, with the place in the transcript and in the video. */
import { resolve } from 'node:path';
import { FailureError, failure } from '../model/failure';
import { formatCount, formatLength, plural } from '../model/words';
import type { SearchAnswer, SearchHit, TranscriptSearch } from '../search/search';
import type { Console } from './console';
import type { ExitCode } from './exitCodes';

export interface LinePart {
  readonly text: string;
  /** What was found. */
  readonly strong?: boolean;
}

export interface SearchWorld {
  readonly console: Console & { readonly parts: (line: readonly LinePart[]) => void };
  /** As the clock has it. */
  readonly monotonic: () => number;
}

export interface SearchCommand {
  readonly words: string;
  readonly limit: number;
}

const progressEveryMs = 100;

/**
 * What to look for, and where. The last of several arguments is the folder where it is one; `output` (absolute)
 * otherwise. One that is written as a path is never a word: a mistyped folder would be looked for in vain.
 */
export async function searchPlace(
  args: readonly string[],
  output: string,
  isFolder: (path: string) => Promise<boolean>,
): Promise<{ readonly words: string; readonly folder: string }> {
  const last = args.at(-1) ?? '';
  const isPlace = args.length > 1 && (isPath(last) || (await isFolder(last)));
  return isPlace
    ? { words: args.slice(0, -1).join(' '), folder: resolve(last) }
    : { words: args.join(' '), folder: output };
}

function isPath(word: string): boolean {
  return /^(?:\.{1,2}|~)?[/\\]|^\.{1,2}$|[/\\]$|^[A-Za-z]:[/\\]/.test(word);
}

/**
 * Prints what is found in the folder. 0: something is; 1: nothing. Throws FailureError: `invalid-url` without words,
 * `cancelled` where it is interrupted.
 */
export async function searchIn(
  { words, limit }: SearchCommand,
  folder: string,
  search: TranscriptSearch,
  { console, monotonic }: SearchWorld,
): Promise<ExitCode> {
  if (!search.hasWords(words))
    throw new FailureError(
      failure(
        'invalid-url',
        `There is no word to look for in ${JSON.stringify(words)}. Name one or more words.`,
      ),
    );
  const stop = new AbortController();
  const unlisten = console.onInterrupt(() => stop.abort());
  let drawn = monotonic();
  const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void => {
    if (monotonic() - drawn < progressEveryMs) return;
    drawn = monotonic();
    console.redraw?.(`Indexing transcripts: ${Math.floor((100 * done) / Math.max(1, total))} %`);
  };
  try {
    const answer = await search.search(folder, words, { limit, signal: stop.signal, onProgress });
    console.redraw?.('');
    show(answer, words, folder, console);
    return answer.hits.length > 0 ? 0 : 1;
  } catch (error) {
    console.redraw?.('');
    if (!stop.signal.aborted) throw error;
    throw new FailureError(
      failure('cancelled', 'Interrupted. The next search goes on with the index where this one stopped.'),
    );
  } finally {
    unlisten();
  }
}

function show(answer: SearchAnswer, words: string, folder: string, console: SearchWorld['console']): void {
  if (answer.aside !== undefined)
    console.problem(`The index is kept with your own settings, not in ${folder}: ${answer.aside}`);
  if (console.json) {
    for (const hit of answer.hits) console.json(hitJson(hit));
    const { total, partial, transcripts } = answer;
    console.json(
      `${JSON.stringify({ type: 'search', query: words, folder, transcripts, total, shown: answer.hits.length, partial })}\n`,
    );
    return;
  }
  if (answer.partial) console.words('No passage has all of these words. The closest:\n');
  for (const hit of answer.hits) for (const line of hitLines(hit)) console.parts(line);
  console.words(summary(answer, folder));
}

function summary({ hits, total, transcripts }: SearchAnswer, folder: string): string {
  if (transcripts === 0)
    return `There are no transcripts in ${folder}. Name a batch folder, or the folder that holds them.`;
  const places = plural(transcripts, 'transcript');
  if (hits.length === 0)
    return `Nothing found in ${places}. Try fewer words, or the beginning of one: photo*`;
  if (total <= hits.length) return `${plural(total, 'passage')} in ${places}.`;
  return `${formatCount(hits.length)} of ${plural(total, 'passage')} in ${places}. More: --limit N`;
}

function hitLines(hit: SearchHit): readonly (readonly LinePart[])[] {
  const time = hit.seconds === undefined ? '' : `  ${formatLength(Math.floor(hit.seconds))}`;
  return [
    [{ text: `${hit.title}${time}${hit.link === undefined ? '' : `  ${hit.link}`}` }],
    [{ text: `  ${hit.file}:${hit.line}` }],
    [{ text: '  ' }, ...markedParts(hit)],
    [],
  ];
}

/** The text in parts, so that what was found can be set off. */
function markedParts({ text, marks }: SearchHit): readonly LinePart[] {
  const parts: LinePart[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    parts.push({ text: text.slice(at, start) }, { text: text.slice(start, end), strong: true });
    at = end;
  }
  return [...parts, { text: text.slice(at) }];
}

function hitJson({ file, batch, title, line, seconds, link, text, marks }: SearchHit): string {
  return `${JSON.stringify({ type: 'passage', file, batch, title, line, seconds, url: link, text, marks })}\n`;
}
