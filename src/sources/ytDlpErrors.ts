/**
 * What yt-dlp's lines mean. It has no error codes: the reason is in its ERROR and WARNING lines, in
 * English, in the words of the site, of the network or its own. YouTube's messages are judged by YouTube's
 * own table (youtube/reasons.ts); this file has yt-dlp's own messages, which it uses for every site.
 */
import { isOfYouTube } from '../model/link';
import { failure, type Failure, type FailureCode } from '../model/failure';
import type { Link } from '../model/link';
import { needsConfirmation } from '../model/need';
import type { Outlet } from '../model/ports';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import { shortWords } from './parts';
import { judge } from './youtube/reasons';
import { cookiesFrom } from './ytDlpProgram';

/** What a run has left. */
export interface YtDlpEnd {
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly outlet?: Outlet;
}

/** What the run was for. */
export interface YtDlpTask {
  readonly link: Link;
  readonly settings: Settings;
  /** For the audio of a video, which at YouTube needs a JavaScript runtime. */
  readonly sound?: boolean;
}

/** The words, the code, and which variant of it (`Failure.subject`). The first match decides. */
type Meaning = readonly [RegExp, FailureCode, string?];

const meanings: readonly Meaning[] = [
  [/HTTP Error 429|Too Many (?:Requests|users)|rate[- ]limit/i, 'rate-limited'],
  [
    /captcha|unusual traffic|blocked (?:it|your IP)|IP address is (?:blocked|unable)|(?:blocked|rejected) by (?:the )?server|HTTP Error (?:412|999)/i,
    'blocked',
  ],
  [
    /(?:confirm|verify) your age|age[- ](?:restricted|verification)|inappropriate for some users|only available to adults/i,
    'age-restricted',
  ],
  [
    /(?:in|from) (?:your|this) (?:country|region|location|area)|only (?:available|works) in (?:the )?(?:UK\b|USA?\b|EU\b|United |certain countries)|geo[- ]?(?:restrict|block)|HTTP Error 451/i,
    'geo-blocked',
  ],
  [
    /members?[- ]only|supporter-only|premium (?:users|members|videos)|subscribers? only|(?:for|to) subscribers|not subscribed|subscription|requires? (?:a )?(?:payment|membership)|purchase|paywall|video is paid|tickets to|upgrade to|HTTP Error 402/i,
    'members-only',
  ],
  [
    /not currently live|is not live|(?:user|stream|streamer|model|channel|radio) is offline/i,
    'not-started',
    'offline',
  ],
  [
    /(?:live|stream|broadcast|event|space) (?:has )?ended(?!.{0,40}(?:disabled|not available))/i,
    'not-started',
    'ended',
  ],
  [
    /not available yet|not yet available|video is processing|will be available (?:after|from|on|shortly|soon)|only available (?:after|between|from)\b/i,
    'not-started',
    'soon',
  ],
  [/(?:has )?not (?:yet )?started|is upcoming|event (?:will|is scheduled)/i, 'not-started'],
  [
    /private video|is (?:in )?(?:a )?private\b|privacy settings|login required|log ?in(?:to)? (?:to|for|an?)\b|sign in to|authentication is required|requires? (?:authentication|login)|account credentials|registered users|logged[- ]in|(?:protected by|with) a pass(?:word|code)|password[- ](?:protected|required)|(?:wrong|incorrect) (?:video )?password|you need access|(?:n't|not) have (?:access|permission)|HTTP Error 401/i,
    'private',
  ],
  [/\bDRM\b/, 'unsupported', 'drm'],
  [
    /unsupported URL|website is no longer supported|is not a valid URL|no video formats|requested format is not available|no suitable extractor|without embedding URL/i,
    'unsupported',
  ],
  [
    /no (?:videos?|media|video\/audio|episodes?)(?: content| could be| was| entries)* found(?! (?:in|on) (?:the )?webpage)|no video in\b|(?:does not|doesn't) (?:have|contain) (?:an? |any )?(?:video|audio)|(?:is )?not a (?:video|media file)\b/i,
    'unsupported',
  ],
  [
    /HTTP Error (?:404|410)|video (?:is )?(?:unavailable|not available)|no longer (?:available|exists)|(?:has been|is|was) (?:removed|deleted|terminated)|does(?:n.t| not) exist|(?:video|track|channel|playlist|episode|content|lecture|post|clip|space|page|file|song|item|vod)(?: was| is)? not found(?! (?:in|on)\b)|: not found$|(?:video|stream|content|link|recording) (?:has|is) expired|most likely expired|replay is disabled/i,
    'unavailable',
  ],
];

/** Of the page of a channel or playlist; of a video's interfaces it proves nothing. */
const noSuchList: Meaning = [/HTTP Error (?:404|410)/, 'unavailable'];

/** Errors of this computer and its network, whatever the site. */
const ownMeanings: readonly Meaning[] = [
  [/No space left|Disk quota|Read-only file system|Permission denied: '/i, 'disk'],
  [/HTTP Error 5\d\d/i, 'bad-response'],
  [/timed out/i, 'timeout'],
  [
    /connection|getaddrinfo|name resolution|name or service|nodename|no address|network|unreachable|refused|reset by peer|tunnel|proxy|\bSSL\b|certificate|IncompleteRead|remote end closed|HTTP Error 50[234]/i,
    'network',
  ],
];

/**
 * Lines of YouTube's extractor that say nothing about the video: about formats, which captions do not need,
 * and about what yt-dlp tries next.
 */
const harmless =
  /formats?\b|JavaScript runtime|challenge solv|Remote components?|initial (?:data|player)|unable to extract|No title found|Skipping (?:player|client|unsupported)|comments?\b|storyboard|watched|thumbnail|YouTube said: INFO/i;

/** The Failure of an unsuccessful run. `stderr` may be empty: then the exit code decides. */
export function ytDlpFailure(end: YtDlpEnd, task: YtDlpTask): Failure {
  const { stderr, exitCode, outlet } = end;
  const lines = linesOf(stderr);
  const words = lines.findLast(({ isError }) => isError)?.words ?? lines.at(-1)?.words ?? '';
  const status = exitCode === null ? {} : { status: exitCode };
  // Our own proxy's refusal is known for certain; yt-dlp only reports a proxy error.
  const refused = outlet?.failures.find((fail) => fail.code === 'invalid-url' || needsConfirmation(fail));
  if (refused && /403|tunnel|proxy/i.test(words)) return refused;
  const unreached = outlet?.failures.at(-1);
  if (unreached && /HTTP Error 50[24]|tunnel|proxy/i.test(words)) return unreached;
  if (exitCode === 2 && !lines.some(({ isError }) => isError))
    return failure('tool-failed', shortWords(`yt-dlp did not understand an option: ${words}`), {
      ...status,
      subject: 'yt-dlp',
    });
  const judged = judgedFailure(lines, task);
  if (judged !== undefined) return judged;
  const lack = task.sound === true ? lackingFailure(stderr, words) : undefined;
  if (lack !== undefined) return lack;
  const table: readonly Meaning[] = isOfYouTube(task.link)
    ? [...(task.link.kind === 'list' ? [noSuchList] : []), ...ownMeanings]
    : [...meanings, ...ownMeanings, [/HTTP Error 403/i, 'blocked']];
  const [, code, variant] = table.find(([pattern]) => pattern.test(words)) ?? [undefined, 'tool-failed'];
  const message = words === '' ? `yt-dlp ended with exit code ${exitCode ?? 'none'} and no reason.` : words;
  const http = /HTTP Error (\d{3})/.exec(words)?.[1];
  return failure(code, message, {
    ...(http === undefined ? status : { status: Number(http) }),
    ...subjectOf(code, variant, task.link),
  });
}

/**
 * Why there are no captions, where yt-dlp has ended well and printed the reason as a warning, which is what
 * `--ignore-no-formats-error` turns a refusal into. Undefined: it printed none, so there really are no
 * captions.
 */
export function warnedFailure(stderr: string, task: YtDlpTask): Failure | undefined {
  const lines = linesOf(stderr);
  const judged = judgedFailure(lines, task);
  if (judged !== undefined) return judged;
  const ofSite = lines.filter(({ words, extractor }) => extractor !== undefined && !harmless.test(words));
  if (isOfYouTube(task.link)) {
    // An unknown reason: the least harm, which is neither final nor paid.
    const unknown = ofSite.find(({ extractor }) => extractor?.startsWith('youtube') === true);
    return unknown && failure('bad-response', unknown.words, { subject: 'YouTube' });
  }
  for (const { words } of ofSite) {
    const [, code, variant] = meanings.find(([pattern]) => pattern.test(words)) ?? [];
    if (code !== undefined) return failure(code, words, subjectOf(code, variant, task.link));
  }
  return undefined;
}

/**
 * What the lines mean by YouTube's table: for YouTube all of it, for other sites only what concerns the
 * user's cookies.
 */
function judgedFailure(lines: readonly Line[], { link, settings }: YtDlpTask): Failure | undefined {
  const ofYouTube = isOfYouTube(link);
  const reason = judge({ texts: lines.map(({ words }) => words) });
  if (reason === undefined || (!ofYouTube && reason.proves !== 'account')) return undefined;
  // The line with the reason, for the row: the first that alone gives the same verdict.
  const words =
    lines.find((line) => judge({ texts: [line.words] })?.code === reason.code)?.words ?? lines.at(-1)?.words;
  const { code, detail } = reason;
  if (code === 'auth') {
    const browser = cookiesFrom(settings).split(/[+:]/)[0]?.trim() ?? '';
    return failure(code, words ?? '', { needs: 'yt-dlp:cookies', subject: browser || 'cookies' });
  }
  const http = /HTTP Error (\d{3})/.exec(words ?? '')?.[1];
  return failure(code, words ?? '', {
    ...(http === undefined ? {} : { status: Number(http) }),
    ...(detail !== undefined ? { subject: detail } : code === 'blocked' ? { subject: 'YouTube' } : {}),
  });
}

/** YouTube's audio was not available because yt-dlp lacks what it solves YouTube's challenges with. */
function lackingFailure(stderr: string, words: string): Failure | undefined {
  if (!/format is not available|only images are available|HTTP Error 403/i.test(words)) return undefined;
  const lack = /No supported JavaScript runtime/i.test(stderr)
    ? 'JavaScript runtime'
    : /challenge solving failed|Signature solving failed|challenge solver|Remote components?\b.{0,200}skipped/i.test(
          stderr,
        )
      ? 'challenge solver'
      : undefined;
  return lack === undefined
    ? undefined
    : failure(
        'tool-missing',
        lack === 'challenge solver'
          ? `yt-dlp has no challenge solver for YouTube's sound: install yt-dlp[default]. ${words}`
          : `yt-dlp found no JavaScript runtime for YouTube's sound: install deno. ${words}`,
        { subject: `yt-dlp's ${lack}`, needs: `program:yt-dlp ${lack}` },
      );
}

function subjectOf(
  code: FailureCode,
  variant: string | undefined,
  link: Link,
): { readonly subject?: string } {
  if (variant !== undefined) return { subject: variant };
  if (code === 'blocked') return { subject: siteOf(link) };
  return code === 'tool-failed' ? { subject: 'yt-dlp' } : {};
}

function siteOf(link: Link): string {
  return isOfYouTube(link) ? 'YouTube' : (urlOf(link.url)?.hostname ?? 'yt-dlp');
}

interface Line {
  readonly isError: boolean;
  /** `youtube`, `youtube:tab`, `vimeo`; undefined where the line comes from yt-dlp itself. */
  readonly extractor?: string;
  /** Without the prefix, the video's id and the advice to report a bug. */
  readonly words: string;
}

/** The ERROR and WARNING lines; without any, the last non-empty line. */
function linesOf(stderr: string): readonly Line[] {
  const all = stderr.split('\n').filter((line) => line.trim() !== '');
  const said = all.filter((line) => /^(?:ERROR|WARNING|yt-dlp: error):/.test(line));
  return (said.length > 0 ? said : all.slice(-1)).map((line) => {
    const plain = line.replace(/^(?:ERROR|WARNING|yt-dlp: error):?\s*/, '');
    const extractor = /^\[([\w:.-]+)\]/.exec(plain)?.[1];
    return {
      isError: !line.startsWith('WARNING:'),
      ...(extractor === undefined ? {} : { extractor }),
      words: shortWords(
        plain
          .replace(/^\[[^\]]*\]\s*(?:[^\s:]+:\s+)?/, '')
          .replace(/;? ?please report this issue on .*$/is, '')
          .replace(/ \(caused by .*$/s, '')
          // Options of a program that the user does not start directly.
          .replace(/\.? (?:Use --|See +https?:|For more information|It is recommended to use `).*$/s, ''),
      ),
    };
  });
}
