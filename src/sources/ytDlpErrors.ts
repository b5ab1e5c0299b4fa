/**
 * What yt-dlp's last words mean. It has no error codes: exit 1 says that something failed, and the reason
 * stands in its ERROR line, in English, in words that come from the site or from the network.
 */
import { failure, type Failure, type FailureCode } from '../model/failure';
import type { Outlet } from '../model/ports';
import { shortWords } from './parts';

/** The first that fits decides: what YouTube says of a block goes before what it says of a video. */
const meanings: readonly (readonly [RegExp, FailureCode])[] = [
  [/HTTP Error 429|Too Many Requests|rate[- ]limit/i, 'rate-limited'],
  [
    /confirm you.{1,3}re not a bot|captcha|unusual traffic|try again later|blocked (?:it|your IP)|IP address is blocked/i,
    'blocked',
  ],
  [
    /confirm your age|age[- ]restricted|inappropriate for some users|only available to adults/i,
    'age-restricted',
  ],
  [
    /in your (?:country|region|location)|geo[- ]?(?:restrict|block)|from your (?:country|location|region)/i,
    'geo-blocked',
  ],
  [
    /members?[- ]only|join this channel|channel'?s members|premium (?:users|members)|subscribers? only|for subscribers|requires? payment|purchase|paywall/i,
    'members-only',
  ],
  [
    /premieres? in|will begin in|live event will|has not (?:yet )?started|is upcoming|not started yet/i,
    'not-started',
  ],
  [/cookies? (?:database|from)|failed to decrypt|could not (?:find|copy) .*cookie/i, 'auth'],
  [
    /private video|is private|login required|log ?in to|sign in to|requires? (?:authentication|login)|account credentials|registered users|HTTP Error 401/i,
    'private',
  ],
  [
    /unsupported URL|is not a valid URL|no video formats|requested format is not available|DRM|no media found|no suitable extractor/i,
    'unsupported',
  ],
  [
    /HTTP Error (?:404|410)|video (?:is )?(?:unavailable|not available)|no longer available|has been (?:removed|deleted|terminated)|does(?:n.t| not) exist|not found/i,
    'unavailable',
  ],
  [/No space left|Disk quota|Read-only file system|Permission denied: '/i, 'disk'],
  [/HTTP Error 5\d\d/i, 'bad-response'],
  [/HTTP Error 403/i, 'blocked'],
  [/timed out/i, 'timeout'],
  [
    /connection|getaddrinfo|name resolution|name or service|nodename|no address|network|unreachable|refused|reset by peer|tunnel|proxy|SSL|certificate|IncompleteRead|remote end closed|HTTP Error 50[234]/i,
    'network',
  ],
];

/** The Failure of a run that did not do what was asked. `stderr` may be empty: then its exit code speaks. */
export function ytDlpFailure(stderr: string, exitCode: number | null, outlet: Outlet | undefined): Failure {
  const words = lastError(stderr);
  const status = exitCode === null ? {} : { status: exitCode };
  // What our own proxy refused is known for certain; yt-dlp only says that its proxy did not like it.
  const refused = outlet?.failures.find(({ code }) => code === 'invalid-url');
  if (refused && /403|tunnel|proxy/i.test(words)) return refused;
  const unreached = outlet?.failures.at(-1);
  if (unreached && /HTTP Error 50[24]|tunnel|proxy/i.test(words)) return unreached;
  if (exitCode === 2 && !stderr.includes('ERROR'))
    return failure('tool-failed', shortWords(`yt-dlp did not understand an option: ${words}`), {
      ...status,
      subject: 'yt-dlp',
    });
  const code = meanings.find(([pattern]) => pattern.test(words))?.[1] ?? 'tool-failed';
  const message = words === '' ? `yt-dlp ended with exit code ${exitCode ?? 'none'} and no reason.` : words;
  const http = /HTTP Error (\d{3})/.exec(words)?.[1];
  return failure(code, message, {
    ...(http === undefined ? status : { status: Number(http) }),
    ...(code === 'tool-failed' ? { subject: 'yt-dlp' } : {}),
    ...(code === 'auth' ? { needs: 'yt-dlp:cookies', subject: 'yt-dlp' } : {}),
  });
}

/** The last ERROR line without its prefix and its advice to report a bug. */
function lastError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const error = lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? '';
  return shortWords(
    error
      .replace(/^(?:ERROR|yt-dlp: error):?\s*/, '')
      .replace(/^\[[^\]]*\]\s*(?:[^\s:]+:\s+)?/, '')
      .replace(/;? ?please report this issue on .*$/i, '')
      .replace(/ \(caused by .*$/, ''),
  );
}
