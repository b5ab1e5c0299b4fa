/**
 * Batch folders may come with a stranger's repository. A batch that this user did not start on this machine
 * is foreign: it is never resumed without asking, no local file is read for it, and its links reach public
 * addresses only. Folders and journals that are symbolic links are never written to.
 */
import { basename, dirname, join } from 'node:path';
import { failure, FailureError } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import { journalName } from '../journal/journal';
import type { Authorship } from '../journal/journal';
import type { Ledger } from './ledger';
import { lockName } from './owner';
import { underWayName } from './underWay';
import type { BatchState, JobState } from '../state/reducer';

/** What is known of a batch's origin. */
export interface OriginFacts {
  /** What the seals of its journal say. */
  readonly author: Authorship;
  readonly ledger: Ledger;
  /** This machine's id. */
  readonly machine: string;
  /** The batch's folder, links resolved. */
  readonly place: string;
}

/**
 * A machine id and a batch id are public as soon as a batch folder is; the secret that seals its lines for their
 * place is not. A batch whose secret could not be kept has no seals: it is this user's own if the record says that it
 * was started without them in that place.
 */
export function isForeign(state: BatchState, { author, ledger, machine, place }: OriginFacts): boolean {
  if (author === 'own') return false;
  return author === 'others' || state.machine !== machine || !ledger.isUnsealed(state.id, place);
}

/** Settings that say how hard this computer and its network are used: never a stranger's. */
const ownPace = /^(?:rate\..+|workers|parallel|adaptive|retries|maxMemoryMB|whisper\.concurrency)$/;

/** What of a foreign batch's settings counts: what is fetched and written, not how hard this computer works. */
export function withoutPace(settings: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !ownPace.test(name)));
}

/** The same settings of the user, to be put over a foreign batch's. */
export function paceOf(settings: Settings): Partial<Settings> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => ownPace.test(name)));
}

/** Removes from the jobs of a foreign batch what only the user's own list may ask for. */
export function confineForeign(state: BatchState): void {
  state.jobs.forEach((job, at) => {
    if (job.invalid === undefined) state.jobs[at] = confined(job);
  });
}

function confined(job: JobState): JobState {
  const { link } = job;
  if (link.path === undefined) return { ...job, link: { ...link, reach: 'public-only' } };
  return {
    ...job,
    invalid: failure(
      'invalid-url',
      `A batch from elsewhere names a file of this computer, ${link.path}. Put it on a list of your own.`,
    ),
  };
}

/** Why a list that has a batch gets another folder. `foreign`: the folders' names; `own`: the new one's. */
export function elsewhere(foreign: readonly string[], own: string): string {
  const names = foreign.join(', ');
  return `${names} has the same list, but is not known to have been started on this computer by you, so ${own} was begun. What may have been paid for there is not paid for again. To go on with ${foreign[0] ?? names} instead, resume it (in a terminal: resume FOLDER --trust).`;
}

/** What follows when the user's own record cannot be written. */
export function notRecorded({ message }: Failure): string {
  return `${message} Nothing is paid for until it can be: make room or allow writing there, or set BULK_TRANSCRIBE_STATE to another folder, then resume. Sources that cost nothing go on.`;
}

/** Why a foreign batch does not resume by itself. */
export function foreignRefused(name: string): FailureError {
  return new FailureError(
    failure('disk', `${name} was not started on this computer. It goes on only when you say so.`, {
      needs: 'foreign',
    }),
  );
}

/** Why a batch does not resume by itself whose proxies, endpoints and programs are no longer recorded. */
export function settingsLost(name: string): FailureError {
  const message = `The proxies, endpoints and limits that ${name} was started with are no longer recorded on this computer. Run its list again, or resume it with them; it goes on without them only when you say so.`;
  return new FailureError(failure('disk', message, { needs: 'foreign' }));
}

/**
 * Throws FailureError `disk` when the folder, its journal or its lock is a link: what is written would go into a
 * file that somebody else chose.
 */
export async function refuseLinks(folder: string, files: Files): Promise<void> {
  const parent = await files.realPath(dirname(folder));
  const real = await files.realPath(folder);
  if (parent === undefined || real === undefined) return;
  if (!same(real, join(parent, basename(folder)))) throw refused(folder);
  const names = await files.list(real);
  for (const name of [journalName, lockName, underWayName]) {
    const path = join(real, name);
    const found = await files.realPath(path);
    // A dangling name is a link too: the first write would create its target.
    const there = found ?? (names.includes(name) ? '' : undefined);
    if (there !== undefined && !same(there, path)) throw refused(path);
  }
}

/** File systems that ignore case or Unicode form return the name as it was first written. */
function same(one: string, other: string): boolean {
  return one === other || fold(one) === fold(other);
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function refused(path: string): FailureError {
  return new FailureError(
    failure('disk', `${path} is a link to another place. Remove it, or name the place itself.`, {
      needs: 'link',
    }),
  );
}
