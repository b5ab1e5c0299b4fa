/**
 * Tasks of type `bulkTranscribe`: one for each list of the workspace, and those that a tasks.json describes. VS Code
 * runs no task in a workspace that is not trusted.
 */
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { TaskParts } from './runTask';

export const taskType = 'bulkTranscribe';
const mostLists = 50;

export class BatchTasks implements vscode.TaskProvider {
  constructor(private readonly parts: TaskParts) {}

  async provideTasks(token: vscode.CancellationToken): Promise<vscode.Task[]> {
    const lists = await vscode.workspace.findFiles(
      '**/*.urls',
      '**/{node_modules,transcripts}/**',
      mostLists,
      token,
    );
    return lists.flatMap((uri) => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      const list = vscode.workspace.asRelativePath(uri, false);
      return folder ? [this.task({ type: taskType, list }, folder, list)] : [];
    });
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const { definition, scope, name } = task;
    const list: unknown = definition.list;
    if (typeof list !== 'string' || list === '') return undefined;
    return this.task(definition, scope ?? vscode.TaskScope.Workspace, name);
  }

  private task(
    definition: vscode.TaskDefinition,
    scope: vscode.WorkspaceFolder | vscode.TaskScope,
    name: string,
  ): vscode.Task {
    const execution = new vscode.CustomExecution(async (resolved) => {
      // With its engine, loaded when a task runs.
      const { BatchTerminal } = await import('./runTask');
      return new BatchTerminal(this.parts, listOf(resolved, scope), resolved.redo === true);
    });
    const task = new vscode.Task(definition, scope, name, 'Bulk Transcribe', execution);
    task.detail = 'Transcribe the list';
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always };
    return task;
  }
}

/** The list's file; a relative path begins in the task's folder, else in the first one. */
function listOf(
  definition: vscode.TaskDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
): vscode.Uri {
  const list: unknown = definition.list;
  const path = typeof list === 'string' ? list : '';
  const root = typeof scope === 'object' ? scope.uri : vscode.workspace.workspaceFolders?.[0]?.uri;
  return isAbsolute(path) || !root ? vscode.Uri.file(path) : vscode.Uri.joinPath(root, path);
}
