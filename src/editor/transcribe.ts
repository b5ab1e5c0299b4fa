/**
 * From a text with links to a running batch: reads the list, asks what has to be asked (which folder, files
 * outside the workspace, a long run) and hands the jobs to the engine.
 */
import { basename, dirname, join } from 'node:path';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import { forecast, forecastWords } from '../engine/pace/forecast';
import { confineLocalFiles } from '../intake/confine';
import { maxListBytes } from '../intake/decodeText';
import type { ListContent } from '../intake/list';
import type { ListFormat } from '../intake/listFormat';
import type { NewJob } from '../model/events';
import { formatCount, joinAnd } from '../model/words';
import type { Core, CoreAccess } from './core';
import { listFormatOf, openDocument } from './listLanguage';
import { notice, question, statusMessage } from './messages';
import { leadsOut, outputFolderOf } from './outputFolder';
import { Refusal } from './problems';
import { openSettings, type EditorSettings } from './settings';

/** Asked before the start: what is not done while one gets a coffee. */
const largeMs = 30 * 60_000;

/** A text that is to be read as a list. */
export interface ListInput {
  readonly content: string | Uint8Array;
  readonly format: ListFormat;
  /** How it is called in messages: a file's name, "The selection". */
  readonly name: string;
  /** The list's file. */
  readonly uri?: vscode.Uri;
  /** Where relative paths start from; absent: the folder of `uri`. */
  readonly folder?: string;
  /** Do videos again that are done. */
  readonly redo?: boolean;
}

export class Transcriber {
  /** Where the user wants the files while no folder is open; asked once a window. */
  private chosenFolder: string | undefined;

  constructor(
    private readonly access: CoreAccess,
    private readonly settings: EditorSettings,
  ) {}

  /** Reads a list's file. Throws Refusal when it cannot be a list. */
  async readFile(uri: vscode.Uri): Promise<ListInput> {
    const name = basename(uri.path);
    refuseVirtual(uri);
    const format = await listFormatOf(uri);
    const open = openDocument(uri);
    // What is typed but not saved yet is what the user sees, and means.
    if (open?.isDirty === true || open?.isUntitled === true)
      return { content: open.getText(), format, name, uri };
    const stat = await vscode.workspace.fs.stat(uri).then(
      (found) => found,
      () => undefined,
    );
    if (!stat) throw new Refusal(`${name} could not be read. Is it still there?`);
    if (stat.size > maxListBytes)
      throw new Refusal(
        `${name} is larger than ${maxListBytes / 1024 / 1024} MB. Split it into smaller lists.`,
      );
    try {
      return { content: await vscode.workspace.fs.readFile(uri), format, name, uri };
    } catch (error) {
      throw new Refusal(`${name} could not be read: ${error instanceof Error ? error.message : ''}`);
    }
  }

  /** Starts, or continues, the batch of a list. Undefined when the user cancelled. Throws Refusal, FailureError. */
  async start(input: ListInput): Promise<BatchHandle | undefined> {
    const scope = scopeOf(input.uri);
    refuseVirtual(scope);
    const core = await this.access.get();
    const listFolder = input.folder ?? folderOfFile(input.uri);
    // With all that reads links a part of its own in dist/: opening a folder does not load it.
    const { isListFailure, readList } = await import('../intake/list');
    const read = await readList(
      input.content,
      {
        format: input.format,
        name: input.name,
        home: homedir(),
        ...(listFolder === undefined ? {} : { folder: listFolder }),
      },
      () => new Promise((resolve) => setImmediate(resolve)),
    );
    const isRefused = isListFailure(read);
    // The lines of a list fail one by one, where they can be corrected. Typed or selected text has no such place.
    const noLink = isRefused ? read.code === 'invalid-url' : read.jobs.every((job) => job.invalid);
    if (input.uri === undefined && noLink)
      throw new Refusal(`There is no link in ${input.name}. Links begin with https://.`);
    if (isRefused) throw new Refusal(read.message);
    const content = await this.settleLists(read);
    if (!content) return undefined;
    const folders = workspaceFolders();
    const jobs = await this.confirmOutside(
      await confineLocalFiles(
        content.jobs,
        listFolder === undefined ? folders : [...folders, listFolder],
        core.files,
      ),
    );
    if (!jobs || jobs.length === 0) return undefined;
    const settings = { ...this.settings.read(scope), ...content.settings };
    const outputFolder = await this.outputFolder(core, scope);
    if (outputFolder === undefined) return undefined;
    const expected = forecast(jobs, settings);
    const words = expected.ms >= largeMs ? forecastWords(expected, 'editor', Date.now()) : undefined;
    if (words !== undefined && !(await confirm(words, 'Start'))) return undefined;
    const name = content.name ?? nameOf(input, new Date());
    return core.engine.start({
      name,
      outputFolder,
      ...(input.uri?.scheme === 'file' ? { list: input.uri.fsPath } : {}),
      jobs,
      notes: content.remarks,
      settings,
      ...(input.redo === true ? { redo: true } : {}),
    });
  }

  /** Lists that were only come across are asked for; others are announced. Undefined: stop. */
  private async settleLists(read: ListContent): Promise<ListContent | undefined> {
    const { announcement, listsQuestion, withoutLists } = await import('../intake/foundLists');
    if (!read.asksForLists) {
      const words = announcement(read.jobs);
      if (words !== undefined) statusMessage(words, 10_000);
      return read;
    }
    const { words, yes } = listsQuestion(read.jobs);
    const leave = 'Leave Them Out';
    const answer = await question(words, '', yes, leave);
    if (answer === yes) return read;
    if (answer !== leave) return undefined;
    const content = withoutLists(read);
    if (content.jobs.length > 0) return content;
    throw new Refusal('Without its lists nothing is left to transcribe.');
  }

  private async outputFolder(core: Core, scope: vscode.Uri | undefined): Promise<string | undefined> {
    const inWorkspace = scope === undefined ? undefined : outputFolderOf(this.settings, scope);
    const folder = inWorkspace ?? (await this.askFolder());
    if (folder === undefined) return undefined;
    const out =
      inWorkspace === undefined || scope === undefined
        ? undefined
        : await leadsOut(core.files, folder, scope);
    if (out !== undefined)
      throw new Refusal(
        `${folder} leads out of the workspace, to ${out}. If you want the transcripts there, name that folder in your own settings.`,
        [{ words: 'Choose Another Folder…', press: () => openSettings('output.folder') }],
      );
    try {
      await core.files.makeFolder(folder);
      const probe = join(folder, `.bulk-transcribe-${process.pid}`);
      await core.files.writeWhole(probe, '');
      await core.files.remove(probe);
    } catch {
      throw new Refusal(`Nothing can be written to ${folder}. Free space, or choose another folder.`, [
        { words: 'Choose Another Folder…', press: () => openSettings('output.folder') },
      ]);
    }
    return folder;
  }

  private async askFolder(): Promise<string | undefined> {
    if (this.chosenFolder !== undefined) return this.chosenFolder;
    const [picked] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        canSelectMany: false,
        openLabel: 'Write Transcripts Here',
        title: 'Where should the transcripts go?',
      })) ?? [];
    if (picked?.scheme === 'file') this.chosenFolder = picked.fsPath;
    return this.chosenFolder;
  }

  /** Names the files that lie outside; without the user's OK they are left out. Undefined: stop. */
  private async confirmOutside(jobs: readonly NewJob[]): Promise<readonly NewJob[] | undefined> {
    const outside = jobs.filter((job) => job.link.outside === true);
    if (outside.length === 0) return jobs;
    const names = outside.slice(0, 5).map((job) => job.link.path ?? job.link.url);
    const more = outside.length > 5 ? [`${formatCount(outside.length - 5)} more`] : [];
    const [read, leave] =
      outside.length === 1
        ? (['Read It', 'Leave It Out'] as const)
        : (['Read Them', 'Leave Them Out'] as const);
    const answer = await question(
      outside.length === 1
        ? 'The list names a file outside of the workspace.'
        : `The list names ${formatCount(outside.length)} files outside of the workspace.`,
      joinAnd([...names, ...more]),
      read,
      leave,
    );
    if (answer === read) return jobs;
    return answer === leave ? jobs.filter((job) => job.link.outside !== true) : undefined;
  }
}

async function confirm(words: string, yes: string): Promise<boolean> {
  return (await notice('info', words, yes, 'Cancel')) === yes;
}

/** The folder of a file on this computer; undefined for what is not saved. */
export function folderOfFile(uri: vscode.Uri | undefined): string | undefined {
  return uri?.scheme === 'file' ? dirname(uri.fsPath) : undefined;
}

/** The workspace folder a list belongs to, else the first one. */
function scopeOf(uri: vscode.Uri | undefined): vscode.Uri | undefined {
  const own = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
}

function refuseVirtual(uri: vscode.Uri | undefined): void {
  if (uri === undefined || ['file', 'untitled', 'vscode-userdata'].includes(uri.scheme)) return;
  throw new Refusal(
    `Transcripts are written to folders on this computer, and this one is not (${uri.scheme}:). Open a local folder, then try again.`,
  );
}

function nameOf(input: ListInput, now: Date): string {
  if (input.uri?.scheme === 'file') return basename(input.uri.fsPath).replace(/\.[^.]+$/, '');
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${date} ${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
