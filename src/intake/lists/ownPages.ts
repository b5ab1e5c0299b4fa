/**
 * What this program writes for people, given to it as a list: a transcript is its video, an export its videos, a report
 * the videos that it names. What was said in a video is no list. Files for programs are read by json.ts and table.ts.
 */
import { findLinks } from '../freeText';
import { isFailure, readLink } from '../link';
import type { ListBuilder } from '../listBuilder';
import { linesOf } from './lines';

export type OwnPage = 'transcript' | 'export' | 'report';

/** Forms of output/markdown.ts, subtitles.ts, exports.ts and report.ts. */
const beginnings: readonly (readonly [OwnPage, RegExp])[] = [
  [
    'transcript',
    /^---\ntitle:[^\n]*\nurl: "[^\n]*"\nid: "[\w-]+"\n(?:[a-z]+:[^\n]*\n){3,12}transcribed: [^\n]*\nbatch:[^\n]*\n---\n/,
  ],
  ['transcript', /^WEBVTT\n\nNOTE\ntitle: [^\n]*\nurl: [^\n]*\nid: [\w-]+\n/],
  ['export', /^# [^\n]*\n\n\d+ of \d+ videos, \d{4}-\d\d-\d\d\n\n## Contents\n/],
  ['report', /^# [^\n]*\n\n[^\n]*\n\n\| \| \|\n\|---\|---:\|\n\| Videos \|/],
];

/** Which of these a text is. */
export function ownPageOf(text: string): OwnPage | undefined {
  const start = text
    .slice(0, 8192)
    .replace(/^\ufeff/, '')
    .replaceAll('\r', '');
  return beginnings.find(([, form]) => form.test(start))?.[0];
}

/** Where each names a video, on a line of its own. */
const named: Readonly<Record<OwnPage, RegExp>> = {
  transcript: /^url: "?([^"\s]+)"?$/,
  export: /^\[Video\]\((https?:[^\s()]+)\)/,
  report: /^- \[.*(?<!\\)\]\((https?:[^\s()]+)\)/,
};

export function* readOwnPage(text: string, page: OwnPage, list: ListBuilder): Generator<undefined, void> {
  let video: string | undefined;
  for (const { line, number, pause } of linesOf(text)) {
    if (pause) yield;
    if (page === 'transcript' && video !== undefined) {
      for (const { text: said } of findLinks(line)) if (addressOf(said) !== video) list.note('said', number);
      continue;
    }
    const address = named[page].exec(line)?.[1];
    if (address === undefined) continue;
    video = addressOf(address);
    list.link(address, { line: number }, { local: true });
  }
}

function addressOf(written: string): string {
  const link = readLink(written, { local: true });
  return isFailure(link) ? written : link.url;
}
