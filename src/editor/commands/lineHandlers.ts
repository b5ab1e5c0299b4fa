/** The commands on a line of a Link List, and those that make or find one. */
import * as vscode from 'vscode';
import { urlsLanguage } from '../../intake/listFormat';
import type { BatchHandle } from '../../engine/api';
import type { Actions } from '../actions';
import { statusMessage } from '../messages';
import type { Panel } from '../panel/panel';
import { Refusal } from '../problems';
import type { ListInput } from '../transcribe';
import { actOnLine, type ListLines } from '../urls/lines';
import { sampleList } from '../urls/sampleList';

export interface LineParts {
  readonly actions: Actions;
  readonly panel: Panel;
  readonly lines: ListLines;
  /** Starts a list and shows its batch. */
  readonly start: (input: ListInput) => Promise<BatchHandle | undefined>;
}

export function lineHandlers({ actions, panel, lines, start }: LineParts) {
  return {
    'bulkTranscribe.newList': async () => {
      const document = await vscode.workspace.openTextDocument({
        language: urlsLanguage,
        content: sampleList,
      });
      const { end } = document.lineAt(document.lineCount - 1).range;
      // Set with the opening: a cursor that moves later would break what is typed by then.
      await vscode.window.showTextDocument(document, {
        preview: false,
        selection: new vscode.Range(end, end),
      });
    },
    'bulkTranscribe.line.run': async (uri: unknown, line: unknown) => {
      const meant = await lines.meant(uri, line);
      const { known } = meant;
      if (known?.job.status === 'running') throw new Refusal('This video is being transcribed.');
      if (known?.job.status === 'failed' || known?.job.status === 'cancelled')
        await actOnLine(actions, meant, 'retry');
      else if (known?.job.status === 'completed') await actOnLine(actions, meant, 'redo');
      else await start(lines.inputOf(meant));
    },
    'bulkTranscribe.line.retry': async (uri: unknown, line: unknown) => {
      await actOnLine(actions, await lines.meant(uri, line), 'retry');
    },
    'bulkTranscribe.line.open': async (uri: unknown, line: unknown) => {
      await actOnLine(actions, await lines.meant(uri, line), 'openTranscript');
    },
    'bulkTranscribe.nextFailure': async () => {
      const editor = vscode.window.activeTextEditor;
      const isList = editor?.document.languageId === urlsLanguage && !panel.active;
      const line = isList ? lines.nextFailed(editor.document, editor.selection.active.line) : undefined;
      if (editor && line !== undefined) {
        const range = editor.document.lineAt(line).range;
        editor.selection = new vscode.Selection(range.start, range.start);
        editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      } else if (isList) statusMessage('No link of this list has failed.', 5000);
      else await panel.nextFailure();
    },
  };
}
