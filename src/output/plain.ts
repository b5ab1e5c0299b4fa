/** Plain text for reading and for other programs; and the JSON form, which is also a line of the JSONL export. */
import { toParagraphs } from '../captions/paragraphs';
import { formatLength } from '../model/words';
import { cueLines, titleOf, type TranscriptDocument } from './document';
import { visible } from './escape';

/** Title and link, then paragraphs; with `output.timestamps: line` one line a cue, led by its time. */
export function renderText({ link, transcript, timestamps }: TranscriptDocument): string {
  const title = cueLines(visible(titleOf(transcript.meta, link))).join(' ');
  const body =
    timestamps === 'line'
      ? transcript.cues
          .map((cue) => `[${formatLength(Math.floor(cue.start))}] ${cueLines(visible(cue.text)).join(' ')}`)
          .join('\n')
      : toParagraphs(transcript.cues, { chapters: transcript.meta.chapters ?? [] })
          .map(({ speaker, text }) => visible(speaker === undefined ? text : `${speaker}: ${text}`))
          .join('\n\n');
  return `${title}\n${link.url}\n\n${body}\n`;
}

/** Keys and their order are public. `end` of the object without its cues, for writing them one a line. */
function jsonHead({ link, transcript }: TranscriptDocument): Readonly<Record<string, unknown>> {
  const { meta } = transcript;
  return {
    schema: 1,
    url: link.url,
    id: link.id,
    title: meta.title ?? null,
    channel: meta.channel ?? null,
    duration: meta.duration ?? null,
    language: transcript.language,
    captions: transcript.captions,
    source: transcript.source,
  };
}

function jsonCues({ transcript }: TranscriptDocument): string[] {
  return transcript.cues.map(({ start, end, text, speaker }) =>
    JSON.stringify({ start, end, text, ...(speaker === undefined ? {} : { speaker }) }),
  );
}

/** One cue a line, so that a change shows where it is. */
export function renderJson(document: TranscriptDocument): string {
  const head = JSON.stringify(jsonHead(document), undefined, 2).slice(0, -2);
  const cues = jsonCues(document).map((cue) => `    ${cue}`);
  return `${head},\n  "cues": [${cues.length === 0 ? '' : `\n${cues.join(',\n')}\n  `}]\n}\n`;
}

/** The same on one line, without its line break. */
export function renderJsonLine(document: TranscriptDocument): string {
  return `${JSON.stringify(jsonHead(document)).slice(0, -1)},"cues":[${jsonCues(document).join(',')}]}`;
}
