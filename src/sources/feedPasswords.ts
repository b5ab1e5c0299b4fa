/**
 * Opens feeds that ask for a user name and password (RFC 7617, Basic). What is kept for an origin goes to that
 * origin alone: to a feed that the user named, and to episodes that lie beside it. It is sent only after that
 * origin has asked for it, never along a redirect to another origin.
 */
import type { Http, HttpRequest, HttpResponse, Secrets } from '../model/ports';
import { urlOf } from '../model/webUrl';

/** Answers by which a server asks for a password, or refuses the one it got. */
export function asksForPassword(status: number): boolean {
  return status === 401 || status === 403;
}

export class FeedPasswords implements Http {
  /** Origins of the feeds that the user named. */
  private readonly named = new Set<string>();
  /** Origins that took what is kept for them; later requests need not be refused first. */
  private readonly opened = new Set<string>();

  constructor(
    private readonly http: Http,
    private readonly secrets: Secrets,
  ) {}

  /** The user named this feed: its origin may be given what is kept for it. */
  name(feedUrl: string): void {
    const origin = urlOf(feedUrl)?.origin;
    if (origin !== undefined) this.named.add(origin);
  }

  /** Whether the feed was opened with a password. */
  isOpened(feedUrl: string): boolean {
    return this.opened.has(urlOf(feedUrl)?.origin ?? '');
  }

  /** As the port; a feed's 401 or 403 is answered once with the user name and password, where there are any. */
  async request(request: HttpRequest): Promise<HttpResponse> {
    const asked = urlOf(request.url);
    if (asked === undefined || !this.named.has(asked.origin) || !isPlainGet(request))
      return this.http.request(request);
    if (this.opened.has(asked.origin)) {
      const known = await this.secrets.get('feed', asked.origin);
      if (known !== undefined) return this.http.request(withPassword(request, known));
    }
    const answer = await this.http.request(request);
    const from = urlOf(answer.url);
    if (!asksForPassword(answer.status) || from === undefined || !isSame(asked, from)) return answer;
    const password = await this.secrets.get('feed', from.origin);
    if (password === undefined) return answer;
    const opened = await this.http.request(withPassword({ ...request, url: from.href }, password));
    if (!asksForPassword(opened.status)) {
      this.opened.add(from.origin);
      this.named.add(from.origin);
    }
    return opened;
  }
}

/** The same origin, or the same host on the safe wire. */
function isSame(asked: URL, from: URL): boolean {
  return asked.origin === from.origin || (asked.host === from.host && from.protocol === 'https:');
}

function isPlainGet({ method, headers }: HttpRequest): boolean {
  return method === 'GET' && headers?.authorization === undefined;
}

function withPassword(request: HttpRequest, userAndPassword: string): HttpRequest {
  const authorization = `Basic ${Buffer.from(userAndPassword, 'utf8').toString('base64')}`;
  return { ...request, headers: { ...request.headers, authorization } };
}
