/**
 * Makes new names in a folder durable. A flush of the folder serves all callers that came before it began,
 * and the folder is kept open between flushes in quick succession.
 */
import type { FileHandle } from 'node:fs/promises';
import { codeOf } from './diskFailure';
import { openFile } from './openFile';

/** A folder that is flushed again within this time is not reopened. */
const heldMs = 200;

/** Flushes one folder: callers during a flush wait for the next one, together. */
export class FolderSync {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private handle: FileHandle | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly folder: string,
    private readonly idle: () => void,
  ) {}

  request(): Promise<void> {
    if (!this.running) {
      this.running = this.flush().finally(() => {
        this.running = undefined;
        if (!this.next) this.rest();
      });
      return this.running;
    }
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.request();
    });
    return this.next;
  }

  private async flush(): Promise<void> {
    // Windows has no such call; some network file systems refuse it.
    if (process.platform === 'win32') return;
    clearTimeout(this.timer);
    try {
      this.handle ??= await openFile(this.folder, 'r');
      await this.handle.sync();
    } catch (error) {
      await this.close();
      if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EIO') throw error;
    }
  }

  /** No caller waits: the folder is kept open a moment longer for the next ones. */
  private rest(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.idle();
      void this.close();
    }, heldMs);
    this.timer.unref();
  }

  private async close(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close().catch(() => undefined);
  }
}
