/**
 * What the user should know once of a whole batch, and no row says: a record that cannot be written, a journal that
 * was repaired, a transcript that was corrected and stays as it is. Knows nothing of VS Code.
 */
import type { BatchHandle } from '../engine/api';

export class News {
  private readonly said = new Set<string>();

  /** Each text is said once in a window: what concerns all batches is not said for each of them. */
  constructor(private readonly say: (words: string, handle: BatchHandle) => void) {}

  /** Says what there is, and what is added as the batch goes on. Returns a function that ends it. */
  watch(handle: BatchHandle): () => void {
    let told = 0;
    const look = (): void => {
      for (const text of (handle.news ?? []).slice(told)) {
        told += 1;
        if (this.said.has(text)) continue;
        this.said.add(text);
        const { name } = handle.state;
        this.say(name === '' ? text : `${name}: ${text}`, handle);
      }
    };
    look();
    return handle.onEvents(look);
  }
}
