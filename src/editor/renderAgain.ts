/** *Render Again…*: asks for formats and time links, and writes them from the kept words, with a bar and Cancel. */
import { toFailure } from '../model/failure';
import { formatCount } from '../model/numberWords';
import { outputFormats, settingsSchema, type OutputFormat, type Settings } from '../model/settings';
import { renderedWords } from '../output/renderWords';
import type { CoreAccess } from './core';
import { notice, statusMessage, working } from './messages';
import { pick, pickMany } from './pickers';
import { tell } from './problems';

const words: Readonly<Record<OutputFormat, string>> = {
  md: 'Markdown',
  txt: 'Plain text',
  srt: 'SubRip subtitles',
  vtt: 'WebVTT subtitles',
  json: 'JSON with times',
};

type Timestamps = Settings['output.timestamps'];

/**
 * Asks once for all batches. Nothing is written when the user closes a question; Cancel ends it for those that are
 * left. Throws FailureError.
 */
export async function renderAgain(
  access: CoreAccess,
  batches: readonly { readonly folder: string; readonly name: string }[],
): Promise<void> {
  const [only] = batches;
  const title =
    batches.length === 1 ? `Render ${only?.name ?? ''} Again` : `Render ${batches.length} Batches Again`;
  const picked = await pickMany(
    outputFormats.map((format) => ({ label: `.${format}`, description: words[format], format })),
    { title, placeHolder: 'Formats to write. No service is asked.' },
  );
  if (picked === undefined || picked.length === 0) return;
  const formats = picked.map(({ format }) => format);
  const timestamps = await timestampsFor(title, formats);
  if (timestamps === 'closed') return;
  const settings = {
    'output.formats': formats,
    ...(timestamps === undefined ? {} : { 'output.timestamps': timestamps }),
  };
  const core = await access.get();
  for (const { folder, name } of batches) {
    try {
      const result = await working(`Rendering ${name}…`, (signal, say) =>
        core.renderBatch(folder, {
          settings,
          signal,
          onProgress: (done, total) => say(`${formatCount(done)} of ${formatCount(total)}`, done / total),
        }),
      );
      const isWhole = result.stayed.length + result.corrected.length + result.unkept + result.damaged === 0;
      // Not waited for: it may stay until the window is closed.
      void notice(isWhole ? 'info' : 'warning', renderedWords(result, name).join(' '));
    } catch (error) {
      if (toFailure(error).code === 'cancelled') {
        statusMessage('Stopped. What was written stays.', 8000);
        return;
      }
      if (batches.length === 1) throw error;
      void tell(error);
    }
  }
}

/** Asked for formats that have time links; undefined: as the batch was written. */
async function timestampsFor(
  title: string,
  formats: readonly OutputFormat[],
): Promise<Timestamps | 'closed' | undefined> {
  if (!formats.some((format) => format === 'md' || format === 'txt')) return undefined;
  const { choices } = settingsSchema['output.timestamps'];
  const as = { label: 'As before', description: 'As the batch was run.', value: undefined };
  const others = (Object.keys(choices) as readonly Timestamps[]).map((value) => ({
    label: value,
    description: choices[value],
    value,
  }));
  const picked = await pick<{
    readonly label: string;
    readonly description: string;
    readonly value: Timestamps | undefined;
  }>([as, ...others], { title, placeHolder: settingsSchema['output.timestamps'].description });
  return picked === undefined ? 'closed' : picked.value;
}
