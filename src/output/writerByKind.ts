/** One door for all that jobs write: transcripts, and notes about transcripts that are there. */
import type { Link } from '../model/link';
import type { KeptWords, TranscriptWriter, WriteRequest } from '../model/output';
import type { Settings } from '../model/settings';

export class WriterByKind implements TranscriptWriter {
  readonly kept?: KeptWords;

  constructor(
    private readonly transcripts: TranscriptWriter,
    private readonly notes: TranscriptWriter,
  ) {
    if (transcripts.kept) this.kept = transcripts.kept;
  }

  write(request: WriteRequest): Promise<readonly string[]> {
    return this.of(request.link).write(request);
  }

  find(folder: string, link: Link, settings: Settings): Promise<readonly string[] | undefined> {
    return this.of(link).find(folder, link, settings);
  }

  private of({ kind }: Link): TranscriptWriter {
    return kind === 'transcript' ? this.notes : this.transcripts;
  }
}
