/** Quick fixes for the problems of a list. */
import * as vscode from 'vscode';
import type { ListContent, ListProblem } from '../../intake/list';
import { fixesOf, runsOf, type Fix } from './analysis';
import type { UrlsDocuments } from './documents';

export class UrlsFixes implements vscode.CodeActionProvider {
  constructor(private readonly documents: Pick<UrlsDocuments, 'analysisOf'>) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const content = (await this.documents.analysisOf(document))?.content;
    if (!content) return [];
    const actions: vscode.CodeAction[] = [];
    for (const problem of content.problems) {
      const line = problem.line - 1;
      if (line < range.start.line || line > range.end.line) continue;
      const diagnostic = context.diagnostics.find(
        (shown) => shown.range.start.line === line && shown.range.start.character === problem.from,
      );
      for (const fix of fixesOf(problem, content.duplicates))
        actions.push(action(document, content, problem, fix, diagnostic));
      // A selection of everything must not become thousands of actions.
      if (actions.length > 20) break;
    }
    return actions;
  }
}

function action(
  document: vscode.TextDocument,
  content: ListContent,
  problem: ListProblem,
  fix: Fix,
  diagnostic: vscode.Diagnostic | undefined,
): vscode.CodeAction {
  const made = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  made.isPreferred = fix.preferred;
  if (diagnostic) made.diagnostics = [diagnostic];
  const edit = new vscode.WorkspaceEdit();
  const line = problem.line - 1;
  if (fix.edit === 'commentOut') {
    const start = document.lineAt(line).firstNonWhitespaceCharacterIndex;
    edit.insert(document.uri, new vscode.Position(line, start), '# ');
    // A wrong directive is a comment already; without its @ it is nothing but a comment.
    if (problem.kind === 'directive') {
      made.title = 'Make it a plain comment';
      made.edit = new vscode.WorkspaceEdit();
      made.edit.delete(document.uri, new vscode.Range(line, problem.from, line, problem.from + 1));
      return made;
    }
  } else if (fix.edit === 'replace') {
    const range = new vscode.Range(line, problem.from, line, problem.to);
    edit.replace(document.uri, range, fix.text ?? '');
  } else if (fix.edit === 'removeLine') {
    edit.delete(document.uri, wholeLines(document, line, line));
  } else {
    const lines = content.problems
      .filter((other) => other.kind === 'duplicate')
      .map((other) => other.line - 1);
    for (const { from, to } of runsOf(lines)) edit.delete(document.uri, wholeLines(document, from, to));
  }
  made.edit = edit;
  return made;
}

/** Lines with their ends; at the end of the document with the line end before them. */
function wholeLines(document: vscode.TextDocument, from: number, to: number): vscode.Range {
  if (to + 1 < document.lineCount) return new vscode.Range(from, 0, to + 1, 0);
  const end = document.lineAt(to).range.end;
  return from === 0
    ? new vscode.Range(new vscode.Position(0, 0), end)
    : new vscode.Range(document.lineAt(from - 1).range.end, end);
}
