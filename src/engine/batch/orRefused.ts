/** The first line of a run: what cannot even write that does not wait for room, because nobody would be told. */
import { FailureError } from '../../model/failure';
import type { EventLog } from '../journal/eventLog';

/** Settles as `write` does. Throws FailureError `disk` as soon as the disk refuses it. */
export async function orRefused(log: EventLog, write: Promise<void>): Promise<void> {
  let unlisten: () => void = () => undefined;
  const refused = new Promise<never>((_resolve, reject) => {
    unlisten = log.onEvents((events) => {
      for (const event of events)
        if (event.type === 'control' && event.why?.code === 'disk') reject(new FailureError(event.why));
    });
  });
  try {
    await Promise.race([write, refused]);
  } finally {
    unlisten();
  }
}
