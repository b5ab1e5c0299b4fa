/**
 * What a journal's lines looked like in earlier versions. Each line has its version; an older one is
 * migrated as it is read, one step at a time. A change of the format takes the next number and adds its
 * step.
 */
import { basename } from 'node:path';
import { failure, FailureError } from '../../model/failure';
import { isPlain, type Plain } from '../../model/plain';
import { isSourceId } from '../../model/transcript';
import { memoryOfOldRow } from '../state/memory';
import { isIndex } from './checks';
import { areAttempts } from './recordChecks';
import { jobsOf } from './snapshotRows';

/** The step at index 0 migrates version 1 to 2, and so on. */
const steps: readonly ((record: Plain) => Plain)[] = [rowsWithMemory];

/** The version that is written now. */
export const journalVersion = steps.length + 1;

/** A record in the current format; undefined when a later version of the program wrote it. */
export function upToDate(record: Plain): Plain | undefined {
  const version = isIndex(record.v) ? record.v : 1;
  if (version > journalVersion) return undefined;
  let current = record;
  for (const step of steps.slice(Math.max(0, version - 1))) current = step(current);
  return current;
}

/** Why a journal of a later version is not read. `folder`: the batch's. */
export function laterVersion(folder: string): FailureError {
  const message = `A later version of Bulk Transcribe wrote the batch ${basename(folder)}. Update Bulk Transcribe to open it.`;
  return new FailureError(failure('disk', message, { needs: 'journal' }));
}

/**
 * 1 → 2: what a job remembers of its sources is one field; `passed` and `failedTries` were separate fields.
 */
function rowsWithMemory(record: Plain): Plain {
  if (record.type !== 'snapshot-jobs') return record;
  const jobs = jobsOf(record);
  if (!jobs) return record;
  const { shapes: _shapes, ...rest } = record;
  return { ...rest, jobs: jobs.map((job) => (isPlain(job) ? rowWithMemory(job) : job)) };
}

function rowWithMemory(job: Plain): Plain {
  const { passed, failedTries, ...row } = job;
  if (passed === undefined && failedTries === undefined) return job;
  if (row.status !== 'pending' && row.status !== 'parked') return row;
  const memory = memoryOfOldRow(
    areAttempts(row.attempts) ? row.attempts : [],
    Array.isArray(passed) ? passed.filter(isSourceId) : [],
    isIndex(failedTries) ? failedTries : 0,
  );
  return memory === undefined ? row : { ...row, memory };
}
