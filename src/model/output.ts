/** What the engine needs from output: transcript files, and the files derived from a batch's state. */
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
  /** Existing files of this video are kept: the user may have corrected them. */
  readonly keep?: boolean;
  /** Epoch ms. */
  readonly now: number;
}

export interface TranscriptWriter {
  /**
   * Writes one file for each format, each atomically. Returns names relative to the folder. Throws
   * FailureError `disk`.
   */
  write(request: WriteRequest): Promise<readonly string[]>;
  /**
   * Existing files of this video in every wanted format; undefined when one is missing. Identifies a file
   * by the id inside it, not by its name alone.
   */
  find(folder: string, link: Link, settings: Settings): Promise<readonly string[] | undefined>;
}
