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

/**
 * Every source: its name in a sentence, whether it makes its transcript from the audio, and whether other machines may
 * ask it, because it needs neither a key nor money.
 */
export const sourceFacts = {
  subtitleFile: { name: 'the subtitle file', hearsSound: false, runsElsewhere: true },
  youtube: { name: 'YouTube', hearsSound: false, runsElsewhere: true },
  'yt-dlp': { name: 'yt-dlp', hearsSound: false, runsElsewhere: true },
  deapi: { name: 'deAPI', hearsSound: true, runsElsewhere: false },
  openai: { name: 'the speech service', hearsSound: true, runsElsewhere: false },
  whisper: { name: 'whisper.cpp', hearsSound: true, runsElsewhere: true },
  notes: { name: 'the notes model', hearsSound: false, runsElsewhere: false },
} as const satisfies Record<
  string,
  { readonly name: string; readonly hearsSound: boolean; readonly runsElsewhere: boolean }
>;

export type SourceId = keyof typeof sourceFacts;
/** The sources of transcripts, in their order. `notes` is none: it writes about a transcript that is there. */
export const sourceIds: readonly SourceId[] = Object.keys(sourceFacts)
  .filter(isSourceId)
  .filter((id) => id !== 'notes');

export function isSourceId(value: unknown): value is SourceId {
  return typeof value === 'string' && Object.hasOwn(sourceFacts, value);
}

/** A source that other machines may ask. */
export type SharedSource = {
  [Id in SourceId]: (typeof sourceFacts)[Id]['runsElsewhere'] extends true ? Id : never;
}[SourceId];

export function isShared(source: SourceId): source is SharedSource {
  return sourceFacts[source].runsElsewhere;
}

export const sharedSources: readonly SharedSource[] = sourceIds.filter(isShared);

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
