/**
 * Words of the transcripts that notes are about, read from their files. What they come to for a template (`digestOf`)
 * is remembered while a file stays as it is, so that thousands that have their notes are read once.
 */
import { failure } from '../../model/failure';
import type { Link } from '../../model/link';
import type { Files } from '../../model/ports';
import type { SourceRequest } from '../../model/source';
import type { TranscriptDocument } from '../../output/document';
import { wordsOf } from '../../output/readBack';
import { fail } from '../../sources/parts';
import { digestOf } from './notesFile';
import type { NotesTemplate } from './template';

const maxBytes = 50 * 1024 * 1024;
/** A few hundred bytes each. */
const mostRemembered = 20_000;

interface Remembered {
  /** Size and time of change of the file. */
  readonly mark: string;
  readonly instructions: string;
  readonly digest: string;
}

export class TranscriptWords {
  private readonly digests = new Map<string, Remembered>();

  constructor(private readonly files: Pick<Files, 'read' | 'stat'>) {}

  /** The transcript in the job's file. Throws FailureError `unavailable` where it is none any more. */
  async read(link: Link, meta: SourceRequest['meta']): Promise<TranscriptDocument> {
    const { path } = link;
    const bytes = path === undefined ? undefined : await this.files.read(path, maxBytes);
    const words =
      bytes === undefined || path === undefined ? undefined : await wordsOf(bytes, path, meta.duration);
    if (words === undefined)
      fail(
        failure('unavailable', `${path ?? link.url} is no transcript any more.`, { subject: 'notes-file' }),
      );
    return {
      link,
      transcript: {
        language: languageOf(bytes),
        captions: 'manual',
        source: 'notes',
        cues: words.cues,
        meta: words.chapters.length === 0 ? meta : { ...meta, chapters: words.chapters },
      },
      batch: '',
      transcribed: '',
      timestamps: words.timed ? 'paragraph' : 'none',
    };
  }

  /** The digest of the transcript as it is now. Throws FailureError as `read`. */
  async digest(template: NotesTemplate, link: Link): Promise<string> {
    const { path = '' } = link;
    const mark = await this.markOf(link.path);
    const known = this.digests.get(path);
    if (mark !== undefined && known?.mark === mark && known.instructions === template.text)
      return known.digest;
    const digest = digestOf(await this.read(link, {}), template);
    this.digests.delete(path);
    if (mark !== undefined) this.digests.set(path, { mark, instructions: template.text, digest });
    for (const oldest of this.digests.keys()) {
      if (this.digests.size <= mostRemembered) break;
      this.digests.delete(oldest);
    }
    return digest;
  }

  private async markOf(path: string | undefined): Promise<string | undefined> {
    const stat = path === undefined ? undefined : await this.files.stat(path);
    return stat === undefined ? undefined : `${stat.size} ${stat.modifiedMs}`;
  }
}

/** Our own files say it in their head. */
function languageOf(bytes: Uint8Array | undefined): string {
  const head = new TextDecoder().decode(bytes?.subarray(0, 4096));
  return /^(?:language: "?| {2}"language": ")([A-Za-z0-9-]{2,35})"?,?$/m.exec(head)?.[1] ?? 'und';
}
