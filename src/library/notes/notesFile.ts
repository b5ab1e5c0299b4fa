/** The file of a video's notes: `<title> [id].notes.md`, with front matter that says how it was made. Pure. */
import { createHash } from 'node:crypto';
import { titleOf, type TranscriptDocument } from '../../output/document';
import { markdownText, yamlString } from '../../output/escape';
import { publicAddress } from '../../model/publicUrl';
import type { CheckedNotes } from './answer';
import type { NotesTemplate } from './template';

/** What tells one request for notes from another: the same three are not asked again. */
export interface NotesOrigin {
  readonly model: string;
  readonly template: string;
  /** Of the words and times, and of the template's text: 16 hex digits each (`digestOf`). */
  readonly digest: string;
}

/** The words and times of a transcript and the instructions, as 16 hex digits. */
export function digestOf({ transcript }: TranscriptDocument, template: NotesTemplate): string {
  const hash = createHash('sha256');
  hash.update(template.text);
  for (const { start, text, speaker } of transcript.cues)
    hash.update(`\n${Math.floor(start)} ${speaker ?? ''} ${text}`);
  return hash.digest('hex').slice(0, 16);
}

/** The whole file. `now`: epoch ms; `tokens`: of all requests, input and output. */
export function renderNotes(
  document: TranscriptDocument,
  notes: CheckedNotes,
  origin: NotesOrigin,
  tokens: number,
  now: number,
): string {
  const { link, transcript } = document;
  const title = titleOf(transcript.meta, link);
  const head = [
    '---',
    `title: ${yamlString(title)}`,
    `url: ${yamlString(publicAddress(link))}`,
    `id: ${yamlString(link.id)}`,
    `model: ${yamlString(origin.model)}`,
    `template: ${yamlString(origin.template)}`,
    `date: ${new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z')}`,
    `tokens: ${tokens}`,
    `transcript: ${yamlString(origin.digest)}`,
    '---',
    '',
    `# ${markdownText(title)}`,
    '',
  ];
  const doubts = doubtsOf(notes);
  return [...head, ...(doubts === '' ? [] : [`*${doubts}*`, '']), notes.markdown].join('\n');
}

/** How the notes at hand were made; undefined for a file that is not of this form. */
export function notesOrigin(head: string): (NotesOrigin & { readonly id: string }) | undefined {
  const end = head.startsWith('---\n') ? head.indexOf('\n---\n', 3) : -1;
  if (end < 0) return undefined;
  const values = new Map<string, string>();
  for (const line of head.slice(4, end).split('\n')) {
    const [, name = '', quoted = ''] = /^([a-z]{2,20}): ("(?:[^"\\]|\\.)*")$/.exec(line) ?? [];
    const value = name === '' ? undefined : parsed(quoted);
    if (value !== undefined) values.set(name, value);
  }
  const [model, template, digest, id] = ['model', 'template', 'transcript', 'id'].map((name) =>
    values.get(name),
  );
  if (model === undefined || template === undefined || digest === undefined || id === undefined)
    return undefined;
  return { model, template, digest, id };
}

/** What of the answer could not be shown to be in the transcript, in a sentence; empty where all is. */
export function doubtsOf({ statements, withoutTime, wrongTimes, wrongQuotations }: CheckedNotes): string {
  const parts = [
    ...(withoutTime === 0 ? [] : [`${withoutTime} of ${statements} statements have no time`]),
    ...(wrongTimes === 0 ? [] : [`${counted(wrongTimes, 'time')} outside of the video left out`]),
    ...(wrongQuotations === 0
      ? []
      : [`${counted(wrongQuotations, 'quotation')} left out that the transcript does not hold`]),
  ];
  return parts.length === 0 ? '' : `Not found in the transcript: ${parts.join('; ')}.`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function parsed(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
