/**
 * A batch keeps its journal and other working files as dot files beside the transcripts. When a user first looks at the
 * folder, the extension offers once to hide them in the explorer.
 */
import * as vscode from 'vscode';
import { notice } from './messages';

const askedKey = 'bulkTranscribe.askedToHideDotFiles';
/** In any output folder: the working files have these names. */
const hiddenFiles = [
  '**/.journal.jsonl*',
  '**/.owner.json*',
  '**/.cues.pack*',
  '**/.parts-*.jsonl',
  '**/.under-way',
  '**/transcripts/*/.*',
  '**/.search-index',
  '**/.library',
] as const;

export class HideDotFiles {
  constructor(private readonly state: vscode.Memento) {}

  /** Asks, unless it was asked before or nothing is to be hidden. */
  async suggest(): Promise<void> {
    if (this.state.get<boolean>(askedKey) === true) return;
    const files = vscode.workspace.getConfiguration('files');
    const excluded = files.inspect<Readonly<Record<string, unknown>>>('exclude');
    const known = { ...excluded?.defaultValue, ...excluded?.globalValue, ...excluded?.workspaceValue };
    if (hiddenFiles.every((pattern) => known[pattern] === true)) return;
    await this.state.update(askedKey, true);
    const hide = 'Hide Them';
    const answer = await notice(
      'info',
      "Batches keep working files beside the transcripts (.journal.jsonl and others). Hide them in the explorer? It is VS Code's setting files.exclude.",
      hide,
      'Leave Them',
    );
    if (answer !== hide) return;
    const wanted = Object.fromEntries(hiddenFiles.map((pattern) => [pattern, true]));
    await files.update('exclude', { ...excluded?.globalValue, ...wanted }, vscode.ConfigurationTarget.Global);
  }
}
