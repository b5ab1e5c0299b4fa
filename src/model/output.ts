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
  /** Something about keeping the words that the user should know. */
  readonly tell?: (text: string) => void;
}

/** A finished video that lacks files in some of the wanted formats. */
export interface KeptRequest extends Omit<WriteRequest, 'transcript' | 'keep'> {
  /** Absolute path of the batch folder where its words may be kept: its own, or another batch's. */
  readonly from: string;
}

export interface KeptResult {
  /** All files of the wanted formats, relative to the folder. */
  readonly files: readonly string[];
  /** Files of the video in `from` that the user corrected: what is written now lacks the corrections. */
  readonly corrected: readonly string[];
  /** Its transcript, without the cues. */
  readonly transcript: Omit<Transcript, 'cues'>;
}

/** The words of finished videos, kept beside their transcripts (`output.keepCues`). */
export interface KeptWords {
  /** Ids of the videos of a batch folder whose words are kept. Throws FailureError `disk`. */
  ids(folder: string): Promise<ReadonlySet<string>>;
  /**
   * Writes the wanted formats that are missing; files that exist stay as they are. Undefined where no words are kept,
   * or they cannot be read. Throws FailureError `disk`.
   */
  write(request: KeptRequest): Promise<KeptResult | undefined>;
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
  /** Absent: no words are kept. */
  readonly kept?: KeptWords;
}
