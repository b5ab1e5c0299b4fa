/**
 * A batch as a task: what happens is written into the task's terminal; ending the task stops the batch and keeps it.
 */
import * as vscode from 'vscode';
import type { BatchHandle } from '../../engine/api';
import { toFailure } from '../../model/failure';
import { endSentence } from '../endSentence';
import { Refusal } from '../problems';
import type { ListInput } from '../transcribe';
import { plain, taskExitCode, taskLines } from './taskWords';

export interface TaskParts {
  readonly readFile: (uri: vscode.Uri) => Promise<ListInput>;
  /** Undefined: the user has cancelled. */
  readonly transcribe: (input: ListInput) => Promise<BatchHandle | undefined>;
}

/** The exit code of a task whose list could not be read. */
const cannotStart = 2;
const interrupt = '\u0003';

export class BatchTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;
  private handle: BatchHandle | undefined;
  private isEnded = false;

  constructor(
    private readonly parts: TaskParts,
    private readonly list: vscode.Uri,
    private readonly redo: boolean,
  ) {}

  open(): void {
    void this.run().then(
      (code) => this.end(code),
      (error: unknown) => {
        const words = error instanceof Refusal ? error.message : toFailure(error).message;
        this.line(words);
        this.end(cannotStart);
      },
    );
  }

  /** The task was terminated, or its terminal was closed. */
  close(): void {
    void this.stop();
  }

  handleInput(data: string): void {
    if (data === interrupt) void this.stop();
  }

  private async run(): Promise<number> {
    const input = await this.parts.readFile(this.list);
    this.line(`Transcribing ${input.name}. Ctrl+C stops it; everything done so far is kept.`);
    const handle = await this.parts.transcribe({
      ...input,
      ...(this.redo ? { redo: true } : {}),
      unattended: (words) => this.line(words),
    });
    // No folder for the transcripts was chosen.
    if (!handle) return cannotStart;
    this.handle = handle;
    // Closed while the list was being read.
    if (this.isEnded) await this.stop();
    const unlisten = handle.onEvents((events) => {
      for (const line of taskLines(events, handle.state)) this.line(line);
    });
    try {
      await this.rest(handle);
    } finally {
      unlisten();
    }
    this.line(endSentence(handle.state));
    return taskExitCode(handle.state);
  }

  /** Settles when the batch has come to rest, also by the user's own pause or stop elsewhere. */
  private rest(handle: BatchHandle): Promise<unknown> {
    const isStopped = (): boolean => handle.state.phase === 'stopped';
    if (isStopped()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const unlisten = handle.onEvents(() => {
        if (!isStopped()) return;
        unlisten();
        resolve(undefined);
      });
      handle.settled().then((failure) => {
        unlisten();
        resolve(failure);
      }, reject);
    });
  }

  private async stop(): Promise<void> {
    const { handle } = this;
    this.isEnded = true;
    const { phase } = handle?.state ?? {};
    if (phase === 'running' || phase === 'paused') await handle?.stop().catch(() => undefined);
  }

  private line(text: string): void {
    this.written.fire(`${plain(text)}\r\n`);
  }

  private end(code: number): void {
    this.isEnded = true;
    this.closed.fire(code);
  }
}
