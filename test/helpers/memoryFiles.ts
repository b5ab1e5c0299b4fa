/**
 * A file system in memory that behaves like the real one where it matters for crashes: what was appended
 * but not flushed can be lost (`crash`), a disk can be full or a folder gone (`fail`).
 */
import { failure, FailureError } from '../../src/model/failure';
import type { AppendFile, Content, Files, FileStat } from '../../src/model/ports';

interface Node {
  content: Buffer;
  /** Bytes that survive a power cut. */
  flushed: number;
  modifiedMs: number;
}

export class MemoryFiles implements Files {
  readonly files = new Map<string, Node>();
  readonly folders = new Set<string>(['/']);
  /** Set to make an operation on matching paths fail like a full or vanished disk. */
  fail: ((operation: string, path: string) => string | undefined) | undefined;
  /** Counts of operations, for tests of batching. */
  readonly counts = { append: 0, flush: 0, writeWhole: 0 };
  /** Files that are open for append. */
  readonly opened: string[] = [];
  private temp = 0;
  private time = 0;

  read(path: string, maxBytes?: number): Promise<Uint8Array | undefined> {
    return this.try('read', path, () => {
      const node = this.files.get(path);
      if (!node) return undefined;
      if (maxBytes !== undefined && node.content.length > maxBytes)
        throw new FailureError(failure('disk', `${path} is larger than ${maxBytes} bytes`));
      return new Uint8Array(node.content);
    });
  }

  stat(path: string): Promise<FileStat | undefined> {
    return this.try('stat', path, () => {
      const node = this.files.get(path);
      if (node) return { kind: 'file', size: node.content.length, modifiedMs: node.modifiedMs } as const;
      return this.folders.has(path) ? ({ kind: 'folder', size: 0, modifiedMs: 0 } as const) : undefined;
    });
  }

  list(folder: string): Promise<readonly string[]> {
    return this.try('list', folder, () => {
      const prefix = folder.endsWith('/') ? folder : `${folder}/`;
      const names = new Set<string>();
      for (const path of [...this.files.keys(), ...this.folders])
        if (path.startsWith(prefix) && path !== prefix)
          names.add(path.slice(prefix.length).split('/')[0] ?? '');
      return [...names].filter((name) => name !== '').sort();
    });
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const names = await this.list(folder);
    return names.filter((name) => !this.files.has(`${folder.replace(/\/$/, '')}/${name}`));
  }

  makeFolder(path: string): Promise<void> {
    return this.try('makeFolder', path, () => this.addFolder(path));
  }

  async writeWhole(path: string, content: Content): Promise<void> {
    const bytes = await bytesOf(content);
    return this.try('writeWhole', path, () => {
      this.needFolder(path);
      this.counts.writeWhole += 1;
      this.time += 1;
      this.files.set(path, { content: bytes, flushed: bytes.length, modifiedMs: this.time });
    });
  }

  async openAppend(path: string): Promise<AppendFile> {
    await this.try('openAppend', path, () => {
      this.needFolder(path);
      if (!this.files.has(path))
        this.files.set(path, { content: Buffer.alloc(0), flushed: 0, modifiedMs: 0 });
    });
    const start = this.files.get(path);
    if (!start) throw new Error('unreachable');
    // Like a descriptor: it keeps pointing at the node even when the name is renamed or removed.
    const node = start;
    let capacity = Buffer.alloc(0);
    let length = -1;
    const attempt = <T>(operation: string, action: () => T): Promise<T> => this.try(operation, path, action);
    const { counts, opened } = this;
    opened.push(path);
    let isOpen = true;
    return {
      append: (content) =>
        attempt('append', () => {
          counts.append += 1;
          const bytes = Buffer.from(content);
          if (length !== node.content.length) {
            capacity = Buffer.concat([node.content], Math.max(1024, node.content.length * 2));
            length = node.content.length;
          }
          if (length + bytes.length > capacity.length)
            capacity = Buffer.concat([capacity.subarray(0, length)], (length + bytes.length) * 2);
          bytes.copy(capacity, length);
          length += bytes.length;
          node.content = capacity.subarray(0, length);
        }),
      flush: () =>
        attempt('flush', () => {
          counts.flush += 1;
          node.flushed = node.content.length;
        }),
      isInPlace: () => attempt('stat', () => this.files.get(path) === node),
      close: () => {
        if (isOpen) opened.splice(opened.indexOf(path), 1);
        isOpen = false;
        return Promise.resolve();
      },
      get size() {
        return node.content.length;
      },
    };
  }

  async *readPieces(path: string, from = 0): AsyncIterable<Uint8Array> {
    const content = await this.read(path);
    const piece = 64 * 1024;
    for (let at = from; content && at < content.length; at += piece) yield content.subarray(at, at + piece);
  }

  async readPart(path: string, from: number, length: number): Promise<Uint8Array | undefined> {
    return (await this.read(path))?.subarray(from, from + length);
  }

  rename(from: string, to: string): Promise<void> {
    return this.try('rename', from, () => {
      const node = this.files.get(from);
      if (node) {
        this.files.delete(from);
        this.files.set(to, node);
        return;
      }
      if (!this.folders.has(from)) throw new FailureError(failure('disk', `${from} is not there`));
      this.folders.delete(from);
      this.addFolder(to);
      for (const [path, child] of [...this.files])
        if (path.startsWith(`${from}/`)) {
          this.files.delete(path);
          this.files.set(to + path.slice(from.length), child);
        }
    });
  }

  remove(path: string): Promise<void> {
    return this.try('remove', path, () => {
      this.files.delete(path);
      this.folders.delete(path);
      for (const other of [...this.files.keys()]) if (other.startsWith(`${path}/`)) this.files.delete(other);
      for (const other of [...this.folders]) if (other.startsWith(`${path}/`)) this.folders.delete(other);
    });
  }

  realPath(path: string): Promise<string | undefined> {
    return Promise.resolve(this.files.has(path) || this.folders.has(path) ? path : undefined);
  }

  freeBytes(): Promise<number | undefined> {
    return Promise.resolve(undefined);
  }

  async tempFolder(prefix: string): Promise<string> {
    this.temp += 1;
    const path = `/tmp/${prefix}${this.temp}`;
    await this.makeFolder(path);
    return path;
  }

  createExclusive(path: string, content: string): Promise<boolean> {
    return this.try('createExclusive', path, () => {
      this.needFolder(path);
      if (this.files.has(path)) return false;
      const bytes = Buffer.from(content);
      this.files.set(path, { content: bytes, flushed: bytes.length, modifiedMs: 0 });
      return true;
    });
  }

  /** The power goes: everything that was not flushed is gone. */
  crash(): void {
    for (const node of this.files.values()) node.content = node.content.subarray(0, node.flushed);
  }

  text(path: string): string | undefined {
    return this.files.get(path)?.content.toString('utf8');
  }

  private addFolder(path: string): void {
    for (let at = path; at !== '' && at !== '/'; at = at.slice(0, at.lastIndexOf('/'))) this.folders.add(at);
  }

  private needFolder(path: string): void {
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    if (!this.folders.has(folder)) throw new FailureError(failure('disk', `${folder} is not there`));
  }

  private try<T>(operation: string, path: string, action: () => T): Promise<T> {
    const why = this.fail?.(operation, path);
    if (why !== undefined) return Promise.reject(new FailureError(failure('disk', why)));
    try {
      return Promise.resolve(action());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

async function bytesOf(content: Content): Promise<Buffer> {
  if (typeof content === 'string' || content instanceof Uint8Array) return Buffer.from(content);
  const hasHead = 'headBytes' in content;
  const written: Uint8Array[] = [];
  for await (const piece of hasHead ? content.pieces : content) written.push(piece);
  return Buffer.concat(hasHead ? [content.head(), ...written] : written);
}
