/** The open `.urls` documents, analysed again when typing pauses, and their diagnostics. */
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { urlsLanguage } from '../../intake/listFormat';
import { analyse, maxProblems, type Analysis } from './analysis';
import type { ListProgress } from './progress';

const debounceMs = 250;

/** Analyses of the open lists: made when the typing pauses, shared by all providers. */
export class UrlsDocuments implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('bulkTranscribe.urls');
  private readonly analysed = new vscode.EventEmitter<vscode.TextDocument>();
  readonly onAnalysed = this.analysed.event;
  private readonly known = new Map<string, { version: number; analysis: Promise<Analysis | undefined> }>();
  private readonly latest = new Map<string, Analysis>();
  private readonly marked = new Map<string, { readonly analysis: Analysis; readonly notes: number }>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly listeners: vscode.Disposable;

  constructor(private readonly progress: Pick<ListProgress, 'notesOf'>) {
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, debounceMs)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
    );
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  get isEmpty(): boolean {
    return this.known.size === 0;
  }

  /** The analysis of the present text; undefined when it changes before it is done. */
  analysisOf(document: vscode.TextDocument): Promise<Analysis | undefined> {
    const key = document.uri.toString();
    const known = this.known.get(key);
    if (known?.version === document.version) return known.analysis;
    const { version } = document;
    const analysis = analyse(
      document.getText(),
      baseOf(document),
      () => new Promise((resolve) => setImmediate(resolve)),
      () => document.version !== version || document.isClosed,
    );
    this.known.set(key, { version, analysis });
    return analysis;
  }

  /** The last finished analysis, maybe of an older text. */
  peek(document: vscode.TextDocument): Analysis | undefined {
    return this.latest.get(document.uri.toString());
  }

  dispose(): void {
    this.listeners.dispose();
    this.diagnostics.dispose();
    this.analysed.dispose();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private schedule(document: vscode.TextDocument, delayMs: number): void {
    if (document.languageId !== urlsLanguage) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        void this.show(document);
      }, delayMs),
    );
  }

  private async show(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const analysis = await this.analysisOf(document);
    if (!analysis || document.version !== version || document.isClosed) return;
    this.latest.set(document.uri.toString(), analysis);
    this.mark(document, analysis);
    this.analysed.fire(document);
  }

  /** What a batch has learnt about its list stands on the list's lines, where it was asked for. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) {
      const analysis = document.languageId === urlsLanguage ? this.peek(document) : undefined;
      if (analysis) this.mark(document, analysis);
    }
  }

  private mark(document: vscode.TextDocument, analysis: Analysis): void {
    const notes = this.progress.notesOf(listPathOf(document));
    const key = document.uri.toString();
    const shown = this.marked.get(key);
    if (shown?.analysis === analysis && shown.notes === notes.length) return;
    this.marked.set(key, { analysis, notes: notes.length });
    this.diagnostics.set(document.uri, [...diagnosticsOf(analysis), ...noteDiagnostics(document, notes)]);
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.known.delete(key);
    this.latest.delete(key);
    this.marked.delete(key);
    this.diagnostics.delete(document.uri);
  }
}

export function listPathOf(document: vscode.TextDocument): string {
  return document.uri.scheme === 'file' ? document.uri.fsPath : document.uri.toString();
}

function baseOf(document: vscode.TextDocument): { readonly home: string; readonly folder?: string } {
  const home = homedir();
  return document.uri.scheme === 'file' ? { home, folder: dirname(document.uri.fsPath) } : { home };
}

function noteDiagnostics(
  document: vscode.TextDocument,
  notes: readonly { readonly line: number; readonly text: string }[],
): vscode.Diagnostic[] {
  return notes.slice(0, maxProblems).flatMap(({ line, text }) => {
    // The text may have changed since the batch began.
    if (line < 1 || line > document.lineCount) return [];
    const { range } = document.lineAt(line - 1);
    const diagnostic = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Information);
    diagnostic.source = 'Bulk Transcribe';
    return [diagnostic];
  });
}

function diagnosticsOf({ content }: Analysis): vscode.Diagnostic[] {
  return content.problems.slice(0, maxProblems).map((problem) => {
    const range = new vscode.Range(problem.line - 1, problem.from, problem.line - 1, problem.to);
    const severity =
      problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
    const diagnostic = new vscode.Diagnostic(range, problem.failure.message, severity);
    diagnostic.source = 'Bulk Transcribe';
    diagnostic.code = problem.kind === 'link' ? problem.failure.code : problem.kind;
    // Grey in the editor, as other languages show what has no effect.
    if (problem.kind === 'duplicate') diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
    return diagnostic;
  });
}
