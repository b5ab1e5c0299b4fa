/**
 * Every command, once: id, title, icon, when it is enabled and which menus it is in. The manifest's
 * commands and menus are written from this table (`npm run manifest`), and the handlers are typed by it
 * (handlers.ts), so that a forgotten one does not compile. Knows nothing of VS Code.
 */
import { listEndings } from '../../intake/listFormat';

export interface MenuPlace {
  readonly menu:
    | 'editor/context'
    | 'editor/title'
    | 'editor/title/context'
    | 'editor/title/run'
    | 'explorer/context'
    | 'view/title'
    | 'view/item/context'
    | 'webview/context'
    | 'bulkTranscribe.batchMenu';
  readonly when?: string;
  readonly group?: string;
}

export interface CommandSpec {
  readonly title: string;
  readonly icon?: string;
  readonly enablement?: string;
  /** When the palette shows it: always (absent), never (false) or by a clause. */
  readonly palette?: false | string;
  readonly menus?: readonly MenuPlace[];
}

export const viewId = 'bulkTranscribe.batches';
export const panelType = 'bulkTranscribe.panel';
export const batchMenuId = 'bulkTranscribe.batchMenu';

/** Context keys that the extension sets; what is not set counts as false. */
export const contextKeys = {
  /** Something runs, so there is something to pause or stop. */
  running: 'bulkTranscribe.running',
  /** A batch is paused or stopped in this window. */
  resumable: 'bulkTranscribe.resumable',
  hasFailed: 'bulkTranscribe.hasFailed',
  /** Paths of the batch folders of this workspace. */
  batchFolders: 'bulkTranscribe.batchFolders',
} as const;

const listFile = `resourceExtname =~ /^\\.(${listEndings.join('|')})$/i`;
const urlsFile = 'resourceExtname =~ /^\\.urls$/i';
const inView = `view == ${viewId}`;

/** On the panel's page: what the menu was opened on says what can be done, see `RowContext` in protocol.ts. */
const onPage = (
  section: 'row' | 'head',
  title: string,
  able: string | undefined,
  group: string,
): CommandSpec => ({
  title,
  palette: false,
  menus: [
    {
      menu: 'webview/context',
      when: [`webviewId == '${panelType}'`, `webviewSection == '${section}'`, ...(able ? [able] : [])].join(
        ' && ',
      ),
      group,
    },
  ],
});
const row = (title: string, able: string | undefined, group: string): CommandSpec =>
  onPage('row', title, able, group);
const head = (title: string, able: string | undefined, group: string): CommandSpec =>
  onPage('head', title, able, group);

export const commandTable = {
  'bulkTranscribe.transcribeList': {
    title: 'Transcribe List…',
    icon: 'play',
    menus: [
      { menu: 'editor/title/run', when: urlsFile, group: 'navigation@1' },
      { menu: 'editor/context', when: `${listFile} && !editorHasSelection`, group: '5_bulkTranscribe@1' },
      { menu: 'editor/title/context', when: listFile, group: '5_bulkTranscribe@1' },
      {
        menu: 'explorer/context',
        when: `${listFile} && !explorerResourceIsFolder`,
        group: '5_bulkTranscribe@1',
      },
      { menu: 'view/title', when: inView, group: 'navigation@1' },
    ],
  },
  'bulkTranscribe.transcribeSelection': {
    title: 'Transcribe Links in Selection',
    palette: 'editorHasSelection',
    menus: [{ menu: 'editor/context', when: 'editorHasSelection', group: '5_bulkTranscribe@1' }],
  },
  'bulkTranscribe.transcribeClipboard': { title: 'Transcribe Clipboard', icon: 'clippy' },
  'bulkTranscribe.transcribeLinks': { title: 'Transcribe Links…', icon: 'link' },
  'bulkTranscribe.transcribeAgain': {
    title: 'Transcribe Again…',
    menus: [{ menu: batchMenuId, group: '1_run@3' }],
  },
  'bulkTranscribe.showPanel': {
    title: 'Show Panel',
    icon: 'open-preview',
    menus: [{ menu: 'view/title', when: inView, group: 'navigation@2' }],
  },
  'bulkTranscribe.pause': {
    title: 'Pause',
    icon: 'debug-pause',
    enablement: contextKeys.running,
    menus: [
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\brunning\\b/`, group: 'inline@1' },
    ],
  },
  'bulkTranscribe.resume': {
    title: 'Resume',
    icon: 'play',
    enablement: contextKeys.resumable,
    menus: [
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bresumable\\b/`, group: 'inline@1' },
    ],
  },
  'bulkTranscribe.stop': {
    title: 'Stop',
    icon: 'debug-stop',
    enablement: `${contextKeys.running} || ${contextKeys.resumable}`,
    menus: [
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bstoppable\\b/`, group: 'inline@2' },
    ],
  },
  'bulkTranscribe.retryFailed': {
    title: 'Retry Failed',
    icon: 'refresh',
    menus: [
      { menu: batchMenuId, group: '1_run@2' },
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bfailed\\b/`, group: 'inline@3' },
    ],
  },
  'bulkTranscribe.resumeBatch': {
    title: 'Resume Batch…',
    icon: 'history',
    menus: [{ menu: batchMenuId, group: '1_run@1' }],
  },
  'bulkTranscribe.exportBatch': {
    title: 'Export Batch…',
    icon: 'export',
    menus: [
      { menu: batchMenuId, group: '2_export@1' },
      { menu: 'view/item/context', when: inView, group: '2_export@1' },
    ],
  },
  'bulkTranscribe.setApiKey': { title: 'Set API Key…', icon: 'key' },
  'bulkTranscribe.clearApiKeys': { title: 'Clear API Keys and Proxy Passwords…' },
  'bulkTranscribe.addProxy': { title: 'Add Proxy…' },
  'bulkTranscribe.addFeedPassword': { title: 'Add Feed Password…' },
  'bulkTranscribe.checkSetup': {
    title: 'Check Setup',
    icon: 'checklist',
    menus: [{ menu: 'view/title', when: inView, group: '1_setup@1' }],
  },
  'bulkTranscribe.openOutputFolder': {
    title: 'Open Output Folder',
    icon: 'folder-opened',
    menus: [{ menu: 'view/item/context', when: inView, group: '3_open@1' }],
  },
  'bulkTranscribe.showLog': {
    title: 'Show Log',
    icon: 'output',
    menus: [{ menu: 'view/title', when: inView, group: '1_setup@2' }],
  },
  'bulkTranscribe.openReport': {
    title: 'Open Report',
    icon: 'go-to-file',
    palette: false,
    menus: [{ menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bended\\b/`, group: '3_open@2' }],
  },
  'bulkTranscribe.row.details': row('Show Details', undefined, '1_open@1'),
  'bulkTranscribe.row.openTranscript': row('Open Transcript', 'canOpen', '1_open@2'),
  'bulkTranscribe.row.revealFile': row('Reveal in Explorer View', 'canOpen', '1_open@3'),
  'bulkTranscribe.row.retry': row('Retry', 'canRetry', '2_run@1'),
  'bulkTranscribe.row.runNext': row('Run Next', 'canRunNext', '2_run@2'),
  'bulkTranscribe.row.skip': row('Skip', 'canSkip', '2_run@3'),
  'bulkTranscribe.row.redo': row('Transcribe Again', 'canRedo', '2_run@4'),
  'bulkTranscribe.row.openVideo': row('Open Video', undefined, '3_more@1'),
  'bulkTranscribe.row.copyLink': row('Copy Link', undefined, '3_more@2'),
  'bulkTranscribe.row.showLog': row('Show Log of This Video', undefined, '3_more@3'),
  'bulkTranscribe.head.hideColumn': head('Hide Column', 'canHide', '1_columns@1'),
  'bulkTranscribe.head.resetColumns': head('Reset Columns', undefined, '1_columns@2'),
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commandTable;
export const commandIds = Object.keys(commandTable) as readonly CommandId[];
export const category = 'Bulk Transcribe';
