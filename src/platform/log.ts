/**
 * The safe part of the log: every line passes the redactor before it reaches a sink (VS Code's log channel,
 * a terminal, a file). Secrets are registered once, when they are read; links lose their credentials.
 */
import type { Log, LogLevel } from '../model/ports';
import { secretQuery } from '../model/publicUrl';
import { urlOf, withoutUsers } from '../model/webUrl';

const hidden = '***';
/** A shorter beginning of a secret is not known as one, and tells nothing. */
const leastPart = 6;
/** A shorter part of a longer base64 text may be there by accident. */
const leastInner = 8;
// The scheme is bounded: without that, a long word of letters and dots would be scanned from each of its
// letters.
const link = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s<>"'`]+/gi;
const header =
  /\b((?:proxy-)?authorization|x-api-key|api-key)(["']?\s*[:=]\s*["']?)(?:(bearer|basic|token)\s+)?[^\s"',;]+/gi;
const cookies = /\b((?:set-)?cookie["']?\s*[:=])[^\r\n]+/gi;
const bearer = /\b(bearer|basic)\s+[A-Za-z0-9._~+/=|-]{8,}/gi;

/** Knows the secrets, and removes them from texts. */
export class Redactor {
  private readonly known = new Set<string>();
  /** Longest first, so that a secret that contains another is removed whole. Made again when there is a new one. */
  private sorted: readonly string[] = [];

  /**
   * Registers a key or password; its encoded forms, and beginnings where a text was cut, are removed as well. Very
   * short ones are ignored.
   */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.trim().length < 4) return;
    // deAPI accepts its keys without their prefix as well, and they are sent that way.
    const bare = secret.trim().replace(/^dpn-sk-/, '');
    const forms = [secret, secret.trim(), bare.length < 4 ? secret : bare].flatMap(formsOf);
    for (const form of forms) this.known.add(form);
  }

  private get secrets(): readonly string[] {
    if (this.sorted.length < this.known.size)
      this.sorted = [...this.known].sort((a, b) => b.length - a.length);
    return this.sorted;
  }

  /** Registers a feed's private parts: every query value and every long segment that is not a word. */
  addFeed(url: string): void {
    const read = urlOf(url);
    if (read === undefined) return;
    const { pathname, searchParams, username, password } = read;
    for (const value of [...searchParams.values(), username, password])
      if (value.length >= 8) this.addPart(value);
    for (const segment of pathname.split('/'))
      if (segment.length >= 16 && /\d/.test(segment) && /[a-z]/i.test(segment)) this.addPart(segment);
  }

  /** Feeds have many; they are sent back as they stand in an address. */
  private addPart(part: string): void {
    this.known.add(part).add(encodeURIComponent(part));
  }

  redact(text: string): string {
    let result = text;
    for (const secret of this.secrets) result = result.replaceAll(secret, hidden);
    return this.withoutBeginnings(result)
      .replace(link, redactLink)
      .replace(cookies, `$1 ${hidden}`)
      .replace(header, `$1$2${hidden}`)
      .replace(bearer, `$1 ${hidden}`);
  }

  /** Messages are cut before they come here: a secret may be cut as well, at the end or before an ellipsis. */
  private withoutBeginnings(text: string): string {
    return text
      .split('…')
      .map((part) => this.withoutBeginning(part))
      .join('…');
  }

  /** Without the beginning of a secret at the end of the text. */
  private withoutBeginning(text: string): string {
    for (const secret of this.secrets) {
      const begin = secret.slice(0, leastPart);
      let at = text.indexOf(begin, text.length - secret.length);
      while (at >= 0) {
        if (secret.startsWith(text.slice(at))) return text.slice(0, at) + hidden;
        at = text.indexOf(begin, at + 1);
      }
    }
    return text;
  }
}

/** The link without credentials and without the values of query parameters that look like keys. */
function redactLink(url: string): string {
  const bare = withoutUsers(url, hidden);
  const query = bare.indexOf('?');
  if (query < 0) return bare;
  // Some servers separate by semicolons. The separators are kept: they are every second part.
  const pairs = bare.slice(query + 1).split(/([&;])/);
  const safe = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 && secretQuery.test(pair.slice(0, equals))
      ? `${pair.slice(0, equals)}=${hidden}`
      : pair;
  });
  return `${bare.slice(0, query)}?${safe.join('')}`;
}

const htmlMarks: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** A secret as services and libraries send it back. */
function formsOf(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const hex = Buffer.from(secret, 'utf8').toString('hex');
  return [
    secret,
    encoded,
    encodeURIComponent(encoded),
    encoded.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    encoded.replaceAll('%20', '+'),
    encodeURI(secret),
    json,
    // As PHP writes it.
    json.replaceAll('/', '\\/'),
    secret.replace(/[&<>"']/g, (mark) => htmlMarks.get(mark) ?? mark),
    hex,
    hex.toUpperCase(),
    ...base64(secret),
  ];
}

/** In both alphabets, with and without padding; also what of it is the same wherever the text is in a longer one. */
function base64(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.toString('base64');
  const inner = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, Math.floor((before + bytes.length) / 3) * 4),
  );
  return [whole, whole.replace(/={1,2}$/, ''), ...inner.filter((part) => part.length >= leastInner)].flatMap(
    (form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')],
  );
}

export type LogSink = (level: LogLevel, line: string, job: number | undefined) => void;

/** A log that hides secrets and keeps each message on one line. `sink` must not throw. */
export function createLog(redactor: Redactor, sink: LogSink): Log {
  return {
    write(level, message, job) {
      sink(level, oneLine(redactor.redact(message)), job);
    },
  };
}

/** Control characters (line breaks of a hostile title, terminal escapes) and direction controls would forge lines. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}
