/**
 * What helps to write a Link List: completion, outline, formatting, and links that are pasted or dropped as lines of
 * their own. Only glue; what is written is decided in complete.ts, outline.ts, format.ts and paste.ts, which are loaded
 * when they are first needed.
 */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { localFileKind } from '../../intake/fileKinds';
import { readUrlsLine } from '../../intake/urlsSyntax';
import { formatCount } from '../../model/numberWords';
import type { Completion, Proposal } from './complete';
import type { UrlsDocuments } from './documents';
import { wholeLines } from './wholeLines';
import type { OutlineNode } from './outline';

/** Directives stand at the top; no more lines are looked at for those that are used. */
const headLines = 200;
const mostFiles = 500;
const pasteKind = vscode.DocumentDropOrPasteEditKind.Text.append('links');

export function registerWriting(
  selector: vscode.DocumentSelector,
  documents: Pick<UrlsDocuments, 'analysisOf'>,
): vscode.Disposable {
  const { languages } = vscode;
  return vscode.Disposable.from(
    languages.registerCompletionItemProvider(
      selector,
      { provideCompletionItems: completions },
      ...['@', '/', ' ', ','],
    ),
    languages.registerDocumentSymbolProvider(
      selector,
      { provideDocumentSymbols: (document) => symbols(document, documents) },
      { label: 'Link List' },
    ),
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits: formatting,
    }),
    languages.registerDocumentPasteEditProvider(
      selector,
      { provideDocumentPasteEdits: pasted },
      { providedPasteEditKinds: [pasteKind], pasteMimeTypes: ['text/plain', 'text/uri-list'] },
    ),
    languages.registerDocumentDropEditProvider(
      selector,
      { provideDocumentDropEdits: dropped },
      { providedDropEditKinds: [pasteKind], dropMimeTypes: ['text/uri-list'] },
    ),
  );
}

// ------------------------------------------------------------------------------------------ completion

async function completions(
  document: vscode.TextDocument,
  position: vscode.Position,
  _token: vscode.CancellationToken,
  context: vscode.CompletionContext,
): Promise<vscode.CompletionItem[]> {
  const { completionAt } = await import('./complete');
  const line = document.lineAt(position.line).text;
  const used = new Set<string>();
  for (let at = 0; at < Math.min(headLines, document.lineCount); at += 1) {
    const part = at === position.line ? undefined : readUrlsLine(document.lineAt(at).text.slice(0, 1000));
    if (part?.kind === 'directive') used.add(part.name.toLowerCase());
  }
  const found = completionAt(line, position.character, used);
  if (!found) return [];
  // A blank asks for the next value only: an Enter after it must not write a directive into a comment.
  const isBlankTyped = context.triggerCharacter === ' ';
  if (isBlankTyped && !found.proposals.every(({ kind }) => kind === 'value')) return [];
  const range = new vscode.Range(position.line, found.from, position.line, position.character);
  const items = found.proposals.map((proposal, at) => itemOf(proposal, range, at));
  return found.folder === undefined ? items : [...items, ...(await fileItems(document, position, found))];
}

const itemKinds: Readonly<Record<Proposal['kind'], vscode.CompletionItemKind>> = {
  directive: vscode.CompletionItemKind.Keyword,
  value: vscode.CompletionItemKind.Value,
  heading: vscode.CompletionItemKind.Snippet,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
};
const askAgain = { command: 'editor.action.triggerSuggest', title: 'Suggest' };

function itemOf(proposal: Proposal, range: vscode.Range, order: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    { label: proposal.label, description: proposal.detail },
    itemKinds[proposal.kind],
  );
  item.insertText = new vscode.SnippetString(proposal.insert);
  item.range = range;
  item.sortText = String(order).padStart(4, '0');
  if (proposal.goesOn === true) item.command = askAgain;
  return item;
}

/** What can be transcribed in the folder of the path that is being written. */
async function fileItems(
  document: vscode.TextDocument,
  position: vscode.Position,
  { folder = './' }: Completion,
): Promise<vscode.CompletionItem[]> {
  if (document.uri.scheme !== 'file') return [];
  const list = dirname(document.uri.fsPath);
  const path = folder.startsWith('/')
    ? folder
    : folder.startsWith('~/')
      ? join(homedir(), folder.slice(2))
      : join(list, folder);
  const before = document.lineAt(position.line).text.slice(0, position.character);
  // On an empty line the path begins with the file; else what is behind the last slash is replaced.
  const isNew = before.trim() === '';
  const from = isNew ? position.character : before.lastIndexOf('/') + 1;
  const range = new vscode.Range(position.line, from, position.line, position.character);
  const names = await Promise.resolve(vscode.workspace.fs.readDirectory(vscode.Uri.file(path))).catch(
    (): [string, vscode.FileType][] => [],
  );
  const items: vscode.CompletionItem[] = [];
  for (const [name, type] of names) {
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    const isWanted = isFolder ? !/^(?:\.|node_modules$)/.test(name) : isMedia(name);
    if (!isWanted) continue;
    const text = `${isNew ? folder : ''}${name}${isFolder ? '/' : ''}`;
    const item = new vscode.CompletionItem(text, itemKinds[isFolder ? 'folder' : 'file']);
    item.range = range;
    item.sortText = `z${text}`;
    if (isFolder) item.command = askAgain;
    items.push(item);
    if (items.length >= mostFiles) break;
  }
  return items;
}

function isMedia(name: string): boolean {
  return localFileKind(name) !== undefined && !/\.(?:json|xml|tsv)$/i.test(name);
}

// --------------------------------------------------------------------------------------------- outline

async function symbols(
  document: vscode.TextDocument,
  documents: Pick<UrlsDocuments, 'analysisOf'>,
): Promise<vscode.DocumentSymbol[]> {
  const analysis = await documents.analysisOf(document);
  if (!analysis) return [];
  const { outlineOf } = await import('./outline');
  const remark = (line: number, to: number): string => {
    if (line >= document.lineCount) return '';
    const rest = document.lineAt(line).text.slice(to, to + 500);
    return rest.replace(/^\s*#\s*/, '').trim();
  };
  const kinds: Readonly<Record<OutlineNode['kind'], vscode.SymbolKind>> = {
    heading: vscode.SymbolKind.String,
    region: vscode.SymbolKind.Namespace,
    link: vscode.SymbolKind.File,
  };
  const symbolOf = (node: OutlineNode): vscode.DocumentSymbol => {
    const first = document.lineAt(Math.min(node.from, document.lineCount - 1)).range;
    const last = document.lineAt(Math.min(node.to, document.lineCount - 1)).range;
    const symbol = new vscode.DocumentSymbol(
      node.name,
      node.detail,
      kinds[node.kind],
      first.union(last),
      first,
    );
    symbol.children = node.children.map(symbolOf);
    return symbol;
  };
  return outlineOf(analysis, remark).map(symbolOf);
}

// ------------------------------------------------------------------------------------------ formatting

async function formatting(document: vscode.TextDocument): Promise<vscode.TextEdit[]> {
  const { formatEdits } = await import('./format');
  const lines = document.getText().split(/\r\n|\n|\r/);
  // Behind the last line end is no line.
  if (lines.at(-1) === '') lines.pop();
  return formatEdits(lines).map(({ from, to, text }) =>
    text === undefined
      ? vscode.TextEdit.delete(wholeLines(document, from, to))
      : vscode.TextEdit.replace(document.lineAt(from).range, text),
  );
}

// ------------------------------------------------------------------------------------ paste and drop

async function pasted(
  document: vscode.TextDocument,
  ranges: readonly vscode.Range[],
  transfer: vscode.DataTransfer,
): Promise<vscode.DocumentPasteEdit[]> {
  const [range] = ranges;
  // Within a line the words are meant as they are.
  const isOwnLine =
    range !== undefined &&
    document.lineAt(range.start.line).text.slice(0, range.start.character).trim() === '';
  if (!isOwnLine) return [];
  const { pastedLines } = await import('./paste');
  const files = await entriesOfFiles(document, transfer);
  const text = (await transfer.get('text/plain')?.asString()) ?? '';
  const lines = files.length > 0 ? files.join('\n') : pastedLines(text);
  if (lines === undefined) return [];
  const count = lines.trim().split('\n').length;
  return [new vscode.DocumentPasteEdit(lines, titleOf(count), pasteKind)];
}

async function dropped(
  document: vscode.TextDocument,
  position: vscode.Position,
  transfer: vscode.DataTransfer,
): Promise<vscode.DocumentDropEdit | undefined> {
  const entries = await entriesOfFiles(document, transfer);
  if (entries.length === 0) return undefined;
  const { text } = document.lineAt(position.line);
  const before = text.slice(0, position.character).trim() === '' ? '' : '\n';
  const after = text.slice(position.character).trim() === '' ? '' : '\n';
  return new vscode.DocumentDropEdit(
    `${before}${entries.join('\n')}${after}`,
    titleOf(entries.length),
    pasteKind,
  );
}

function titleOf(count: number): string {
  return count === 1 ? 'Insert the Link' : `Insert ${formatCount(count)} Links as Lines`;
}

/** The media and subtitle files among what is pasted or dropped, as entries of the list. */
async function entriesOfFiles(
  document: vscode.TextDocument,
  transfer: vscode.DataTransfer,
): Promise<readonly string[]> {
  const text = (await transfer.get('text/uri-list')?.asString()) ?? '';
  const lines = text.split(/\r?\n/).filter((line) => /^(?:file|vscode-remote):\/\//i.test(line));
  if (lines.length === 0) return [];
  const { fileEntry } = await import('./paste');
  const folder = document.uri.scheme === 'file' ? dirname(document.uri.fsPath) : undefined;
  return lines
    .map((line) => vscode.Uri.file(vscode.Uri.parse(line.trim()).path).fsPath)
    .filter(isMedia)
    .map((path) => fileEntry(path, folder));
}
