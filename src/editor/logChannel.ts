/**
 * The log as the user sees it: one line an event in a LogOutputChannel, and the latest lines kept by batch
 * and video for "Show Log of This Video". What a batch tells passes the redactor here once more: its journal
 * may come from a process that knew less.
 */
import * as vscode from 'vscode';
import type { ReadonlyState, ReadonlyRow } from '../engine/state/reducer';
import type { LogLevel } from '../model/ports';
import type { LogLine } from './batchLog';
import { oneLine } from './messages';

const keptLines = 5000;
const pageScheme = 'bulk-transcribe-log';
const keptPages = 50;

export class LogChannel implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Bulk Transcribe', { log: true });
  private readonly kept: { readonly batch: string; readonly job: number; readonly line: string }[] = [];

  /** Texts of the editors that were opened; read-only, so that closing one asks nothing. */
  private readonly pages = new Map<string, string>();
  private readonly pagesChanged = new vscode.EventEmitter<vscode.Uri>();
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(pageScheme, {
    onDidChange: this.pagesChanged.event,
    provideTextDocumentContent: (uri) => this.pages.get(uri.toString()) ?? '',
  });

  constructor(private readonly redact: (text: string) => string) {}

  /** A line that is about no batch in particular, already without secrets. */
  readonly write = (level: LogLevel, line: string, job: number | undefined): void => {
    this.channel[level](job === undefined ? line : `#${job + 1} ${line}`);
  };

  /** A line about a batch, or about one of its videos. */
  writeOf(batch: Pick<ReadonlyState, 'id' | 'name'>, { level, text, job }: LogLine): void {
    const plain = oneLine(this.redact(text));
    this.channel[level](`[${oneLine(batch.name)}${job === undefined ? '' : ` #${job + 1}`}] ${plain}`);
    if (job === undefined) return;
    this.kept.push({ batch: batch.id, job, line: `${new Date().toISOString()} ${level} ${plain}` });
    if (this.kept.length > keptLines * 1.2) this.kept.splice(0, this.kept.length - keptLines);
  }

  show(): void {
    this.channel.show(true);
  }

  /**
   * The lines about one video of one batch, in an editor of their own: those of this session, else what the
   * batch remembers; the whole log when there are none.
   */
  async showJob(batch: Pick<ReadonlyState, 'id' | 'name'>, job: ReadonlyRow): Promise<void> {
    const kept = this.kept.filter((entry) => entry.batch === batch.id && entry.job === job.index);
    const { rememberedLines } = await import('./batchLog');
    const lines = kept.length > 0 ? kept.map(({ line }) => line) : rememberedLines(job).map(this.redact);
    if (lines.length === 0) {
      this.show();
      return;
    }
    const title = job.meta.title ?? job.link.id;
    const name = `${batch.name} #${job.index + 1}.log`.replaceAll(/[\\/]/g, '_');
    const uri = vscode.Uri.from({ scheme: pageScheme, path: `/${name}`, query: batch.id });
    const key = uri.toString();
    this.pages.delete(key);
    this.pages.set(key, [`${batch.name} #${job.index + 1} ${title}`, ...lines, ''].join('\n'));
    for (const old of this.pages.keys()) if (this.pages.size > keptPages) this.pages.delete(old);
    this.pagesChanged.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.channel.dispose();
    this.provider.dispose();
    this.pagesChanged.dispose();
  }
}
