/**
 * Memory for reading large texts, in all batches together: who would go beyond `maxMemoryMB` waits until another has
 * read its text, as a worker would not have started. One at a time always goes on.
 */
import { failure, FailureError } from '../../model/failure';
import type { Machine } from '../../model/ports';

const megabyte = 1_048_576;
/** Bytes of memory; what needs less is not counted. */
export const leastRoom = 8 * megabyte;

interface Waiting {
  readonly bytes: number;
  readonly most: number;
  readonly go: () => void;
}

export class MemoryRoom {
  private readonly atStart: number;
  private held = 0;
  private readonly line: Waiting[] = [];

  constructor(private readonly machine: Pick<Machine, 'memory'>) {
    this.atStart = machine.memory();
  }

  /**
   * Resolves when there is room, with a function that gives it back. `mostMB`: what all of them may take. Throws
   * FailureError `cancelled` on abort.
   */
  async enter(bytes: number, mostMB: number, signal: AbortSignal): Promise<() => void> {
    const most = mostMB * megabyte;
    if (this.line.length > 0 || !this.fits(bytes, most)) await this.turn(bytes, most, signal);
    else this.held += bytes;
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      this.held -= bytes;
      this.serve();
    };
  }

  /**
   * As `enter`, for a text whose reading takes about so many bytes; little ones are not counted. Throws FailureError
   * `too-large` where `mostMB` can never hold it, unless it was `paid` for.
   */
  async enterToRead(
    bytes: number,
    paid: 'free' | 'paid',
    mostMB: number,
    signal: AbortSignal,
  ): Promise<() => void> {
    if (bytes < leastRoom) return () => undefined;
    const refused = paid === 'paid' ? undefined : beyondMemory(bytes, mostMB);
    if (refused) throw refused;
    return this.enter(bytes, mostMB, signal);
  }

  private fits(bytes: number, most: number): boolean {
    return this.held === 0 || this.machine.memory() - this.atStart + this.held + bytes <= most;
  }

  private turn(bytes: number, most: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        bytes,
        most,
        go: () => {
          signal.removeEventListener('abort', leave);
          this.held += bytes;
          resolve();
        },
      };
      const leave = (): void => {
        this.line.splice(this.line.indexOf(waiting), 1);
        reject(new FailureError(failure('cancelled', 'Stopped.')));
        this.serve();
      };
      if (signal.aborted) {
        reject(new FailureError(failure('cancelled', 'Stopped.')));
        return;
      }
      signal.addEventListener('abort', leave, { once: true });
      this.line.push(waiting);
    });
  }

  /** In the order of their coming: a large text must not wait for ever behind small ones. */
  private serve(): void {
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      if (!this.fits(first.bytes, first.most)) return;
      this.line.shift();
      first.go();
    }
  }
}

/** Why a text is not read that needs more memory than the setting allows. Undefined: it is. */
export function beyondMemory(bytes: number, mostMB: number): FailureError | undefined {
  const needed = Math.ceil(bytes / megabyte);
  if (needed <= mostMB) return undefined;
  const message = `Reading it takes about ${needed} MB of memory, and maxMemoryMB allows ${mostMB} MB.`;
  return new FailureError(failure('too-large', message, { subject: 'memory' }));
}
