/** The range of lines to delete, so that no empty line stays. */
import * as vscode from 'vscode';

/** Lines with their ends; at the end of the document with the line end before them. */
export function wholeLines(document: vscode.TextDocument, from: number, to: number): vscode.Range {
  if (to + 1 < document.lineCount) return new vscode.Range(from, 0, to + 1, 0);
  const end = document.lineAt(to).range.end;
  return from === 0
    ? new vscode.Range(new vscode.Position(0, 0), end)
    : new vscode.Range(document.lineAt(from - 1).range.end, end);
}
