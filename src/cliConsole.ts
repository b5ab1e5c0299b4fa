/**
 * The terminal as the program's `Console`: words, problems, moving part, JSON lines, questions, the log file and
 * the signals that end it. Part of the terminal's composition root.
 */
import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { createLogUpdate } from 'log-update';
import type { FailureError } from './model/failure';
import { plainJson } from './output/escape';
import { diskFailure } from './platform/diskFailure';
import type { Console } from './terminal/console';
import type { RunOptions } from './terminal/options';
import type { LinePart } from './terminal/search';
import { plainText } from './terminal/screen';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Whether anybody is there: with no stream a terminal, nobody reads and nobody can answer. */
const attended = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);

/** Before a batch is on disk there is nothing to keep, and after its end everything is kept. */
const endAtOnce = (signal: Signal): void => endBy(signal);
let onSignal = (signal: Signal): void => {
  process.stderr.write('Stopped; no batch was begun or changed.\n');
  endAtOnce(signal);
};
let received: Signal | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    // A terminal that closes ends its programs; under nohup, cron and the like there is none, and Node has already
    // undone the "ignore" that nohup had set.
    if (signal === 'SIGHUP' && !attended) return;
    received = signal;
    onSignal(signal);
  });

/** Ends as a program that was told to by this signal: Ctrl-C as 130, others by the signal itself. */
function endBy(signal: Signal): never {
  if (signal === 'SIGINT' || process.platform === 'win32') process.exit(130);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Linux keeps the first process of a container from its own signals; a shell's number for them says the same.
  process.exit(128 + constants.signals[signal]);
}

/** After the last line: a run that SIGTERM or SIGHUP has ended ends by that signal. */
export function endAsTold(): void {
  if (received === undefined || received === 'SIGINT' || process.platform === 'win32') return;
  const signal = received;
  process.stdout.write('', () => endBy(signal));
}

/** Nobody reads stdout any more (`| head`): a batch is stopped as by Ctrl-C, all else just ends. */
const unread = new AbortController();
process.stdout.on('error', () => unread.abort());
// Words that nobody reads are no reason to end.
process.stderr.on('error', () => undefined);

/** A line of JSON on stdout: the same for a program, and without what a terminal obeys. */
export function writeJson(line: string): void {
  process.stdout.write(plainJson(line));
}

/** A file that gets every line with its time. What cannot be written later on is said once. */
class LogFile {
  private file: WriteStream | undefined;
  /** Why there is none. */
  readonly problem: FailureError | undefined;

  constructor(path: string | undefined) {
    if (path === undefined) return;
    try {
      this.file = createWriteStream(path, { fd: openSync(path, 'a', 0o600) });
    } catch (error) {
      this.problem = diskFailure(error, path);
    }
    this.file?.on('error', (error) => {
      if (this.file) process.stderr.write(`The log file cannot be written: ${plainText(error.message)}\n`);
      this.file = undefined;
    });
  }

  write(line: string): void {
    this.file?.write(`${new Date().toISOString()} ${line}\n`);
  }
}

export interface CliConsole extends Console {
  readonly confirm: (question: string) => Promise<boolean>;
  /** Why the log file that was asked for cannot be written. */
  readonly unlogged: FailureError | undefined;
  /** Goes to the log file alone, where there is one. */
  readonly logged: (line: string) => void;
  /** A line of which parts are set off, where a terminal can show it. */
  readonly parts: (line: readonly LinePart[]) => void;
}

/**
 * What people read passes `redact` and loses control characters, which could move the cursor or forge lines;
 * programs get links as they are, by which they know them again.
 */
export function openConsole(options: RunOptions, redact: (text: string) => string): CliConsole {
  const { json, quiet, logFile } = options;
  const stream = json ? process.stderr : process.stdout;
  // A dumb terminal (an editor's shell) shows cursor movements as rubbish.
  const moves = stream.isTTY && process.env.TERM !== 'dumb';
  const draw = !json && !quiet && moves ? createLogUpdate(stream) : undefined;
  const log = new LogFile(logFile);
  const safe = (text: string): string => redact(text).split('\n').map(plainText).join('\n');
  const logged = (line: string): void => log.write(safe(line).replace(/\n+/g, ' '));
  let moving = '';
  return {
    words: (line) => {
      logged(line);
      // Lasting lines are above the moving part, which is drawn again at once so that nothing flickers.
      draw?.clear();
      (unread.signal.aborted ? process.stderr : stream).write(`${safe(line)}\n`);
      if (moving !== '') draw?.(moving);
    },
    problem: (line) => {
      logged(line);
      draw?.clear();
      process.stderr.write(`${safe(line)}\n`);
      if (moving !== '') draw?.(moving);
    },
    unlogged: log.problem,
    logged,
    parts: (line) => {
      const bold = moves && !process.env.NO_COLOR;
      const shown = line.map(({ text, strong }) =>
        strong && bold ? `\u001b[1;33m${safe(text)}\u001b[0m` : safe(text),
      );
      (unread.signal.aborted ? process.stderr : stream).write(`${shown.join('')}\n`);
    },
    columns: () => stream.columns || 80,
    attended,
    quiet,
    ...(draw
      ? {
          redraw: (text: string) => {
            moving = safe(text);
            if (moving === '') draw.clear();
            else draw(moving);
          },
        }
      : {}),
    ...(json ? { json: writeJson } : {}),
    confirm,
    onInterrupt: (callback) => {
      let asked = false;
      onSignal = (signal) => {
        // Asked twice, it ends at once: everything lasting is on disk already.
        if (asked) endAtOnce(signal);
        asked = true;
        // A disk that refuses from the first write on lets no batch begin, and so none stop.
        setTimeout(() => endAtOnce(signal), 15_000).unref();
        callback();
      };
      unread.signal.addEventListener('abort', callback);
      if (unread.signal.aborted) queueMicrotask(callback);
      return () => {
        unread.signal.removeEventListener('abort', callback);
        onSignal = endAtOnce;
      };
    },
  };
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${plainText(question)} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
