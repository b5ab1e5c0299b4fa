/**
 * Messages between the panel's host (editor/panel) and its page (webview-ui). The host owns the data; the
 * page asks for a snapshot when it is ready or sees a gap, and folds the events with the engine's reducer.
 */
import type { BatchEvent, BatchPhase, JobAction, JobStatus } from './model/events';
import type { SettingName } from './model/settings';
import type { SourceId } from './model/transcript';
import type { BatchState } from './engine/state/reducer';

export { packRows, unpackRows } from './protocolRows';

/**
 * The page puts this on its table as `data-vscode-context`; VS Code makes context keys of it for
 * `menus.webview/context` and hands it to the chosen command. The command answers with the message `act`,
 * and the page does it to what is selected: only the page knows a selection of 50,000 rows.
 */
export interface RowContext {
  readonly webviewSection: 'row';
  readonly preventDefaultContextMenuItems: true;
  readonly batch: string;
  /** The row under the pointer, and how many are selected (it is one of them). */
  readonly job: number;
  readonly selected: number;
  readonly canOpen: boolean;
  readonly canRetry: boolean;
  readonly canRunNext: boolean;
  readonly canSkip: boolean;
  readonly canRedo: boolean;
}

/** As `RowContext`, on the head of a column. */
export interface HeadContext {
  readonly webviewSection: 'head';
  readonly preventDefaultContextMenuItems: true;
  readonly column: string;
  /** `#`, status and title stay. */
  readonly canHide: boolean;
}

/** The source that can go on with what is blocked. */
export interface NextSource {
  readonly id: SourceId;
  /** As the settings have it: `Groq`, `whisper.cpp on this computer`. */
  readonly name: string;
  /** What it charges, in its account's currency, as far as it says so; absent: it costs nothing. */
  readonly charge?: {
    /** For an hour of sound. */
    readonly hour?: number;
    /** For all that waits in the batch, with the mean length for those of unknown length. */
    readonly waiting?: number;
  };
}

/** One line of "Sources on this computer" on the empty page. */
export interface SourceView {
  readonly id: SourceId;
  readonly ready: boolean;
  /** "ready, no key needed", "not found". */
  readonly detail: string;
  /** "Install…", "Set key…", "Set up…"; absent when there is nothing to do. */
  readonly step?: { readonly words: string; readonly step: NextStep; readonly setting?: SettingName };
}

/** One line of the batch switcher. */
export interface BatchHead {
  readonly id: string;
  readonly name: string;
  readonly phase: BatchPhase;
  readonly counts: Readonly<Record<JobStatus, number>>;
  readonly total: number;
  /** Set when another window or terminal runs it: which one, in words. */
  readonly owner?: string;
  /** It waits for the user's word: `id` is that of its plan. */
  readonly notStarted?: true;
}

/** Something the user is asked before a batch starts. */
export interface PlanQuestion {
  readonly id: string;
  /** `must`: to start is to agree to it. `ok`: a box to check; without it, what it is about is left out. */
  readonly kind: 'must' | 'ok';
  /** What agreeing does: "Read 3 files outside of the workspace". */
  readonly words: string;
  /** What it is about, each by its name: files, hosts, lists. */
  readonly details: readonly string[];
  /** Whether the box is checked at first; of no meaning for `must`. */
  readonly agreed: boolean;
}

/** A batch that is not started, or another step that waits for the user's word. Nothing of it is on disk. */
export interface PlanView {
  /** Begins with `plan:`, as no batch's id does. */
  readonly id: string;
  readonly name: string;
  /** How many videos are known; absent where that says nothing. */
  readonly total?: number;
  /** One sentence: what will happen, how long it takes and why. */
  readonly text: string;
  /** More of it, a sentence each: what it may cost, where the files go. */
  readonly lines: readonly string[];
  readonly questions: readonly PlanQuestion[];
  /** The words of the one button. */
  readonly yes: string;
}

/** A setting the strip shows: its value and, if set, which scope overrides the user's value. */
export interface SettingView {
  readonly value: unknown;
  readonly overriddenBy?: 'workspace' | 'folder';
}

export type ToPage =
  | { readonly type: 'batches'; readonly batches: readonly BatchHead[]; readonly current: string | null }
  /**
   * A snapshot comes in slices of one number, `snapshot`. The first has a `head` (the state without its jobs)
   * and the rows that are looked at or worked on, which is enough to paint the page. Then come all others, at
   * different moments, while the batch goes on. The last has a newer `head`, the rows that have changed since
   * they were sent, and `seq`: the whole is then the state after that event. Events that follow `seq` may come
   * at once.
   */
  | {
      readonly type: 'snapshot';
      readonly batch: string;
      readonly snapshot: number;
      readonly head?: Omit<BatchState, 'jobs'>;
      /** `packRows`: each row knows its index; one that was sent before is replaced. */
      readonly rows: Uint8Array;
      /** How many rows there are, as far as is known. */
      readonly total: number;
      readonly seq?: number;
      /** Set while the session has resumed it: what was kept and picked up, for the sentence. */
      readonly resumed?: ResumedNote;
      /** The host's clock in epoch ms; the page may run on a computer whose clock differs. */
      readonly now?: number;
      /** Set when another window or terminal runs it: which one, in words. Its rows are shown, without actions. */
      readonly owner?: string;
    }
  /** Events in order; `seq` is the number of the first one. */
  | {
      readonly type: 'events';
      readonly batch: string;
      readonly seq: number;
      readonly events: readonly BatchEvent[];
    }
  | { readonly type: 'settings'; readonly values: Readonly<Partial<Record<SettingName, SettingView>>> }
  /** `current` of the last `batches` is a plan: this is what is shown of it. */
  | { readonly type: 'plan'; readonly plan: PlanView }
  /** For the empty page; `takesOver` for a batch that a block holds, where a later source is ready and not blocked. */
  | {
      readonly type: 'sources';
      readonly sources: readonly SourceView[];
      readonly outputFolder: string;
      readonly takesOver?: NextSource;
    }
  /** A command of the row's or the column head's menu was chosen: do it to the selection or that column. */
  | { readonly type: 'act'; readonly action: MenuAction }
  /** Scroll to a row and open its details. */
  | { readonly type: 'reveal'; readonly job: number }
  /** `next`: what can be done about the problem, done by `press` with the same number. */
  | {
      readonly type: 'reply';
      readonly request: number;
      readonly problem?: string;
      readonly next?: string;
    };

export interface ResumedNote {
  readonly kept: number;
  readonly pickedUp: number;
  /** How long nobody worked on it, ms, where known. */
  readonly closedMs?: number;
}

/** `allow` follows a question of the host; the page does not ask for it. */
export type RowAction =
  | Exclude<JobAction, 'allow'>
  | 'openTranscript'
  | 'openVideo'
  | 'copyLink'
  | 'showLog'
  | 'revealFile'
  | 'goToLine'
  | 'removeLine'
  | 'addLanguage'
  | 'openReport';
/** What VS Code's menus over the table ask for; the last two are on a column's head (`webviewSection: 'head'`). */
export type MenuAction = RowAction | 'details' | 'hideColumn' | 'resetColumns';
export type BatchAction =
  | 'pause'
  | 'resume'
  | 'stop'
  | 'retryFailed'
  | 'export'
  | 'openFolder'
  | 'openReport'
  | 'agree'
  | 'tryNow'
  | 'passBlocked';
/** Next steps that a row or sentence offers and that are commands of the extension. */
export type NextStep =
  | 'checkSetup'
  | 'setUpSpeech'
  | 'chooseNotesModel'
  | 'addProxy'
  | 'addFeedPassword'
  | 'setApiKey'
  | 'openSettings'
  | 'showLog'
  | 'openAccount'
  | 'install'
  | 'transcribeLinks'
  | 'transcribeList'
  | 'transcribeClipboard';

export type FromPage =
  /** `at`: the row that is the first in view, where the page is in the list's own order. */
  | { readonly type: 'ready'; readonly batch: string | null; readonly at?: number }
  | { readonly type: 'gap'; readonly batch: string; readonly have: number }
  | { readonly type: 'choose'; readonly batch: string }
  | {
      readonly type: 'batchAction';
      readonly request: number;
      readonly batch: string;
      readonly action: BatchAction;
      /** For `agree`: what the user has read before pressing the button. No cost: the service quotes none. */
      readonly consent?: { readonly service: SourceId; readonly origin: string; readonly cost?: number };
    }
  | {
      readonly type: 'rowAction';
      readonly request: number;
      readonly batch: string;
      readonly jobs: readonly number[];
      readonly action: RowAction;
      /** The page is wide enough for something beside it. */
      readonly wide?: true;
    }
  | {
      readonly type: 'nextStep';
      readonly request: number;
      readonly step: NextStep;
      readonly setting?: SettingName;
      readonly source?: SourceId;
    }
  /** The user wants what the reply to this request has offered. */
  | { readonly type: 'press'; readonly request: number; readonly of: number }
  /** The user's word on a plan; `agreed`: the ids of the boxes that are checked. */
  | {
      readonly type: 'plan';
      readonly request: number;
      readonly plan: string;
      readonly answer: 'start' | 'forget';
      readonly agreed: readonly string[];
    }
  | {
      readonly type: 'setting';
      readonly request: number;
      readonly name: SettingName;
      readonly value: unknown;
    }
  /** The page has got the keyboard, and has kept it for a moment. */
  | { readonly type: 'focused' }
  /** A list dropped or pasted on the page: its text, or links to files that the host reads itself. */
  | { readonly type: 'dropped'; readonly request: number; readonly text: string; readonly name: string };
