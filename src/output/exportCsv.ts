/** The status table as CSV (RFC 4180) that no spreadsheet reads as formulas. */
import type { ReadonlyRow } from '../engine/state/reducer';
import { publicAddress } from '../model/publicUrl';
import { rowWords } from '../model/words';

const columns = [
  'number',
  'url',
  'id',
  'title',
  'channel',
  'status',
  'source',
  'language',
  'captions',
  'duration',
  'tries',
  'seconds',
  'error_code',
  'error',
  'file',
] as const;

export const csvHead = `${columns.join(',')}\r\n`;

/** One line with its line break. */
export function csvRow(job: ReadonlyRow, number: number): string {
  const values: Readonly<Record<(typeof columns)[number], string | number | undefined>> = {
    number,
    url: publicAddress(job.link),
    id: job.link.id,
    title: job.meta.title,
    channel: job.meta.channel,
    status: job.status,
    source: job.source,
    language: job.language,
    captions: job.captions,
    duration: job.meta.duration,
    tries: job.tries,
    seconds: job.seconds === undefined ? undefined : Math.round(job.seconds * 1000) / 1000,
    error_code: job.failure?.code,
    error: job.failure === undefined ? undefined : rowWords(job.failure, { link: job.link }).sentence,
    file: job.files?.[0],
  };
  return `${columns.map((column) => cell(values[column])).join(',')}\r\n`;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // A title may contain anything; invisible characters only confuse readers of the table.
  const plain = value.replace(/[\p{Cf}]|[^\P{Cc}\t\r\n]/gu, '');
  // A first character of these makes a spreadsheet calculate, with access to files and network in some; so do the
  // full-width forms. Where the system's lists are separated by semicolons or tabs, a cell begins behind these too, and
  // behind a line break, because quotes inside of such a cell are text (OWASP, "CSV Injection"). Our doubled quotes at
  // its beginning are an empty text there, with a formula behind it.
  const safe = plain.replace(/(^|[;\t\r\n])((?:"|[^\S\t\r\n])*)(?=[=+\-@|%＝＋－＠])/g, "$1$2'");
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replace(/"/g, '""')}"` : safe;
}
