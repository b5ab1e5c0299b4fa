/**
 * Finished steps of long jobs, on disk until the video has its transcript: after a kill the job goes on at the last
 * one, and no part of a sound is paid for twice. One hidden file a job in the batch's folder, of the journal's lines.
 */
import { join } from 'node:path';
import { toFailure } from '../../model/failure';
import type { Outcome } from '../../model/events';
import type { Clock, Log } from '../../model/ports';
import type { Plain } from '../../model/plain';
import type { KeptSteps } from '../../model/source';
import { journalLine, parseLine, type Seal } from '../journal/journal';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';
import { KeptSound, unfinished, type SoundFiles } from './keptSound';
import type { BatchState, JobState } from '../state/reducer';

const nameForm = /^\.parts-(\d{1,9})\.jsonl$/;
const nameOf = (job: number): string => `.parts-${job}.jsonl`;
const soundForm = /^\.sound-(\d{1,9})\.ogg(?:\.part)?$/;
const soundName = (job: number): string => `.sound-${job}.ogg`;

export interface KeptStepsParts {
  readonly files: SoundFiles;
  readonly clock: Clock;
  readonly log: Log;
}

export class BatchKeptSteps {
  /** Jobs that have steps, in their file or, where the disk refuses it, in memory alone. */
  private readonly jobs = new Map<number, JobSteps>();
  /** Jobs that have a sound of another machine. */
  private readonly sounds = new Set<number>();

  /** `seal`: proves that this user's programs wrote the steps in this place; undefined where there is no secret. */
  constructor(
    private readonly parts: KeptStepsParts,
    private readonly folder: string,
    private readonly seal: Seal | undefined,
  ) {}

  /** Finds what a killed program has left among `names`, and removes it where the video has its transcript. */
  async restore(state: Pick<BatchState, 'jobs'>, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const [, digits] = nameForm.exec(name) ?? [];
      if (digits === undefined) continue;
      const steps = this.make(Number(digits));
      if (isOver(state.jobs[Number(digits)])) await steps.remove();
      else this.jobs.set(Number(digits), steps);
    }
    for (const name of names) await this.restoreSound(name);
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

  hasSound(job: number): boolean {
    return this.sounds.has(job);
  }

  /** What another machine has brought for the job, or will. */
  soundOf(job: number): KeptSound {
    this.sounds.add(job);
    return new KeptSound(this.parts.files, join(this.folder, soundName(job)), this.of(job));
  }

  /** The job has ended: its steps are removed where they are of no more use. */
  ended(job: number, outcome: Outcome): void {
    if (isOver(outcome)) void this.forget(job);
    else if (this.sounds.has(job)) void this.forgetUnheard(job);
  }

  private async forget(job: number): Promise<void> {
    const steps = this.jobs.get(job);
    this.jobs.delete(job);
    if (this.sounds.delete(job)) await this.removeSound(soundName(job));
    await steps?.remove();
  }

  /** A sound of which no part was heard is brought again when the job goes on: many of them would fill the disk. */
  private async forgetUnheard(job: number): Promise<void> {
    if (await this.soundOf(job).isFirst()) await this.forget(job);
  }

  /** A sound that was not finished, or whose steps are gone, is of no use. */
  private async restoreSound(name: string): Promise<void> {
    const [, digits] = soundForm.exec(name) ?? [];
    if (digits === undefined) return;
    if (name.endsWith(unfinished) || !this.jobs.has(Number(digits))) await this.removeSound(name);
    else this.sounds.add(Number(digits));
  }

  private async removeSound(name: string): Promise<void> {
    try {
      await this.parts.files.remove(join(this.folder, name));
    } catch (error) {
      // The next opening of the batch removes it.
      this.parts.log.write('debug', `A sound was not removed: ${toFailure(error).message}`);
    }
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
