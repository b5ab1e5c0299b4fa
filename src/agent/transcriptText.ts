/** A transcript as a model reads it: a line for each paragraph with its time, headings where chapters begin. */
import { toParagraphs } from '../captions/paragraphs';
import { breathe, inSlices, Share } from '../captions/sliced';
import type { Chapter } from '../model/link';
import { formatLength } from '../model/words';
import type { Read } from '../output/readBack';
import { oneLine } from './answers';

const longestParagraph = 1_000_000;

export interface TranscriptText {
  readonly text: string;
  /** Where lines begin in `text`, with the second of the video; ascending. Empty where there are no times. */
  readonly times: readonly { readonly at: number; readonly seconds: number }[];
  /** Where chapters begin in `text`. */
  readonly chapters: readonly { readonly at: number; readonly title: string; readonly seconds: number }[];
}

/** `whole`: each cue is a paragraph already. `chapters`: for formats that do not hold them. */
export async function textOf(
  { cues, chapters: own, timed }: Read,
  { whole, chapters: known }: { readonly whole: boolean; readonly chapters: readonly Chapter[] },
): Promise<TranscriptText> {
  const chapters = own.length > 0 ? own : timed ? known : [];
  const paragraphs = whole ? withChapters(cues, chapters) : await inSlices(toParagraphs(cues, { chapters }));
  const share = new Share();
  const times: { at: number; seconds: number }[] = [];
  const starts: { at: number; title: string; seconds: number }[] = [];
  const lines: string[] = [];
  let at = 0;
  const add = (line: string): void => {
    lines.push(line);
    at += line.length + 1;
  };
  for (const { start, text, speaker, chapter } of paragraphs) {
    if (share.due(text.length)) await breathe();
    if (chapter !== undefined) {
      const title = asData(oneLine(chapter.title));
      starts.push({ at, title, seconds: chapter.start });
      add(`## ${title}`);
    }
    if (timed) times.push({ at, seconds: start });
    const time = timed ? `[${formatLength(Math.floor(start))}] ` : '';
    const who = speaker === undefined ? '' : `${oneLine(speaker, 100)}: `;
    add(`${time}${asData(`${who}${oneLine(text, longestParagraph)}`)}`);
  }
  return { text: lines.join('\n'), times, chapters: starts };
}

/** No tag can begin in the words, so that they cannot close the frame around them. */
export function asData(text: string): string {
  return text.replaceAll('<', '&lt;');
}

function* withChapters(cues: Read['cues'], chapters: readonly Chapter[]) {
  let next = 0;
  for (const { start, text, speaker } of cues) {
    let chapter: Chapter | undefined;
    while (next < chapters.length && (chapters[next]?.start ?? 0) <= start) {
      chapter = chapters[next];
      next += 1;
    }
    yield {
      start,
      text,
      ...(speaker === undefined ? {} : { speaker }),
      ...(chapter === undefined ? {} : { chapter }),
    };
  }
}
