/**
 * The log as the user sees it: one line an event in a LogOutputChannel, and the latest lines kept by video
 * for "Show Log of This Video". Lines come here already without secrets.
 */
import * as vscode from 'vscode';
import type { LogLevel } from '../model/ports';

const keptLines = 5000;

export class LogChannel implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Bulk Transcribe', { log: true });
  private readonly kept: { readonly job: number; readonly line: string }[] = [];

  readonly write = (level: LogLevel, line: string, job: number | undefined): void => {
    const text = job === undefined ? line : `#${job + 1} ${line}`;
    this.channel[level](text);
    if (job === undefined) return;
    this.kept.push({ job, line: `${new Date().toISOString()} ${level} ${line}` });
    if (this.kept.length > keptLines * 1.2) this.kept.splice(0, this.kept.length - keptLines);
  };

  show(): void {
    this.channel.show(true);
  }

  /** The lines about one video, in an editor of their own; the whole log when there are none any more. */
  async showJob(job: number, title: string): Promise<void> {
    const lines = this.kept.filter((entry) => entry.job === job).map((entry) => entry.line);
    if (lines.length === 0) {
      this.show();
      return;
    }
    const content = [title, ...lines, ''].join('\n');
    const document = await vscode.workspace.openTextDocument({ content, language: 'log' });
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.channel.dispose();
  }
}
