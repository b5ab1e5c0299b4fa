/** `render`: a batch's finished videos in other formats, with how far it is and what stayed as it was. */
import type { House } from '../assemble';
import { FailureError, failure, toFailure } from '../model/failure';
import type { Settings } from '../model/settings';
import { formatCount } from '../model/words';
import { renderedJson, renderedWords } from '../output/renderWords';
import type { Console } from './console';
import type { ExitCode } from './exitCodes';

export interface RenderCall {
  /** Absolute path of the batch folder. */
  readonly folder: string;
  /** Over the batch's own. */
  readonly settings: Partial<Settings>;
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
