/** `export`: what was written where, and what had to be left out. */
import type { ExportFormat, ExportResult } from '../output/exports';
import { plural } from '../model/words';

export function exportedWords(result: ExportResult, out: string): readonly string[] {
  const { videos, missing, notes } = result;
  return [
    `${plural(videos, 'video')} written to ${out}.`,
    ...(missing > 0 ? [`${plural(missing, 'finished video')} left out: their files are gone.`] : []),
    ...notes,
  ];
}

/** As `--json` has it: the only line. `out`, `folder`: absolute. */
export function exportedJson(
  result: ExportResult,
  of: { readonly folder: string; readonly format: ExportFormat; readonly out: string },
): string {
  const { videos, missing, notes } = result;
  const { folder, format, out } = of;
  const fields = { type: 'export', batch_dir: folder, format, output_file: out, videos, missing };
  return `${JSON.stringify({ ...fields, ...(notes.length === 0 ? {} : { notes }) })}\n`;
}
