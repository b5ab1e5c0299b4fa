/**
 * Markdown: front matter, then paragraphs that link to the video where they begin, chapters as headings.
 */
import { flatLine, toParagraphs, type Paragraph } from '../captions/paragraphs';
import { Share, type Sliced } from '../captions/sliced';
import { publicAddress } from '../model/publicUrl';
import { formatLength } from '../model/words';
import { timeLink, titleOf, type TranscriptDocument } from './document';
import { linkTarget, markdownText, yamlString } from './escape';

/** The whole file. */
export function* renderMarkdown(document: TranscriptDocument): Sliced<string> {
  const { link, transcript } = document;
  const body = yield* markdownBody(document, 2);
  return `${frontMatter(document)}\n# ${markdownText(titleOf(transcript.meta, link))}\n\n${body}`;
}

/** The keys are public; unknown values are empty. */
function frontMatter({ link, transcript, batch, transcribed }: TranscriptDocument): string {
  const { meta } = transcript;
  const text = (value: string | undefined): string =>
    value === undefined || value === '' ? '' : ` ${yamlString(value)}`;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(meta.published ?? '');
  return [
    '---',
    `title:${text(titleOf(meta, link))}`,
    `url:${text(publicAddress(link))}`,
    `id:${text(link.id)}`,
    `channel:${text(meta.channel)}`,
    `duration:${meta.duration === undefined ? '' : ` ${Math.round(meta.duration * 1000) / 1000}`}`,
    `published:${isDate ? ` ${meta.published ?? ''}` : text(meta.published)}`,
    `language:${text(transcript.language)}`,
    `captions: ${transcript.captions}`,
    ...(transcript.dub === true ? ['dub: true'] : []),
    `source: ${transcript.source}`,
    `transcribed: ${transcribed}`,
    `batch:${text(batch)}`,
    '---',
    '',
  ].join('\n');
}

/** Paragraphs and chapter headings of the given level, ending with a line break. */
export function* markdownBody(document: TranscriptDocument, headingLevel: number): Sliced<string> {
  const { link, transcript, timestamps } = document;
  const paragraphs: readonly Paragraph[] =
    timestamps === 'line'
      ? yield* linesAsParagraphs(document)
      : yield* toParagraphs(transcript.cues, { chapters: transcript.meta.chapters ?? [] });
  const share = new Share();
  let body = '';
  for (const paragraph of paragraphs) {
    if (share.due(paragraph.text.length)) yield;
    if (paragraph.chapter !== undefined)
      body += `${'#'.repeat(headingLevel)} ${markdownText(paragraph.chapter.title)}\n\n`;
    const target =
      timestamps === 'none' ? undefined : linkTarget(timeLink(publicAddress(link), paragraph.start));
    const time = target === undefined ? '' : `[${formatLength(Math.floor(paragraph.start))}](${target}) `;
    const speaker =
      paragraph.speaker === undefined ? '' : `**${markdownText(paragraph.speaker.replace(/:\s*$/, ''))}:** `;
    body += `${time}${speaker}${markdownText(paragraph.text)}\n\n`;
  }
  return body === '' ? '' : body.slice(0, -1);
}

function* linesAsParagraphs({ transcript }: TranscriptDocument): Sliced<readonly Paragraph[]> {
  const share = new Share();
  const paragraphs: Paragraph[] = [];
  const chapters = [...(transcript.meta.chapters ?? [])].sort((a, b) => a.start - b.start);
  let next = 0;
  for (const cue of transcript.cues) {
    if (share.due(cue.text.length)) yield;
    let chapter: Paragraph['chapter'];
    while (next < chapters.length && (chapters[next]?.start ?? 0) <= cue.start + 0.5) {
      chapter = chapters[next];
      next += 1;
    }
    paragraphs.push({ ...cue, text: flatLine(cue.text), ...(chapter === undefined ? {} : { chapter }) });
  }
  return paragraphs;
}
