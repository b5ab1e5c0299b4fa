/** The videos that failed for want of speech-to-text, in the batch that is in view. */
import type { ReadonlyRow } from '../../engine/state/shape';
import type { Actions } from '../actions';
import type { Batches } from '../batches';

/** No source without speech-to-text reads it, or the speech-to-text that there was is set up wrongly. */
function wantsSpeech({ status, failure, link }: ReadonlyRow): boolean {
  if (status !== 'failed' || failure === undefined) return false;
  const { code, subject = '', forAll = false } = failure;
  if (forAll && /^(?:whisper|openai|deapi)-/.test(subject)) return true;
  return code === 'no-captions' || (code === 'unsupported' && link.kind === 'media');
}

export class WaitingVideos {
  constructor(
    private readonly batches: Batches,
    private readonly actions: Pick<Actions, 'rows'>,
  ) {}

  async count(): Promise<number> {
    return (await this.find())?.jobs.length ?? 0;
  }

  /** Tries them again; what costs money asks first. */
  async transcribe(): Promise<void> {
    const found = await this.find();
    if (found === undefined || found.jobs.length === 0) return;
    const { batch, jobs } = found;
    await this.actions.rows({ type: 'rowAction', request: 0, batch, action: 'retry', jobs }, undefined);
  }

  private async find(): Promise<{ readonly batch: string; readonly jobs: number[] } | undefined> {
    const current = this.batches.current();
    if (current === undefined) return undefined;
    const { state } = await this.batches.look(current.folder);
    return { batch: current.id, jobs: state.jobs.filter(wantsSpeech).map(({ index }) => index) };
  }
}
