/**
 * Files that look like transcripts and are not read: subtitles of other programs, documents, playlists. They are known
 * by their first characters, so that the user gets the next step and never the markup as words. Pure.
 */
import { failure, type Failure } from '../model/failure';

interface Other {
  readonly begins: RegExp;
  /** What it is, as the begin of a sentence. */
  readonly name: string;
  /** What to do with it. */
  readonly next: string;
}

const convert = (ending: string): string =>
  `Convert the file first (ffmpeg -i FILE.${ending} FILE.srt), then put the new one on the list.`;
const asText = 'Save the words as .srt or .vtt, then put that file on the list.';

const others: readonly Other[] = [
  { begins: /^\[Script Info\]|^Dialogue:\s/i, name: 'SubStation Alpha subtitles', next: convert('ass') },
  { begins: /^<SAMI\b/i, name: 'SAMI subtitles', next: convert('smi') },
  { begins: /^\{\d{1,9}\}\{\d{0,9}\}/, name: 'MicroDVD subtitles', next: convert('sub') },
  // Two lines: one alone may be a text with footnotes.
  {
    begins: /^\[\d{1,9}\]\[\d{0,9}\][^\n]{0,500}\n\[\d{1,9}\]\[/,
    name: 'MPL2 subtitles',
    next: convert('txt'),
  },
  { begins: /^Scenarist_SCC\b/i, name: 'Scenarist closed captions', next: convert('scc') },
  { begins: /^\d{3}STL\d\d\.\d\d/, name: 'EBU STL subtitles', next: convert('stl') },
  {
    begins: /^# VobSub/i,
    name: 'VobSub subtitles, which are pictures,',
    next: 'Put other subtitles, or the video, on the list.',
  },
  {
    begins: /^#EXTM3U\b/,
    name: 'The playlist of a stream',
    next: 'Put the address of the captions in it, or of the page, on the list.',
  },
  { begins: /^%PDF-/, name: 'A PDF', next: asText },
  { begins: /^\{\\rtf/, name: 'A Rich Text document', next: asText },
  { begins: /^PK\p{Cc}{2}/u, name: 'A Word document or ZIP archive', next: asText },
];

/** `unsupported`, with the next step, for a file of these kinds; `head`: how its text begins. */
export function otherFormat(head: string): Failure | undefined {
  const found = others.find(({ begins }) => begins.test(head));
  return (
    found && failure('unsupported', `${found.name} cannot be read. ${found.next}`, { subject: 'file-format' })
  );
}

/** No text that anybody has written to be read: bytes of a program, or XML without a page in it. */
export function isNoProse(head: string): boolean {
  return /[^\P{Cc}\t\n\f\r\x80-\x9f]/u.test(head) || (/^<\?xml\b/i.test(head) && !/<html\b/i.test(head));
}
