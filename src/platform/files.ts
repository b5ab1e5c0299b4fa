/**
 * Files for Node. No file is ever half-written: content goes to a temporary name in the same folder, is
 * flushed to the device and renamed. Leftovers of a killed process are removed by the next one.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, lstat, mkdir, mkdtemp, readdir, realpath, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FailureError, failure } from '../model/failure';
import type { AppendFile, Content, FileStat, Files, Readers } from '../model/ports';
import { codeOf, diskFailure, guarded, isMissing, orMissing, shownPath } from './diskFailure';
import { makeFolders } from './makeFolders';
import { FolderSync } from './folderSync';
import { ownHost } from './processIdentity';
import { isOne, writeNew } from './newFile';
import { openFile, whenFree } from './openFile';
import { readPart } from './readPart';

export { diskFailure, shownPath } from './diskFailure';

/** On Windows a virus scanner or an indexer may hold a file for a moment; these errors pass by themselves. */
const passing = new Set(['EPERM', 'EBUSY', 'EACCES', 'ENOTEMPTY']);
const renameDelaysMs = [10, 20, 50, 100, 200, 400, 800];
/**
 * Linux flushes writes by itself when a file is opened this way, which saves two trips to the thread pool;
 * elsewhere the flush is a separate step (macOS flushes the drive's cache only that way).
 */
const flushesItself = process.platform === 'linux';
/** A larger file is written in several chunks, which would be flushed one by one. */
const onePieceBytes = 256 * 1024;
/**
 * The steps of each transcript's writing, with callbacks: `fs/promises` creates an object for the file, an
 * array for each call, and an error with its stack for each path that is free.
 */
const openQuickly = promisify(fs.open);
const writeBytes = promisify(fs.write);
const closeFile = promisify(fs.close);
const rename = promisify(fs.rename);
/**
 * Leftovers of another computer (a shared folder), or whose process id is in use (again), are removed after
 * this time.
 */
const staleMs = 7 * 86_400_000;

export class NodeFiles implements Files {
  private readonly host = createHash('sha256').update(ownHost()).digest('hex').slice(0, 6);
  private readonly mark = `${this.host}-${process.pid}-`;
  /** Folders that this process has cleaned already. */
  private readonly swept = new Map<string, Promise<void>>();
  private readonly folderSyncs = new Map<string, FolderSync>();
  /** Used where the usual temporary folder is not ours. */
  private randomRoot: Promise<string> | undefined;

  /** `tempRoot`: where temporary folders are created; the system's own by default. */
  constructor(private readonly tempRoot: string = tmpdir()) {}

  async read(path: string, maxBytes = Number.MAX_SAFE_INTEGER): Promise<Uint8Array | undefined> {
    return orMissing(path, async () => {
      const found = await stat(path);
      // A pipe or device would block forever.
      if (!found.isFile()) throw notAFile(path);
      const handle = await openFile(path, 'r');
      try {
        const tooLarge = new FailureError(
          failure('too-large', `Larger than ${maxBytes} bytes: ${shownPath(path)}`),
        );
        if (found.size > maxBytes) throw tooLarge;
        const bytes = await handle.readFile();
        // It may have grown since.
        if (bytes.byteLength > maxBytes) throw tooLarge;
        return bytes;
      } finally {
        await handle.close();
      }
    });
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const found = await guarded(path, () => look(path), 'read');
    if (found === undefined) return undefined;
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { kind, size: found.size, modifiedMs: found.mtimeMs };
  }

  async list(folder: string): Promise<readonly string[]> {
    return (await orMissing(folder, () => whenFree(() => readdir(folder)))) ?? [];
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const list = (): Promise<fs.Dirent[]> => readdir(folder, { withFileTypes: true });
    const found = (await orMissing(folder, () => whenFree(list))) ?? [];
    return found.filter((entry) => !entry.isFile()).map(({ name }) => name);
  }

  async makeFolder(path: string): Promise<void> {
    await guarded(path, () => makeFolders(path));
  }

  async writeWhole(path: string, content: Content, readers?: Readers): Promise<void> {
    const folder = dirname(path);
    await this.sweepOnce(folder);
    const temporary = join(folder, `.${this.mark}${randomBytes(6).toString('hex')}.tmp`);
    await guarded(path, async () => {
      try {
        if (flushesItself && isOne(content) && content.length <= onePieceBytes)
          await writeFlushed(temporary, path, content, modeFor(readers));
        else {
          await writeNew(temporary, content, modeFor(readers));
          await renameFirmly(temporary, path);
        }
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
      await this.syncFolder(folder);
    });
  }

  async openAppend(path: string): Promise<AppendFile> {
    return guarded(path, async () => {
      // Appended lines must not go where a link in somebody's repository points.
      const there = await lstat(path).catch(() => undefined);
      if (there?.isSymbolicLink() === true)
        throw new FailureError(
          failure('disk', `It is a link to another place: ${shownPath(path)}`, { needs: 'link' }),
        );
      // A pipe takes some lines, and then waits for a reader for ever.
      if (there?.isFIFO() === true) throw notAFile(path);
      const handle = await openFile(
        path,
        // Windows has no such flag (undefined is 0 here); there the check before has to do.
        constants.O_APPEND | constants.O_CREAT | constants.O_RDWR | constants.O_NOFOLLOW,
      );
      try {
        const { size } = await handle.stat();
        if (size === 0) await this.syncFolder(dirname(path));
        return new NodeAppendFile(handle, path, size);
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  async *readPieces(path: string, from = 0): AsyncIterable<Uint8Array> {
    const found = await this.stat(path);
    if (found === undefined) return;
    if (found.kind !== 'file') throw notAFile(path);
    try {
      const handle = await openFile(path, 'r');
      const stream: AsyncIterable<Buffer> = handle.createReadStream({
        start: from,
        // A buffer of this size is made for each file, however short the file is.
        highWaterMark: Math.min(256 * 1024, Math.max(4096, found.size - from + 1)),
      });
      for await (const piece of stream) yield piece;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw diskFailure(error, path, 'read');
    }
  }

  readPart(path: string, from: number, length: number): Promise<Uint8Array | undefined> {
    return orMissing(path, () => readPart(path, from, length));
  }

  async rename(from: string, to: string): Promise<void> {
    await guarded(to, async () => {
      await renameFirmly(from, to);
      await this.syncFolder(dirname(to));
    });
  }

  async remove(path: string): Promise<void> {
    await guarded(path, () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  }

  async realPath(path: string): Promise<string | undefined> {
    return orMissing(path, () => realpath(path));
  }

  async freeBytes(path: string): Promise<number | undefined> {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      // Some file systems do not say; a write there fails by itself when the disk is full.
      return undefined;
    }
  }

  async tempFolder(prefix: string): Promise<string> {
    // One root for each user: on a shared computer the first user's folder would be closed to the others.
    return guarded(this.tempRoot, async () => {
      const root = await this.ownTempRoot();
      await this.sweepOnce(root);
      const safe = prefix.replace(/[^A-Za-z0-9_]/g, '').slice(0, 24);
      return mkdtemp(join(root, `${this.mark}${safe}-`));
    });
  }

  async createExclusive(path: string, content: string, readers?: Readers): Promise<boolean> {
    // Atomic: a full disk or a kill between opening and writing would leave an empty file.
    const temporary = join(dirname(path), `.${this.mark}${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeNew(temporary, content, modeFor(readers));
      try {
        await link(temporary, path);
      } catch (error) {
        // Some file systems (FAT, some network shares) have no hard links.
        if (!withoutLinks.has(codeOf(error) ?? '')) throw error;
        await writeNew(path, content, modeFor(readers));
      }
      await this.syncFolder(dirname(path));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw diskFailure(error, path);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /**
   * The user's own folder among the temporary ones. Other users must not read its content, nor have created
   * the folder: one that is a link or belongs to someone else is not used, and a folder with a random name
   * is created instead.
   */
  private async ownTempRoot(): Promise<string> {
    // A user id without a passwd entry has no name, so the number is used.
    const uid = process.getuid?.();
    const root = join(this.tempRoot, uid === undefined ? 'bulk-transcribe' : `bulk-transcribe-${uid}`);
    await mkdir(root, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    const found = await lstat(root);
    const ours =
      found.isDirectory() && (uid === undefined || (found.uid === uid && (found.mode & 0o022) === 0));
    if (ours) return root;
    this.randomRoot ??= this.sweepOnce(this.tempRoot).then(() =>
      mkdtemp(join(this.tempRoot, `${this.mark}root-`)),
    );
    return this.randomRoot;
  }

  /** Removes leftovers of dead processes from the folder; once for each process and folder. */
  private sweepOnce(folder: string): Promise<void> {
    let running = this.swept.get(folder);
    if (!running) {
      running = this.sweep(folder);
      this.swept.set(folder, running);
    }
    return running;
  }

  private async sweep(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const owner = /^\.?([0-9a-f]{6})-(\d+)-(?:[0-9a-f]{12}\.tmp$|[A-Za-z0-9_]*-[A-Za-z0-9]{6}$)/.exec(name);
      if (!owner || name.startsWith(`.${this.mark}`) || name.startsWith(this.mark)) continue;
      const path = join(folder, name);
      const dead = owner[1] === this.host && !isRunning(Number(owner[2]));
      const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
      // What cannot be removed now is tried again by the next process.
      if (dead || age > staleMs) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Makes a rename or a new name durable; many callers of one folder share a flush. */
  private syncFolder(folder: string): Promise<void> {
    let sync = this.folderSyncs.get(folder);
    if (!sync) {
      sync = new FolderSync(folder, () => this.folderSyncs.delete(folder));
      this.folderSyncs.set(folder, sync);
    }
    return sync.request();
  }
}

/** What `link` returns where a file system has none. */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL']);

const notAFile = (path: string): FailureError =>
  new FailureError(failure('disk', `Not a file: ${shownPath(path)}`, { needs: 'disk' }));

const modeFor = (readers: Readers | undefined): number => (readers === 'user' ? 0o600 : 0o666);

/** Writes, flushes and renames; the file is closed while it is renamed. */
async function writeFlushed(
  temporary: string,
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_DSYNC } = constants;
  const flags = O_CREAT | O_EXCL | O_WRONLY | O_DSYNC;
  const file = await whenFree(() => openQuickly(temporary, flags, mode));
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (let done = 0; done < bytes.byteLength;) done += (await writeBytes(file, bytes, done)).bytesWritten;
  } catch (error) {
    await closeFile(file);
    throw error;
  }
  await Promise.all([closeFile(file), renameFirmly(temporary, path)]);
}

/** The entry at the path, links followed; undefined when there is none. */
function look(path: string): Promise<fs.Stats | undefined> {
  return new Promise((resolve, reject) => {
    fs.stat(path, (error, found) => {
      if (error === null) resolve(found);
      else if (isMissing(error)) resolve(undefined);
      else reject(error);
    });
  });
}

class NodeAppendFile implements AppendFile {
  constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private bytes: number,
  ) {}

  get size(): number {
    return this.bytes;
  }

  async append(content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    try {
      await this.handle.appendFile(bytes);
      this.bytes += bytes.byteLength;
    } catch (error) {
      // A full disk may have written a part of it.
      this.bytes = await this.handle.stat().then(
        (found) => found.size,
        () => this.bytes,
      );
      throw diskFailure(error, this.path);
    }
  }

  async flush(): Promise<void> {
    await guarded(this.path, () => this.handle.datasync());
  }

  async isInPlace(): Promise<boolean> {
    return guarded(this.path, async () => {
      const [own, there] = await Promise.all([this.handle.stat(), look(this.path)]);
      return there?.ino === own.ino && there.dev === own.dev;
    });
  }

  async close(): Promise<void> {
    await guarded(this.path, () => this.handle.close());
  }
}

async function renameFirmly(from: string, to: string): Promise<void> {
  for (const delayMs of renameDelaysMs) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = codeOf(error);
      if (process.platform !== 'win32' || code === undefined || !passing.has(code)) throw error;
      await pause(delayMs);
    }
  }
  await rename(from, to);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and belongs to someone else.
    return codeOf(error) === 'EPERM';
  }
}
