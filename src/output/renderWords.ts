/** What came of rendering a batch again, in the words of terminal and editor. */
import { correctedWords } from '../model/keptWords';
import { joinSome, plural } from '../model/words';
import type { RenderResult } from './renderAgain';

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
          `${plural(stayed.length, 'file')} changed since, or not written by a batch, left unchanged: ${joinSome(stayed)}.`,
        ]),
    ...(corrected.length === 0 ? [] : [correctedWords(corrected)]),
    ...(damaged === 0
      ? []
      : [`${plural(damaged, 'record')} of kept words could not be read; the others were not affected.`]),
    ...(unkept === 0
      ? []
      : [
          `${plural(unkept, 'finished video')} left out: no words are kept, and no JSON or subtitle file has them. Run the list again with these formats: what cost nothing is asked for again, what was paid is not.`,
        ]),
  ];
}

/** As `--json` has it: the only line. `folder`: absolute. */
export function renderedJson(result: RenderResult, folder: string): string {
  const { formats, videos, written, stayed, corrected, unkept, damaged } = result;
  const fields = { type: 'render', batch_dir: folder, formats, videos, written, stayed, corrected };
  return `${JSON.stringify({ ...fields, not_kept: unkept, damaged })}\n`;
}
