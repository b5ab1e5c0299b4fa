/**
 * The words the user reads: one table for panel, tree, notification, report and terminal, so that the same
 * thing is called the same everywhere. Pure; numbers and times are formatted as the panel's design says.
 */
import type { Failure, FailureCode } from './failure';
import type { Link } from './link';
import type { SettingName } from './settings';
import { formatTime, joinAnd, thinSpace } from './numberWords';

export {
  formatCount,
  formatDuration,
  formatElapsed,
  formatLength,
  formatPercent,
  formatTime,
  joinAnd,
  plural,
  thinSpace,
} from './numberWords';
export { stageWords, statusWords, waitWords } from './statusWords';
export type { StatusOf } from './statusWords';

// --------------------------------------------------------------------------------------------- services

const serviceNames: Readonly<Record<string, string>> = {
  youtube: 'YouTube',
  deapi: 'deAPI',
  openai: 'openai',
  whisper: 'whisper',
  'yt-dlp': 'yt-dlp',
  ytdlp: 'yt-dlp',
  subtitleFile: 'the subtitle file',
};

/** The name of a source or quota in a sentence. Quotas are named `<service>`, `<service>.<part>` (`deapi.submit`) or `host:<name>`. */
export function serviceName(sourceOrQuota: string): string {
  const colon = sourceOrQuota.search(/[:/.]/);
  const head = colon < 0 ? sourceOrQuota : sourceOrQuota.slice(0, colon);
  if (head === 'host') return sourceOrQuota.slice(colon + 1);
  return Object.hasOwn(serviceNames, head) ? (serviceNames[head] ?? head) : sourceOrQuota;
}

// --------------------------------------------------------------------------------------------- failures

/** What the words' next step does when it is clicked; the page and the editor map it to an action. */
export type StepAction =
  | 'checkSetup'
  | 'addProxy'
  | 'setApiKey'
  | 'openSettings'
  | 'showLog'
  | 'retry'
  | 'resume'
  | 'openFolder'
  | 'openAccount';

export interface Step {
  readonly action: StepAction;
  /** For `openSettings`: which one. */
  readonly setting?: SettingName;
}

export interface FailureWords {
  /** Short, for the row. */
  readonly cause: string;
  /** What to do next, two to five words. */
  readonly next: string;
  /** Cause and next step as full sentences, for group, detail and report. */
  readonly sentence: string;
  /** Absent where only the user can do it (correct the line, ask the owner). */
  readonly step?: Step;
}

/** What the words may take up besides the failure itself. */
export interface WordsContext {
  /** Source or quota the failure came from. */
  readonly source?: string;
  /** What the job is about, for `unsupported`: a file of this computer is no matter for yt-dlp. */
  readonly link?: Pick<Link, 'kind' | 'url'>;
  /** The languages that were wanted. */
  readonly languages?: readonly string[];
  /** The next speech-to-text source in the chain, for `too-large`. */
  readonly nextSource?: string;
  /** Epoch ms; decides whether a time needs its date. */
  readonly now?: number;
}

type Words = readonly [cause: string, next: string, sentence: string, step?: Step];
const step = (action: StepAction, setting?: SettingName): Step =>
  setting === undefined ? { action } : { action, setting };

const table: Readonly<Record<FailureCode, Words>> = {
  'invalid-url': ['Not a link', 'Correct the line', 'This line is not a link. Correct it in the list.'],
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
    step('checkSetup'),
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
  'age-restricted': [
    'Adults only',
    'Use a local copy',
    'Only signed-in adults may watch it. Put a local copy on the list.',
  ],
  private: [
    'Private video',
    'Ask the owner, or remove it',
    'Only people the owner invited can watch it. Ask the owner or remove it.',
  ],
  'members-only': [
    'Members only',
    'Use a local copy',
    'Only members of the channel may watch it. Put a local copy on the list.',
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
    'The video was removed or never existed. Check the link or remove it.',
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
    'The program gave up',
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
  internal: [
    'A fault of ours',
    'Show log',
    'Something went wrong in Bulk Transcribe itself. Retry; if it stays, report it with the log.',
    step('showLog'),
  ],
};

/** The words of a code as they stand for a group of failures, nothing filled in. */
export function codeWords(code: FailureCode): FailureWords {
  const [cause, next, sentence, action] = table[code];
  return { cause, next, sentence, ...(action ? { step: action } : {}) };
}

/**
 * The words of one failure, with what is known about it filled in: "Not in de, en · Add fr",
 * "yt-dlp not found · Check Setup", "Premiere on 24 Nov 18:00 · Retry after it", "No answer in 60 s".
 * `failure.subject` is for `no-language` the languages there are (`fr, es`), for `tool-missing` and
 * `tool-failed` the program, for `timeout` the seconds, for `blocked` and `too-large` the service, for
 * `invalid-url` why a local file is refused (`missing`, `outside`, `share`).
 */
export function rowWords(failure: Failure, context: WordsContext = {}): FailureWords {
  const words = codeWords(failure.code);
  const subject = shortened(failure.subject ?? '');
  switch (failure.code) {
    case 'no-language': {
      const there = subject.split(/[\s,]+/).filter((code) => code !== '');
      const first = there[0];
      const wanted = context.languages ?? [];
      return {
        ...words,
        ...(wanted.length > 0 ? { cause: `Not in ${shortened(wanted.join(', '))}` } : {}),
        ...(first === undefined
          ? {}
          : {
              next: `Add ${first}`,
              sentence: `There are captions, but only in ${listed(there)}. Add ${there.length === 1 ? 'it' : 'one of them'} to the languages.`,
            }),
      };
    }
    case 'blocked': {
      const service = subject || context.source;
      return service
        ? { ...words, cause: `${capitalised(serviceName(service))} blocks this network` }
        : words;
    }
    case 'payment':
      return failure.needs?.startsWith('consent:') === true ? consentWords : words;
    case 'not-started':
      return failure.notBefore === undefined
        ? words
        : { ...words, cause: `Premiere on ${formatTime(failure.notBefore, context.now ?? 0)}` };
    case 'invalid-url':
      return Object.hasOwn(fileWords, subject) ? (fileWords[subject] ?? words) : words;
    case 'unavailable':
      return context.link !== undefined && /^file:/i.test(context.link.url) ? missingFile : words;
    case 'unsupported':
      if (subject !== '')
        return {
          cause: `Refused by ${serviceName(subject)}`,
          next: 'Show log',
          sentence: `${capitalised(serviceName(subject))} does not take this one; its words are in the log. Use another source.`,
          step: step('showLog'),
        };
      return context.link === undefined || /^https?:/i.test(context.link.url)
        ? words
        : localFileWords(context.link.kind, context.source);
    case 'too-large': {
      const service = subject || context.source;
      return {
        ...words,
        ...(service ? { cause: `Too large for ${serviceName(service)}` } : {}),
        ...(context.nextSource ? { next: `Send to ${serviceName(context.nextSource)}` } : {}),
      };
    }
    case 'tool-missing':
      return subject ? { ...words, cause: `${subject} not found` } : words;
    case 'tool-failed':
      if (failure.paidAnew === true) return gaveUp(subject === '' ? context.source : subject);
      return subject ? { ...words, cause: `${subject} gave up` } : words;
    case 'timeout':
      if (failure.paidAnew === true) return gaveUp(subject === '' ? context.source : subject);
      return /^\d+(\.\d+)?$/.test(subject)
        ? { ...words, cause: `No answer in ${subject}${thinSpace}s` }
        : words;
    default:
      return words;
  }
}

/** For a paid step that the user has not agreed to yet: nothing is wrong with the account. */
const consentWords: FailureWords = {
  cause: 'Needs your OK',
  next: 'Agree to the price',
  sentence: 'The service costs money here. Agree to the price, then resume.',
};

const missingFile: FailureWords = {
  cause: 'File not found',
  next: 'Correct the path',
  sentence: 'There is no such file. Correct its path in the list, or put it back.',
};

/** Why a path of a list is refused although it is written well, by the failure's subject. */
const fileWords: Readonly<Record<string, FailureWords>> = {
  missing: missingFile,
  outside: {
    cause: 'Outside the folder of its list',
    next: 'Name it yourself, or move it',
    sentence: 'The file lies outside the folder of its list. Name it yourself, or move it there.',
  },
  share: {
    cause: 'On a network share',
    next: 'Copy it next to the list',
    sentence: 'Files on network shares are not read. Copy it next to the list.',
  },
};

/** A service took a paid request and could not finish it. */
function gaveUp(service = 'The service'): FailureWords {
  const name = serviceName(service);
  return {
    cause: `${name} gave up`,
    next: 'Retry…',
    sentence: `${capitalised(name)} could not transcribe this one. Retry submits it again, which may be paid for anew.`,
    step: step('retry'),
  };
}

/** Of a local file: no source of sound is set up, or the file holds nothing that can be read. */
function localFileWords(kind: Link['kind'], source: string | undefined): FailureWords {
  return kind === 'media' && source === undefined
    ? {
        cause: 'Needs speech-to-text',
        next: 'Turn on speech-to-text',
        sentence: 'A sound or video file needs speech-to-text. Turn it on, then retry.',
        step: step('checkSetup'),
      }
    : {
        cause: 'File not supported',
        next: 'Use another file',
        sentence: 'The file holds no subtitles or sound that can be read. Put another file on the list.',
      };
}

/** "YouTube" at the start of a sentence; names of programs and hosts keep their own spelling. */
function capitalised(name: string): string {
  return name.startsWith('the ') ? `T${name.slice(1)}` : name;
}

function listed(codes: readonly string[]): string {
  return codes.length > 5 ? `${codes.slice(0, 5).join(', ')} and ${codes.length - 5} more` : joinAnd(codes);
}

/** A subject may come from a service; on a row it is one short line. */
function shortened(text: string): string {
  const line = text.replace(/\p{Cc}|\p{Cf}/gu, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
