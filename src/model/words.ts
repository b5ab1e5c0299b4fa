/**
 * The texts for the user: one table for panel, tree, notification, report and terminal, so that the same
 * thing has the same name everywhere. Pure; numbers and times follow the panel's design.
 */
import type { Failure } from './failure';
import {
  codeWords,
  consentWords,
  cookieWords,
  fileWords,
  goToLine,
  missingFile,
  placeWords,
  removeFromList,
  step,
  type FailureWords,
} from './failureWords';
import { variantWords } from './failureVariants';
import type { Link } from './link';
import { needsAgreement, needsConfirmation, trustNeed } from './need';
import { formatTime, joinAnd, thinSpace } from './numberWords';
import { capitalised, serviceName } from './serviceNames';
import type { SettingName } from './settings';
import { isSourceId, sourceFacts } from './transcript';
import { urlOf } from './webUrl';

export { endSpan, endWords, type EndSpan } from './endWords';
export {
  formatCount,
  formatDuration,
  formatElapsed,
  formatLength,
  formatPercent,
  formatSoon,
  formatTime,
  joinAnd,
  joinSome,
  plural,
  thinSpace,
  untilWords,
} from './numberWords';
export { codeWords, type FailureWords, type Step } from './failureWords';
export { paceWords, quotaService, type PaceContext, type PaceWords } from './paceWords';
export { capitalised, serviceLabel, serviceName, serviceNameAt } from './serviceNames';
export { noneDoneWords, stageWords, statusWords, waitWords, writesNotes } from './statusWords';
export type { StatusOf } from './statusWords';

// --------------------------------------------------------------------------------------------- failures

/** What the text may use besides the failure itself. */
export interface WordsContext {
  /** Source or quota that the failure came from. */
  readonly source?: string;
  /** What the job is about, for `unsupported` and `no-captions`: yt-dlp does not handle files. */
  readonly link?: Pick<Link, 'kind' | 'url'>;
  /** The languages that were wanted. */
  readonly languages?: readonly string[];
  /** The line of the list, from 1, where the list can be opened: without it, steps in the list are no links. */
  readonly line?: number;
  /** The next speech-to-text source in the chain, for `too-large`. */
  readonly nextSource?: string;
  /** Epoch ms; decides whether a time needs its date. */
  readonly now?: number;
}

/**
 * The words of one failure, with what is known about it filled in: "Not in de, en · Add fr",
 * "yt-dlp not found · Check Setup", "Premiere on 24 Nov 18:00 · Retry after it", "No answer in 60 s".
 * `failure.subject` is for `no-captions` the service that was asked to listen and refused, for `no-language` the
 * languages there are (`fr, es`), for `tool-missing` and `tool-failed` the program, for `timeout` the seconds,
 * for `blocked` and `too-large` the service, for `auth` the browser whose cookies yt-dlp was to take or the place
 * that waits for an OK, for `bad-response` `YouTube` or a site's host where the message is in its own words, for
 * `invalid-url` why a local file is refused (`missing`, `outside`, `share`).
 */
export function rowWords(failure: Failure, context: WordsContext = {}): FailureWords {
  return atLine(wordsOf(failure, context), context.line);
}

/** "Go to line 19" where nothing more is to be said than that; no link where the line is not known. */
function atLine(words: FailureWords, line: number | undefined): FailureWords {
  const action = words.step?.action;
  if (action !== 'goToLine' && action !== 'removeLine') return words;
  if (line === undefined) {
    const { cause, next, sentence } = words;
    return { cause, next, sentence };
  }
  return words.next.startsWith('Correct ') ? { ...words, next: `Go to line ${line}` } : words;
}

/** The words of one failure before its line in the list counts: `rowWords` adds that, a group of rows has none. */
export function wordsOf(failure: Failure, context: WordsContext): FailureWords {
  const subject = shortened(failure.subject ?? '');
  const words = variantWords(failure.code, subject) ?? codeWords(failure.code);
  switch (failure.code) {
    case 'no-captions':
      return context.link?.kind === 'subtitle' ? wordless : (soundWords(subject, context.source) ?? words);
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
      if (variantWords('blocked', subject)) return words;
      const service = subject || context.source;
      return service
        ? { ...words, cause: `${capitalised(serviceName(service))} blocks this network` }
        : words;
    }
    case 'payment':
      return needsAgreement(failure) ? consentWords : withWords(failure, words);
    case 'auth':
      if (needsConfirmation(failure)) return placeWords(failure.subject === undefined ? '' : subject);
      return failure.needs === 'yt-dlp:cookies' ? cookieWords(subject) : withWords(failure, words);
    case 'not-started':
      if (subject === 'ended' && failure.notBefore !== undefined)
        return { ...words, next: `Retry after ${formatTime(failure.notBefore, context.now ?? 0)}` };
      return failure.notBefore === undefined || subject !== ''
        ? words
        : { ...words, cause: `Premiere on ${formatTime(failure.notBefore, context.now ?? 0)}` };
    case 'invalid-url':
      return Object.hasOwn(fileWords, subject) ? (fileWords[subject] ?? words) : words;
    case 'unavailable':
      return context.link !== undefined && /^file:/i.test(context.link.url) ? missingFile : words;
    case 'unsupported':
      if (failure.needs === trustNeed) return trustWords(subject);
      if (subject === 'file-format' && failure.message !== '')
        return { ...words, sentence: sentenceOf(failure.message) };
      if (variantWords('unsupported', subject)) return words;
      if (subject !== '') return refusedWords(failure.message, subject);
      return context.link === undefined || isOfASite(context.link)
        ? words
        : fileKindWords(context.link.kind, context.source);
    case 'disk':
      return failure.needs === 'owner' ? elsewhereWords(failure.message) : words;
    case 'too-large':
      return largeWords(failure, words, subject, context);
    case 'tool-missing':
      return missingWords(failure, words, context.source);
    case 'tool-failed':
      if (failure.paidAnew === true) return gaveUp(subject === '' ? context.source : subject);
      return subject ? { ...words, cause: `${subject} failed` } : words;
    case 'timeout':
      if (failure.paidAnew === true) return gaveUp(subject === '' ? context.source : subject);
      return /^\d+(\.\d+)?$/.test(subject)
        ? { ...words, cause: `No answer in ${subject}${thinSpace}s` }
        : words;
    case 'po-token':
      return context.source === 'yt-dlp' ? noTokenEither : words;
    case 'bad-response':
      if (variantWords('bad-response', subject)) return words;
      return isSite(subject) &&
        failure.message !== '' &&
        saidOf(failure.message) === '' &&
        !isOfServer(failure)
        ? unknownReason(failure.message, subject)
        : answeredWords(failure, words, subject, context);
    default:
      return words;
  }
}

/** There are no captions, and speech-to-text failed too: why. */
function soundWords(refusedBy: string, source: string | undefined): FailureWords | undefined {
  if (refusedBy !== '')
    return {
      cause: `No captions, refused by ${serviceName(refusedBy)}`,
      next: 'Show log',
      sentence: `The video has no captions, and ${serviceName(refusedBy)} does not accept it; the log has its answer. Use another source.`,
      step: step('showLog'),
    };
  if (!isSourceId(source) || !sourceFacts[source].hearsSound) return undefined;
  return {
    cause: 'No words heard',
    next: 'Remove it from the list',
    sentence: `${capitalised(serviceName(source))} heard no words in it. Use another source, or remove it from the list.`,
    step: removeFromList,
  };
}

/** A service does not accept this one: why, in its own words. */
function refusedWords(message: string, service: string): FailureWords {
  const name = serviceName(service);
  const said = shortened(saidOf(message));
  return {
    cause: said === '' ? `Refused by ${name}` : `Refused by ${name}: ${said}`,
    next: 'Show log',
    sentence:
      said === ''
        ? `${capitalised(name)} does not accept this video; the log has its answer. Use another source.`
        : `${sentenceOf(message)} Use another source; the log has the whole answer.`,
    step: step('showLog'),
  };
}

/** Whether the status is HTTP's for a fault of the server (RFC 9110, 15.6), and no exit code. */
const isOfServer = ({ status = 0 }: Failure): boolean => status >= 500 && status < 600;

/** A service has a fault of its own now, or refuses: in its own words, else with its status. */
function answeredWords(
  fail: Failure,
  words: FailureWords,
  subject: string,
  context: WordsContext,
): FailureWords {
  const { message, status = 0 } = fail;
  const said = shortened(saidOf(message));
  const isFault = isOfServer(fail) || (subject !== '' && said !== '');
  if (!isFault && (status < 400 || status >= 600)) return words;
  const name = capitalised(serviceName(subject || (fail.quota ?? askedOf(context))));
  const what = isFault ? 'has a fault' : 'refuses';
  const cause = `${name} ${what}${said === '' ? ` (status ${status})` : `: ${said}`}`;
  return {
    cause,
    next: 'Retry later',
    sentence: `${sentenceOf(message === '' ? cause : message)} Retry later${subject === '' ? '' : "; if it stays, look at the service's own log"}.`,
    step: step('retry'),
  };
}

/** The service behind a source; of those that fetch what a link names it is the link's host. */
function askedOf({ source = 'the service', link }: WordsContext): string {
  if (link === undefined || (source !== 'subtitleFile' && source !== 'yt-dlp')) return source;
  return link.kind === 'youtube' ? 'youtube' : (urlOf(link.url)?.hostname ?? source);
}

/** A service's own words in front of the sentence. */
function withWords({ message }: Failure, words: FailureWords): FailureWords {
  return saidOf(message) === '' ? words : { ...words, sentence: `${sentenceOf(message)} ${words.sentence}` };
}

/** What a service said, without "The service answered 500:" in front; empty where it said nothing. */
function saidOf(message: string): string {
  const found = /^[^:]{0,40} answered \d+(?::\s*|\.$)/.exec(message);
  return found === null ? '' : message.slice(found[0].length).trim();
}

/** The setting that makes smaller uploads, by service. */
const uploadSettings: ReadonlyMap<string | undefined, SettingName> = new Map([
  ['openai', 'openai.maxUploadMB'],
  ['deapi', 'deapi.maxUploadMB'],
  ['deAPI', 'deapi.maxUploadMB'],
]);

/** Too large also in the smallest parts that are sent; without a service, the sound itself is. */
function largeWords(
  { message }: Failure,
  words: FailureWords,
  subject: string,
  { source, nextSource }: WordsContext,
): FailureWords {
  const service = subject || source;
  // The subject may be the name of a service that the source `openai` was pointed at.
  const setting = uploadSettings.get(source) ?? uploadSettings.get(subject);
  const next = nextSource ? `Send to ${serviceName(nextSource)}` : undefined;
  return {
    ...words,
    ...(service ? { cause: `Too large for ${serviceName(service)}` } : {}),
    ...(setting === undefined
      ? {}
      : {
          next: `Lower ${setting}`,
          sentence: `${ledBy(message)}Lower ${setting} so that smaller parts are sent, or use another source.`,
          step: step('openSettings', setting),
        }),
    ...(next === undefined ? {} : { next }),
  };
}

/** A message as a sentence in front of others; nothing where there is none. */
const ledBy = (message: string): string => (message === '' ? '' : `${sentenceOf(message)} `);

/** A message as a sentence of its own. */
function sentenceOf(message: string): string {
  return message.trim().replace(/(?<![.!?…])$/, '.');
}

/** Nobody may look for a program before the user trusts the folder. */
function trustWords(program: string): FailureWords {
  return {
    ...codeWords('tool-missing'),
    cause: `${program || 'Program'} not looked for`,
    sentence:
      'No program is looked for in a folder that is not trusted. Trust it in Check Setup, then retry.',
  };
}

/** A program is missing; or a source cannot work as it is set up: then its own words, and the next step. */
function missingWords(fail: Failure, words: FailureWords, source = ''): FailureWords {
  const subject = shortened(fail.subject ?? '');
  if (fail.needs === trustNeed) return trustWords(subject);
  if (fail.forAll !== true) return subject ? { ...words, cause: `${subject} not found` } : words;
  const { message } = fail;
  const said = ledBy(message);
  const known = variantWords('tool-missing', subject);
  if (known) return { ...known, sentence: `${said}${known.sentence}` };
  const name = serviceName(subject || source) || 'the program';
  return {
    cause: `${capitalised(name)} is not set up right`,
    next: words.next,
    sentence: `${said}Correct it, then retry.`,
    ...(words.step === undefined ? {} : { step: words.step }),
  };
}

/** A service accepted a paid request and could not finish it. */
function gaveUp(service = 'The service'): FailureWords {
  const name = serviceName(service);
  return {
    cause: `${capitalised(name)} failed`,
    next: 'Retry…',
    sentence: `${capitalised(name)} could not transcribe this one. Retry submits it again, which may cost again.`,
    step: step('retry'),
  };
}

const isSite = (subject: string): boolean => subject === 'YouTube' || /^[\w-]+\.[\w.-]+$/.test(subject);

/** A site refused with a message that is in no table: it is shown unchanged. */
function unknownReason(message: string, site: string): FailureWords {
  const said = shortened(message);
  return {
    cause: `${site} says: ${said}`,
    next: 'Retry later',
    sentence: `${site} gave a reason that is not known yet: \u201c${said}\u201d. Retry later; if it stays, report it with these words.`,
    step: step('retry'),
  };
}

/** The source was yt-dlp. */
const noTokenEither: FailureWords = {
  cause: 'YouTube wants a proof token',
  next: 'Retry later',
  sentence:
    'YouTube gives these captions only to its own player, and yt-dlp has no proof token either. Retry later, or turn on speech-to-text.',
  step: step('retry'),
};

/** Another window or terminal has the batch now. */
const elsewhereWords = (message: string): FailureWords => ({
  cause: 'Runs elsewhere',
  next: 'Go on there',
  sentence: sentenceOf(message),
});

const wordless: FailureWords = {
  cause: 'No words in the file',
  next: 'Use another file',
  sentence: 'The subtitle file has no words in it. Put another file on the list.',
  step: goToLine,
};

/** A page or video of a site, which yt-dlp may support; files are not, local or remote. */
function isOfASite(link: Pick<Link, 'kind' | 'url'>): boolean {
  return /^https?:/i.test(link.url) && link.kind !== 'media' && link.kind !== 'subtitle';
}

/** For a file, local or remote: no speech-to-text is set up, or the file has nothing readable. */
function fileKindWords(kind: Link['kind'], source: string | undefined): FailureWords {
  return kind === 'media' && source === undefined
    ? {
        cause: 'Needs speech-to-text',
        next: 'Turn on speech-to-text',
        sentence: 'A sound or video file needs speech-to-text. Turn it on, then retry.',
        step: step('setUpSpeech'),
      }
    : {
        cause: 'File not supported',
        next: 'Use another file',
        sentence: 'The file holds no subtitles or sound that can be read. Put another file on the list.',
        step: goToLine,
      };
}

function listed(codes: readonly string[]): string {
  return codes.length > 5 ? `${codes.slice(0, 5).join(', ')} and ${codes.length - 5} more` : joinAnd(codes);
}

/** A subject may come from a service; on a row it is one short line. */
function shortened(text: string): string {
  const line = text.replace(/\p{Cc}|\p{Cf}/gu, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
