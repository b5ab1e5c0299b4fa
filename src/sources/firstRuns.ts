/**
 * The first run of an engine with a model shows whether the two work at all. Until then the other jobs wait, so that a
 * broken model is started once altogether, and not once in each place.
 */
import type { Clock } from '../model/ports';
import type { SourceRequest } from '../model/source';
import { pause, stillAsked } from './parts';

const lookMs = 500;

export interface Turn {
  /** A part was heard: nobody waits any more. */
  worked(): void;
  /** The attempt is over, however it ended. Safe to call twice. */
  over(): void;
}

const free: Turn = { worked: () => undefined, over: () => undefined };

export class FirstRuns {
  private readonly worked = new Set<string>();
  private readonly running = new Set<string>();

  /** `key`: the engine and the model. Throws why the source is not asked any more, and `cancelled`. */
  async turn(key: string, clock: Clock, request: SourceRequest): Promise<Turn> {
    while (this.running.has(key)) {
      // Waiting is no stall.
      request.stage('transcribing', 0);
      await pause(clock, lookMs, request.signal);
    }
    stillAsked(request);
    if (this.worked.has(key)) return free;
    this.running.add(key);
    return {
      worked: () => {
        this.worked.add(key);
        this.running.delete(key);
      },
      over: () => this.running.delete(key),
    };
  }
}
