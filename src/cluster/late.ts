/** Waits for something, but not for ever, and leaves no timer behind that would keep the program from ending. */
import type { Clock } from '../model/ports';

/** Undefined where it takes longer than `ms`. Rejects as the promise does. */
export async function orLate<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | undefined> {
  let cancel = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
