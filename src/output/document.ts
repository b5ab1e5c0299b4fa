/** The input of a transcript file, and small helpers that every renderer needs. */
import type { Link, VideoMeta } from '../model/link';
import type { Settings } from '../model/settings';
import type { Cue, Transcript } from '../model/transcript';

/** One video with its transcript, for every renderer and export. */
export interface TranscriptDocument {
  readonly link: Pick<Link, 'url' | 'id' | 'kind' | 'list' | 'episode' | 'publicUrl'>;
  readonly transcript: Transcript;
  readonly batch: string;
  /** ISO time of the transcription. */
  readonly transcribed: string;
  readonly timestamps: Settings['output.timestamps'];
}

/** Whether the cues have times; a transcript that is plain text has none. */
export function hasTimes(cues: readonly Cue[]): boolean {
  return cues.some((cue) => cue.end > 0);
}

/** The title, or the most telling substitute. */
export function titleOf(meta: VideoMeta, link: Pick<Link, 'url' | 'id'>): string {
  const title = meta.title?.trim() ?? '';
  return title === '' ? link.id : title;
}

/** A link that opens the video at that second: `&t=` for YouTube, a media fragment for others. */
export function timeLink(url: string, seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (url.startsWith('https://www.youtube.com/watch?v=')) return `${url}&t=${whole}`;
  const hash = url.indexOf('#');
  return `${hash < 0 ? url : url.slice(0, hash)}#t=${whole}`;
}

/** The lines of a cue without empty ones, which would end it in subtitle formats. */
export function cueLines(text: string): readonly string[] {
  return text
    .split(/[\n\r\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A name or title in one line: a line of its own could pass for a cue, a time or a heading. */
export function oneLine(text: string): string {
  return cueLines(text).join(' ');
}
