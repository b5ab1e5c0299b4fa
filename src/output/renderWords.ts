/** What came of rendering a batch again, in the words of terminal and editor. */
import { joinAnd, plural } from '../model/words';
import type { RenderResult } from './renderAgain';

/** Names that are said one by one. */
const shownNames = 5;

/** Sentences, the most important first. `folder`: as the user knows it. */
export function renderedWords(result: RenderResult, folder: string): readonly string[] {
  const { formats, videos, written, stayed, corrected, unkept, damaged } = result;
  const kinds = formats.join(', ');
  return [
    videos === 0 && unkept > 0
      ? `Nothing was written: no words are kept in ${folder}.`
      : `${plural(written, 'file')} written for ${plural(videos, 'video')} (${kinds}). No service was asked.`,
    ...(stayed.length === 0
      ? []
      : [
          `${plural(stayed.length, 'file')} changed since, or not written by a batch, left unchanged: ${some(stayed)}.`,
        ]),
    ...(corrected.length === 0
      ? []
      : [
          `${plural(corrected.length, 'transcript')} corrected since, left unchanged: ${some(corrected)}. What was written now has the words without the corrections.`,
        ]),
    ...(damaged === 0
      ? []
      : [`${plural(damaged, 'record')} of kept words could not be read; the others were not affected.`]),
    ...(unkept === 0
      ? []
      : [
          `${plural(unkept, 'finished video')} left out: no words are kept. Run the list again with these formats: what cost nothing is asked for again, what was paid is not.`,
        ]),
  ];
}

function some(names: readonly string[]): string {
  const more = names.length - shownNames;
  const shown = names.slice(0, shownNames);
  return joinAnd(more > 0 ? [...shown, plural(more, 'more', 'more')] : shown);
}

/** As `--json` has it: the only line. `folder`: absolute. */
export function renderedJson(result: RenderResult, folder: string): string {
  const { formats, videos, written, stayed, corrected, unkept, damaged } = result;
  const fields = { type: 'render', batch_dir: folder, formats, videos, written, stayed, corrected };
  return `${JSON.stringify({ ...fields, not_kept: unkept, damaged })}\n`;
}
