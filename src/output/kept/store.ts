/**
 * Appends to the file of kept cues. What several jobs have to keep at a time is written and flushed together, so that
 * keeping costs a fraction of a write. The file is open only meanwhile: a folder may be moved or deleted at any time.
 */
import { join } from 'node:path';
import { FailureError, toFailure } from '../../model/failure';
import type { Files } from '../../model/ports';
import { packed, type KeptVideo } from './content';
import { keptName, recordOf, type KeptHead } from './record';

/** A file that we wrote: its name in the batch folder, and what `digestOf` its content was. */
export type WrittenFile = readonly [name: string, digest: string];

export class KeptStore {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly files: Files) {}

  /** On disk when it returns. Throws FailureError `disk`, RangeError for a transcript beyond all limits. */
  async keep(folder: string, video: KeptVideo, written: readonly WrittenFile[], now: number): Promise<void> {
    const head = { id: video.link.id, at: now, ...withFiles(written) };
    await this.append(folder, recordOf(head, await packed(video)));
  }

  /** Further files of a video whose cues are kept. Throws FailureError `disk`. */
  async wrote(folder: string, id: string, written: readonly WrittenFile[], now: number): Promise<void> {
    if (written.length > 0)
      await this.append(folder, recordOf({ id, at: now, ...withFiles(written) }, empty));
  }

  /** Cues that are kept of the video are no longer those of its transcript. Throws FailureError `disk`. */
  async forget(folder: string, id: string, now: number): Promise<void> {
    if ((await this.files.stat(join(folder, keptName))) === undefined) return;
    await this.append(folder, recordOf({ id, at: now, gone: true }, empty));
  }

  private append(folder: string, record: Uint8Array): Promise<void> {
    let lane = this.lanes.get(folder);
    if (!lane) {
      lane = new Lane(this.files, join(folder, keptName), () => this.lanes.delete(folder));
      this.lanes.set(folder, lane);
    }
    return lane.append(record);
  }
}

const empty = new Uint8Array();

function withFiles(written: readonly WrittenFile[]): Pick<KeptHead, 'files'> {
  return written.length === 0 ? {} : { files: written.map(([name, digest]) => [name, digest]) };
}

/** The records that wait to be appended to one file. */
class Lane {
  private waiting: { readonly record: Uint8Array; readonly done: (error?: Error) => void }[] = [];
  private working = false;

  constructor(
    private readonly files: Files,
    private readonly path: string,
    private readonly idle: () => void,
  ) {}

  append(record: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({
        record,
        done: (error) => {
          if (error === undefined) resolve();
          else reject(error);
        },
      });
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0) {
      const lot = this.waiting;
      this.waiting = [];
      let failed: Error | undefined;
      try {
        await this.write(Buffer.concat(lot.map(({ record }) => record)));
      } catch (error) {
        failed = new FailureError(toFailure(error));
      }
      for (const { done } of lot) done(failed);
    }
    this.working = false;
    this.idle();
  }

  private async write(bytes: Uint8Array): Promise<void> {
    const file = await this.files.openAppend(this.path);
    try {
      await file.append(bytes);
      await file.flush();
    } finally {
      await file.close();
    }
  }
}
