/**
 * The user's text for each failure code: a short cause for the row, the next step, both in one sentence,
 * and what a click on the step does. Details of a single failure are filled in by `rowWords` (words.ts).
 */
import type { FailureCode } from './failure';
import type { SettingName } from './settings';

/** What a click on the next step does; the page and the editor map it to an action. */
type StepAction =
  | 'checkSetup'
  | 'setUpSpeech'
  | 'chooseNotesModel'
  | 'addProxy'
  | 'addFeedPassword'
  | 'setApiKey'
  | 'openSettings'
  | 'showLog'
  | 'retry'
  | 'resume'
  | 'openFolder'
  | 'openAccount'
  | 'goToLine'
  | 'removeLine';

export interface Step {
  readonly action: StepAction;
  /** For `openSettings`: which one. For `setUpSpeech`: the part of the set-up that is to be changed. */
  readonly setting?: SettingName;
  /** The part of `next` and `sentence` that is the link, where it is not all of `next`. */
  readonly words?: string;
}

export interface FailureWords {
  /** Short, for the row. */
  readonly cause: string;
  /** What to do next, two to five words. */
  readonly next: string;
  /** Cause and next step as full sentences, for group, detail and report. */
  readonly sentence: string;
  /** Absent where only the user can do it (ask the owner). */
  readonly step?: Step;
}

type Words = readonly [cause: string, next: string, sentence: string, step?: Step];
export const step = (action: StepAction, setting?: SettingName): Step =>
  setting === undefined ? { action } : { action, setting };

/** Steps in the list itself: they need to know the line. */
export const goToLine = step('goToLine');
const removeLine: Step = { action: 'removeLine', words: 'remove it' };
export const removeFromList: Step = { action: 'removeLine', words: 'remove it from the list' };

const table: Readonly<Record<FailureCode, Words>> = {
  'invalid-url': [
    'Not a link',
    'Correct the line',
    'This line is not a link. Correct it in the list.',
    goToLine,
  ],
  unsupported: [
    'Site not supported',
    'Set up yt-dlp',
    'No source that is set up reads this site. Set up yt-dlp, then retry.',
    step('checkSetup'),
  ],
  'no-captions': [
    'No captions',
    'Turn on speech-to-text',
    'The video has no captions. Turn on speech-to-text to transcribe its sound.',
    step('setUpSpeech'),
  ],
  'no-language': [
    'Not in the languages wanted',
    'Add a language',
    'There are captions, but only in other languages. Add one of them to the languages.',
    step('openSettings', 'languages'),
  ],
  blocked: [
    'YouTube blocks this network',
    'Add a proxy',
    'The service refuses this network for now. Wait an hour or add a proxy.',
    step('addProxy'),
  ],
  'rate-limited': [
    'Asked to slow down',
    'Retry later',
    'The service kept asking to slow down. Retry later or lower its rate.',
    step('retry'),
  ],
  'quota-exhausted': [
    'Today’s quota is used up',
    'Resume after 00:00 UTC',
    'The daily limit is reached. Resume after 00:00 UTC or raise the daily cap.',
    step('resume'),
  ],
  'po-token': [
    'YouTube wants a proof token',
    'Try yt-dlp',
    'YouTube gives these captions only to its own player. Try the source yt-dlp.',
    step('checkSetup'),
  ],
  'client-outdated': [
    'YouTube has changed',
    'Update',
    'YouTube has changed. Update Bulk Transcribe; yt-dlp is tried meanwhile.',
    step('checkSetup'),
  ],
  'age-restricted': [
    'Age-restricted',
    'Use a local copy',
    'Only signed-in adults may watch it. Put a local copy on the list.',
    goToLine,
  ],
  private: [
    'Private video',
    'Ask the owner, or remove it',
    'Only people the owner invited can watch it. Ask the owner or remove it.',
    removeLine,
  ],
  'members-only': [
    'Members only',
    'Use a local copy',
    'Only members of the channel may watch it. Put a local copy on the list.',
    goToLine,
  ],
  'geo-blocked': [
    'Not shown in your country',
    'Use a proxy',
    'The owner does not show it in your country. Use a proxy in another one.',
    step('addProxy'),
  ],
  unavailable: [
    'Removed',
    'Remove it from the list',
    'The video was removed or never existed. Check the link or remove it from the list.',
    removeFromList,
  ],
  'not-started': [
    'Not broadcast yet',
    'Retry after it',
    'It has not been broadcast yet. Retry after it has ended.',
    step('retry'),
  ],
  auth: [
    'Key refused',
    'Set key…',
    'The service refused the key. Set it again, then retry.',
    step('setApiKey'),
  ],
  payment: [
    'No credit left',
    'Open account',
    'The account has no credit left. Top it up, then retry.',
    step('openAccount'),
  ],
  'too-large': [
    'Too large',
    'Use another source',
    'The sound is larger than the service accepts. Use another speech-to-text source.',
    step('openSettings', 'sources'),
  ],
  'tool-missing': [
    'Program not found',
    'Check Setup',
    'The program was not found. Install it or set its path, then retry.',
    step('checkSetup'),
  ],
  'tool-failed': [
    'The program failed',
    'Show log',
    'The program ended with an error. Update it, then retry; its words are in the log.',
    step('showLog'),
  ],
  timeout: ['No answer in time', 'Retry', 'The service did not answer in time. Retry.', step('retry')],
  network: [
    'No connection',
    'Retry',
    'The service could not be reached. Check the connection or the proxy, then retry.',
    step('retry'),
  ],
  'bad-response': [
    'Answer not understood',
    'Show log',
    'The service answered in an unknown form. Retry; if it stays, report it with the log.',
    step('showLog'),
  ],
  disk: [
    'Could not write',
    'Open folder',
    'The file could not be written. Free space or choose another folder, then resume.',
    step('openFolder'),
  ],
  cancelled: ['Stopped by you', 'Retry', 'You stopped it. Retry or resume the batch.', step('retry')],
  'maybe-charged': [
    'May have been charged',
    'Retry…',
    'The service may have accepted and charged this one before the connection broke. Retry submits it again.',
    step('retry'),
  ],
  'no-speech': [
    'No speech found',
    'Remove it',
    'Nothing is spoken in it, or it is music. It is not charged again. Remove it.',
    removeLine,
  ],
  internal: [
    'Internal error',
    'Show log',
    'Something went wrong in Bulk Transcribe itself. Retry; if it stays, report it with the log.',
    step('showLog'),
  ],
};

/** The text of a code for a group of failures, without details. */
export function codeWords(code: FailureCode): FailureWords {
  const [cause, next, sentence, action] = table[code];
  return { cause, next, sentence, ...(action ? { step: action } : {}) };
}

/** For a paid step that the user has not agreed to yet: the account is fine. */
export const consentWords: FailureWords = {
  cause: 'Needs your OK',
  next: 'Agree to the price',
  sentence: 'The service costs money here. Agree to the price, then resume.',
};

/** A list names a host of this network or a file elsewhere, which the user has not confirmed. */
export function placeWords(place: string): FailureWords {
  return {
    cause: 'Needs your OK',
    next: 'Allow it',
    sentence: `The list names ${place === '' ? 'a place' : place}, which is on this computer or its network. If you trust the list, allow it; in a terminal with resume --allow-private.`,
    step: step('resume'),
  };
}

export const missingFile: FailureWords = {
  cause: 'File not found',
  next: 'Correct the path',
  sentence: 'There is no such file. Correct its path in the list, or put it back.',
  step: goToLine,
};

/** Why a well-formed path of a list is refused, by the failure's subject. */
export const fileWords: Readonly<Record<string, FailureWords>> = {
  missing: missingFile,
  outside: {
    cause: 'Outside the folder of its list',
    next: 'Choose it yourself, or move it',
    sentence: 'The file is outside the folder of its list. Choose it yourself, or move it there.',
  },
  share: {
    cause: 'On a network share',
    next: 'Copy it next to the list',
    sentence: 'Files on network shares are not read. Copy it next to the list.',
  },
};

/** The cookies that yt-dlp should take from a browser could not be read, or are no longer valid. */
export function cookieWords(browser: string): FailureWords {
  const whose = browser === '' || browser === 'cookies' ? 'The browser' : browser;
  return {
    cause: `${whose}'s cookies do not work`,
    next: 'Sign in there again',
    sentence: `yt-dlp could not use ${whose === 'The browser' ? "the browser's" : `${whose}'s`} cookies. Sign in to YouTube there again and close it, or change ytDlp.cookiesFromBrowser, then resume.`,
    step: step('openSettings', 'ytDlp.cookiesFromBrowser'),
  };
}
