/** Starts no program at all while the workspace is not trusted. */
import * as vscode from 'vscode';
import { failure, FailureError } from '../model/failure';
import { trustNeed } from '../model/need';
import type { Processes } from '../model/ports';

export function isTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

export function trustedProcesses(processes: Processes): Processes {
  return {
    ...processes,
    barred: () => (vscode.workspace.isTrusted ? undefined : 'this workspace is not trusted'),
    find: (program, configured) =>
      vscode.workspace.isTrusted ? processes.find(program, configured) : Promise.resolve(undefined),
    run: (spec) =>
      vscode.workspace.isTrusted
        ? processes.run(spec)
        : Promise.reject(
            new FailureError(
              failure('tool-missing', 'No program is started in a workspace that is not trusted.', {
                subject: spec.command,
                needs: trustNeed,
              }),
            ),
          ),
  };
}
