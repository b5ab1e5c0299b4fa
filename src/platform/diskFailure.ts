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
  EILSEQ: 'The disk does not take this name',
  ETXTBSY: 'Another program is using it',
  ENOTCONN: 'The network folder has gone',
  EHOSTDOWN: 'The network folder does not answer',
  EHOSTUNREACH: 'The network folder does not answer',
  ETIMEDOUT: 'The network folder does not answer',
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
  ENAMETOOLONG: 'name',
  EILSEQ: 'name',
  // What FAT, NTFS and network shares say of characters in a name.
  EINVAL: 'name',
  EMFILE: 'open-files',
  ENFILE: 'open-files',
  EBUSY: 'in-use',
  ETXTBSY: 'in-use',
  ESTALE: 'away',
  ENOTCONN: 'away',
  EHOSTDOWN: 'away',
  EHOSTUNREACH: 'away',
  ETIMEDOUT: 'away',
  ENODEV: 'away',
  ENXIO: 'away',
  EFBIG: 'file-size',
};

/**
 * Names by number, with those that Node gives no name in its errors: `Unknown system error -122` is EDQUOT on Linux.
 */
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

/** What was tried when the system refused. */
export type DiskWork = 'read' | 'write';

/** A `disk` failure in words: what is wrong, the system's code, and where. */
export function diskFailure(
  error: unknown,
  path: string,
  work: DiskWork = 'write',
  platform: NodeJS.Platform = process.platform,
): FailureError {
  if (error instanceof FailureError) return error;
  const code = codeOf(error);
  // Windows lets no file be replaced while a virus scanner, a sync program or an editor has it open.
  const isHeld = platform === 'win32' && isRename(error) && code !== undefined && kinds[code] === 'no-access';
  const known = isHeld ? 'in-use' : code === undefined ? undefined : kinds[code];
  const kind = known ?? (work === 'read' ? 'unread' : undefined);
  const reason = (code === undefined ? undefined : reasons[code]) ?? 'The system refused';
  return new FailureError(
    failure('disk', `${reason}${code === undefined ? '' : ` (${code})`}: ${shownPath(path)}`, {
      needs: 'disk',
      ...(kind === undefined ? {} : { subject: kind }),
    }),
  );
}

const isRename = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'rename';

/** Work on a path; any error of the system is thrown as FailureError `disk`. */
export async function guarded<T>(path: string, work: () => Promise<T>, kind?: DiskWork): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailure(error, path, kind);
  }
}

/** Reads; undefined when the path does not exist. Any other error of the system is thrown as FailureError `disk`. */
export async function orMissing<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskFailure(error, path, 'read');
  }
}

/** Whether an error means that the path does not exist. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
