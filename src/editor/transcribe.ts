/**
 * From a text with links to a running batch: reads the list, and hands the jobs to the engine. A list that takes
 * long, or that has something to ask, waits on the panel for the user's word. Only where to write is asked by VS Code's
 * own dialog: a page cannot choose a folder.
 */
import { basename, dirname, join } from 'node:path';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import { nameOfFile, nameOfMoment } from '../intake/batchName';
import { maxListBytes } from '../intake/decodeText';
import type { ListContent } from '../intake/list';
import type { ListFormat } from '../intake/listFormat';
import type { ModelFacts } from '../library/notes/chatModel';
import type { Settings } from '../model/settings';
import type { Core, CoreAccess } from './core';
import { listFormatOf, openDocument } from './listLanguage';
import type { NotesOk } from './notes/notesQuestion';
import { statusMessage } from './messages';
import { leadsOut, outputFolderOf } from './outputFolder';
import type { Plans } from './plans';
import { Refusal } from './problems';
import { openSettings, type EditorSettings } from './settings';
import { workspaceFolders } from './workspaceFolders';
import type { StartQuestion } from './startQuestions';

/** A batch that takes longer says so before it starts. */
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
  /** The user has typed it: an address in it needs no second question. */
  readonly typed?: true;
  /** Do videos again that are done. */
  readonly redo?: boolean;
  /** Nobody is there to ask: it starts at once. Receives what is left out for that, and how long it takes. */
  readonly unattended?: (words: string) => void;
}

export class Transcriber {
  /** Where the user wants the files while no folder is open; asked once a window. */
  private chosenFolder: string | undefined;

  constructor(
    private readonly access: CoreAccess,
    private readonly settings: EditorSettings,
    private readonly plans: Plans,
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

  /**
   * Starts, or continues, the batch of a list. Undefined: the user cancelled, or the panel shows it as not started,
   * because it takes long or has something to ask. Throws Refusal, FailureError.
   */
  async start(input: ListInput): Promise<BatchHandle | undefined> {
    const scope = scopeOf(input.uri);
    refuseVirtual(scope);
    const core = await this.access.get();
    const content = await this.read(input, scope, core);
    if (content.jobs.length === 0) return undefined;
    const settings = (): Settings => ({ ...this.settings.read(scope), ...content.settings });
    const outputFolder = await this.outputFolder(core, scope);
    if (outputFolder === undefined) return undefined;
    const { startQuestions, afterAnswers, unattended } = await import('./startQuestions');
    const { forecast, forecastWords, planWords } = await import('../engine/pace/forecast');
    const { planLines, readySources } = await import('./planLines');
    const begin = async (
      questions: readonly StartQuestion[],
      agreed: ReadonlySet<string>,
    ): Promise<BatchHandle> => {
      const wanted = afterAnswers(content, questions, agreed);
      if (wanted.jobs.length === 0)
        throw new Refusal('Nothing is left to transcribe. Check at least one of the boxes.');
      await this.makeFolder(core, outputFolder);
      const handle = await core.engine.start({
        name: wanted.name ?? nameOf(input),
        outputFolder,
        ...(input.uri?.scheme === 'file' ? { list: input.uri.fsPath } : {}),
        jobs: wanted.jobs,
        notes: wanted.remarks,
        settings: { ...settings(), ...wanted.settings },
        ...(input.redo === true ? { redo: true } : {}),
      });
      if (notes !== undefined && agreed.has(notes.question.id))
        await handle.agree('notes', notes.facts.origin, notes.ok.cost, notes.ok.count);
      return handle;
    };
    const notes = await this.notesToAsk(core, content, settings());
    const more = notes === undefined ? [] : [notes.question];
    const hourMinutes = await core.speech.hourMinutesInChain(settings());
    const expected = forecast(content.jobs, settings(), hourMinutes);
    const asks = startQuestions(content, { readsPages: false }).length + more.length > 0;
    if (!asks && expected.ms < largeMs) {
      await announce(content, forecastWords(expected, 'editor', Date.now()));
      return begin([], new Set());
    }
    const ready = await readySources(core, settings());
    const questions = [...startQuestions(content, { readsPages: ready.has('yt-dlp') }), ...more];
    if (input.unattended) {
      const answers = unattended(questions);
      for (const words of [planWords(expected, settings()), ...answers.leftOut]) input.unattended(words);
      return begin(answers.questions, answers.agreed);
    }
    const where = vscode.workspace.asRelativePath(outputFolder);
    this.plans.open({
      name: content.name ?? nameOf(input),
      total: content.jobs.length,
      text: planWords(expected, settings()),
      lines: planLines(expected, { settings: settings(), ready, where, hourMinutes, now: Date.now() }),
      questions,
      yes: 'Start',
      start: (agreed) => begin(questions, agreed),
    });
    return undefined;
  }

  /**
   * What is to be asked about notes that are wanted. Undefined: there are none, no model is ready (which is said when
   * the batch has ended), or the user's own setting asks for them and they cost nothing.
   */
  private async notesToAsk(
    { notes }: Core,
    content: ListContent,
    settings: Settings,
  ): Promise<{ facts: ModelFacts; ok: NotesOk; question: StartQuestion } | undefined> {
    if (!settings['notes.auto']) return undefined;
    const facts = await notes.facts(settings);
    if (facts === undefined || (facts.isFree && content.settings['notes.auto'] === undefined))
      return undefined;
    const { notesOk, notesQuestion } = await import('./notes/notesQuestion');
    const { jobs } = content;
    return { facts, ok: notesOk(jobs, facts, settings), question: notesQuestion(jobs, facts, settings) };
  }

  /** The list's links, its local files looked at. Throws Refusal where there is nothing to start. */
  private async read(input: ListInput, scope: vscode.Uri | undefined, core: Core): Promise<ListContent> {
    const listFolder = input.folder ?? folderOfFile(input.uri);
    // With all that reads links a part of its own in dist/: opening a folder does not load it.
    const { isListFailure, readList } = await import('../intake/list');
    const { confineLocalFiles } = await import('../intake/confine');
    const { markPlaces } = await import('../intake/places');
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
    const folders = workspaceFolders();
    const allowed = listFolder === undefined ? folders : [...folders, listFolder];
    const jobs = await confineLocalFiles(read.jobs, allowed, core.files);
    return { ...read, jobs: input.typed === true ? jobs : markPlaces(jobs, this.settings.read(scope)) };
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
    return folder;
  }

  /** Throws Refusal where nothing can be written. */
  private async makeFolder(core: Core, folder: string): Promise<void> {
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
}

/** What starts without a question is said in the status bar: lists that it names, and how long it takes. */
async function announce({ jobs }: ListContent, forecastText: string | undefined): Promise<void> {
  const { announcement } = await import('../intake/foundLists');
  const words = announcement(jobs) ?? forecastText;
  if (words !== undefined) statusMessage(words, 10_000);
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

function refuseVirtual(uri: vscode.Uri | undefined): void {
  if (uri === undefined || ['file', 'untitled', 'vscode-userdata'].includes(uri.scheme)) return;
  throw new Refusal(
    `Transcripts are written to folders on this computer, and this one is not (${uri.scheme}:). Open a local folder, then try again.`,
  );
}

function nameOf(input: ListInput): string {
  return input.uri?.scheme === 'file' ? nameOfFile(input.uri.fsPath) : nameOfMoment(Date.now());
}
