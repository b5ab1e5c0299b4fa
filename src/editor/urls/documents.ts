/** The open `.urls` documents, analysed again when typing pauses, and their diagnostics. */
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { urlsLanguage } from '../../intake/listFormat';
import { analyse, LineMemory, maxProblems, type Analysis } from './analysis';
import { missingFiles, type MissingFile } from './missingFiles';
import type { ListProgress } from './progress';

const debounceMs = 250;

/** Analyses of the open lists: made when the typing pauses, shared by all providers. */
export class UrlsDocuments implements vscode.Disposable {
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('bulkTranscribe.urls');
  private readonly analysed = new vscode.EventEmitter<vscode.TextDocument>();
  readonly onAnalysed = this.analysed.event;
  private readonly known = new Map<string, { version: number; analysis: Promise<Analysis | undefined> }>();
  private readonly memories = new Map<string, LineMemory>();
  /** When a text was changed last, epoch ms. */
  private readonly changedAt = new Map<string, number>();
  private readonly latest = new Map<string, Analysis>();
  private readonly marked = new Map<
    string,
    { readonly analysis: Analysis; readonly notes: number; readonly missing: readonly MissingFile[] }
  >();
  /** Local files that the list names and that are not there. */
  private readonly missing = new Map<string, readonly MissingFile[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly listeners: vscode.Disposable;

  constructor(private readonly progress: Pick<ListProgress, 'notesOf'>) {
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId !== urlsLanguage) return;
        this.changedAt.set(document.uri.toString(), Date.now());
        this.schedule(document, debounceMs);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        const analysis = editor && this.latest.get(editor.document.uri.toString());
        if (analysis) void this.lookForFiles(editor.document, analysis);
      }),
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
    const analysis = this.read(document, key);
    this.known.set(key, { version, analysis });
    return analysis;
  }

  /** VS Code asks after every key; a long list is read once, when the typing pauses. */
  private async read(document: vscode.TextDocument, key: string): Promise<Analysis | undefined> {
    const { version } = document;
    const isStale = (): boolean => document.version !== version || document.isClosed;
    const rests = (this.changedAt.get(key) ?? 0) + debounceMs - Date.now();
    if (rests > 0) await new Promise((resolve) => setTimeout(resolve, rests));
    if (isStale()) return undefined;
    const memory = this.memories.get(key) ?? new LineMemory();
    this.memories.set(key, memory);
    const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const analysis = await analyse(document.getText(), baseOf(document), pause, isStale, memory);
    if (analysis) memory.turn();
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
    await this.lookForFiles(document, analysis);
  }

  /** Files come and go while the list stays as it is, so they are looked for again when it is shown. */
  private async lookForFiles(document: vscode.TextDocument, analysis: Analysis): Promise<void> {
    const key = document.uri.toString();
    const found = await missingFiles(document.uri, analysis);
    if (this.latest.get(key) !== analysis) return;
    const known = this.missing.get(key) ?? [];
    if (known.map(({ line }) => line).join() === found.map(({ line }) => line).join()) return;
    this.missing.set(key, found);
    this.mark(document, analysis);
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
    const missing = this.missing.get(key) ?? [];
    if (shown?.analysis === analysis && shown.notes === notes.length && shown.missing === missing) return;
    this.marked.set(key, { analysis, notes: notes.length, missing });
    this.diagnostics.set(document.uri, [
      ...diagnosticsOf(document.uri, analysis),
      ...missingDiagnostics(document, missing),
      ...noteDiagnostics(document, notes),
    ]);
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.known.delete(key);
    this.memories.delete(key);
    this.changedAt.delete(key);
    this.missing.delete(key);
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

function missingDiagnostics(
  document: vscode.TextDocument,
  missing: readonly MissingFile[],
): vscode.Diagnostic[] {
  return missing.flatMap(({ line, from, to, path }) => {
    if (line >= document.lineCount) return [];
    const diagnostic = new vscode.Diagnostic(
      new vscode.Range(line, from, line, to),
      `There is no file at ${path}. Correct the path, or put the file there.`,
      vscode.DiagnosticSeverity.Warning,
    );
    diagnostic.source = 'Bulk Transcribe';
    diagnostic.code = 'missing';
    return [diagnostic];
  });
}

function diagnosticsOf(uri: vscode.Uri, { content }: Analysis): vscode.Diagnostic[] {
  return content.problems.slice(0, maxProblems).map((problem) => {
    const range = new vscode.Range(problem.line - 1, problem.from, problem.line - 1, problem.to);
    const severity =
      problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
    const diagnostic = new vscode.Diagnostic(range, problem.failure.message, severity);
    diagnostic.source = 'Bulk Transcribe';
    diagnostic.code = problem.kind === 'link' ? problem.failure.code : problem.kind;
    // Grey in the editor, as other languages show what has no effect.
    if (problem.kind === 'duplicate') diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
    if (problem.first !== undefined) {
      // A click on it goes to the first.
      const place = new vscode.Location(uri, new vscode.Position(problem.first - 1, 0));
      diagnostic.relatedInformation = [
        new vscode.DiagnosticRelatedInformation(place, 'The first is here; it is transcribed.'),
      ];
    }
    return diagnostic;
  });
}
