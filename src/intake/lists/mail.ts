/**
 * Stored mails: quoted-printable and base64 bodies are decoded, attachments are skipped. Lines keep their
 * numbers where a line was only wrapped.
 */
import { linesOf } from './lines';

/** Whether a text is a mail, or a mail's body that was copied in its encoded form. */
export function looksLikeMail(text: string): boolean {
  const start = text.slice(0, 64 * 1024);
  if (/^content-transfer-encoding:\s*(?:quoted-printable|base64)/im.test(start)) return true;
  if (isStored(start)) return true;
  // "watch?v=3D" and eleven characters, or links that end with = at the end of a line.
  return (
    /[?&][\w-]{1,20}=3D/.test(start) &&
    (/[?&]v=3D[\w-]{11}(?![\w-])/.test(start) ||
      /=\r?\n/.test(start) ||
      /=[2-9A-F][0-9A-F](?:=[2-9A-F][0-9A-F])+/.test(start))
  );
}

/** Whether a text begins with the header of a mail. Old mails and archives have no line about their content. */
function isStored(start: string): boolean {
  return /^(?:mime-version|message-id|received):/im.test(start) && /^(?:from|subject|date):/im.test(start);
}

type Encoding = 'plain' | 'quoted-printable' | 'base64' | 'attachment';

/** The mail's text, parts one after the other. */
export function* mailText(text: string): Generator<undefined, string> {
  const out: string[] = [];
  const start = text.slice(0, 64 * 1024);
  const hasHeader = /^content-transfer-encoding:|^content-type:/im.test(start) || isStored(start);
  let encoding: Encoding = hasHeader ? 'plain' : 'quoted-printable';
  let inHeader = hasHeader;
  let header = '';
  let body: string[] = [];
  const borders = new Set<string>();
  const flush = (): void => {
    if (body.length > 0) out.push(decodedBody(body, encoding));
    body = [];
  };
  for (const { line, pause } of linesOf(text)) {
    if (pause) yield;
    if (inHeader) {
      header += `${line}\n`;
      out.push('');
      if (line !== '' || header.trim() === '') continue;
      // The header of a forwarded mail follows.
      inHeader = /^content-type:\s*message\/rfc822/im.test(header);
      encoding = encodingOf(header);
      for (const border of bordersIn(header)) borders.add(border);
      header = '';
    } else if (hasHeader && (isBetweenMails(line) || borders.has(line.trimEnd()))) {
      flush();
      inHeader = true;
    } else if (line.endsWith('--') && borders.has(line.trimEnd().slice(0, -2))) {
      flush();
      encoding = 'plain';
    } else body.push(line);
  }
  flush();
  return out.join('\n');
}

/** The line before each mail of an mbox file: sender and date (RFC 4155). */
const isBetweenMails = (line: string): boolean =>
  /^From \S+ .*\d:\d\d/.test(line) && / \d{4}$/.test(line.slice(-5));

/** The lines that separate parts: as the header names them, or the first line of a body that was copied alone. */
function bordersIn(header: string): readonly string[] {
  const named = /\bboundary\s*=\s*(?:"([^"\n]{1,100})"|([^\s";]{1,100}))/i.exec(header);
  const first = /^\s*(--[^\s-]\S{0,100})\n/.exec(header)?.[1];
  return [...(named ? [`--${named[1] ?? named[2] ?? ''}`] : []), ...(first === undefined ? [] : [first])];
}

function encodingOf(header: string): Encoding {
  const type = /^content-type:\s*([\w.+/-]+)/im.exec(header)?.[1]?.toLowerCase() ?? 'text/plain';
  if (!/^(?:text|multipart|message)\//.test(type)) return 'attachment';
  const named = /^content-transfer-encoding:\s*([\w-]+)/im.exec(header)?.[1]?.toLowerCase();
  return named === 'quoted-printable' || named === 'base64' ? named : 'plain';
}

function decodedBody(lines: readonly string[], encoding: Encoding): string {
  switch (encoding) {
    case 'plain':
      return lines.join('\n');
    case 'attachment':
      return '\n'.repeat(Math.max(0, lines.length - 1));
    case 'base64':
      return Buffer.from(lines.join(''), 'base64').toString('utf8');
    case 'quoted-printable':
      return quotedPrintable(lines);
  }
}

/** RFC 2045, 6.7: `=` at a line's end joins it with the next, `=XX` is a byte. Joined lines leave empty ones behind. */
function quotedPrintable(lines: readonly string[]): string {
  const out: string[] = [];
  let joined = '';
  let blanks = 0;
  for (const line of lines) {
    const soft = /=[ \t]*$/.exec(line);
    if (soft) {
      joined += line.slice(0, soft.index);
      blanks += 1;
      continue;
    }
    out.push(joined + line, ...Array<string>(blanks).fill(''));
    joined = '';
    blanks = 0;
  }
  if (joined !== '') out.push(joined);
  return out
    .join('\n')
    .replace(/(?:=[0-9A-F]{2})+/gi, (bytes) =>
      Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'),
    );
}
