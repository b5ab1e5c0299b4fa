/**
 * What the user is asked before a language model's tool does something: how many videos, how long, what it may cost,
 * where it goes, which links. Pure; what the links say is shown as text, never as Markdown.
 */
import { forecast, planWords } from '../engine/pace/forecast';
import type { StartRequest } from '../engine/api';
import { isFailure, readLink } from '../intake/link';
import { hasOutside, placeNames } from '../intake/places';
import { isOfYouTube } from '../model/link';
import type { SourceId } from '../model/transcript';
import { planLines } from './planLines';

export interface AgentQuestion {
  readonly title: string;
  /** Sentences, each a paragraph of its own. */
  readonly lines: readonly string[];
  /** What is read or transcribed, a line each: shown as it is. */
  readonly links: readonly string[];
}

export interface QuestionContext {
  /** The sources that are ready now. */
  readonly ready: ReadonlySet<SourceId>;
  /** The folder of the transcripts, as people read it. */
  readonly where: string;
  /** Epoch ms. */
  readonly now: number;
}

const shownLinks = 10;
const longestLink = 200;
const longestName = 100;

/** Before `transcribe_links` starts a batch. */
export function startQuestion(
  { jobs, settings: common, forBatch, name }: StartRequest,
  { ready, where, now }: QuestionContext,
): AgentQuestion {
  const settings = { ...common, ...forBatch };
  const expected = forecast(jobs, settings);
  const links = jobs.slice(0, shownLinks).map(({ link }) => link.path ?? link.url);
  const more = jobs.length - links.length;
  const outside = hasOutside(jobs)
    ? [`Not read without your OK in the panel: ${placeNames(jobs.map(({ link }) => link))}.`]
    : [];
  return {
    title: `Transcribe ${name.slice(0, longestName)}?`,
    lines: [
      planWords(expected, settings),
      ...planLines(expected, { settings, ready, where, now }),
      ...outside,
    ],
    links: [...links, ...(more > 0 ? [`and ${more} more`] : [])].map(shortened),
  };
}

/** Before `list_videos` reads a list: an address can carry what the model knows. Undefined: it is on YouTube. */
export function listQuestion(input: object): AgentQuestion | undefined {
  const written = 'link' in input && typeof input.link === 'string' ? input.link : '';
  const link = readLink(written.trim());
  if (isFailure(link) || isOfYouTube(link)) return undefined;
  return { title: 'Read this list?', lines: [], links: [link.url.slice(0, 1_000)] };
}

const shortened = (text: string): string =>
  text.length > longestLink ? `${text.slice(0, longestLink - 1)}…` : text;
