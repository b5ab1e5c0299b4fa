/**
 * Local files in a list: which texts are paths, and their absolute path. Both path styles are pure
 * functions here, so that Windows' rules are tested on every system. Never reads the disk.
 */
import { posix, win32, sep } from 'node:path';
import { failure, type Failure } from '../model/failure';
import { urlOf } from '../model/webUrl';
import { fileKind } from './fileKinds';

export type PathStyle = 'posix' | 'windows';
export const nativePathStyle: PathStyle = sep === '\\' ? 'windows' : 'posix';

export interface LocalBase {
  /** Folder that relative paths start from: the list's own. Without it they are refused. */
  readonly folder?: string;
  /** The home folder, for `~/`. */
  readonly home?: string;
  readonly style?: PathStyle;
}

/** Whether an entry without a scheme is a path: by its beginning, or by a file extension. */
export function looksLikePath(text: string): boolean {
  return (
    /^(?:\.{1,2}[\\/]|[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(text) ||
    (fileKind(text) !== undefined && !/^[a-z][a-z0-9+.-]+:/i.test(text))
  );
}

/** The absolute path of an entry, or why it is refused. */
export function resolveLocal(text: string, base: LocalBase): string | Failure {
  const paths = base.style === 'windows' ? win32 : base.style === 'posix' ? posix : pathsOf(nativePathStyle);
  if (hasControls(text)) return failure('invalid-url', 'The path holds control characters.');
  if (/^[\\/]{2}/.test(text)) return networkShare();
  let path = text;
  if (/^~[\\/]/.test(text)) {
    if (base.home === undefined)
      return failure('invalid-url', 'Write the whole path instead of ~, or one relative to the list.');
    path = paths.join(base.home, text.slice(2));
  } else if (!paths.isAbsolute(text)) {
    if (base.folder === undefined)
      return failure(
        'invalid-url',
        'A relative path needs a list that is saved in a folder. Save the list, or write the whole path.',
      );
    path = paths.join(base.folder, text);
  }
  if (paths === win32 && !/^[A-Za-z]:[\\/]/.test(path))
    // `\name` without a drive, or a share that contains the list's folder.
    path = paths.resolve(base.folder ?? path, path);
  return paths.normalize(path);
}

/** The absolute path in a `file:` address. `file://server/…` is a network share and refused. */
export function pathOfFileUrl(text: string, base: LocalBase): string | Failure {
  if (!/^file:\/\/\//i.test(text) && !/^file:\/\/localhost\//i.test(text)) return networkShare();
  const url = urlOf(text);
  if (url === undefined) return failure('invalid-url', 'This is not a file address.');
  if (url.hostname !== '') return networkShare();
  if (/%2f|%5c/i.test(url.pathname))
    return failure('invalid-url', 'The file address holds an encoded slash. Write a plain path.');
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return failure('invalid-url', 'The file address holds a broken % sign. Write %25 for a percent sign.');
  }
  if ((base.style ?? nativePathStyle) === 'windows' && /^\/[A-Za-z]:/.test(path)) path = path.slice(1);
  return resolveLocal(path, base);
}

/** The `file://` address of an absolute path. */
export function fileUrlOf(path: string, style: PathStyle = nativePathStyle): string {
  const slashed = style === 'windows' ? `/${path.replaceAll('\\', '/')}` : path;
  const url = new URL('file:///');
  // The setter encodes what it must, but would read these as syntax.
  url.pathname = slashed
    .replaceAll('%', '%25')
    .replaceAll('\\', '%5C')
    .replaceAll('?', '%3F')
    .replaceAll('#', '%23');
  return url.href;
}

/** Whether `path` is `folder` or inside it; both absolute and with links resolved. */
export function isInside(path: string, folder: string, style: PathStyle = nativePathStyle): boolean {
  const paths = pathsOf(style);
  const way = paths.relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way));
}

function pathsOf(style: PathStyle): typeof posix {
  return style === 'windows' ? win32 : posix;
}

function networkShare(): Failure {
  return failure('invalid-url', 'Files on network shares are not read. Copy the file next to the list.', {
    subject: 'share',
  });
}

export function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
