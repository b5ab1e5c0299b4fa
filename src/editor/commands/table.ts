/**
 * Every command, once: id, title, icon, when it is enabled and which menus it is in. The manifest's
 * commands and menus are written from this table (`npm run manifest`), and the handlers are typed by it
 * (handlers.ts), so that a forgotten one does not compile. Knows nothing of VS Code.
 */
import { transcribableEndings } from '../../intake/fileKinds';
import { listEndings, urlsLanguage } from '../../intake/listFormat';

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

export interface KeyBinding {
  readonly key: string;
  readonly mac: string;
  readonly when: string;
}

export interface CommandSpec {
  readonly title: string;
  /** VS Code shows it in menus, in tooltips and in the palette. Never one of VS Code's own. */
  readonly key?: KeyBinding;
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
  /** The two below are kept up to date. Before the extension is active, the language of the text has to do. */
  watchesEditor: 'bulkTranscribe.watchesEditor',
  /** There is a link in the text of the active editor; in its selection. */
  editorHasLinks: 'bulkTranscribe.editorHasLinks',
  selectionHasLinks: 'bulkTranscribe.selectionHasLinks',
  /** The cursor's line of a Link List: it is a link, has failed, has a transcript. */
  lineIsLink: 'bulkTranscribe.lineIsLink',
  lineFailed: 'bulkTranscribe.lineFailed',
  lineDone: 'bulkTranscribe.lineDone',
  /** Ticks of the walkthrough: each is set when the thing is done, not when its button is pressed. */
  listMade: 'bulkTranscribe.did.list',
  videoDone: 'bulkTranscribe.did.transcript',
  setupSeen: 'bulkTranscribe.did.checkSetup',
  outputUsed: 'bulkTranscribe.did.openOutput',
} as const;

const isLinkList = `resourceLangId == ${urlsLanguage}`;
/** What a batch wrote is no list, except what failed; before the batches are known, by the default place. */
const isOutput = `resourceDirname in ${contextKeys.batchFolders} || resourcePath =~ /[\\/\\\\]transcripts[\\/\\\\][^\\/\\\\]+[\\/\\\\][^\\/\\\\]+$/`;
const isListFile = `(${isLinkList} || resourceExtname =~ /^\\.(${listEndings.join('|')})$/i && !(${isOutput}))`;
const isMediaFile = `resourceExtname =~ /^\\.(${transcribableEndings.join('|')})$/i && !(${isOutput})`;
/** A transcript, or the notes about one: not what else a batch writes. */
const isTranscript = `resourceExtname == .md && resourceFilename != report.md && (${isOutput})`;
const hasLinks = `(${contextKeys.editorHasLinks} || !${contextKeys.watchesEditor})`;
const textLanguages = 'urls|plaintext|markdown|csv|tsv|json|jsonc|jsonl|xml|html';
const selectionHasLinks = `(${contextKeys.selectionHasLinks} || !${contextKeys.watchesEditor} && editorLangId =~ /^(${textLanguages})$/)`;
const inView = `view == ${viewId}`;
const onBatch = `${inView} && viewItem =~ /\\bbatch\\b/`;
const inList = `editorTextFocus && editorLangId == ${urlsLanguage}`;
const inListOrPanel = `(${inList} || activeWebviewPanelId == '${panelType}')`;
const group = '5_bulkTranscribe';

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

/** On the cursor's line of a Link List. */
const line = (title: string, able: string, at: number): CommandSpec => ({
  title,
  palette: false,
  menus: [
    {
      menu: 'editor/context',
      when: `editorLangId == ${urlsLanguage} && ${able} && !editorHasSelection`,
      group: `${group}@${at + 1}`,
    },
  ],
});

export const commandTable = {
  'bulkTranscribe.transcribeList': {
    title: 'Transcribe List…',
    icon: 'play',
    menus: [{ menu: 'view/title', when: inView, group: 'navigation@1' }],
  },
  // The same for a file that is known: nothing is asked, so the title has no dots.
  'bulkTranscribe.transcribeFile': {
    title: 'Transcribe List',
    icon: 'play',
    palette: false,
    key: { key: 'ctrl+k ctrl+enter', mac: 'cmd+k cmd+enter', when: inList },
    menus: [
      { menu: 'editor/title/run', when: isLinkList, group: 'navigation@1' },
      {
        menu: 'editor/context',
        when: `${isListFile} && ${hasLinks} && !editorHasSelection`,
        group: `${group}@1`,
      },
      { menu: 'editor/title/context', when: isListFile, group: `${group}@1` },
      { menu: 'explorer/context', when: `${isListFile} && !explorerResourceIsFolder`, group: `${group}@1` },
    ],
  },
  'bulkTranscribe.transcribeMedia': {
    title: 'Transcribe',
    palette: false,
    menus: [
      { menu: 'editor/title/context', when: isMediaFile, group: `${group}@1` },
      { menu: 'explorer/context', when: `${isMediaFile} && !explorerResourceIsFolder`, group: `${group}@1` },
    ],
  },
  'bulkTranscribe.transcribeSelection': {
    title: 'Transcribe Links in Selection',
    palette: 'editorHasSelection',
    menus: [
      { menu: 'editor/context', when: `editorHasSelection && ${selectionHasLinks}`, group: `${group}@1` },
    ],
  },
  'bulkTranscribe.newList': { title: 'New List', icon: 'new-file' },
  'bulkTranscribe.line.run': line('Transcribe This Link', contextKeys.lineIsLink, 1),
  'bulkTranscribe.line.retry': line('Retry This Video', contextKeys.lineFailed, 2),
  'bulkTranscribe.line.open': line('Open Transcript', contextKeys.lineDone, 3),
  'bulkTranscribe.transcribeClipboard': { title: 'Transcribe Clipboard', icon: 'clippy' },
  'bulkTranscribe.transcribeLinks': { title: 'Transcribe Links…', icon: 'link' },
  'bulkTranscribe.transcribeAgain': { title: 'Transcribe Again…' },
  'bulkTranscribe.redoBatch': {
    title: 'Transcribe Again',
    palette: false,
    menus: [
      { menu: batchMenuId, group: '1_run@3' },
      { menu: 'view/item/context', when: onBatch, group: '1_run@3' },
    ],
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
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bresumable\\b/`, group: '1_run@1' },
    ],
  },
  'bulkTranscribe.tryNow': { title: 'Try Now', icon: 'debug-restart', enablement: contextKeys.running },
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
    key: {
      key: 'ctrl+shift+f8',
      mac: 'cmd+shift+f8',
      when: `${contextKeys.hasFailed} && (${inListOrPanel} || focusedView == ${viewId})`,
    },
    menus: [
      { menu: batchMenuId, group: '1_run@2' },
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bfailed\\b/`, group: 'inline@3' },
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\bfailed\\b/`, group: '1_run@2' },
    ],
  },
  'bulkTranscribe.nextFailure': {
    title: 'Next Failure',
    key: { key: 'ctrl+f8', mac: 'cmd+f8', when: `${contextKeys.hasFailed} && ${inListOrPanel}` },
    menus: [
      {
        menu: 'editor/context',
        when: `editorLangId == ${urlsLanguage} && ${contextKeys.hasFailed} && !editorHasSelection`,
        group: `${group}@5`,
      },
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
      { menu: 'view/item/context', when: onBatch, group: '2_export@1' },
    ],
  },
  'bulkTranscribe.renderAgain': {
    title: 'Render Again…',
    icon: 'file-symlink-file',
    menus: [
      { menu: batchMenuId, group: '2_export@2' },
      { menu: 'view/item/context', when: onBatch, group: '2_export@2' },
    ],
  },
  'bulkTranscribe.writeNotes': {
    title: 'Write Notes…',
    icon: 'notebook',
    menus: [
      { menu: batchMenuId, group: '2_export@3' },
      {
        menu: 'view/item/context',
        when: `${inView} && viewItem =~ /\\b(batch|transcript)\\b/`,
        group: '2_export@3',
      },
      { menu: 'explorer/context', when: `${isTranscript} && !explorerResourceIsFolder`, group: `${group}@2` },
      {
        menu: 'explorer/context',
        when: `explorerResourceIsFolder && resourcePath in ${contextKeys.batchFolders}`,
        group: `${group}@2`,
      },
      { menu: 'editor/title/context', when: isTranscript, group: `${group}@2` },
      { menu: 'editor/context', when: `${isTranscript} && !editorHasSelection`, group: `${group}@2` },
    ],
  },
  'bulkTranscribe.chooseNotesModel': { title: 'Choose Model for Notes…', icon: 'sparkle' },
  'bulkTranscribe.groupBySubject': { title: 'Group Notes by Subject…', icon: 'list-tree' },
  'bulkTranscribe.setApiKey': { title: 'Set API Key…', icon: 'key' },
  'bulkTranscribe.clearApiKeys': { title: 'Clear API Keys and Proxy Passwords…' },
  'bulkTranscribe.addProxy': { title: 'Add Proxy…' },
  'bulkTranscribe.addFeedPassword': { title: 'Add Feed Password…' },
  'bulkTranscribe.setUpSpeech': {
    title: 'Set Up Speech-to-Text…',
    icon: 'unmute',
    menus: [{ menu: 'view/title', when: inView, group: '1_setup@1' }],
  },
  'bulkTranscribe.removeSpeechModel': { title: 'Remove Speech Model…' },
  'bulkTranscribe.checkSetup': {
    title: 'Check Setup',
    icon: 'checklist',
    menus: [{ menu: 'view/title', when: inView, group: '1_setup@1' }],
  },
  'bulkTranscribe.openOutputFolder': {
    title: 'Open Output Folder',
    icon: 'folder-opened',
    menus: [{ menu: 'view/item/context', when: onBatch, group: '3_open@1' }],
  },
  'bulkTranscribe.searchTranscripts': {
    title: 'Search Transcripts…',
    icon: 'search',
    menus: [
      { menu: 'view/title', when: inView, group: 'navigation@3' },
      { menu: 'view/item/context', when: onBatch, group: '3_open@4' },
    ],
  },
  'bulkTranscribe.revealList': {
    title: 'Reveal List',
    palette: false,
    menus: [{ menu: 'view/item/context', when: onBatch, group: '3_open@3' }],
  },
  'bulkTranscribe.copyPath': {
    title: 'Copy Path',
    palette: false,
    menus: [
      { menu: 'view/item/context', when: `${inView} && viewItem =~ /\\b(batch|file)\\b/`, group: '4_edit@1' },
    ],
  },
  'bulkTranscribe.removeBatch': {
    title: 'Remove…',
    palette: false,
    menus: [
      { menu: 'view/item/context', when: `${onBatch} && viewItem =~ /\\bremovable\\b/`, group: '4_edit@2' },
    ],
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
