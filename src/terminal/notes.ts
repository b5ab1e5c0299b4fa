/** `notes <batch folder>`: what the user is told before notes are written, and what a dry run says. */
import type { NotesPlan } from '../library/notes/notesPlan';
import { formatCount, plural } from '../model/words';
import { plainText } from './screen';

/** One line a fact: how many, which model and template, how many tokens, and the price where it is known. */
export function notesPlanText(plan: NotesPlan): readonly string[] {
  const { videos, without, model, origin, template, tokens, requests, cost } = plan;
  const price = cost === undefined ? '' : `, about ${cost.toFixed(2)}`;
  return [
    plainText(
      `Notes (${template}) about ${plural(videos, 'transcript')} by ${model} at ${origin}: ${plural(requests, 'request')}, about ${formatCount(tokens)} tokens${price}.`,
    ),
    ...(without === 0
      ? []
      : [`${plural(without, 'video')} of the batch ${without === 1 ? 'has' : 'have'} no transcript.`]),
  ];
}

/** As `--json` has it, for a dry run. */
export function notesPlanJson(plan: NotesPlan): string {
  const { videos, without, model, origin, template, tokens, requests, cost } = plan;
  const line = { type: 'plan', videos, without, model, origin, template, tokens, requests, cost };
  return `${JSON.stringify(line)}\n`;
}
