/**
 * The `.urls` language in VS Code: diagnostics with fixes, links, hovers, folding, CodeLens and the marks
 * behind the lines. Only glue: the words are in analysis.ts and listWords.ts.
 */
import * as vscode from 'vscode';
import type { Engine } from '../../engine/api';
import { readUrlsLine } from '../../intake/urlsSyntax';
import { entriesBetween, entryOnLine, targetOf, type Analysis } from './analysis';
import { urlsLanguage } from '../../intake/listFormat';
import type { Files } from '../../model/ports';
import type { KnownBatch } from '../knownBatch';
import { listPathOf, UrlsDocuments } from './documents';
import { fixKinds, UrlsFixes } from './fixes';
import { lineCommands, ListLines } from './lines';
import { LineMarks } from './marks';
import { ListProgress } from './progress';
import { RememberedLists } from './remembered';
import { registerWriting } from './writing';

export interface UrlsDeps {
  /** The engine if something has needed it already; looking at a list never starts it. */
  readonly engine: () => Pick<Engine, 'batches'> | undefined;
  /** All batches of the workspace, also those of which only the manifest was read; newest first. */
  readonly known: () => readonly KnownBatch[];
  /** The disk, which needs no engine. */
  readonly files: () => Promise<Files>;
  /** The id of the batch of a list that is in no file, by its address. */
  readonly unsaved: (list: string) => string | undefined;
  /** Calls when batches may look different, at most a few times a second. */
  readonly onChange: (listener: () => void) => vscode.Disposable;
}

const selector: vscode.DocumentSelector = { language: urlsLanguage };
const maxLinks = 5000;

/** The lists that are open, and what batches know of their links; for the commands on a list's lines. */
export interface UrlsLists {
  readonly documents: UrlsDocuments;
  readonly lines: ListLines;
}

export function registerUrlsLanguage(context: vscode.ExtensionContext, deps: UrlsDeps): UrlsLists {
  const lenses = new vscode.EventEmitter<void>();
  const remembered = new RememberedLists(deps.known, deps.files, () => {
    lenses.fire();
    marks.refreshAll();
  });
  const progress = new ListProgress(deps.engine, deps.unsaved, remembered);
  const documents = new UrlsDocuments(progress);
  const lines = new ListLines(documents, progress);
  const marks = new LineMarks(documents, progress);
  const remember = (): void => {
    const lists = vscode.workspace.textDocuments
      .filter((document) => document.languageId === urlsLanguage)
      .map(listPathOf);
    remembered.keep(lists);
    for (const list of lists) void remembered.look(list).catch(() => undefined);
  };
  context.subscriptions.push(
    documents,
    lenses,
    marks,
    documents.onAnalysed((document) => {
      lenses.fire();
      marks.refresh(document);
      remember();
    }),
    deps.onChange(() => {
      if (documents.isEmpty) return;
      lenses.fire();
      marks.refreshAll();
      documents.refresh();
      remember();
    }),
    vscode.languages.registerCodeActionsProvider(selector, new UrlsFixes(documents, lines), {
      providedCodeActionKinds: fixKinds,
    }),
    registerWriting(selector, documents),
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async (document) => linksOf(document, await documents.analysisOf(document)),
    }),
    vscode.languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: async (document) => {
        const sections = (await documents.analysisOf(document))?.sections ?? [];
        return sections.map(
          ({ from, to, kind }) =>
            new vscode.FoldingRange(from, to, ...(kind === 'region' ? [vscode.FoldingRangeKind.Region] : [])),
        );
      },
    }),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) =>
        hoverAt(document, position, await documents.analysisOf(document), lines),
    }),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: lenses.event,
      provideCodeLenses: async (document) =>
        codeLenses(document, await documents.analysisOf(document), progress),
    }),
  );
  return { documents, lines };
}

function linksOf(document: vscode.TextDocument, analysis: Analysis | undefined): vscode.DocumentLink[] {
  if (!analysis) return [];
  const links: vscode.DocumentLink[] = [];
  for (const entry of entriesBetween(analysis.content, 0, document.lineCount)) {
    const job = analysis.content.jobs[entry.job];
    const target = job && targetOf(job);
    if (target === undefined) continue;
    const range = new vscode.Range(entry.line - 1, entry.from, entry.line - 1, entry.to);
    links.push(new vscode.DocumentLink(range, vscode.Uri.parse(target, true)));
    if (links.length >= maxLinks) break;
  }
  return links;
}

async function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  analysis: Analysis | undefined,
  lines: ListLines,
): Promise<vscode.Hover | undefined> {
  const { directiveHover, hoverOf } = await import('./listWords');
  const line = document.lineAt(position.line).text;
  if (line.length > 20_000) return undefined;
  const part = readUrlsLine(line);
  if (part.kind === 'directive') {
    const text = directiveHover(part.name);
    if (text === undefined || position.character > part.to) return undefined;
    return new vscode.Hover(
      new vscode.MarkdownString(text),
      new vscode.Range(position.line, part.from, position.line, part.to),
    );
  }
  const entry = analysis && entryOnLine(analysis.content, position.line);
  const found = entry && lines.peek(document, position.line);
  // The remark behind the link belongs to it, and so does the mark at the end of the line.
  if (!found || found.job.invalid || position.character < entry.from) return undefined;
  const text = new vscode.MarkdownString(hoverOf(found.job.link, found.known?.job, Date.now()).join('\n\n'));
  const commands = lineCommands(found);
  if (commands.length > 0) {
    const argument = encodeURIComponent(JSON.stringify([document.uri.toString(), position.line]));
    const actions = commands.map(({ title, command }) => `[${title}](command:${command}?${argument})`);
    // What is somebody else's text above is escaped: no link of a title gets here.
    text.appendMarkdown(`\n\n${actions.join(' · ')}`);
    text.isTrusted = { enabledCommands: commands.map(({ command }) => command) };
  }
  return new vscode.Hover(text, new vscode.Range(position.line, entry.from, position.line, line.length));
}

async function codeLenses(
  document: vscode.TextDocument,
  analysis: Analysis | undefined,
  progress: ListProgress,
): Promise<vscode.CodeLens[]> {
  if (!analysis) return [];
  const { lensesOf } = await import('./listWords');
  const batch = progress.batchOf(listPathOf(document));
  const top = new vscode.Range(0, 0, 0, 0);
  return lensesOf(analysis.content, batch).map(({ title, action }) => {
    const shown = batch && { id: batch.id, folder: batch.folder };
    const command =
      action === 'transcribe'
        ? { command: 'bulkTranscribe.transcribeFile', arguments: [document.uri] }
        : action === 'retry'
          ? { command: 'bulkTranscribe.retryFailed', arguments: [shown] }
          : { command: 'bulkTranscribe.showPanel', arguments: [shown] };
    return new vscode.CodeLens(top, { title, ...command });
  });
}
