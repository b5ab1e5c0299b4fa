/**
 * The outside world as the inner rooms see it. `platform/` implements these; tests provide fakes. Nothing
 * here names Node or VS Code.
 */
import type { Failure, FailureCode } from './failure';

export interface Clock {
  /** Wall time, epoch milliseconds; may jump. */
  now(): number;
  /** Milliseconds that never decrease; their zero has no meaning. */
  monotonic(): number;
  /** Calls once after `ms`; returns a cancel function. Never throws for large values (it re-arms). */
  after(ms: number, callback: () => void): () => void;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A new id of 16 lower-case hex digits. */
  id(): string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/**
 * One line for each event. The log hides registered secrets; callers never pass a key in the first place.
 */
export interface Log {
  write(level: LogLevel, message: string, job?: number): void;
}

/** How a request left this machine. */
export type Via = 'direct' | 'proxy' | 'tor';

export type Reach = 'asked' | 'unconfirmed' | 'public-only';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | MultipartBody;
  readonly signal: AbortSignal;
  /** Time limit for the whole answer. */
  readonly timeoutMs: number;
  /** An answer larger than this is `bad-response` (or `too-large` for media). Default 10 MB. */
  readonly maxBytes?: number;
  /** Redirects followed: `same-origin`, `public` (never to a private address) or `none`. Default `same-origin`. */
  readonly redirects?: 'same-origin' | 'public' | 'none';
  /**
   * Whether the address itself may be private or loopback. `asked`: the user gave this address (an argument,
   * an endpoint setting) or has confirmed it. `unconfirmed`: a list names it; a private address is refused as
   * `auth` that waits for the user's OK. `public-only`: the address came from a feed, playlist or page; a
   * private one is refused for good.
   */
  readonly reach?: Reach;
  /**
   * The address is a service that the user runs on this computer: listed proxies are bypassed. Applies only
   * to loopback addresses; everything else always goes through the listed proxies.
   */
  readonly ownMachine?: boolean;
  /** Changes with each retry so that rotating proxies and Tor use another exit. */
  readonly identity?: string;
  /**
   * Sent on a connection of its own: if the service closes a kept-alive one meanwhile, it is unknown
   * whether the request was accepted. For requests that must not be sent twice.
   */
  readonly fresh?: boolean;
  /** Streams the answer into this absolute path instead of memory (media). */
  readonly saveTo?: string;
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** Gets the answer's content as it comes, instead of memory. Only for a status from 200 to 299. */
  readonly into?: AnswerSink;
}

/** What it throws ends the request and is thrown by it. */
export interface AnswerSink {
  /** Called once for each answer, before its first piece. */
  begin(answer: Pick<HttpResponse, 'status' | 'headers'>): Promise<void>;
  /** The next piece is read once this has ended. */
  piece(bytes: Uint8Array): Promise<void>;
}

/** Sent as multipart/form-data; files are streamed from disk. */
export interface MultipartBody {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly file?: {
    readonly name: string;
    readonly path: string;
    readonly fileName: string;
    readonly type: string;
  };
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The final address, after allowed redirects. */
  readonly url: string;
  readonly via: Via;
}

/**
 * Every status is an answer, also 429 and 500; a refused redirect is returned as such (status 3xx). Throws
 * FailureError only for `network`, `timeout`, `too-large`, `bad-response` (over size), `cancelled`, `disk`,
 * `auth` when a proxy refuses its password or the address waits for the user's OK, and `invalid-url` for what is not a
 * web address or, with `public-only`, leads to a private one.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
  readonly modifiedMs: number;
}

/** Who may read a new file, where the file system has such rights: this user alone, or as usual. */
export type Readers = 'user' | 'usual';

/** What is to be in a file; the pieces of a large content may be made as they are written. */
export type Content =
  string | Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array> | ContentWithHead;

/**
 * A content that is made as it is written, whose beginning is known last: `head`, of `headBytes`, before all pieces.
 */
export interface ContentWithHead {
  readonly headBytes: number;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Called once the pieces are written. */
  readonly head: () => Uint8Array;
}

/**
 * Absolute paths only. Throws FailureError `disk` with the system's reason; reading a missing file gives
 * undefined.
 */
export interface Files {
  read(path: string, maxBytes?: number): Promise<Uint8Array | undefined>;
  stat(path: string): Promise<FileStat | undefined>;
  list(folder: string): Promise<readonly string[]>;
  /**
   * Of `list` the folders, and what may be one, such as links. A folder full of files is read without a look at each
   * of them.
   */
  listFolders(folder: string): Promise<readonly string[]>;
  /** Creates the folder and its parents. */
  makeFolder(path: string): Promise<void>;
  /** Atomic: temporary name in the same folder, flush, rename. A large content comes in pieces. */
  writeWhole(path: string, content: Content, readers?: Readers): Promise<void>;
  /** Opens for append, creating it; the caller closes. */
  openAppend(path: string): Promise<AppendFile>;
  /** Reads a file in chunks, from byte `from` (default 0) to its end; nothing when it does not exist. */
  readPieces(path: string, from?: number): AsyncIterable<Uint8Array>;
  /** At most `length` bytes from byte `from` on, fewer at the end of the file; undefined when it does not exist. */
  readPart(path: string, from: number, length: number): Promise<Uint8Array | undefined>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder; succeeds when it is gone already. */
  remove(path: string): Promise<void>;
  /** The path with links resolved; undefined when it does not exist. */
  realPath(path: string): Promise<string | undefined>;
  /** Free bytes on the disk of this path; undefined where the system does not say. */
  freeBytes(path: string): Promise<number | undefined>;
  /** A new folder for temporary files that is deleted by `remove`, or later after a crash. */
  tempFolder(prefix: string): Promise<string>;
  /** Creates the file only if it does not exist; false when it does. */
  createExclusive(path: string, content: string, readers?: Readers): Promise<boolean>;
}

export interface AppendFile {
  /** Text as UTF-8, bytes unchanged. */
  append(content: string | Uint8Array): Promise<void>;
  /** Flushes to the device (fdatasync). */
  flush(): Promise<void>;
  /** Whether its path still leads to it; false where it was renamed or removed. Absent: nobody does that. */
  isInPlace?(): Promise<boolean>;
  close(): Promise<void>;
  readonly size: number;
}

export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
  /** Called now and then while the program takes processor time, also when it says nothing. */
  readonly onBusy?: () => void;
  /**
   * Bytes kept from the end of each stream for the result (default 64 KB); the callbacks get everything.
   */
  readonly keepBytes?: number;
}

export interface ProcessResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that came with the product and is started like any other. */
export interface BoxedProgram {
  readonly command: string;
  /** These come before all others. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; what it is made of, so that another version of it is known as such. */
  readonly file: string;
}

/** What `Processes.unfit` says of a file without the right to be run. */
export const mayNotRun = 'may not be run by you';

/** Never a shell. Abort kills the whole process tree. Throws FailureError `tool-missing`, `timeout`, `cancelled`. */
export interface Processes {
  run(spec: ProcessSpec): Promise<ProcessResult>;
  /** The absolute path of a program: the given path, else PATH, else the usual places; undefined when not found. */
  find(program: string, configured: string): Promise<string | undefined>;
  /** Why `find` does not take what is at a path, such as `is a folder`; undefined: nothing is there. */
  readonly unfit?: (configured: string) => string | undefined;
  /** `~/x` as an absolute path, any other path as it is; absent: there is no home. */
  readonly expanded?: (path: string) => string;
  /** Why no program is looked for or started at present, as the end of a sentence; undefined or absent: it is. */
  readonly barred?: () => string | undefined;
  readonly own: ProcessIdentity;
  /** Whether that process of this machine still lives. */
  isAlive(identity: ProcessIdentity): Promise<boolean>;
}

/** Identifies one process, even after its id was reused. */
export interface ProcessIdentity {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly started: string;
}

/**
 * Network access for a program that fetches by itself: a proxy on loopback that reaches public addresses
 * and the one that was asked for, through the user's own proxies where there are any.
 */
export interface Outlets {
  open(request: OutletRequest): Promise<Outlet>;
}

export interface OutletRequest {
  /** The link that was asked for: its host and port have the `reach`. Absent: public addresses only. */
  readonly asked?: string;
  /** Default `asked`. */
  readonly reach?: Reach;
  /** As in HttpRequest: another one uses another exit of a rotating proxy or Tor. */
  readonly identity: string;
  readonly signal: AbortSignal;
}

export interface Outlet {
  /** For the program's environment; never for its arguments. */
  readonly environment: Readonly<Record<string, string>>;
  readonly via: Via;
  /** Number of connections requested so far. */
  readonly connections: number;
  /** Connections that were refused or failed, in order; `invalid-url` means a private address. */
  readonly failures: readonly Failure[];
  close(): void;
}

/** Keys and passwords, bound to the origin they were entered for. */
export interface Secrets {
  /** `feed`: the user name and password of private feeds, as `user:password`. */
  get(name: 'deapi' | 'openai' | 'notes' | 'proxy' | 'feed', origin: string): Promise<string | undefined>;
}

export interface Machine {
  /** Resident memory now, bytes. */
  memory(): number;
  /** CPU time used so far, ms. */
  cpuMs(): number;
  /** Logical cores. */
  readonly cores: number;
  /** The same for this user on this machine; marks batches that were started here. */
  readonly id: string;
}

export type { FailureCode };
