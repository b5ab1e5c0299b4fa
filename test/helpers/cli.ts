/** The built terminal program as others run it: its exit code, what it says, its JSON lines. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { ownProgram, program, type ProgramPath } from '../programs/find';

export const cliProgram = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

export interface CliOptions {
  readonly cwd: string;
  /** Added to a bare environment: PATH, and a home and state folder of the test's own. */
  readonly env: NodeJS.ProcessEnv;
  readonly onStart?: (child: ChildProcess) => void;
  readonly onLine?: (line: Readonly<Record<string, unknown>>) => void;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON lines of stdout. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

export function cli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return run(ownProgram(process.execPath), [cliProgram, ...args], options);
}

/** On a terminal of its own, where somebody types `input`. Needs util-linux's `script`. */
export function cliOnTerminal(
  args: readonly string[],
  input: string,
  options: CliOptions,
): Promise<CliResult> {
  const quoted = [process.execPath, cliProgram, ...args].map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`);
  return run(program('script'), ['-qefc', quoted.join(' '), '/dev/null'], {
    ...options,
    onStart: (child) => child.stdin?.end(input),
  });
}

function run(command: ProgramPath, args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (options.onStart) options.onStart(child);
  else child.stdin.end();
  let stdout = '';
  let stderr = '';
  let rest = '';
  const lines: Readonly<Record<string, unknown>>[] = [];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    const pieces = (rest + piece).split('\n');
    rest = pieces.pop() ?? '';
    for (const line of pieces) {
      if (!line.startsWith('{')) continue;
      const value = JSON.parse(line) as Readonly<Record<string, unknown>>;
      lines.push(value);
      options.onLine?.(value);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, lines }));
  });
}
