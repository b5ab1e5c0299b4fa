/** SubRip and WebVTT, exact to the millisecond; reading them back gives the same cues. */
import { Share, type Sliced } from '../captions/sliced';
import { publicAddress } from '../model/publicUrl';
import { cueLines, oneLine, titleOf, type TranscriptDocument } from './document';
import { shown } from './escape';
import { looksLikeTiming } from '../captions/timing';

/** `01:02:03` and the milliseconds after the given mark. */
function clock(seconds: number, mark: ',' | '.'): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`;
}

/**
 * What readers of SubRip take for markup and leave out, as ffmpeg, mpv and VLC do: `<` up to the next `>`, whatever is
 * between, and codes of SubStation Alpha and MicroDVD (`{\an8}`, `{y:i}`, `\N`). Matches the character that opens it.
 */
const opensMarkup = /<(?=[^<>]+>)|\{(?=\\|[a-z]:)|\\(?=[nh])/gi;
/** Word joiner: it has no width, and behind that character nothing is markup. Our own reader leaves it out again. */
const joiner = '\u2060';

/**
 * SubRip has no references that its readers agree on, so its text is plain. Only a line that they would
 * take for the time line of a cue has its arrow put in words.
 */
function srtLine(line: string): string {
  const text = shown(line);
  if (!looksLikeTiming(text)) return text;
  // A comma alone may stand between seconds and milliseconds; where there is nothing else, it is between the times.
  const apart = text.replace(/(?<=\d)(?:,(?!\d)|[^\d:.;,])[^\d:.;]{0,11}(?=\d)/, ' to ');
  return apart === text ? text.replace(/(?<=\d),(?=\d)/, ' to ') : apart;
}

export function* renderSrt({ transcript }: TranscriptDocument): Sliced<string> {
  const share = new Share();
  const cues: string[] = [];
  for (const { start, end, text, speaker } of transcript.cues) {
    const named = speaker === undefined ? text : `${oneLine(speaker)}: ${text}`;
    // Readers look for the end of a tag on the next lines, too.
    const said = cueLines(named).map(srtLine).join('\n').replace(opensMarkup, `$&${joiner}`);
    cues.push(`${cues.length + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${said}\n`);
    if (share.due(text.length)) yield;
  }
  return cues.join('\n');
}

const vttEntities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const vttText = (text: string): string => shown(text).replace(/[&<>]/g, (mark) => vttEntities[mark] ?? mark);

export function* renderVtt({ link, transcript }: TranscriptDocument): Sliced<string> {
  const share = new Share();
  const inHead = (text: string): string => vttText(oneLine(text)).replace(/-->/g, '');
  // The note identifies a finished file whatever its name.
  const note = `NOTE\ntitle: ${inHead(titleOf(transcript.meta, link))}\nurl: ${inHead(publicAddress(link))}\nid: ${inHead(link.id)}\nlanguage: ${inHead(transcript.language)}\n`;
  const blocks = ['WEBVTT\n', note];
  for (const { start, end, text, speaker } of transcript.cues) {
    const voice = speaker === undefined ? '' : `<v ${inHead(speaker)}>`;
    const lines = cueLines(text).map(vttText).join('\n');
    blocks.push(`${clock(start, '.')} --> ${clock(end, '.')}\n${voice}${lines}\n`);
    if (share.due(text.length)) yield;
  }
  return blocks.join('\n');
}
