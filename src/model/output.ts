/** What the engine asks of output: transcript files, and the files that are derived from a batch's state. */
import type { Link } from './link';
import type { Settings } from './settings';
import type { Transcript } from './transcript';

export interface WriteRequest {
  /** Absolute path of the batch folder. */
  readonly folder: string;
  readonly link: Link;
  /** Place in the list, from 1. */
  readonly index: number;
  readonly batch: string;
  readonly settings: Settings;
  readonly transcript: Transcript;
  /** Files of this video that are there already stay as they are: somebody may have corrected them. */
  readonly keep?: boolean;
  /** Epoch ms. */
  readonly now: number;
}

export interface TranscriptWriter {
  /** Writes one file a format, each whole or not at all. Returns names relative to the folder. Throws FailureError `disk`. */
  write(request: WriteRequest): Promise<readonly string[]>;
  /**
   * Files of this video that are there already in every wanted format; undefined when one is missing.
   * Recognises a file by the id it carries inside, not by its name alone.
   */
  find(folder: string, link: Link, settings: Settings): Promise<readonly string[] | undefined>;
}
