/** The output formats, one renderer each. A new format is a line here and its name in the settings. */
import type { Sliced } from '../captions/sliced';
import type { OutputFormat } from '../model/settings';
import type { TranscriptDocument } from './document';
import { renderMarkdown } from './markdown';
import { renderJson, renderText } from './plain';
import { renderSrt, renderVtt } from './subtitles';

export const renderers: Readonly<Record<OutputFormat, (document: TranscriptDocument) => Sliced<string>>> = {
  md: renderMarkdown,
  txt: renderText,
  srt: renderSrt,
  vtt: renderVtt,
  json: renderJson,
};
