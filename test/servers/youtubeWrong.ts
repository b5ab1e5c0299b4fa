/** What the stand-in for YouTube answers wrongly: cut, endless, packed or foreign answers, refusals by status. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { captchaPage, consentPage, json, send, sorryUrl } from './youtubeAnswers';
import type { Behaviour } from './youtubeVideos';

export interface WrongAnswer {
  /** Whether the video is asked for the first time. */
  readonly isFirst: () => boolean;
  /** Ended with the server. */
  readonly timers: Set<NodeJS.Timeout>;
}

/** Wrong answers that are the same for player and captions; false for any other. */
export function misbehave(
  behaviour: Behaviour,
  response: ServerResponse,
  { isFirst, timers }: WrongAnswer,
): boolean {
  switch (behaviour.replace(/cap$/, '')) {
    case 'cutjson':
    case 'cut':
      send(
        response,
        200,
        'application/json',
        '{"wireMagic":"pb3","events":[{"tStartMs":0,"segs":[{"utf8":"half',
      );
      return true;
    case 'nonsense':
      json(response, 200, { hello: ['world', 1, null] });
      return true;
    case 'deep':
      send(response, 200, 'application/json', '['.repeat(2_000_000));
      return true;
    case 'htmlpage':
    case 'html':
      send(response, 200, 'text/html', '<!DOCTYPE html><html><body>Welcome</body></html>');
      return true;
    case 'empty':
      send(response, 200, 'text/html', '');
      return true;
    case 'recaptcha':
      send(response, 200, 'text/html', captchaPage);
      return true;
    case 'captcha429':
      send(response, 429, 'text/html', captchaPage);
      return true;
    case 'consentpg':
      send(response, 200, 'text/html', consentPage);
      return true;
    case 'consent302':
      send(response, 302, 'text/html', '', { location: 'https://consent.youtube.com/m?continue=x' });
      return true;
    case 'sorry':
      send(response, 302, 'text/html', '', { location: sorryUrl });
      return true;
    case 's429':
      send(response, 429, 'text/html', '<html><title>Sorry...</title></html>');
      return true;
    case 's429after':
      send(response, 429, 'text/html', '', { 'retry-after': '7' });
      return true;
    case 's500':
    case 's403':
    case 's404':
      send(response, Number(behaviour.slice(1, 4)), 'text/html', '<html>Error</html>');
      return true;
    case 'once500':
      if (isFirst()) send(response, 500, 'text/html', '<html>Error</html>');
      return response.headersSent;
    case 'once429':
      if (isFirst()) send(response, 429, 'text/html', '', { 'retry-after': '1' });
      return response.headersSent;
    case 'endless': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
      return true;
    }
    case 'drip': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 20);
      timers.add(timer);
      response.on('close', () => {
        clearInterval(timer);
        timers.delete(timer);
      });
      return true;
    }
    case 'hang':
      return true;
    case 'slam':
      response.destroy();
      return true;
    case 'bomb':
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(200_000_000, 32), { level: 1 }));
      return true;
    default:
      return false;
  }
}
