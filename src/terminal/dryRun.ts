/** `--dry-run`: what a run would do, said without a request and without a file. */
import { forecast, hereWords } from '../engine/pace/forecast';
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

/** The lines for people. `hourMinutes`: what an hour of sound takes on this computer, where it is transcribed here. */
export function dryRunText(
  request: BatchRequest,
  sources: readonly Source[],
  hourMinutes?: number,
): readonly string[] {
  const { videos, lists, ms, by } = forecast(request.jobs, request.settings, hourMinutes);
  const invalid = request.jobs.filter((job) => job.invalid !== undefined);
  const pace = by.kind === 'quota' ? ` at ${serviceName(by.quota)}'s pace` : '';
  const speech = paidSources(request, sources);
  return [
    `${plainText(request.name)}: ${plural(videos, 'video')}, about ${formatDuration(ms)}${pace}. Nothing is sent or written.`,
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
export function dryRunJson(request: BatchRequest, sources: readonly Source[], hourMinutes?: number): string {
  const { videos, lists, ms } = forecast(request.jobs, request.settings, hourMinutes);
  return `${JSON.stringify({
    type: 'dry-run',
    name: request.name,
    output_folder: request.outputFolder,
    videos,
    lists_uncounted: lists,
    invalid: request.jobs.filter((job) => job.invalid !== undefined).length,
    seconds: Math.round(ms / 1000),
    sources: request.settings.sources,
    paid: paidSources(request, sources),
    ...(hourMinutes === undefined ? {} : { minutes_per_hour_of_sound: hourMinutes }),
  })}\n`;
}
