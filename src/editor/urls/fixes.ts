/** Quick fixes for the problems of a list. */
import * as vscode from 'vscode';
import type { ListContent, ListProblem } from '../../intake/list';
import { formatCount } from '../../model/numberWords';
import { fixesOf, problemsBetween, runsOf, type Fix } from './analysis';
import type { UrlsDocuments } from './documents';
import { lineCommands, type ListLines } from './lines';
import { wholeLines } from './wholeLines';

/** An action whose edit is made when it is chosen: it may change every line of a long list. */
class WholeListAction extends vscode.CodeAction {
  constructor(
    title: string,
    kind: vscode.CodeActionKind,
    readonly fill: () => vscode.WorkspaceEdit,
  ) {
    super(title, kind);
  }
}

const removeDuplicates = vscode.CodeActionKind.Source.append('removeDuplicates');
const onLine = vscode.CodeActionKind.Empty.append('bulkTranscribe');
export const fixKinds: readonly vscode.CodeActionKind[] = [
  vscode.CodeActionKind.QuickFix,
  removeDuplicates,
  onLine,
];

export class UrlsFixes implements vscode.CodeActionProvider {
  constructor(
    private readonly documents: Pick<UrlsDocuments, 'analysisOf'>,
    private readonly lines: Pick<ListLines, 'peek'>,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const content = (await this.documents.analysisOf(document))?.content;
    if (!content) return [];
    const actions: vscode.CodeAction[] = [];
    const wholeList = new Map<string, LineProblem>();
    for (const problem of problemsBetween(content, range.start.line, range.end.line)) {
      const line = problem.line - 1;
      const diagnostic = context.diagnostics.find(
        (shown) => shown.range.start.line === line && shown.range.start.character === problem.from,
      );
      for (const fix of fixesOf(problem, content.duplicates)) {
        actions.push(action(document, content, problem, fix, diagnostic));
        if (fix.edit === 'replace') wholeList.set(fix.title, problem.kind);
      }
      // A selection of everything must not become thousands of actions.
      if (actions.length > 20) break;
    }
    for (const [title, kind] of wholeList) {
      const all = everywhere(document, content, title, kind);
      if (all) actions.push(all);
    }
    if (content.duplicates > 0 && context.only?.contains(removeDuplicates) === true)
      actions.push(
        new WholeListAction('Remove Duplicates', removeDuplicates, () => duplicatesEdit(document, content)),
      );
    // Only where the user asks: no light bulb on every link.
    if (context.triggerKind === vscode.CodeActionTriggerKind.Invoke)
      actions.push(...this.lineActions(document, range.start.line));
    return actions;
  }

  resolveCodeAction(action: vscode.CodeAction): vscode.CodeAction {
    if (action instanceof WholeListAction) action.edit = action.fill();
    return action;
  }

  private lineActions(document: vscode.TextDocument, line: number): vscode.CodeAction[] {
    const found = this.lines.peek(document, line);
    return lineCommands(found).map(({ title, command }) => {
      const made = new vscode.CodeAction(title, onLine);
      made.command = { title, command, arguments: [document.uri.toString(), line] };
      return made;
    });
  }
}

type LineProblem = ListProblem['kind'];

/** The same fix for every line that has the same problem; undefined where there is only one. */
function everywhere(
  document: vscode.TextDocument,
  content: ListContent,
  title: string,
  kind: LineProblem,
): vscode.CodeAction | undefined {
  const edits = content.problems.flatMap((problem) => {
    if (problem.kind !== kind) return [];
    const fix = problem.fixes?.find((one) => one.title === title);
    return fix ? [{ problem, text: fix.text }] : [];
  });
  if (edits.length < 2) return undefined;
  return new WholeListAction(
    `${title}, on all ${formatCount(edits.length)} lines`,
    vscode.CodeActionKind.QuickFix,
    () => {
      const edit = new vscode.WorkspaceEdit();
      for (const { problem, text } of edits)
        edit.replace(
          document.uri,
          new vscode.Range(problem.line - 1, problem.from, problem.line - 1, problem.to),
          text,
        );
      return edit;
    },
  );
}

function duplicatesEdit(document: vscode.TextDocument, content: ListContent): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const lines = content.problems.filter(({ kind }) => kind === 'duplicate').map(({ line }) => line - 1);
  for (const { from, to } of runsOf(lines)) edit.delete(document.uri, wholeLines(document, from, to));
  return edit;
}

function action(
  document: vscode.TextDocument,
  content: ListContent,
  problem: ListProblem,
  fix: Fix,
  diagnostic: vscode.Diagnostic | undefined,
): vscode.CodeAction {
  const made =
    fix.edit === 'removeDuplicates'
      ? new WholeListAction(fix.title, vscode.CodeActionKind.QuickFix, () =>
          duplicatesEdit(document, content),
        )
      : new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
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
  } else return made;
  made.edit = edit;
  return made;
}
