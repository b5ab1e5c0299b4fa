/**
 * `render`: the finished videos of a batch, or of all batches of an output folder, in other formats, with how far it is
 * and what stayed as it was.
 */
import { basename } from 'node:path';
import type { House } from '../assemble';
import { readBatches } from '../engine/folder/batchFolders';
import { isBatch } from '../library/batchStatus';
import { FailureError, failure, toFailure } from '../model/failure';
import { isNotesFolder } from '../model/filesFolder';
import type { Files } from '../model/ports';
import type { Settings } from '../model/settings';
import { formatCount } from '../model/words';
import { renderedJson, renderedWords } from '../output/renderWords';
import type { Console } from './console';
import { problemWords, startProblem, type ExitCode } from './exitCodes';
import { plainText } from './screen';

export interface RenderCall {
  /** Absolute path of the batch folder, for `renderIn` also of the one that holds batch folders. */
  readonly folder: string;
  /** Over the batch's own. */
  readonly settings: Partial<Settings>;
}

export interface RenderWorld {
  readonly console: Console;
  readonly files: Files;
  /** A line of `--json` for a batch that could not be rendered. */
  readonly error: ((code: string, message: string) => void) | undefined;
}

/**
 * As `render`; the batches of an output folder one after the other, and 1 as well where one of them could not be read.
 * Throws FailureError.
 */
export async function renderIn(
  call: RenderCall,
  house: Pick<House, 'renderBatch'>,
  { console, files, error }: RenderWorld,
): Promise<ExitCode> {
  const folders = await batchesIn(call.folder, files);
  if (folders.length === 0) return render(call, house, console);
  let exit: ExitCode = 0;
  for (const folder of folders) {
    console.words(`${plainText(basename(folder))}:`);
    try {
      if ((await render({ ...call, folder }, house, console)) !== 0) exit = 1;
    } catch (thrown) {
      const failed = toFailure(thrown);
      // Neither is of this batch alone.
      if (failed.code === 'cancelled' || failed.code === 'disk') throw thrown;
      exit = 1;
      console.problem(plainText(problemWords(failed)));
      error?.(startProblem(failed).code, plainText(problemWords(failed)));
    }
  }
  return exit;
}

/** The batch folders in the folder; none where it is one itself. */
async function batchesIn(folder: string, files: Files): Promise<readonly string[]> {
  if ((await isBatch(folder, files)) || (await files.stat(folder))?.kind !== 'folder') return [];
  const found = await readBatches(folder, files, async (place) =>
    (await isBatch(place, files)) ? place : undefined,
  );
  return found.filter((place) => !isNotesFolder(place));
}

/** 1 where finished videos were left out. Throws FailureError, `cancelled` where it is interrupted. */
export async function render(
  { folder, settings }: RenderCall,
  house: Pick<House, 'renderBatch'>,
  console: Console,
): Promise<ExitCode> {
  const stop = new AbortController();
  const listening = console.onInterrupt(() => stop.abort());
  let shown = -1;
  try {
    const result = await house.renderBatch(folder, {
      settings,
      signal: stop.signal,
      onProgress: (done, total) => {
        const percent = Math.floor((done * 100) / total);
        if (percent === shown) return;
        shown = percent;
        console.redraw?.(`${formatCount(done)} of ${formatCount(total)} videos · ${percent} %`);
      },
    });
    console.redraw?.('');
    for (const line of renderedWords(result, folder)) console.words(line);
    console.json?.(renderedJson(result, folder));
    return result.unkept > 0 ? 1 : 0;
  } catch (error) {
    console.redraw?.('');
    if (toFailure(error).code !== 'cancelled') throw error;
    throw new FailureError(
      failure('cancelled', 'Stopped. What was written is whole and stays; the same call goes on.'),
    );
  } finally {
    listening();
  }
}
