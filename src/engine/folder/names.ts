/**
 * Room `folder`: whose batch a folder is, and what was done before. This file decides which folder a batch
 * uses: its name, with ` 2` and so on for a different list of the same name.
 */
import type { NewJob } from '../../model/events';
import { failure, FailureError } from '../../model/failure';
import { isSamePath, pathForm } from '../../model/pathForm';
import type { Files } from '../../model/ports';
import { byteLength, graphemesOf, isDeviceName, wholeLetters } from '../../model/safeNames';
import type { StartRequest } from '../api';
import type { ReadonlyState } from '../state/reducer';

/** UTF-16 units and bytes; a number may be appended. */
const longestName = 100;
const longestBytes = 200;
const mostNumbers = 10_000;

/** The error for a folder that is not a batch: another one was meant, so the terminal counts it as usage. */
export function noBatch(folder: string): FailureError {
  const next =
    'Name the folder of one: it lies in the output folder and holds the hidden file .journal.jsonl, which a copy may have lost.';
  return new FailureError(
    failure('invalid-url', `There is no batch in ${folder}. ${next}`, { needs: 'journal' }),
  );
}

/** A name that is valid as one folder on every system, whatever it was made from. */
export function safeFolderName(name: string): string {
  const plain = wholeLetters(name.slice(0, 2000))
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '');
  let short = '';
  for (const letter of graphemesOf(plain)) {
    const longer = short + letter;
    if (longer.length > longestName || byteLength(longer) > longestBytes) break;
    short = longer;
  }
  short = short.replace(/[. ]+$/, '');
  if (short === '') return 'batch';
  return isDeviceName(short) ? `_${short}` : short;
}

/** `batch_20261120_101500_k3f9`. `at`: epoch ms, written in UTC; `random`: eight or more hexadecimal digits. */
export function batchId(at: number, random: string): string {
  const digits = new Date(at).toISOString().replace(/\D/g, '');
  const last = parseInt(random.slice(0, 8), 16).toString(36).slice(-4).padStart(4, '0');
  return `batch_${digits.slice(0, 8)}_${digits.slice(8, 14)}_${last}`;
}

/** The names that a batch's folder may have, the best first. */
export function* folderNames({
  name,
  folderName,
}: Pick<StartRequest, 'name' | 'folderName'>): Iterable<string> {
  const safe = folderName ?? safeFolderName(name);
  yield safe;
  for (let number = 2; number < mostNumbers; number += 1) yield `${safe} ${number}`;
}

/**
 * Whether the batch belongs to this list: by the list's path, or else because one contains the links of the
 * other.
 */
export async function sameList(
  state: Pick<ReadonlyState, 'list' | 'jobs'>,
  request: Pick<StartRequest, 'list' | 'jobs'>,
  files: Pick<Files, 'realPath'>,
): Promise<boolean> {
  if (state.list !== undefined || request.list !== undefined)
    return state.list !== undefined && request.list !== undefined
      ? isSameFile(state.list, request.list, files)
      : false;
  const own = state.jobs.filter((job) => job.parent === undefined).map((job) => job.link.id);
  const asked = request.jobs.map((job) => job.link.id);
  const within = (few: readonly string[], many: readonly string[]): boolean => {
    const all = new Set(many);
    return few.every((id) => all.has(id));
  };
  return within(own, asked) || within(asked, own);
}

/** The system decides where case alone differs. Nothing is asked of it about another path than the list's own. */
async function isSameFile(known: string, list: string, files: Pick<Files, 'realPath'>): Promise<boolean> {
  if (isSamePath(known, list)) return true;
  if (pathForm(known).toLowerCase() !== pathForm(list).toLowerCase()) return false;
  const [one, other] = await Promise.all(
    [known, list].map((path) => files.realPath(path).catch(() => undefined)),
  );
  return one !== undefined && one === other;
}

/** Of a list that is run again: the indices of the rows that it names, and the links that are new. */
export function knownIn(
  { jobs }: Pick<ReadonlyState, 'jobs'>,
  listed: readonly NewJob[],
): { readonly again: Set<number>; readonly fresh: readonly NewJob[] } {
  const again = new Set<number>();
  // A list that did not change needs no Map, which takes 20 times as long.
  while (again.size < listed.length && listed[again.size]?.link.id === jobs[again.size]?.link.id)
    again.add(again.size);
  const others = listed.slice(again.size);
  const known = new Map(others.length === 0 ? [] : jobs.map(({ link, index }) => [link.id, index] as const));
  const fresh: NewJob[] = [];
  for (const job of others) {
    const index = known.get(job.link.id);
    if (index === undefined) fresh.push(job);
    else again.add(index);
  }
  return { again, fresh };
}
