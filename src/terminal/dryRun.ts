/** `--dry-run`: what a run would do, said without a request and without a file. */
import { forecast, hereWords } from '../engine/pace/forecast';
import type { NewJob } from '../model/events';
import type { Source } from '../model/source';
import { serviceHere } from '../model/serviceAt';
import { formatDuration, plural, rowWords, serviceName } from '../model/words';
import { plainText } from './screen';
import type { BatchRequest } from './session';

/** Speech-to-text in the chain: what it may cost is known only after the service was asked. */
function paidSources(request: BatchRequest, sources: readonly Source[]): readonly string[] {
  return request.settings.sources
    .filter((id) => sources.some((source) => source.id === id && source.paid))
    .map((id) => serviceHere(id, request.settings['openai.endpoint']));
}

export interface DryRunFacts {
  /** What an hour of sound takes on this computer, where it is transcribed here. */
  readonly hourMinutes?: number | undefined;
  /** Ids of the videos that the list's batch has done already (`doneBefore`), those of its lists too. */
  readonly done: ReadonlySet<string>;
}

/** What a run would ask for, and how many videos it would not, of the list itself and of the lists that it names. */
function expected(request: BatchRequest, { done, hourMinutes }: DryRunFacts) {
  const isDone = ({ link, invalid }: NewJob): boolean => invalid === undefined && done.has(link.id);
  const own = new Set(request.jobs.filter(isDone).map(({ link }) => link.id));
  const asked = request.jobs.filter((job) => !isDone(job));
  return { ...forecast(asked, request.settings, hourMinutes), own: own.size, listed: done.size - own.size };
}

/** The lines for people. */
export function dryRunText(
  request: BatchRequest,
  sources: readonly Source[],
  facts: DryRunFacts,
): readonly string[] {
  const { hourMinutes } = facts;
  const { videos, lists, ms, by, own, listed } = expected(request, facts);
  const invalid = request.jobs.filter((job) => job.invalid !== undefined);
  const pace = by.kind === 'quota' ? ` at ${serviceName(by.quota)}'s pace` : '';
  const speech = paidSources(request, sources);
  return [
    videos === 0 && own > 0
      ? `${plainText(request.name)}: nothing is left to ask for. Nothing is sent or written.`
      : `${plainText(request.name)}: ${plural(videos, 'video')}, about ${formatDuration(ms)}${pace}. Nothing is sent or written.`,
    ...(own === 0
      ? []
      : [`  ${plural(own, 'video')} done already: nothing is asked about ${own === 1 ? 'it' : 'them'}.`]),
    ...(listed === 0 ? [] : [`  ${plural(listed, 'video')} of its lists done already.`]),
    `  Transcripts would go to ${request.outputFolder}.`,
    `  Sources in this order: ${request.settings.sources.join(', ')}.`,
    ...(lists === 0
      ? []
      : [`  ${plural(lists, 'list')} not counted: how many videos they hold is known when they are read.`]),
    ...request.jobs
      .filter((job) => job.invalid === undefined && job.link.kind === 'list')
      .map((job) => `    ${plainText(job.link.url)}`),
    ...(speech.length === 0
      ? []
      : [
          `  Videos without captions go to ${speech.join(', ')} where that is set up; the price is asked before anything is sent.`,
        ]),
    ...(hourMinutes === undefined
      ? []
      : [`  Sound without captions is transcribed here: ${hereWords(hourMinutes)}`]),
    ...invalid.map(
      (job) =>
        `  line ${job.line ?? '?'}: ${job.invalid === undefined ? '' : plainText(rowWords(job.invalid, { link: job.link }).cause)}: ${plainText(job.invalid?.message ?? '')}`,
    ),
  ];
}

/** As `--json` has it. */
export function dryRunJson(request: BatchRequest, sources: readonly Source[], facts: DryRunFacts): string {
  const { hourMinutes } = facts;
  const { videos, lists, ms, own, listed } = expected(request, facts);
  return `${JSON.stringify({
    type: 'dry-run',
    name: request.name,
    output_folder: request.outputFolder,
    videos,
    done: own + listed,
    lists_uncounted: lists,
    invalid: request.jobs.filter((job) => job.invalid !== undefined).length,
    seconds: Math.round(ms / 1000),
    sources: request.settings.sources,
    paid: paidSources(request, sources),
    ...(hourMinutes === undefined ? {} : { minutes_per_hour_of_sound: hourMinutes }),
  })}\n`;
}
