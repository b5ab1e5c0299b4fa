/**
 * The sound that another machine has brought for a job, on disk until the video has its transcript: parts of it may be
 * paid for, and a second one would not be the same to the last bit. A step beside it holds its hash, so that no other
 * file is taken for it.
 */
import { createHash } from 'node:crypto';
import type { Files } from '../../model/ports';
import type { KeptSteps } from '../../model/source';

export type SoundFiles = Pick<Files, 'openAppend' | 'readPieces' | 'remove' | 'rename'>;

/** A file that is being written. */
export const unfinished = '.part';
const type = 'sound';

export class KeptSound {
  constructor(
    private readonly files: SoundFiles,
    /** Absolute. */
    private readonly path: string,
    private readonly steps: KeptSteps,
  ) {}

  /** Whether nothing that was done for the job belongs to another sound. */
  async isFirst(): Promise<boolean> {
    return (await this.steps.read()).every((step) => step.type === type);
  }

  /** Its file; undefined: there is none, or another one in its place. */
  async find(): Promise<string | undefined> {
    const step = (await this.steps.read()).findLast((one) => one.type === type);
    if (step === undefined) return undefined;
    const hash = createHash('sha256');
    for await (const piece of this.files.readPieces(this.path)) hash.update(piece);
    return hash.digest('hex') === step.sha256 ? this.path : undefined;
  }

  /** Throws what the pieces throw, and FailureError `disk`; then nothing of it is left. */
  async save(pieces: AsyncIterable<Uint8Array>): Promise<string> {
    const hash = createHash('sha256');
    const begun = this.path + unfinished;
    await this.files.remove(begun);
    const file = await this.files.openAppend(begun);
    try {
      try {
        for await (const piece of pieces) {
          hash.update(piece);
          await file.append(piece);
        }
        await file.flush();
      } finally {
        await file.close();
      }
      await this.files.rename(begun, this.path);
      await this.steps.add({ type, sha256: hash.digest('hex') });
    } catch (error) {
      await this.files.remove(begun);
      throw error;
    }
    return this.path;
  }
}
