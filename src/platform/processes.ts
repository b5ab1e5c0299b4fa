/**
 * Runs other programs: an argument array, never a shell; the whole process tree ends with its job; nothing
 * secret is inherited. Also finds programs that a GUI's PATH misses and names processes uniquely.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { failure, FailureError } from '../model/failure';
import {
  mayNotRun,
  type Processes,
  type ProcessIdentity,
  type ProcessResult,
  type ProcessSpec,
} from '../model/ports';
import { watchBusy } from './busy';
import { childEnvironment, usualFolders } from './programPaths';
import { identityOfSelf, isSameProcessAlive } from './processIdentity';

const defaultKeepBytes = 64 * 1024;
/** Time a program gets to clean up after itself (a packed yt-dlp removes its unpacked files) before it is killed. */
const graceMs = 1500;

export interface ProcessesOptions {
  /** The environment children start from, already read; default `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Creates the default folder in which programs run; called once, when it is first needed. */
  readonly workFolder?: () => Promise<string>;
}

/** Programs with an environment without keys; those still running are killed with this process. */
export function createProcesses(options: ProcessesOptions = {}): Processes {
  const env = options.env ?? process.env;
  const platform = options.platform ?? process.platform;
  const running = new Set<ChildProcess>();
  // Never the working folder: Python and others load code from there, and it may be a cloned repository.
  const elsewhere = platform === 'win32' ? path.win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32') : '/';
  let folder: Promise<string> | undefined;
  const workFolder = (): Promise<string> =>
    (folder ??= (options.workFolder?.() ?? Promise.resolve(elsewhere)).catch(() => elsewhere));
  const killAll = (): void => {
    for (const child of running) killTree(child, platform, 'SIGKILL');
  };
  let own: ProcessIdentity | undefined;

  return {
    run: async (spec) => {
      const cwd = spec.cwd ?? (await workFolder());
      if (running.size === 0) process.once('exit', killAll);
      return run({ ...spec, cwd }, env, platform, running).finally(() => {
        if (running.size === 0) process.removeListener('exit', killAll);
      });
    },
    unfit: (configured) => unfitPath(configured, env, platform),
    expanded: (file) => inHome(file, env),
    find: (program, configured) => Promise.resolve(findProgram(program, configured, env, platform)),
    get own() {
      return (own ??= identityOfSelf());
    },
    isAlive: isSameProcessAlive,
  };
}

/**
 * The absolute path of a program. A configured path is the only one tried: when it is wrong, the user gets
 * an error instead of another program being started. Relative PATH entries are skipped, so that nothing
 * runs from a working folder; on Windows only `.exe` counts, because batch files need a shell.
 */
export function findProgram(
  program: string,
  configured: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string | undefined {
  const rules = platform === 'win32' ? path.win32 : path.posix;
  const given = inHome(configured.trim(), env);
  if (given !== '' && /[\\/]/.test(given)) {
    return rules.isAbsolute(given) && isExecutable(given, platform) ? given : undefined;
  }
  const name = given === '' ? program : given;
  const fileName = platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  for (const folder of usualFolders(env, platform)) {
    const candidate = rules.join(folder, fileName);
    if (rules.isAbsolute(folder) && isExecutable(candidate, platform)) return candidate;
  }
  return undefined;
}

/** Of a path that `findProgram` does not take; undefined where nothing is there, and for a bare name. */
function unfitPath(
  configured: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string | undefined {
  const given = inHome(configured.trim(), env);
  if (!/[\\/]/.test(given)) return undefined;
  const rules = platform === 'win32' ? path.win32 : path.posix;
  if (!rules.isAbsolute(given)) return 'is not an absolute path';
  const stat = statSync(given, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return 'is a folder';
  return stat.isFile() ? mayNotRun : 'is no file';
}

/** `~/x` as an absolute path; any other path as it is. */
function inHome(file: string, env: NodeJS.ProcessEnv): string {
  return file.replace(/^~(?=[\\/])/, env.HOME ?? env.USERPROFILE ?? '~');
}

function isExecutable(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    if (platform !== 'win32') accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function run(
  spec: ProcessSpec,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  running: Set<ChildProcess>,
): Promise<ProcessResult> {
  const name = path.basename(spec.command);
  if (spec.signal.aborted) return Promise.reject(new FailureError(failure('cancelled', 'Stopped.')));
  return new Promise((resolve, reject) => {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: childEnvironment(env, platform, spec.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that one signal reaches the program's children as well.
      detached: platform !== 'win32',
      windowsHide: true,
      shell: false,
    });
    running.add(child);
    const keep = spec.keepBytes ?? defaultKeepBytes;
    const stdout = new Tail(keep, spec.onStdout);
    const stderr = new Tail(keep, spec.onStderr);
    child.stdout.on('data', (bytes: Buffer) => stdout.add(bytes));
    child.stderr.on('data', (bytes: Buffer) => stderr.add(bytes));

    let ended: FailureError | undefined;
    const timers = new Set<NodeJS.Timeout>();
    const end = (reason: FailureError): void => {
      if (ended) return;
      ended = reason;
      killTree(child, platform, 'SIGTERM');
      timers.add(setTimeout(() => killTree(child, platform, 'SIGKILL'), graceMs));
    };
    const onAbort = (): void => end(new FailureError(failure('cancelled', 'Stopped.')));
    spec.signal.addEventListener('abort', onAbort, { once: true });
    const { timeoutMs } = spec;
    if (timeoutMs !== undefined) timers.add(setTimeout(() => end(tooLate(name, timeoutMs)), timeoutMs));
    const unwatch = spec.onBusy === undefined ? undefined : watchBusy(child.pid, spec.onBusy, platform);
    const settle = (): void => {
      running.delete(child);
      unwatch?.();
      spec.signal.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      // An error after the start (a failed kill) is followed by `close`; without a pid nothing ran.
      if (child.pid !== undefined) return;
      reject(
        new FailureError(
          failure('tool-missing', `${name} could not be started (${error.code ?? error.message}).`, {
            subject: name,
            needs: `program:${name}`,
          }),
        ),
      );
    });
    child.once('exit', () => {
      // A grandchild may still hold the pipes; it is killed with its parent, so that `close` comes.
      if (ended) killTree(child, platform, 'SIGKILL');
    });
    child.once('close', (exitCode, signal) => {
      settle();
      stdout.finish();
      stderr.finish();
      if (ended) reject(ended);
      else resolve({ exitCode, signal, stdout: stdout.text(), stderr: stderr.text() });
    });
  });
}

function tooLate(name: string, timeoutMs: number): FailureError {
  const seconds = Math.round(timeoutMs / 1000);
  return new FailureError(
    failure('timeout', `${name} did not finish within ${seconds} s.`, { subject: name }),
  );
}

/** Signals the program and everything it started; no error when it is gone. */
function killTree(child: ChildProcess, platform: NodeJS.Platform, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (platform === 'win32') {
    const taskkill = path.win32.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    spawn(taskkill, ['/PID', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).once(
      'error',
      () => child.kill('SIGKILL'),
    );
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is empty already.
  }
}

/** The end of a stream as text, in bounded memory; characters split between chunks are joined again. */
class Tail {
  private readonly decoder = new StringDecoder('utf8');
  private readonly pieces: string[] = [];
  private length = 0;

  constructor(
    private readonly keep: number,
    private readonly onText: ((text: string) => void) | undefined,
  ) {}

  add(bytes: Buffer): void {
    this.push(this.decoder.write(bytes));
  }

  finish(): void {
    this.push(this.decoder.end());
  }

  text(): string {
    const all = Buffer.from(this.pieces.join(''), 'utf8');
    if (all.length <= this.keep) return all.toString('utf8');
    // Not in the middle of a character: continuation bytes begin with the bits 10.
    let from = all.length - this.keep;
    while (from < all.length && ((all[from] ?? 0) & 0xc0) === 0x80) from += 1;
    return all.toString('utf8', from);
  }

  private push(text: string): void {
    if (text === '') return;
    this.onText?.(text);
    this.pieces.push(text);
    this.length += text.length;
    // A character takes at least one byte, so the last `keep` characters hold the last `keep` bytes.
    while (this.length - (this.pieces[0]?.length ?? 0) >= this.keep && this.pieces.length > 1) {
      this.length -= this.pieces.shift()?.length ?? 0;
    }
  }
}
