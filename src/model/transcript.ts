/** The neutral transcript: every wire format is read into it, every output format is written from it. */
import type { VideoMeta } from './link';

/** One stretch of text on a time axis; times in seconds, `end` ≥ `start`. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker?: string;
}

/** How the text came to be. A subtitle file counts as `manual`. */
export type CaptionKind = 'manual' | 'automatic' | 'speech';

export const sourceIds = ['subtitleFile', 'youtube', 'yt-dlp', 'deapi', 'openai', 'whisper'] as const;
export type SourceId = (typeof sourceIds)[number];

export function isSourceId(value: unknown): value is SourceId {
  return (sourceIds as readonly unknown[]).includes(value);
}

export interface Transcript {
  /** BCP 47 code, `und` when unknown. */
  readonly language: string;
  readonly captions: CaptionKind;
  /** The words are those of a dubbed sound track, not the ones that were spoken. */
  readonly dub?: boolean;
  readonly source: SourceId;
  /** In order of start, without rolling repeats. */
  readonly cues: readonly Cue[];
  readonly meta: VideoMeta;
}
