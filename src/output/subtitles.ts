/** SubRip and WebVTT, exact to the millisecond; what is written reads back as the same cues. */
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

export function renderSrt({ transcript }: TranscriptDocument): string {
  return transcript.cues
    .map((cue, at) => {
      const lines = cueLines(cue.text).map(srtLine).join('\n');
      const text = cue.speaker === undefined ? lines : `${srtLine(cue.speaker)}: ${lines}`;
      return `${at + 1}\n${clock(cue.start, ',')} --> ${clock(cue.end, ',')}\n${text}\n`;
    })
    .join('\n');
}

const vttEntities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const vttText = (text: string): string =>
  visible(text).replace(/[&<>]/g, (mark) => vttEntities[mark] ?? mark);

export function renderVtt({ link, transcript }: TranscriptDocument): string {
  const oneLine = (text: string): string => vttText(cueLines(text).join(' ')).replace(/-->/g, '');
  // The note lets a finished file be recognised whatever its name.
  const note = `NOTE\ntitle: ${oneLine(titleOf(transcript.meta, link))}\nurl: ${oneLine(link.url)}\nid: ${oneLine(link.id)}\nlanguage: ${oneLine(transcript.language)}\n`;
  const cues = transcript.cues.map((cue) => {
    const voice = cue.speaker === undefined ? '' : `<v ${oneLine(cue.speaker)}>`;
    return `${clock(cue.start, '.')} --> ${clock(cue.end, '.')}\n${voice}${cueLines(cue.text).map(vttText).join('\n')}\n`;
  });
  return ['WEBVTT\n', note, ...cues].join('\n');
}
