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
  [/^unsupported URL\b|is not a valid URL\b/i, 'unsupported'],
  [/HTTP Error 429|Too Many (?:Requests|users)|rate[- ]limit/i, 'rate-limited'],
  [
    /captcha|unusual traffic|blocked (?:it|your IP|by Cloudflare)|IP address is (?:blocked|unable)|(?:blocked|rejected) by (?:the )?server|webpage has been blocked|HTTP Error (?:412|999)/i,
    'blocked',
  ],
  // What yt-dlp asks a site for before it asks for the video says nothing of the video.
  [/(?:fetch|get|obtain|retrieve|refresh|download)(?:ing)? (?:\w+ ){0,3}token\b/i, 'tool-failed'],
  [/^unable to download video subtitles\b.{0,60}HTTP Error 4/i, 'bad-response'],
  [
    /(?:confirm|verify) your age|(?:age|adult)[- ](?:restricted|verification)|inappropriate for some users|only available to adults|users older than|18 years old/i,
    'age-restricted',
  ],
  // yt-dlp itself adds the advice to each of its own geo restrictions.
  [
    /want to use a VPN|(?:in|from) (?:your|this) (?:country|region|location|area)|only (?:available|works) in (?:the )?(?:UK\b|USA?\b|EU\b|United |certain countries)|geo[- ]?(?:restrict|block)|geolocation|HTTP Error 451/i,
    'geo-blocked',
  ],
  [
    /members?[- ]only|(?:supporter|subscriber)s?[- ]only|for (?:FIRST |premium |paying )?(?:members|supporters|subscribers|VIP)\b|premium (?:users|members|videos)|subscribers? only|to subscribers|not subscribed|subscription|requires? (?:a )?(?:payment|membership)|purchase|paywall|video is paid|tickets to|upgrade to|TV providers|HTTP Error 402/i,
    'members-only',
  ],
  [
    /available in (?:the )?[A-Z][a-z]{3,20} only\b|only (?:available|licensed) (?:to users )?in (?:the )?[A-Z][a-z]{3}/,
    'geo-blocked',
  ],
  [
    /not currently live|is not live|(?:user|stream|streamer|model|channel|radio|video) is (?:now )?offline/i,
    'not-started',
    'offline',
  ],
  [
    /\bended\b.{0,60}(?:disabled|not available|no (?:archive|video|recording|replay))/i,
    'unavailable',
    'no-recording',
  ],
  [/(?:live|stream|broadcast|event|space) (?:has |was )?ended/i, 'not-started', 'ended'],
  [
    /not available yet|not yet available|video is processing|uploading or processing|will be available (?:after|from|on|shortly|soon)|only available (?:after|between|from)\b|or after \d/i,
    'not-started',
    'soon',
  ],
  [/(?:has )?not (?:yet )?started|is upcoming|event will|is scheduled (?:to|for)\b/i, 'not-started'],
  [
    /private video|is (?:in )?(?:a )?private\b|privacy settings|log-?in (?:is )?required|log ?in(?:to)? (?:to|for|an?)\b|sign in to|authentication is required|requires? (?:authentication|login)|account (?:is needed|credentials)|account that has|not authorized to|registered users|logged[- ]in|(?:protected by|with) a pass(?:word|code)|password[- ](?:protected|required)|(?:wrong|incorrect|invalid) (?:video )?password|you need access|limits who can|(?:n't|not) have (?:access|permission)|reason: protected|HTTP Error 401/i,
    'private',
  ],
  [/\bDRM\b/, 'unsupported', 'drm'],
  [
    /website is no longer supported|no video formats|requested format is not available|no suitable extractor|without embedding URL|embed-only/i,
    'unsupported',
  ],
  [
    /no (?:videos?|media|video\/audio|episodes?)(?: content| could be| was| entries)* found(?! (?:in|on) (?:the )?webpage)|no video in\b|(?:does not|doesn't) (?:have|contain) (?:an? |any )?(?:video|audio)|(?:is )?not a (?:video|media file)\b/i,
    'unsupported',
  ],
  [
    /HTTP Error (?:404|410)|(?:video|clip|tweet)(?: #?"?[\w-]{1,40}"?)? (?:is )?(?:unavailable|not available)|no longer (?:available|exists)|(?:has been|is|was) (?:removed|deleted|terminated|suspended)|does(?:n.t| not) exist|because of copyright|(?:author.s |copy)rights? inf|(?:video|track|channel|playlist|episode|content|lecture|post|clip|space|page|file|song|item|vod)(?: "[^"]{1,60}")?(?: was| is)? not found(?! (?:in|on)\b)|(?:^|: )not found\.?$|(?:video|stream|content|link|recording) (?:has|is) expired|most likely expired|replay is disabled/i,
    'unavailable',
  ],
];

/** Of the page of a channel or playlist; of a video's interfaces it proves nothing. */
const noSuchList: Meaning = [/HTTP Error (?:404|410)/, 'unavailable'];

/** Errors of this computer and its network, whatever the site. Windows says its own in the user's language. */
const ownMeanings: readonly Meaning[] = [
  [
    /No space left|not enough space|WinError 112\b|Disk quota|Read-only file system|Permission denied: '/i,
    'disk',
  ],
  [/HTTP Error 511|Network Authentication Required/i, 'network', 'sign-in'],
  [/HTTP Error 5\d\d/i, 'bad-response'],
  [/timed out/i, 'timeout'],
  [/CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSL certificate problem/i, 'network', 'certificate'],
  [
    /connection|WinError 1(?:00[56]\d|100\d)|getaddrinfo|name resolution|name or service|nodename|no address|no route to host|resolve (?:host|')|failed to connect|requested address|address family|broken pipe|curl: \(\d|network (?:is|error)|host is (?:down|unreachable)|reset by peer|tunnel|(?:to|the|HTTPS?|SOCKS\d?) proxy|proxy ?error|\bSSL\b|_ssl\.c|TLS connect|certificate|IncompleteRead|more expected|remote end closed/i,
    'network',
  ],
];

/**
 * Lines of an extractor that say nothing about the video: about formats, which captions do not need, about
 * helpers of yt-dlp (tokens, challenges), and about what it tries next.
 */
const harmless =
  /^\[(?:pot|jsc)\b|formats?\b|PO[_ ]Token|JavaScript runtime|challenge solv|Remote components?|impersonat|initial (?:data|player)|unable to extract|No title found|Skipping (?:player|client|unsupported)|Retrying|Falling back|comments?\b|chapter|Subtitles are only|storyboard|watched|thumbnail|YouTube said: INFO/i;
/** yt-dlp's own report of what it could not do; all else in an expected error is what the site said. */
const ownWords =
  /^(?:unable to|failed to|could not|cannot|HTTP Error|got error|unsupported|invalid|incomplete|unexpected|missing|error occurred|requested format)\b|not found (?:in|on) (?:the )?(?:web)?page/i;

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
  const lack = lackingFailure(stderr, words, task);
  // Without its helpers yt-dlp gets "not available" for videos that are there.
  if (judged !== undefined && (lack === undefined || judged.code !== 'unavailable')) return judged;
  if (lack !== undefined) return lack;
  const table: readonly Meaning[] = isOfYouTube(task.link)
    ? [...(task.link.kind === 'list' ? [noSuchList] : []), ...ownMeanings]
    : [...meanings, ...ownMeanings, [/HTTP Error 403/i, 'blocked']];
  const read = withoutAddresses(words);
  const [, code, variant] = table.find(([pattern]) => pattern.test(read)) ?? [undefined, 'tool-failed'];
  const unknown = code === 'tool-failed' ? lines.findLast(isOfSite) : undefined;
  if (unknown !== undefined) return unknownReason(unknown, task.link);
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
 * captions. `hasFormats`: the site gave the video itself.
 */
export function warnedFailure(stderr: string, task: YtDlpTask, hasFormats = false): Failure | undefined {
  const lines = linesOf(stderr);
  const judged = judgedFailure(lines, task);
  if (judged !== undefined && !(hasFormats && ofWay.has(judged.code))) return judged;
  const ofSite = lines.filter(({ words, extractor }) => extractor !== undefined && !harmless.test(words));
  if (!isOfYouTube(task.link))
    for (const { words } of ofSite) {
      const read = withoutAddresses(words);
      const [, code, variant] = meanings.find(([pattern]) => pattern.test(read)) ?? [];
      if (code !== undefined && !(hasFormats && ofWay.has(code)))
        return failure(code, words, subjectOf(code, variant, task.link));
    }
  const [unknown] = ofSite;
  return unknown === undefined || hasFormats ? undefined : unknownReason(unknown, task.link);
}

/** What concerns the way to a site. Where the site gave the video, it is no reason. */
const ofWay: ReadonlySet<FailureCode> = new Set(['auth', 'rate-limited', 'blocked']);

/** A reason nobody knows: the least harm, which is neither final nor paid, and the site's own words. */
function unknownReason(line: Line, link: Link): Failure {
  const words = line.words.replace(/^YouTube said: (?:[A-Z]+ - )?/i, '');
  return failure('bad-response', words, { subject: isOfYouTubes(line) ? 'YouTube' : siteOf(link) });
}

/** A page may hold a video of YouTube. */
function isOfYouTubes({ extractor }: Line): boolean {
  return extractor?.startsWith('youtube') === true;
}

/** An error that yt-dlp expects of the site, in the site's words. */
function isOfSite({ isError, isExpected, extractor, words }: Line): boolean {
  return isError && isExpected && extractor !== undefined && extractor !== 'generic' && !ownWords.test(words);
}

/** An address may have any words in it: "Unsupported URL: https://example.org/captcha". */
function withoutAddresses(words: string): string {
  return words.replace(/https?:\/\/\S+/gi, '');
}

/**
 * What the lines mean by YouTube's table: for YouTube's videos all of it, wherever they are; for other sites only
 * what concerns the user's cookies.
 */
function judgedFailure(all: readonly Line[], { link, settings }: YtDlpTask): Failure | undefined {
  const ofYouTube = isOfYouTube(link) ? all : all.filter(isOfYouTubes);
  const own = judge({ texts: ofYouTube.map(({ words }) => words) });
  const lines = own === undefined ? all : ofYouTube;
  const reason = own ?? judge({ texts: all.map(({ words }) => words) });
  if (reason === undefined || (own === undefined && reason.proves !== 'account')) return undefined;
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

/** What this yt-dlp lacks, where that is why it was refused. */
function lackingFailure(stderr: string, words: string, { sound }: YtDlpTask): Failure | undefined {
  const missing = (part: string, message: string): Failure =>
    failure('tool-missing', `${message} ${words}`, {
      subject: `yt-dlp's ${part}`,
      needs: `program:yt-dlp ${part}`,
    });
  const impersonates =
    !/impersonate targets? (?:is|are) (?:not )?available|required impersonation dependency/i.test(stderr);
  if (
    !impersonates &&
    /HTTP Error 4(?:03|29)|TLS fingerprint|impersonat|unexpected response from webpage/i.test(words)
  )
    return missing(
      'impersonation',
      'The site answers browsers alone, and this yt-dlp cannot act as one: install yt-dlp[default,curl-cffi].',
    );
  if (
    sound !== true ||
    !/(?:format|this video) is not available|only images are available|HTTP Error 403/i.test(words)
  )
    return undefined;
  if (/No supported JavaScript runtime/i.test(stderr))
    return missing(
      'JavaScript runtime',
      "yt-dlp found no JavaScript runtime for YouTube's sound: install deno.",
    );
  return /challenge solving failed|Signature solving failed|challenge solver|Remote components?\b.{0,200}skipped/i.test(
    stderr,
  )
    ? missing(
        'challenge solver',
        "yt-dlp has no challenge solver for YouTube's sound: install yt-dlp[default].",
      )
    : undefined;
}

function subjectOf(
  code: FailureCode,
  variant: string | undefined,
  link: Link,
): Pick<Failure, 'subject' | 'unsent'> {
  // Of a network that answers itself, the site has received nothing.
  if (variant !== undefined) return { subject: variant, ...(code === 'network' ? { unsent: true } : {}) };
  if (code === 'blocked') return { subject: siteOf(link) };
  return code === 'tool-failed' ? { subject: 'yt-dlp' } : {};
}

function siteOf(link: Link): string {
  return isOfYouTube(link) ? 'YouTube' : (urlOf(link.url)?.hostname ?? 'yt-dlp');
}

interface Line {
  readonly isError: boolean;
  /** yt-dlp does not ask for a report of it: it is no fault of its own. */
  readonly isExpected: boolean;
  /** `youtube`, `youtube:tab`, `vimeo`; undefined where the line comes from yt-dlp itself. */
  readonly extractor?: string;
  /** Without the prefix, the video's id and the advice to report a bug. */
  readonly words: string;
}

const report = /;? ?please report this issue on .*$/is;

/** The ERROR and WARNING messages, which may have several lines; without any, the last non-empty line. */
function linesOf(stderr: string): readonly Line[] {
  const all = stderr.split('\n').filter((line) => line.trim() !== '');
  const said: string[] = [];
  let goesOn = false;
  for (const line of all)
    if (/^(?:ERROR|WARNING|yt-dlp: error):/.test(line)) {
      said.push(line);
      goesOn = true;
    } else if (/^(?:\[|[A-Z]+\||Traceback|Deprecated|Usage:)/.test(line)) goesOn = false;
    else if (goesOn) said.push(`${said.pop() ?? ''} ${line.trim()}`);
  return (said.length > 0 ? said : all.slice(-1)).map((line) => {
    const plain = line.replace(/^(?:ERROR|WARNING|yt-dlp: error):?\s*/, '');
    const extractor = /^\[([\w:.-]+)\]/.exec(plain)?.[1];
    return {
      isError: !line.startsWith('WARNING:'),
      isExpected: !report.test(plain),
      ...(extractor === undefined ? {} : { extractor }),
      words: shortWords(
        plain
          .replace(/^\[[^\]]*\]\s*(?:[^\s:]+:\s+)?/, '')
          .replace(report, '')
          .replace(/ \(caused by .*$/s, '')
          .replace(' (with --proxy)', '')
          // Options of a program that the user does not start directly.
          .replace(
            /\.? (?:(?:Use|Set|Try passing) --|See +https?:|For more information|It is recommended to use `).*$/s,
            '',
          ),
      ),
    };
  });
}
