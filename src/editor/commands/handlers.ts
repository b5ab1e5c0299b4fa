/** What each command does. The type of the result makes a forgotten handler a compile error. */
import * as vscode from 'vscode';
import { urlsLanguage } from '../../intake/listFormat';
import type { BatchHandle } from '../../engine/api';
import { isNotesFolder } from '../../model/filesFolder';
import { plural } from '../../model/words';
import type { MenuAction } from '../../protocol';
import type { Actions } from '../actions';
import type { Batches } from '../batches';
import type { KnownBatch } from '../knownBatch';
import { openReport } from '../batchFiles';
import { checkSetup } from '../checkSetup';
import type { ContextKeys } from '../contextKeys';
import type { CoreAccess } from '../core';
import { addFeedPassword, addProxy, clearApiKeys, setApiKey } from '../keys';
import { isKeyService } from '../keyServices';
import { isListFile } from '../listLanguage';
import type { LogChannel } from '../logChannel';
import { inputsOf, sortFiles } from '../fileInputs';
import { statusMessage } from '../messages';
import { outputFolderOf } from '../outputFolder';
import { removeSpeechModel } from '../speech/local';
import type { SpeechParts } from '../speech/parts';
import { WaitingVideos } from '../speech/waiting';
import { setUpSpeech } from '../speech/wizard';
import type { Panel } from '../panel/panel';
import { typed } from '../pickers';
import type { Plans } from '../plans';
import { onEach, Refusal, tell } from '../problems';
import { pickBatch, type Resumer } from '../resume';
import { searchTranscripts } from '../searchTranscripts';
import type { EditorSecrets } from '../secrets';
import type { EditorSettings } from '../settings';
import { folderOfFile, type ListInput, type Transcriber } from '../transcribe';
import type { ListLines } from '../urls/lines';
import { lineHandlers } from './lineHandlers';
import { folderOf, foldersOf, isBatch, urisOf } from './menuTargets';
import { notesHandlers } from './notesHandlers';
import { contextKeys, type CommandId } from './table';
import { treeHandlers } from './treeHandlers';
import { activeList, chooseList, openList, pickLists } from './whichList';

export interface CommandParts {
  readonly access: CoreAccess;
  readonly actions: Actions;
  readonly batches: Batches;
  readonly log: LogChannel;
  readonly panel: Panel;
  readonly plans: Plans;
  readonly resumer: Resumer;
  readonly secrets: EditorSecrets;
  readonly settings: EditorSettings;
  readonly transcriber: Transcriber;
  readonly lines: ListLines;
  readonly keys: ContextKeys;
}

type Handler = (...args: readonly unknown[]) => unknown;

/** Handlers of some of the commands; together they are all of them. */
type Handlers<Id extends CommandId> = Readonly<Record<Id, Handler>>;

export function createHandlers(parts: CommandParts): Handlers<CommandId> {
  return {
    ...listHandlers(parts),
    ...batchHandlers(parts),
    ...setupHandlers(parts),
    ...notesHandlers(parts),
    ...pageHandlers(parts.panel, parts.batches),
    ...lineHandlers({ ...parts, start: (input) => startShown(parts, input) }),
    ...treeHandlers({ ...parts, listOf: (folder) => listOf(folder, parts.batches) }),
  };
}

/** What starts a batch. */
function listHandlers(parts: CommandParts) {
  const { actions, batches, panel, transcriber } = parts;
  const start = (input: ListInput): Promise<unknown> => startShown(parts, input);
  const startFiles = async (uris: readonly vscode.Uri[], redo = false): Promise<void> => {
    const problems: unknown[] = [];
    const chosen = await sortFiles(uris);
    const isMixed = chosen.lists.length + chosen.media.length > 0;
    if (isMixed && chosen.others.length > 0)
      statusMessage(`${plural(chosen.others.length, 'file')} left out: no list, sound or video.`, 8000);
    await shown(panel, async () => {
      let last: BatchHandle | undefined;
      // A list that cannot be read does not keep the others from starting.
      for (const read of inputsOf(chosen, (uri) => transcriber.readFile(uri))) {
        try {
          const input = await read();
          last = (await actions.transcribe(redo ? { ...input, redo } : input)) ?? last;
        } catch (error) {
          problems.push(error);
        }
      }
      return last;
    });
    for (const problem of problems) void tell(problem);
  };

  const transcribe = async (uri: unknown, uris: unknown): Promise<void> => {
    const chosen = urisOf(uri, uris) ?? (await chooseList());
    if (chosen) await startFiles(chosen);
  };
  const again = async (target: unknown, targets: unknown): Promise<void> => {
    const uris: vscode.Uri[] = [];
    for (const uri of urisOf(target, targets) ?? []) if (await isListFile(uri)) uris.push(uri);
    const folder = folderOf(target);
    const selected = foldersOf(targets);
    if (uris.length === 0 && folder !== undefined)
      await onEach(selected.length > 1 ? selected : [folder], async (one) =>
        uris.push(await listOf(one, batches)),
      );
    const chosen = uris.length > 0 || folder !== undefined ? uris : (activeList() ?? (await pickLists()));
    if (chosen) await startFiles(chosen, true);
  };

  return {
    'bulkTranscribe.transcribeList': transcribe,
    'bulkTranscribe.transcribeFile': async (uri, uris) => {
      const chosen = urisOf(uri, uris) ?? activeList() ?? (await openList()) ?? (await pickLists());
      if (chosen) await startFiles(chosen);
    },
    'bulkTranscribe.transcribeMedia': transcribe,
    'bulkTranscribe.transcribeAgain': again,
    'bulkTranscribe.redoBatch': again,
    'bulkTranscribe.transcribeSelection': async () => {
      await start(selectedText());
    },
    'bulkTranscribe.transcribeClipboard': async () => {
      const content = await vscode.env.clipboard.readText();
      if (content.trim() === '') throw new Refusal('The clipboard holds no text.');
      await start({ content, format: 'text', name: 'the clipboard' });
    },
    'bulkTranscribe.transcribeLinks': async () => {
      const content = await typedLinks();
      if (content !== undefined && content.trim() !== '')
        await start({
          // The name of a file may hold blanks; only where another entry begins does a new one begin.
          content: content.trim().replace(/\s+(?=https?:|www\.|youtu\.?be|[\w-]{11}(?:\s|$))/gi, '\n'),
          format: 'urls',
          name: 'what you typed',
          typed: true,
        });
    },
  } satisfies Partial<Handlers<CommandId>>;
}

/** Throws Refusal where nothing is selected. */
function selectedText(): ListInput {
  const editor = vscode.window.activeTextEditor;
  const texts = (editor?.selections ?? []).map((selection) => editor?.document.getText(selection) ?? '');
  const content = texts.join('\n');
  if (!editor || content.trim() === '') throw new Refusal('Nothing is selected in the editor.');
  const { languageId, uri } = editor.document;
  const folder = folderOfFile(uri);
  return {
    content,
    format: languageId === urlsLanguage ? 'urls' : 'text',
    name: 'the selection',
    ...(folder === undefined ? {} : { folder }),
  };
}

function typedLinks(): Promise<string | undefined> {
  return typed({
    title: 'Transcribe Links',
    prompt: 'One link or several, with spaces between them',
    placeHolder: 'https://www.youtube.com/watch?v=…',
  });
}

/** Turns the panel to the batch, unless something has been asked meanwhile: that is on the panel already. */
async function shown(
  panel: Panel,
  begin: () => Promise<BatchHandle | undefined>,
): Promise<BatchHandle | undefined> {
  const asked = panel.newestPlan;
  const handle = await begin();
  if (handle && panel.newestPlan === asked) panel.show(handle.state.id);
  return handle;
}

/** Starts a list and shows its batch. Undefined: the user cancelled. */
async function startShown(
  { actions, panel }: Pick<CommandParts, 'actions' | 'panel'>,
  input: ListInput,
): Promise<BatchHandle | undefined> {
  return shown(panel, () => actions.transcribe(input));
}

/**
 * What is done to batches: to those that are selected where a menu was opened, else to one that the user chooses;
 * `none`: there is no such batch.
 */
function batchHandlers({ actions, batches, lines, panel, resumer }: CommandParts) {
  const onBatches =
    (
      title: string,
      none: string,
      act: (folders: readonly string[]) => Promise<unknown>,
      fits: (batch: KnownBatch) => boolean = () => true,
    ): Handler =>
    async (target, targets) => {
      const selected = foldersOf(targets).flatMap((folder) => batches.byFolder(folder) ?? []);
      const fitting = selected.filter(fits);
      if (selected.length > 1 && fitting.length > 0) return act(fitting.map(({ folder }) => folder));
      const folder = folderOf(target) ?? (await chooseBatch(batches, title, none, fits));
      if (folder !== undefined) await act([folder]);
    };
  const onBatch = (
    title: string,
    none: string,
    act: (folder: string) => Promise<unknown>,
    fits?: (batch: KnownBatch) => boolean,
  ): Handler => onBatches(title, none, (folders) => onEach(folders, act), fits);
  const resume = async (folder: string): Promise<void> => {
    await shown(panel, () => actions.resume(folder));
  };

  const retryFailed = onBatch(
    'Retry Failed',
    'No batch has failed videos.',
    (folder) => actions.retryFailed(folder),
    (batch) => batch.counts.failed > 0,
  );

  return {
    'bulkTranscribe.pause': onBatch(
      'Pause',
      'Nothing is running.',
      (folder) => actions.pause(folder),
      (batch) => isHere(batch) && batch.phase === 'running',
    ),
    'bulkTranscribe.resume': onBatch(
      'Resume',
      'There is no batch to resume.',
      resume,
      (batch) =>
        batch.phase === 'paused' ||
        batch.phase === 'stopped' ||
        (batch.phase === 'running' && !isHere(batch)),
    ),
    'bulkTranscribe.tryNow': onBatch(
      'Try Now',
      'Nothing is running.',
      (folder) => actions.tryNow(folder),
      (batch) => isHere(batch) && batch.phase === 'running',
    ),
    'bulkTranscribe.stop': onBatch(
      'Stop',
      'Nothing is running.',
      (folder) => actions.stop(folder),
      (batch) => isHere(batch) && (batch.phase === 'running' || batch.phase === 'paused'),
    ),
    'bulkTranscribe.retryFailed': async (target, targets) => {
      // In a list its own batch is meant, whichever the panel shows.
      const own = folderOf(target) === undefined && !panel.active ? lines.activeBatch() : undefined;
      if (own === undefined) await retryFailed(target, targets);
      else await actions.retryFailed(own);
    },
    'bulkTranscribe.resumeBatch': async (target) => {
      const folder = folderOf(target) ?? (await resumer.choose());
      if (folder !== undefined) await resume(folder);
    },
    'bulkTranscribe.exportBatch': onBatch('Export Batch', 'There is nothing to export yet.', (folder) =>
      actions.export(folder),
    ),
    'bulkTranscribe.renderAgain': onBatches('Render Again', 'Nothing is done yet.', (folders) =>
      actions.render(folders),
    ),
    'bulkTranscribe.openReport': onBatch('Open Report', 'There is no report yet.', openReport),
  } satisfies Partial<Handlers<CommandId>>;
}

function setupHandlers(parts: CommandParts) {
  const { access, actions, batches, secrets, settings } = parts;
  const folderFor = (target: unknown): string => {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    const folder = folderOf(target) ?? (root && outputFolderOf(settings, root)) ?? batches.current()?.folder;
    if (folder === undefined) throw new Refusal('No folder is open, and nothing was written yet.');
    return folder;
  };
  /** One that was named; otherwise the output folder of each folder of the workspace. */
  const foldersFor = (target: unknown): readonly string[] => {
    const roots = folderOf(target) === undefined ? (vscode.workspace.workspaceFolders ?? []) : [];
    const all = roots.flatMap(({ uri }) => outputFolderOf(settings, uri) ?? []);
    return all.length === 0 ? [folderFor(target)] : [...new Set(all)];
  };
  const speech: SpeechParts = { access, settings, secrets, waiting: new WaitingVideos(batches, actions) };
  return {
    'bulkTranscribe.setApiKey': (service) =>
      setApiKey(secrets, settings.read(), isKeyService(service) ? service : undefined),
    'bulkTranscribe.clearApiKeys': () => clearApiKeys(secrets),
    'bulkTranscribe.addProxy': () => addProxy(secrets, settings),
    'bulkTranscribe.addFeedPassword': () => addFeedPassword(secrets),
    'bulkTranscribe.setUpSpeech': (setting) => setUpSpeech(speech, setting),
    'bulkTranscribe.removeSpeechModel': () => removeSpeechModel(speech),
    'bulkTranscribe.checkSetup': async () => {
      const root = vscode.workspace.workspaceFolders?.[0]?.uri;
      const isShown = await checkSetup(
        await parts.access.get(),
        settings.read(),
        root && outputFolderOf(settings, root),
      );
      if (isShown) parts.keys.set(contextKeys.setupSeen, true);
      // What was installed in the meantime is of use to what runs.
      parts.access.peek()?.engine.sourcesChanged();
    },
    'bulkTranscribe.openOutputFolder': async (target) => actions.openFolder(folderFor(target)),
    'bulkTranscribe.searchTranscripts': async (target, words) => {
      const { search, files } = await access.get();
      await searchTranscripts(search, files, foldersFor(target), typeof words === 'string' ? words : '');
    },
    'bulkTranscribe.showLog': () => parts.log.show(),
  } satisfies Partial<Handlers<CommandId>>;
}

/** The panel, and the menus of its rows and column heads. */
function pageHandlers(panel: Panel, batches: Batches) {
  const onPage = (action: MenuAction): Handler => {
    return () => panel.act(action);
  };
  return {
    'bulkTranscribe.showPanel': async (target, job) => {
      const folder = folderOf(target);
      const id = isBatch(target) ? target.id : folder && (await batches.idOf(folder));
      panel.show(id, typeof job === 'number' ? job : undefined);
    },
    'bulkTranscribe.row.openTranscript': onPage('openTranscript'),
    'bulkTranscribe.row.revealFile': onPage('revealFile'),
    'bulkTranscribe.row.openVideo': onPage('openVideo'),
    'bulkTranscribe.row.details': onPage('details'),
    'bulkTranscribe.row.runNext': onPage('next'),
    'bulkTranscribe.row.retry': onPage('retry'),
    'bulkTranscribe.row.redo': onPage('redo'),
    'bulkTranscribe.row.skip': onPage('skip'),
    'bulkTranscribe.row.copyLink': onPage('copyLink'),
    'bulkTranscribe.row.showLog': onPage('showLog'),
    'bulkTranscribe.head.hideColumn': onPage('hideColumn'),
    'bulkTranscribe.head.resetColumns': onPage('resetColumns'),
  } satisfies Partial<Handlers<CommandId>>;
}

const isHere = (batch: KnownBatch): boolean => batch.handle !== undefined && batch.owner === undefined;

/**
 * The list a batch was made of, and never another one. What a batch of another computer calls its list is a
 * path of that computer. Throws Refusal, FailureError.
 */
async function listOf(folder: string, batches: Batches): Promise<vscode.Uri> {
  const { state, foreign } = await batches.look(folder);
  if (isNotesFolder(folder))
    throw new Refusal(`${state.name} was made from transcripts. Use Write Notes… on their batch.`);
  if (state.list === undefined || state.list === '')
    throw new Refusal(
      `${state.name} was not made from a list's file. Choose "Transcribe Again" in the menu of its videos.`,
    );
  if (foreign === true)
    throw new Refusal(`${state.name} was not started on this computer. Transcribe its list instead.`);
  return vscode.Uri.file(state.list);
}

async function chooseBatch(
  batches: Batches,
  title: string,
  none: string,
  fits: (batch: KnownBatch) => boolean,
): Promise<string | undefined> {
  let fitting = batches.all().filter(fits);
  if (fitting.length === 0) {
    await batches.refresh();
    fitting = batches.all().filter(fits);
  }
  if (fitting.length === 0) throw new Refusal(none);
  const current = batches.current();
  if (current && fitting.some((batch) => batch.id === current.id && isHere(batch))) return current.folder;
  return pickBatch(fitting, title);
}
