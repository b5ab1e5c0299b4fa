/**
 * Finished steps of long jobs, on disk until the video has its transcript: after a kill the job goes on at the last
 * one, and no part of a sound is paid for twice. One hidden file a job in the batch's folder, of the journal's lines.
 */
import { join } from 'node:path';
import { toFailure } from '../../model/failure';
import type { Outcome } from '../../model/events';
import type { Clock, Files, Log } from '../../model/ports';
import type { Plain } from '../../model/plain';
import type { KeptSteps } from '../../model/source';
import { journalLine, parseLine, type Seal } from '../journal/journal';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';
import type { BatchState, JobState } from '../state/reducer';

const nameForm = /^\.parts-(\d{1,9})\.jsonl$/;
const nameOf = (job: number): string => `.parts-${job}.jsonl`;

export interface KeptStepsParts {
  readonly files: Pick<Files, 'list' | 'openAppend' | 'readPieces' | 'remove'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class BatchKeptSteps {
  /** Jobs that have steps, in their file or, where the disk refuses it, in memory alone. */
  private readonly jobs = new Map<number, JobSteps>();

  /** `seal`: proves that this user's programs wrote the steps in this place; undefined where there is no secret. */
  constructor(
    private readonly parts: KeptStepsParts,
    private readonly folder: string,
    private readonly seal: Seal | undefined,
  ) {}

  /** Finds what a killed program has left, and removes it where the video has its transcript. */
  async restore(state: Pick<BatchState, 'jobs'>): Promise<void> {
    const names = await this.parts.files.list(this.folder).catch((): readonly string[] => []);
    for (const name of names) {
      const [, digits] = nameForm.exec(name) ?? [];
      if (digits === undefined) continue;
      const steps = this.make(Number(digits));
      if (isOver(state.jobs[Number(digits)])) await steps.remove();
      else this.jobs.set(Number(digits), steps);
    }
  }

  of(job: number): KeptSteps {
    return {
      read: () => this.jobs.get(job)?.read() ?? Promise.resolve([]),
      add: (step) => {
        let steps = this.jobs.get(job);
        if (!steps) this.jobs.set(job, (steps = this.make(job)));
        return steps.add(step);
      },
    };
  }

  /** The job has ended: its steps are removed where they are of no more use. */
  ended(job: number, outcome: Outcome): void {
    const steps = this.jobs.get(job);
    if (!steps || !isOver(outcome)) return;
    this.jobs.delete(job);
    void steps.remove();
  }

  private make(job: number): JobSteps {
    return new JobSteps(this.parts, join(this.folder, nameOf(job)), this.seal);
  }
}

/** Any other job may go on: by itself, by the user's retry, with the next start of the batch. */
function isOver(job: Pick<JobState, 'status' | 'failure'> | Outcome | undefined): boolean {
  if (job === undefined || job.status === 'completed') return true;
  return 'failure' in job && job.failure.code === 'no-speech';
}

class JobSteps {
  private known: Promise<Plain[]> | undefined;

  constructor(
    private readonly parts: KeptStepsParts,
    private readonly path: string,
    private readonly seal: Seal | undefined,
  ) {}

  read(): Promise<readonly Plain[]> {
    return (this.known ??= this.load());
  }

  async add(step: Plain): Promise<boolean> {
    const known = await (this.known ??= this.load());
    known.push(step);
    try {
      const file = await this.parts.files.openAppend(this.path);
      try {
        await file.append(journalLine(step, undefined, this.seal));
        await file.flush();
      } finally {
        await file.close();
      }
      return true;
    } catch (error) {
      this.parts.log.write('warn', `A finished part was not kept on the disk: ${toFailure(error).message}`);
      return false;
    }
  }

  async remove(): Promise<void> {
    try {
      await this.parts.files.remove(this.path);
    } catch (error) {
      // The next opening of the batch removes it.
      this.parts.log.write('debug', `Finished parts were not removed: ${toFailure(error).message}`);
    }
  }

  /** Lines that are damaged, or that somebody else has written, are passed over: their steps are done again. */
  private async load(): Promise<Plain[]> {
    const steps: Plain[] = [];
    try {
      for await (const line of readLines(this.parts.files, this.path, new Slices(this.parts.clock))) {
        const step = parseLine(line);
        if (step !== undefined && (this.seal === undefined || this.seal.proves(line))) steps.push(step);
      }
    } catch (error) {
      this.parts.log.write('warn', `Finished parts could not be read: ${toFailure(error).message}`);
    }
    return steps;
  }
}
