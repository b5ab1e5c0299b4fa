/**
 * Jobs that were under way when their process died. A process that is killed takes many innocent jobs with it, so a job
 * is set aside only after it was the only one under way several times. How often is a choice between two harms: a job
 * that ends the process at each start, and one that is set aside because somebody has killed the process.
 * - A kill that the process knew of is nobody's fault: once a stop, a signal or the end of the window has begun, the
 *   jobs count as ended (underWay.ts).
 * - A death while the job was reading a large text is most likely its own: the memory, or an end in the reading. Two
 *   are enough.
 * - Any other death may be a kill by hand, an end of the power, or the system short of memory. A job with its death
 *   runs last and alone, which costs the others nothing, so it gets four tries.
 */
export interface Deaths {
  /** How often the process died while this job was under way. */
  readonly times: number;
  /** Those of them in which no other job of the batch was under way. */
  readonly alone: number;
  /** Those of them in which it was reading a large text. */
  readonly reading?: number | undefined;
}

interface WithDeaths {
  readonly deaths?: Deaths | undefined;
}

/** Deaths with no other job under way after which a job is not run again until the user retries it. */
const mostAlone = 4;
/** The same for deaths in its reading. */
const mostReading = 2;

/** The count after another death of the process. */
export function afterDeath(before: Deaths | undefined, wasAlone: boolean, wasReading: boolean): Deaths {
  const { times, alone, reading = 0 } = before ?? { times: 0, alone: 0 };
  const more = reading + (wasAlone && wasReading ? 1 : 0);
  return { times: times + 1, alone: alone + (wasAlone ? 1 : 0), ...(more === 0 ? {} : { reading: more }) };
}

/** Whether it may have ended the process: it runs last, and with no other job beside it. */
export const isSuspect = ({ deaths }: WithDeaths): boolean => deaths !== undefined;

/** Whether it is not run again until the user retries it. */
export const isSetAside = ({ deaths }: WithDeaths): boolean =>
  deaths !== undefined && (deaths.alone >= mostAlone || (deaths.reading ?? 0) >= mostReading);
