/** The neutral transcript: every wire format is parsed into it, every output format is written from it. */
import type { VideoMeta } from './link';

/** One stretch of text on a time axis; times in seconds, `end` ≥ `start`. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker?: string;
}

/** The origin of the text. A subtitle file counts as `manual`. */
export type CaptionKind = 'manual' | 'automatic' | 'speech';

/** Every source: its name in a sentence, and whether it makes its transcript from the audio. */
export const sourceFacts = {
  subtitleFile: { name: 'the subtitle file', hearsSound: false },
  youtube: { name: 'YouTube', hearsSound: false },
  'yt-dlp': { name: 'yt-dlp', hearsSound: false },
  deapi: { name: 'deAPI', hearsSound: true },
  openai: { name: 'the speech service', hearsSound: true },
  whisper: { name: 'whisper.cpp', hearsSound: true },
  notes: { name: 'the notes model', hearsSound: false },
} as const satisfies Record<string, { readonly name: string; readonly hearsSound: boolean }>;

export type SourceId = keyof typeof sourceFacts;
/** The sources of transcripts, in their order. `notes` is none: it writes about a transcript that is there. */
export const sourceIds: readonly SourceId[] = Object.keys(sourceFacts)
  .filter(isSourceId)
  .filter((id) => id !== 'notes');

export function isSourceId(value: unknown): value is SourceId {
  return typeof value === 'string' && Object.hasOwn(sourceFacts, value);
}

export interface Transcript {
  /** BCP 47 code, `und` when unknown. */
  readonly language: string;
  readonly captions: CaptionKind;
  /** The text is that of a dubbed audio track, not of the spoken one. */
  readonly dub?: boolean;
  readonly source: SourceId;
  /** In order of start, without rolling repeats. */
  readonly cues: readonly Cue[];
  readonly meta: VideoMeta;
  /** Notes about a transcript: written as they are, in place of the formats. */
  readonly notes?: NotesText;
}

/** A model's notes about one transcript. */
export interface NotesText {
  /** The whole file. */
  readonly text: string;
  /** The template's name, as safe as a file name has to be. */
  readonly template: string;
}
