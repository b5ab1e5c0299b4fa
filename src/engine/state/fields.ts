/**
 * The lifetime of each field of a row, defined once. How a row ends, what a snapshot keeps and what a
 * journal may hold follow from it; a field that is not named here does not compile.
 */
import type { BatchState, JobState } from './shape';

/**
 * - `row`: kept whatever happens to the job, unless an event says otherwise
 * - `end`: belongs to how the job ended, or is about to; gone when it is pending again
 * - `passing`: belongs to its stay on a worker; gone when it leaves, and never on disk
 * - `step`: set again at every step
 */
export type Life = 'row' | 'end' | 'passing' | 'step';

const lifeOf = {
  index: 'row',
  link: 'row',
  count: 'row',
  line: 'row',
  parent: 'row',
  expandedInto: 'row',
  meta: 'row',
  retries: 'row',
  memory: 'row',
  triedAtEnd: 'row',
  deaths: 'row',
  invalid: 'row',
  attempts: 'row',
  paid: 'row',
  cost: 'row',
  paidSeconds: 'row',
  requestId: 'row',
  redo: 'row',
  paysAgain: 'row',
  status: 'step',
  tries: 'step',
  failure: 'end',
  source: 'end',
  language: 'end',
  captions: 'end',
  files: 'end',
  seconds: 'end',
  endedAt: 'end',
  via: 'end',
  viaMachine: 'end',
  skip: 'end',
  parkedUntil: 'end',
  consent: 'end',
  writing: 'end',
  worker: 'passing',
  startedAt: 'passing',
  stage: 'passing',
  percent: 'passing',
  part: 'passing',
  wait: 'passing',
} as const satisfies Record<keyof JobState, Life>;

/** The fields with this lifetime. */
export type FieldOf<L extends Life> = {
  [Name in keyof JobState]-?: (typeof lifeOf)[Name] extends L ? Name : never;
}[keyof JobState];

/** What a snapshot keeps of a row. */
export type LastingRow = Omit<JobState, FieldOf<'passing'>>;

/**
 * `unknown` where both name the same fields, else `never`: `value satisfies Same<…>` compiles or does not.
 */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never;

function fieldsOf(life: Life): readonly string[] {
  return Object.entries(lifeOf).flatMap(([name, its]) => (its === life ? [name] : []));
}

const ofAnEnd = fieldsOf('end');
const ofAStay = fieldsOf('passing');

/** Removes how the job ended. */
export function dropEnd(job: JobState): void {
  for (const name of ofAnEnd) Reflect.deleteProperty(job, name);
}

/** Removes what belongs to its time on a worker. */
export function dropPassing(job: JobState): void {
  for (const name of ofAStay) Reflect.deleteProperty(job, name);
}

/**
 * As `lifeOf`, for the batch's own fields: `lasting` ones are in the head of a snapshot, `summed` ones
 * follow from its jobs, `passing` ones are gone after a restart.
 */
export const batchLifeOf = {
  id: 'lasting',
  name: 'lasting',
  machine: 'lasting',
  list: 'lasting',
  listed: 'lasting',
  settings: 'lasting',
  hasPrivate: 'lasting',
  createdAt: 'lasting',
  updatedAt: 'lasting',
  phase: 'lasting',
  phaseBy: 'lasting',
  why: 'lasting',
  phaseAt: 'lasting',
  starts: 'lasting',
  ranMs: 'lasting',
  requests: 'lasting',
  rateLimited: 'lasting',
  retries: 'lasting',
  cost: 'lasting',
  bySource: 'lasting',
  byError: 'lasting',
  consents: 'lasting',
  notes: 'lasting',
  next: 'lasting',
  jobs: 'summed',
  counts: 'summed',
  total: 'summed',
  workers: 'passing',
  configuredWorkers: 'passing',
  effectiveWorkers: 'passing',
  parallel: 'passing',
  quotas: 'passing',
  helpers: 'passing',
  helpersTrouble: 'passing',
  pace: 'passing',
  memoryMB: 'passing',
  cpuPercent: 'passing',
} as const satisfies Record<keyof BatchState, 'lasting' | 'summed' | 'passing'>;

/** The fields of a snapshot's head. */
export type HeadField = {
  [Name in keyof BatchState]-?: (typeof batchLifeOf)[Name] extends 'lasting' ? Name : never;
}[keyof BatchState];
