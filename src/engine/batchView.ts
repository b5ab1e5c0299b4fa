/** A batch that is looked at and not run: its state as it stands on disk. Controls ask for it to be resumed. */
import { failure, FailureError } from '../model/failure';
import type { Failure } from '../model/failure';
import type { BatchHandle } from './api';
import type { BatchState } from './state';

export class BatchView implements BatchHandle {
  readonly seq = 0;
  readonly owner?: string;

  constructor(
    readonly folder: string,
    readonly state: BatchState,
    owner: string | undefined,
    readonly foreign: boolean,
  ) {
    if (owner !== undefined) this.owner = owner;
  }

  onEvents(): () => void {
    return () => undefined;
  }

  pause = (): Promise<void> => this.refuse();
  resume = (): Promise<void> => this.refuse();
  stop = (): Promise<void> => this.refuse();
  rows = (): Promise<void> => this.refuse();
  agree = (): Promise<void> => this.refuse();
  changeSettings = (): Promise<void> => this.refuse();
  retryFailed = (): Promise<{ readonly retried: number; readonly of: number }> => this.refuse();

  settled(): Promise<Failure | undefined> {
    return Promise.resolve(this.state.why);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private refuse(): Promise<never> {
    const why = this.owner === undefined ? 'It is not open; resume it first.' : `It runs ${this.owner}.`;
    return Promise.reject(new FailureError(failure('disk', why, { needs: 'owner' })));
  }
}
