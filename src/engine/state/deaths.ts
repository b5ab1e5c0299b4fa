/**
 * Jobs that were under way when their process died. A process that is killed takes many innocent jobs with it, so
 * a job is set aside only after it was the only one under way, twice.
 */
export interface Deaths {
  /** How often the process died while this job was under way. */
  readonly times: number;
  /** Those of them in which no other job of the batch was under way. */
  readonly alone: number;
}

interface WithDeaths {
  readonly deaths?: Deaths | undefined;
}

/** Deaths with no other job under way after which a job is not run again until the user retries it. */
const mostAlone = 2;

/** The count after another death of the process. */
export function afterDeath(before: Deaths | undefined, wasAlone: boolean): Deaths {
  const { times, alone } = before ?? { times: 0, alone: 0 };
  return { times: times + 1, alone: alone + (wasAlone ? 1 : 0) };
}

/** Whether it may have ended the process: it runs last, and with no other job beside it. */
export const isSuspect = ({ deaths }: WithDeaths): boolean => deaths !== undefined;

/** Whether it is not run again until the user retries it. */
export const isSetAside = ({ deaths }: WithDeaths): boolean =>
  deaths !== undefined && deaths.alone >= mostAlone;
