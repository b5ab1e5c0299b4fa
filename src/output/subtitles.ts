/** SubRip and WebVTT, exact to the millisecond; what is written reads back as the same cues. */
import { Share, type Sliced } from '../captions/sliced';
import { cueLines, titleOf, type TranscriptDocument } from './document';
import { visible } from './escape';

/** `01:02:03` and the milliseconds behind the given mark. */
function clock(seconds: number, mark: ',' | '.'): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`;
}

/** Only what a player would take for markup is written as a reference. */
function srtLine(line: string): string {
  return (
    visible(line)
      .replace(/&(?=(?:amp|lt|gt|quot|nbsp|#39|#x27|#123);)/gi, '&amp;')
      .replace(/<(?=\/?(?:b|i|u|s|em|strong|font|span|br|c|ruby|rt)(?:[\s.>/]|$))/gi, '&lt;')
      .replace(/\{(?=\\[^{}\n]*\})/g, '&#123;')
      // A line that looks like the time line of a cue would be read as one.
      .replace(/-(-?)>/g, '-$1&gt;')
  );
}

export function* renderSrt({ transcript }: TranscriptDocument): Sliced<string> {
  const share = new Share();
  const cues: string[] = [];
  for (const { start, end, text, speaker } of transcript.cues) {
    const lines = cueLines(text).map(srtLine).join('\n');
    const said = speaker === undefined ? lines : `${srtLine(speaker)}: ${lines}`;
    cues.push(`${cues.length + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${said}\n`);
    if (share.due(text.length)) yield;
  }
  return cues.join('\n');
}

const vttEntities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const vttText = (text: string): string =>
  visible(text).replace(/[&<>]/g, (mark) => vttEntities[mark] ?? mark);

export function* renderVtt({ link, transcript }: TranscriptDocument): Sliced<string> {
  const share = new Share();
  const oneLine = (text: string): string => vttText(cueLines(text).join(' ')).replace(/-->/g, '');
  // The note lets a finished file be recognised whatever its name.
  const note = `NOTE\ntitle: ${oneLine(titleOf(transcript.meta, link))}\nurl: ${oneLine(link.url)}\nid: ${oneLine(link.id)}\nlanguage: ${oneLine(transcript.language)}\n`;
  const blocks = ['WEBVTT\n', note];
  for (const { start, end, text, speaker } of transcript.cues) {
    const voice = speaker === undefined ? '' : `<v ${oneLine(speaker)}>`;
    const lines = cueLines(text).map(vttText).join('\n');
    blocks.push(`${clock(start, '.')} --> ${clock(end, '.')}\n${voice}${lines}\n`);
    if (share.due(text.length)) yield;
  }
  return blocks.join('\n');
}
