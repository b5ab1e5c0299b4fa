/** What can be done with one line of a Link List: run it, retry it, open its transcript, go to the next that failed. */
import * as vscode from 'vscode';
import { urlsLanguage } from '../../intake/listFormat';
import { readUrlsLine } from '../../intake/urlsSyntax';
import type { NewJob } from '../../model/events';
import type { RowAction } from '../../protocol';
import type { Actions } from '../actions';
import type { CommandId } from '../commands/table';
import { Refusal } from '../problems';
import type { ListInput } from '../transcribe';
import { abilities } from '../../engine/state/abilities';
import { entriesBetween, entryOnLine } from './analysis';
import { listPathOf, type UrlsDocuments } from './documents';
import type { ListProgress, Place } from './progress';

/** A line of a list, with what a batch knows of its link. */
export interface ListLine {
  readonly document: vscode.TextDocument;
  /** From 0. */
  readonly line: number;
  readonly job: NewJob;
  readonly known?: Place;
}

export class ListLines {
  constructor(
    private readonly documents: Pick<UrlsDocuments, 'analysisOf' | 'peek'>,
    private readonly progress: Pick<ListProgress, 'placeOf' | 'batchOf'>,
  ) {}

  /** The link on a line, by the last analysis, which may be of a text before the last keys. */
  peek(document: vscode.TextDocument, line: number): ListLine | undefined {
    const content = this.documents.peek(document)?.content;
    const entry = content && entryOnLine(content, line);
    const job = entry && content.jobs[entry.job];
    if (!job) return undefined;
    const known = this.progress.placeOf(listPathOf(document), job.link);
    return { document, line, job, ...(known ? { known } : {}) };
  }

  /** By the last analysis. */
  hasLinks(document: vscode.TextDocument): boolean {
    return this.documents.peek(document)?.content.jobs.some((job) => !job.invalid) === true;
  }

  /** The folder of the batch of the list in front that has failed videos. */
  activeBatch(): string | undefined {
    const document = vscode.window.activeTextEditor?.document;
    const isList = document?.languageId === urlsLanguage;
    const batch = isList ? this.progress.batchOf(listPathOf(document)) : undefined;
    return (batch?.counts.failed ?? 0) > 0 ? batch?.folder : undefined;
  }

  /**
   * The line that a command means: that of its arguments (the list's address and the line, from 0), else the cursor's.
   * Throws Refusal where it holds no link.
   */
  async meant(uri: unknown, line: unknown): Promise<ListLine> {
    const editor = vscode.window.activeTextEditor;
    const wanted = typeof uri === 'string' ? vscode.Uri.parse(uri) : undefined;
    const document = wanted
      ? vscode.workspace.textDocuments.find((one) => one.uri.toString() === wanted.toString())
      : editor?.document;
    if (document?.languageId !== urlsLanguage) throw new Refusal('No list is open in front.');
    await this.documents.analysisOf(document);
    const at = wanted && typeof line === 'number' ? line : (editor?.selection.active.line ?? 0);
    const found = this.peek(document, at);
    if (!found) throw new Refusal('There is no link on this line.');
    return found;
  }

  /**
   * The line as a list of its own, with the directives of the whole list. It belongs to the list's batch where that
   * has nothing left to do, so that only this link starts.
   */
  inputOf({ document, line }: ListLine): ListInput {
    const lines: string[] = [];
    for (let at = 0; at < document.lineCount; at += 1) {
      const { text } = document.lineAt(at);
      if (at === line || (text.includes('@') && readUrlsLine(text.slice(0, 2000)).kind === 'directive'))
        lines.push(text);
    }
    const batch = this.progress.batchOf(listPathOf(document));
    const isOpen = batch !== undefined && batch.phase !== 'finished';
    return {
      content: lines.join('\n'),
      format: 'urls',
      name: `line ${line + 1}`,
      ...(isOpen ? {} : { uri: document.uri }),
    };
  }

  /** The first line after `line` whose link has failed, from the beginning where there is none below. */
  nextFailed(document: vscode.TextDocument, line: number): number | undefined {
    const content = this.documents.peek(document)?.content;
    if (!content) return undefined;
    const list = listPathOf(document);
    for (const [from, to] of [
      [line + 1, document.lineCount],
      [0, line],
    ] as const)
      for (const entry of entriesBetween(content, from, to)) {
        const job = content.jobs[entry.job];
        const known = job && this.progress.placeOf(list, job.link)?.job;
        if (known?.status === 'failed') return entry.line - 1;
      }
    return undefined;
  }
}

/** The commands that make sense on a line, with their words. */
export function lineCommands(
  found: ListLine | undefined,
): readonly { readonly title: string; readonly command: CommandId }[] {
  if (!found || found.job.invalid) return [];
  const job = found.known?.job;
  if (!job) return [{ title: 'Transcribe this link', command: 'bulkTranscribe.line.run' }];
  const can = abilities(job);
  return [
    ...(can.canOpen ? [{ title: 'Open transcript', command: 'bulkTranscribe.line.open' } as const] : []),
    ...(can.canRetry ? [{ title: 'Retry', command: 'bulkTranscribe.line.retry' } as const] : []),
    ...(can.canRedo ? [{ title: 'Transcribe again', command: 'bulkTranscribe.line.run' } as const] : []),
  ];
}

/** Does to the video of a line what the panel's menu does to its row. Throws what the user should see. */
export async function actOnLine(
  actions: Pick<Actions, 'rows' | 'rowOf'>,
  { known, document, job }: ListLine,
  action: Extract<RowAction, 'retry' | 'openTranscript' | 'redo'>,
): Promise<void> {
  if (!known) throw new Refusal('No batch has this link yet. Transcribe it first.');
  const can = abilities(known.job);
  if (action === 'openTranscript' && !can.canOpen) throw new Refusal('This video has no transcript yet.');
  if (action === 'retry' && !can.canRetry) throw new Refusal('There is nothing to retry on this line.');
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  await actions.rows(
    {
      type: 'rowAction',
      request: 0,
      batch: known.batch.id,
      jobs: [await actions.rowOf(known.batch.folder, job.link)],
      action,
      wide: true,
    },
    shown?.viewColumn,
  );
}
