/** Plain text for reading and for other programs; and the JSON form, which is also a line of the JSONL export. */
import { toParagraphs } from '../captions/paragraphs';
import { Share, type Sliced } from '../captions/sliced';
import { publicAddress } from '../model/publicUrl';
import { formatLength } from '../model/words';
import { oneLine, titleOf, type TranscriptDocument } from './document';
import { plainJson, visible } from './escape';

/**
 * Title and link, then paragraphs; with `output.timestamps: line` one line for each cue, with its time
 * first.
 */
export function* renderText({ link, transcript, timestamps }: TranscriptDocument): Sliced<string> {
  const share = new Share();
  const parts: string[] = [];
  const title = oneLine(visible(titleOf(transcript.meta, link)));
  if (timestamps === 'line')
    for (const { start, text, speaker } of transcript.cues) {
      const said = oneLine(visible(text));
      const named = speaker === undefined ? said : `${oneLine(visible(speaker))}: ${said}`;
      parts.push(`[${formatLength(Math.floor(start))}] ${named}`);
      if (share.due(text.length)) yield;
    }
  else
    for (const { speaker, text } of yield* toParagraphs(transcript.cues, {
      chapters: transcript.meta.chapters ?? [],
    })) {
      parts.push(visible(speaker === undefined ? text : `${oneLine(speaker)}: ${text}`));
      if (share.due(text.length)) yield;
    }
  return `${title}\n${publicAddress(link)}\n\n${parts.join(timestamps === 'line' ? '\n' : '\n\n')}\n`;
}

/** Keys and their order are public. `end` of the object without its cues, for writing one cue a line. */
function jsonHead({ link, transcript }: TranscriptDocument): Readonly<Record<string, unknown>> {
  const { meta } = transcript;
  return {
    schema: 1,
    url: publicAddress(link),
    id: link.id,
    title: meta.title ?? null,
    channel: meta.channel ?? null,
    duration: meta.duration ?? null,
    language: transcript.language,
    captions: transcript.captions,
    ...(transcript.dub === true ? { dub: true } : {}),
    source: transcript.source,
  };
}

/** The cues, each prefixed with `lead`. */
function* jsonCues({ transcript }: TranscriptDocument, lead: string): Sliced<readonly string[]> {
  const share = new Share();
  const cues: string[] = [];
  for (const { start, end, text, speaker } of transcript.cues) {
    cues.push(
      `${lead}${JSON.stringify({ start, end, text, ...(speaker === undefined ? {} : { speaker }) })}`,
    );
    if (share.due(text.length)) yield;
  }
  return cues;
}

/** One cue a line, for readable diffs. */
export function* renderJson(document: TranscriptDocument): Sliced<string> {
  const head = JSON.stringify(jsonHead(document), undefined, 2).slice(0, -2);
  const cues = yield* jsonCues(document, '    ');
  return `${head},\n  "cues": [${cues.length === 0 ? '' : `\n${cues.join(',\n')}\n  `}]\n}\n`;
}

/** The same on one line, without its line break. */
export function* renderJsonLine(document: TranscriptDocument): Sliced<string> {
  const cues = yield* jsonCues(document, '');
  return plainJson(`${JSON.stringify(jsonHead(document)).slice(0, -1)},"cues":[${cues.join(',')}]}`);
}
