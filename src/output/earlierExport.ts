/**
 * Whether a file is an export that this program made earlier, so that it may be overwritten. Every format
 * is recognised by what its writer always writes; any other file is the user's own.
 */
import type { Files } from '../model/ports';
import { csvHead } from './exportCsv';
import type { ExportFormat } from './exportRows';

const headBytes = 64 * 1024;

const beginnings: Readonly<Record<'md' | 'csv' | 'jsonl', (text: string) => boolean>> = {
  md: (text) => /^# [^\n]{0,2000}\n\n\d+ of \d+ videos, \d{4}-\d\d-\d\d\n\n## Contents\n/.test(text),
  csv: (text) => text.startsWith(`\uFEFF${csvHead}`),
  jsonl: (text) => text.startsWith('{"schema":1,"url":'),
};

/** True also for an empty file, whose loss does no harm. Throws FailureError `disk`. */
export async function isEarlierExport(path: string, format: ExportFormat, files: Files): Promise<boolean> {
  const size = (await files.stat(path))?.size ?? 0;
  if (size === 0) return true;
  switch (format) {
    case 'zip':
      // An archive's table of contents is at its end.
      return holds(files, path, ['batch.json', 'report.md'], Math.max(0, size - headBytes));
    case 'pdf':
      return holds(files, path, ['/Producer(Bulk Transcribe)'], 0);
    default:
      return beginnings[format](await headOf(files, path));
  }
}

async function headOf(files: Files, path: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  for await (const piece of files.readPieces(path)) {
    text += decoder.decode(piece, { stream: true });
    if (text.length >= headBytes) break;
  }
  return text;
}

/** Whether all these ASCII words are in the file from that position on. */
async function holds(files: Files, path: string, words: readonly string[], from: number): Promise<boolean> {
  const missing = new Set(words);
  let before = '';
  for await (const piece of files.readPieces(path, from)) {
    const text = before + Buffer.from(piece).toString('latin1');
    for (const word of missing) if (text.includes(word)) missing.delete(word);
    if (missing.size === 0) return true;
    // A word may be split between two chunks.
    before = text.slice(-100);
  }
  return false;
}
