/** Files that the user has chosen, in the explorer or by dropping them: lists to be read, or videos and subtitles. */
import type * as vscode from 'vscode';
import { fileKind } from '../intake/fileKinds';
import { isListFile } from './listLanguage';
import { mediaInput } from './mediaInput';
import type { ListInput } from './transcribe';

export interface ChosenFiles {
  readonly lists: readonly vscode.Uri[];
  /** Sound, video and subtitle files. */
  readonly media: readonly vscode.Uri[];
  /** Neither; read as lists only where nothing else was chosen. */
  readonly others: readonly vscode.Uri[];
}

export async function sortFiles(uris: readonly vscode.Uri[]): Promise<ChosenFiles> {
  const lists: vscode.Uri[] = [];
  const media: vscode.Uri[] = [];
  const others: vscode.Uri[] = [];
  for (const uri of uris)
    if (await isListFile(uri)) lists.push(uri);
    else if (uri.scheme === 'file' && fileKind(uri.path) !== undefined) media.push(uri);
    else others.push(uri);
  return { lists, media, others };
}

/** What is read for these files, each when its turn comes: a batch for each list, one for all media files. */
export function inputsOf(
  { lists, media, others }: ChosenFiles,
  readFile: (uri: vscode.Uri) => Promise<ListInput>,
): readonly (() => Promise<ListInput>)[] {
  const read = lists.length + media.length > 0 ? lists : others;
  return [
    ...read.map((uri) => () => readFile(uri)),
    ...(media.length > 0 ? [() => Promise.resolve(mediaInput(media.map((uri) => uri.fsPath)))] : []),
  ];
}
