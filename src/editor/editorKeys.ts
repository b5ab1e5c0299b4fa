/**
 * Context keys about the active editor, so that menus offer only what can be done there: whether its text and its
 * selection hold links, and what the link on the cursor's line can do. Looked at when the editor comes to rest.
 */
import * as vscode from 'vscode';
import { abilities } from '../engine/state/abilities';
import { urlsLanguage } from '../intake/listFormat';
import { contextKeys } from './commands/table';
import type { ContextKeys } from './contextKeys';
import { mayHoldLinks } from './mayHoldLinks';
import type { ListLines } from './urls/lines';

const quietMs = 150;
/** A longer text is looked at in its first part only. */
const mostCharacters = 200_000;

export interface EditorChanges {
  /** A list has been read again. */
  readonly onAnalysed: vscode.Event<vscode.TextDocument>;
  /** Batches may look different. */
  readonly onChange: vscode.Event<void>;
}

export class EditorKeys implements vscode.Disposable {
  private readonly own: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;
  /** The text that was looked at last, so that moving the cursor does not read it again. */
  private seen: { readonly document: vscode.TextDocument; readonly version: number } | undefined;

  constructor(
    private readonly keys: ContextKeys,
    private readonly lines: Pick<ListLines, 'peek' | 'hasLinks'>,
    { onAnalysed, onChange }: EditorChanges,
  ) {
    const isActive = (document: vscode.TextDocument): boolean =>
      vscode.window.activeTextEditor?.document === document;
    this.own = vscode.Disposable.from(
      // At once: a menu may be opened on it next, and must not offer what the editor before could do.
      vscode.window.onDidChangeActiveTextEditor(() => this.look()),
      vscode.window.onDidChangeTextEditorSelection(() => this.soon()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => isActive(document) && this.soon()),
      onAnalysed((document) => {
        if (this.lines.hasLinks(document)) this.keys.set(contextKeys.listMade, true);
        if (isActive(document)) this.soon();
      }),
      onChange(() => vscode.window.activeTextEditor?.document.languageId === urlsLanguage && this.soon()),
    );
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.own.dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), quietMs);
  }

  private look(): void {
    clearTimeout(this.timer);
    const editor = vscode.window.activeTextEditor;
    const document = editor?.document;
    const isList = document?.languageId === urlsLanguage;
    if (document && (this.seen?.document !== document || this.seen.version !== document.version)) {
      this.seen = { document, version: document.version };
      this.keys.set(contextKeys.editorHasLinks, mayHoldLinks(beginningOf(document), isList));
    }
    const selection = editor?.selections.find((one) => !one.isEmpty);
    const selected = selection && document ? document.getText(limited(document, selection)) : '';
    this.keys.set(contextKeys.selectionHasLinks, mayHoldLinks(selected, isList));
    const line = isList && editor ? this.lines.peek(document, editor.selection.active.line) : undefined;
    const known = line?.known?.job;
    this.keys.set(contextKeys.lineIsLink, line !== undefined && line.job.invalid === undefined);
    this.keys.set(contextKeys.lineFailed, known !== undefined && abilities(known).canRetry);
    this.keys.set(contextKeys.lineDone, known !== undefined && abilities(known).canOpen);
    // Last: from now on the keys count, and not the language of the text.
    this.keys.set(contextKeys.watchesEditor, true);
  }
}

function beginningOf(document: vscode.TextDocument): string {
  return document.getText(limited(document, new vscode.Range(0, 0, document.lineCount, 0)));
}

/** Lines are short, so a number of lines bounds the text without reading it. */
function limited(document: vscode.TextDocument, range: vscode.Range): vscode.Range {
  const mostLines = mostCharacters / 40;
  const end = range.start.line + mostLines;
  return document.validateRange(
    range.end.line > end ? new vscode.Range(range.start, new vscode.Position(end, 0)) : range,
  );
}
