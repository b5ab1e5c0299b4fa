/**
 * What commands, panel and notifications do to batches: one function each. They throw what the user should see
 * (Refusal, FailureError); the caller shows it where the action was asked for.
 */
import * as vscode from 'vscode';
import type { BatchHandle } from '../engine/api';
import type { ReadonlyRow } from '../engine/state/reducer';
import { isRetryable } from '../engine/state/abilities';
import type { Link } from '../model/link';
import { formatCount } from '../model/numberWords';
import { urlOf } from '../model/webUrl';
import type { FromPage, ResumedNote } from '../protocol';
import type { Batches } from './batches';
import { openFolder, openReport, openTranscript, openVideo, revealTranscript } from './batchFiles';
import { chargePlan, maybeCharged } from './chargePlan';
import { contextKeys } from './commands/table';
import type { ContextKeys } from './contextKeys';
import type { CoreAccess } from './core';
import { inputsOf, sortFiles } from './fileInputs';
import { isKeyService } from './keyServices';
import { goToLine, openReportAt, removeLines } from './listEdits';
import type { HideDotFiles } from './hideDotFiles';
import type { LogChannel } from './logChannel';
import { statusMessage } from './messages';
import { outputFolderOf } from './outputFolder';
import type { PanelActions } from './panel/panel';
import type { SourcesMessage } from './panel/sourceNews';
import { placesPlan, waitsForPlace } from './places';
import type { Plans } from './plans';
import { Refusal, tell } from './problems';
import type { Resumer } from './resume';
import { openSettings, type EditorSettings } from './settings';
import { transcriptColumn } from './transcriptColumn';
import type { ListInput, Transcriber } from './transcribe';
import { formatOf } from '../intake/listFormat';

/** How long the price of an hour may take. */
const priceMs = 15_000;

export interface ActionParts {
  readonly access: CoreAccess;
  readonly batches: Batches;
  readonly settings: EditorSettings;
  readonly transcriber: Transcriber;
  readonly resumer: Resumer;
  readonly plans: Plans;
  readonly log: LogChannel;
  readonly keys: ContextKeys;
  readonly hiding: HideDotFiles;
}

export class Actions implements PanelActions {
  /** Batches of lists that are in no file, by the address of their document. */
  private readonly unsavedLists = new Map<string, string>();

  constructor(private readonly parts: ActionParts) {}

  /** Starts a list and chooses its batch; undefined when it is not started, see Transcriber. */
  async transcribe(input: ListInput): Promise<BatchHandle | undefined> {
    const handle = await this.parts.transcriber.start(input);
    if (handle && input.uri?.scheme === 'untitled')
      this.unsavedLists.set(input.uri.toString(), handle.state.id);
    if (handle) this.parts.batches.choose(handle.state.id);
    return handle;
  }

  async pause(folder: string): Promise<void> {
    await (await this.running(folder)).pause();
  }

  async stop(folder: string): Promise<void> {
    await (await this.running(folder)).stop();
  }

  async resume(folder: string): Promise<BatchHandle | undefined> {
    const handle = await this.parts.resumer.resume(folder);
    if (!handle) return undefined;
    this.parts.batches.choose(handle.state.id);
    this.askForPlaces(folder, handle.state.name, handle.state.jobs.filter(waitsForPlace));
    return handle;
  }

  /** Rows that wait for an OK to what the list names: the panel asks by name. */
  private askForPlaces(folder: string, name: string, rows: readonly ReadonlyRow[]): void {
    if (rows.length === 0) return;
    const start = async (): Promise<BatchHandle | undefined> => {
      const handle = await this.acting(folder);
      await handle?.rows(indices(rows), 'allow');
      return handle;
    };
    this.parts.plans.open({ ...placesPlan(name, rows), start });
  }

  /** The user's word that a block is over: one request goes out at once. */
  async tryNow(folder: string): Promise<void> {
    await (await this.acting(folder))?.tryNow();
  }

  /** Says how many run again, because those that cannot succeed are left out. */
  async retryFailed(folder: string): Promise<void> {
    const { batches } = this.parts;
    const view = await batches.look(folder);
    const failed = view.state.jobs.filter((job) => job.status === 'failed');
    if (failed.length === 0) throw new Refusal(`Nothing has failed in ${view.state.name}.`);
    const now = Date.now();
    if (!failed.some((job) => isRetryable(job, now)))
      throw new Refusal('None of the failed videos can succeed by trying again.');
    const handle = await this.acting(folder);
    if (!handle) return;
    const { retried, of } = await handle.retryFailed();
    const words = `Retry ${formatCount(retried)} of ${formatCount(of)}`;
    statusMessage(retried < of ? `${words}: the others cannot succeed by trying again.` : `${words}.`, 8000);
  }

  async export(folder: string): Promise<void> {
    const { access, batches } = this.parts;
    const known = batches.byFolder(folder);
    const { exportBatch } = await import('./exportBatch');
    const isDone = await exportBatch(access, folder, known?.name ?? 'batch');
    if (isDone) this.parts.keys.set(contextKeys.outputUsed, true);
  }

  async render(folders: readonly string[]): Promise<void> {
    const { access, batches } = this.parts;
    const named = folders.map((folder) => ({ folder, name: batches.byFolder(folder)?.name ?? 'batch' }));
    const { renderAgain } = await import('./renderAgain');
    await renderAgain(access, named);
  }

  /** The id of the batch that was made of a document without a file. */
  batchOfUnsaved(list: string): string | undefined {
    return this.unsavedLists.get(list);
  }

  /** Shows a folder of transcripts. Throws Refusal where there is none yet. */
  async openFolder(folder: string): Promise<void> {
    await openFolder(folder);
    this.parts.keys.set(contextKeys.outputUsed, true);
    // Not waited for: the folder is open.
    void this.parts.hiding.suggest().catch(tell);
  }

  // ------------------------------------------------------------------------------------ for the panel

  async batch(message: Extract<FromPage, { type: 'batchAction' }>): Promise<void> {
    const folder = this.folderOf(message.batch);
    switch (message.action) {
      case 'pause':
        return this.pause(folder);
      case 'resume':
        await this.resume(folder);
        return;
      case 'stop':
        return this.stop(folder);
      case 'retryFailed':
        return this.retryFailed(folder);
      case 'export':
        return this.export(folder);
      case 'openFolder':
        return this.openFolder(folder);
      case 'openReport':
        return openReport(folder);
      case 'tryNow':
        return this.tryNow(folder);
      case 'passBlocked':
        return (await this.running(folder)).passBlocked();
      case 'agree': {
        if (!message.consent) throw new Refusal('It is not known what is agreed to.');
        const { service, origin, cost } = message.consent;
        // No cost: the service quotes none, and the user has agreed to whatever it takes.
        await (await this.acting(folder))?.agree(service, origin, cost ?? Infinity);
      }
    }
  }

  /** The number of a link's row in a batch. Throws Refusal where it has none. */
  async rowOf(folder: string, link: Pick<Link, 'id'>): Promise<number> {
    const { state } = await this.parts.batches.look(folder);
    const row = state.jobs.find((job) => job.link.id === link.id);
    if (!row) throw new Refusal('This link is no longer in its batch.');
    return row.index;
  }

  async rows(
    message: Extract<FromPage, { type: 'rowAction' }>,
    panel: vscode.ViewColumn | undefined,
  ): Promise<void> {
    const { action, jobs } = message;
    const folder = this.folderOf(message.batch);
    const view = await this.parts.batches.look(folder);
    const rows = jobs.map((index) => view.state.jobs[index]).filter((job) => job !== undefined);
    const [first] = rows;
    if (!first) throw new Refusal('These rows are no longer there.');
    switch (action) {
      case 'openTranscript':
        await openTranscript(view, first, {
          ...(panel === undefined ? {} : { panel }),
          wide: message.wide === true,
          as: this.parts.settings.read()['panel.openWith'],
        });
        this.parts.keys.set(contextKeys.outputUsed, true);
        return;
      case 'revealFile':
        return revealTranscript(view, first);
      case 'openVideo':
        return openVideo(view, first);
      case 'copyLink':
        await vscode.env.clipboard.writeText(rows.map((job) => job.link.url).join('\n'));
        return;
      case 'showLog':
        return this.parts.log.showJob(view.state, first);
      case 'goToLine':
        return goToLine(view, first, columnBeside(panel, message.wide === true));
      case 'removeLine':
        return removeLines(view, rows, columnBeside(panel, message.wide === true));
      case 'openReport':
        return openReportAt(view, first, columnBeside(panel, message.wide === true));
      case 'addLanguage':
        return this.addLanguages(folder, rows);
    }
    // Without an OK they would only come to rest again.
    const places = action === 'retry' || action === 'release' ? rows.filter(waitsForPlace) : [];
    this.askForPlaces(folder, view.state.name, places);
    const others = places.length === 0 ? rows : rows.filter((job) => !waitsForPlace(job));
    if (others.length === 0) return;
    const act = async (): Promise<BatchHandle | undefined> => {
      const handle = await this.acting(folder);
      await handle?.rows(indices(others), action);
      return handle;
    };
    const doubtful = action === 'retry' || action === 'redo' ? maybeCharged(others) : [];
    if (doubtful.length === 0) await act();
    else this.parts.plans.open({ ...chargePlan(view.state.name, doubtful), start: act });
  }

  /**
   * Adds the first language that each video has to the setting and to the batch, and tries them again. Opens the
   * settings where no language is known.
   */
  private async addLanguages(folder: string, rows: readonly ReadonlyRow[]): Promise<void> {
    const { settings, batches } = this.parts;
    const found = rows.map(({ failure }) => failure?.subject?.split(/[\s,]+/).find((code) => code !== ''));
    const wanted = found.filter((code): code is string => code !== undefined);
    if (wanted.length === 0) return openSettings('languages');
    const view = await batches.look(folder);
    const together = (known: readonly string[]): string[] => [...new Set([...known, ...wanted])];
    const { languages } = settings.read(vscode.Uri.file(folder));
    const problem = await settings.write('languages', together(languages));
    if (problem !== undefined) throw new Refusal(problem);
    const handle = await this.acting(folder);
    await handle?.changeSettings({ languages: together(view.state.settings.languages ?? languages) });
    await handle?.rows(indices(rows), 'retry');
  }

  async next(message: Extract<FromPage, { type: 'nextStep' }>): Promise<void> {
    const run = (name: string, ...args: unknown[]): Thenable<unknown> =>
      vscode.commands.executeCommand(`bulkTranscribe.${name}`, ...args);
    switch (message.step) {
      case 'openSettings':
        return openSettings(message.setting);
      case 'openAccount': {
        const settings = this.parts.settings.read();
        const service = isKeyService(message.source) ? message.source : 'deapi';
        const endpoint = settings[`${service}.endpoint`];
        const host = urlOf(endpoint);
        // Services keep their account page on the address without "api.".
        if (host) await vscode.env.openExternal(vscode.Uri.parse(host.origin.replace('//api.', '//')));
        return;
      }
      case 'install':
        await run('checkSetup');
        return;
      case 'setApiKey':
        await run('setApiKey', message.source);
        return;
      case 'setUpSpeech':
        await run('setUpSpeech', message.setting);
        return;
      default:
        await run(message.step);
    }
  }

  async dropped(message: Extract<FromPage, { type: 'dropped' }>): Promise<void> {
    const { text, name } = message;
    const files = await sortFiles(name === '' ? filesIn(text) : []);
    const inputs: readonly (() => Promise<ListInput>)[] =
      files.lists.length + files.media.length > 0
        ? inputsOf(files, (uri) => this.parts.transcriber.readFile(uri))
        : [
            () =>
              Promise.resolve({
                content: text,
                format: formatOf(name),
                name: name === '' ? 'what was dropped' : name,
              }),
          ];
    let last: BatchHandle | undefined;
    for (const input of inputs) last = (await this.transcribe(await input())) ?? last;
    // The panel may show another batch, and the user wants to see this one.
    if (last)
      await vscode.commands.executeCommand('bulkTranscribe.showPanel', {
        id: last.state.id,
        folder: last.folder,
      });
  }

  async sources(handle: BatchHandle | undefined): Promise<SourcesMessage> {
    const { sourceViews } = await import('./checkSetup');
    const { nextSource } = await import('./nextSource');
    const core = await this.parts.access.get();
    const settings = this.parts.settings.read();
    const here = handle && this.isOurs(handle) && handle.state.phase === 'running' ? handle.state : undefined;
    const of = { ...settings, ...here?.settings };
    const next = here && (await nextSource(here, core.sources, of, AbortSignal.timeout(priceMs)));
    return {
      type: 'sources',
      sources: await sourceViews(core, settings),
      outputFolder: this.outputFolder(),
      ...(next ? { takesOver: next } : {}),
    };
  }

  resumed(folder: string): ResumedNote | undefined {
    return this.parts.resumer.note(folder);
  }

  outputFolder(): string {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    const folder = root && outputFolderOf(this.parts.settings, root);
    return folder === undefined ? '' : vscode.workspace.asRelativePath(folder);
  }

  private folderOf(batch: string): string {
    const known = this.parts.batches.byId(batch);
    if (!known) throw new Refusal('This batch is no longer there.');
    return known.folder;
  }

  private async running(folder: string): Promise<BatchHandle> {
    const handle = await this.parts.batches.look(folder);
    if (!this.isOurs(handle)) throw new Refusal(`${handle.state.name} does not run in this window.`);
    return handle;
  }

  /** The batch as its owner, which it becomes where it is not yet; undefined when the user did not want that. */
  private async acting(folder: string): Promise<BatchHandle | undefined> {
    const view = await this.parts.batches.look(folder);
    return this.isOurs(view) ? view : this.parts.resumer.resume(folder);
  }

  private isOurs(handle: BatchHandle): boolean {
    return handle.owner === undefined && this.parts.access.peek()?.engine.batches.includes(handle) === true;
  }
}

/** Where something is shown that must not cover the panel; over it where there is no room beside it. */
function columnBeside(panel: vscode.ViewColumn | undefined, wide: boolean): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all.map((group) => group.viewColumn);
  const column = transcriptColumn(panel, groups, wide);
  return column === 'beside' ? vscode.ViewColumn.Beside : (column ?? panel ?? vscode.ViewColumn.Active);
}

const indices = (rows: readonly ReadonlyRow[]): readonly number[] => rows.map(({ index }) => index);

/** Files that were dragged from the explorer come as their addresses, one a line; none for other texts. */
function filesIn(text: string): readonly vscode.Uri[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const links = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (!links.every((line) => /^(?:file|untitled|vscode-remote):\S+$/i.test(line))) return [];
  return links.map((line) => {
    const uri = vscode.Uri.parse(line);
    // In a remote window the explorer names files as the page's side sees them; they are this side's own.
    return uri.scheme === 'vscode-remote' ? vscode.Uri.file(uri.path) : uri;
  });
}
