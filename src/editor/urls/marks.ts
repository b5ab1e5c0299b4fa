/** The mark behind each link in view: what its batch has made of it. Drawn for the visible lines only. */
import * as vscode from 'vscode';
import { entriesBetween } from './analysis';
import type { MarkColour } from './listWords';
import type { ListProgress } from './progress';
import { urlsLanguage } from '../../intake/listFormat';
import { listPathOf, type UrlsDocuments } from './documents';

const colours: Readonly<Record<MarkColour, string>> = {
  done: 'charts.green',
  failed: 'charts.red',
  running: 'charts.blue',
  waiting: 'charts.yellow',
  quiet: 'descriptionForeground',
};

/** The least time between two redraws of the marks, ms. */
const quietMs = 250;

export class LineMarks implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 2em' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  });
  private readonly listeners: vscode.Disposable;
  private readonly drawn = new WeakMap<vscode.TextEditor, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly documents: Pick<UrlsDocuments, 'peek'>,
    private readonly progress: ListProgress,
  ) {
    this.listeners = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(() => this.refreshAll()),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => void this.draw(textEditor)),
    );
  }

  refresh(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) void this.draw(editor);
  }

  refreshAll(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const editor of vscode.window.visibleTextEditors) void this.draw(editor);
    }, quietMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.dispose();
    this.type.dispose();
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    if (document.languageId !== urlsLanguage) return;
    // With the words of all failures, which only an open list needs.
    const { markOf } = await import('./listWords');
    const analysis = this.documents.peek(document);
    const list = listPathOf(document);
    const options: vscode.DecorationOptions[] = [];
    if (analysis && this.progress.batchOf(list))
      for (const { start, end } of editor.visibleRanges)
        for (const entry of entriesBetween(analysis.content, start.line, end.line)) {
          const link = analysis.content.jobs[entry.job]?.link;
          const job = link && this.progress.jobOf(list, link);
          const mark = job && markOf(job, link, Date.now());
          // The text may have changed since it was read: the end of the line is where a mark belongs.
          if (!mark || entry.line > document.lineCount) continue;
          options.push({
            range: document.lineAt(entry.line - 1).range,
            renderOptions: {
              after: { contentText: mark.text, color: new vscode.ThemeColor(colours[mark.colour]) },
            },
          });
        }
    const picture = options
      .map(
        ({ range, renderOptions }) =>
          `${range.end.line}:${range.end.character} ${renderOptions?.after?.contentText ?? ''}`,
      )
      .join('\n');
    if (this.drawn.get(editor) === picture) return;
    this.drawn.set(editor, picture);
    editor.setDecorations(this.type, options);
  }
}
