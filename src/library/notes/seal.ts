/**
 * Notes carry the digest of their own text in their front matter (`written`), which a change of the user's makes wrong.
 * The line `subject` is the user's to add: it is no part of the digest and is kept when notes are written again. Pure.
 */
import { createHash } from 'node:crypto';
import { yamlString } from '../../output/escape';

const sealLine = /^written: "([0-9a-f]{16})"\n/m;
const subjectLine = /^subject:[ \t]*(\S[^\n]*)?\n/m;
const endOfHead = '\n---\n';
const longestSubject = 100;

/** The text with its digest. `before`: the notes whose place it takes, for what the user added to their head. */
export function sealed(text: string, before = ''): string {
  const subject = subjectLine.exec(headOf(before))?.[0].trimEnd() ?? '';
  const own = subject === '' ? '' : `\n${subject}`;
  return text.replace(endOfHead, () => `${own}\nwritten: "${digest(text)}"${endOfHead}`);
}

/** Whether the user has changed nothing but the subject. */
export function isUnchanged(text: string): boolean {
  const said = sealLine.exec(headOf(text))?.[1];
  return said !== undefined && said === digest(text);
}

/** Sealed notes with another text below their head. */
export function sealedAgain(text: string): string {
  const head = headOf(text);
  const renewed = head.replace(sealLine, () => `written: "${digest(text)}"\n`);
  return `${renewed}${text.slice(head.length)}`;
}

/** The subject in the front matter of notes or a transcript, as the user wrote it; undefined: there is none. */
export function subjectOf(text: string): string | undefined {
  const written = subjectLine.exec(headOf(text))?.[1]?.trim() ?? '';
  const [, quoted] = /^"(.*)"$/.exec(written) ?? /^'(.*)'$/.exec(written) ?? [];
  const subject = (quoted ?? written).replace(/\s+/g, ' ').trim().slice(0, longestSubject);
  return subject === '' ? undefined : subject;
}

/** Notes with this subject in place of theirs, as the user would have written it. */
export function withSubject(text: string, subject: string): string {
  const head = headOf(text);
  if (head === '') return text;
  const line = `subject: ${yamlString(subject)}\n`;
  const named = subjectLine.test(head) ? head.replace(subjectLine, () => line) : '';
  const sealed = head.search(sealLine);
  const at = sealed < 0 ? head.length : sealed;
  const renewed = named === '' ? `${head.slice(0, at)}${line}${head.slice(at)}` : named;
  return `${renewed}${text.slice(head.length)}`;
}

/** The front matter with its last line; empty where there is none. */
function headOf(text: string): string {
  const end = text.startsWith('---\n') ? text.indexOf(endOfHead, 3) : -1;
  return end < 0 ? '' : text.slice(0, end + 1);
}

function digest(text: string): string {
  const head = headOf(text);
  const own = head.replace(sealLine, '').replace(subjectLine, '');
  return createHash('sha256')
    .update(own + text.slice(head.length))
    .digest('hex')
    .slice(0, 16);
}
