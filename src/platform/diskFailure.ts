/** File errors of the system in words: the failure `disk`, and missing files. */
import { constants } from 'node:os';
import { FailureError, failure } from '../model/failure';
import { homeFolder } from './home';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  EROFS: 'The disk is read-only',
  EACCES: 'No permission',
  EPERM: 'Not permitted',
  ENOENT: 'The folder is not there',
  ENOTDIR: 'A part of the path is no folder',
  EISDIR: 'It is a folder',
  EEXIST: 'Something else with that name is there',
  EBUSY: 'Another program is using it',
  EMFILE: 'Too many open files',
  ENFILE: 'Too many open files',
  EIO: 'The device reports an error',
  ENAMETOOLONG: 'The name is too long for this disk',
  ESTALE: 'The network folder has gone',
  ENODEV: 'The device has gone',
  ENXIO: 'The device has gone',
  EFBIG: 'The file is too large for this disk',
  ELOOP: 'Links lead in a circle',
};

/** What is to be done about it, where that is known: a variant of the words of `disk` (model/failureVariants.ts). */
const kinds: Readonly<Record<string, string>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'no-access',
  EACCES: 'no-access',
  EPERM: 'no-access',
};

/** Names by number, with those that Node gives no name in its errors: `Unknown system error -122` is EDQUOT on Linux. */
const names: ReadonlyMap<number, string> = new Map(
  Object.entries<number>({ ...constants.errno }).map(([name, number]) => [-number, name]),
);

/** The system's code of an error, such as `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  if (/^E[A-Z]/.test(error.code) || !('errno' in error)) return error.code;
  return (typeof error.errno === 'number' ? names.get(error.errno) : undefined) ?? error.code;
}

/** The path for display: the home folder as `~`, no control characters. */
export function shownPath(path: string): string {
  const home = homeFolder() ?? '';
  const short = home.length > 1 && path.startsWith(home) ? `~${path.slice(home.length)}` : path;
  return short.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** A `disk` failure in words: what is wrong, the system's code, and where. */
export function diskFailure(error: unknown, path: string): FailureError {
  if (error instanceof FailureError) return error;
  const code = codeOf(error);
  const kind = code === undefined ? undefined : kinds[code];
  const reason = (code === undefined ? undefined : reasons[code]) ?? 'The system refused';
  return new FailureError(
    failure('disk', `${reason}${code === undefined ? '' : ` (${code})`}: ${shownPath(path)}`, {
      needs: 'disk',
      ...(kind === undefined ? {} : { subject: kind }),
    }),
  );
}

/** Work on a path; any error of the system is thrown as FailureError `disk`. */
export async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailure(error, path);
  }
}

/** As `guarded`, but undefined when the path does not exist. */
export async function orMissing<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskFailure(error, path);
  }
}

/** Whether an error means that the path does not exist. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
