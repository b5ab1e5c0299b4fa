/** What the panel says before notes are written: how many, by which model, where the words go, what it takes. Pure. */
import { builtInTemplates } from '../../library/notes/template';
import type { NotesPlan } from '../../library/notes/notesPlan';
import { formatMoney } from '../../model/costWords';
import { formatCount, plural } from '../../model/words';
import type { Plan } from '../plans';

type PlanFacts = Omit<NotesPlan, 'request'> & { readonly request: Pick<NotesPlan['request'], 'name'> };

/** `plans`: of one batch or of several, all with the same model and template. */
export function notesPlanView(plans: readonly PlanFacts[]): Omit<Plan, 'start'> {
  const [first] = plans;
  const sum = (of: (plan: PlanFacts) => number): number => plans.reduce((total, plan) => total + of(plan), 0);
  const videos = sum((plan) => plan.videos);
  const without = sum((plan) => plan.without);
  const { model = '', template = '', origin = '' } = first ?? {};
  return {
    name:
      plans.length === 1
        ? (first?.request.name ?? '')
        : `Notes about ${plural(plans.length, 'batch', 'batches')}`,
    text: `Notes (${template}) about ${plural(videos, 'transcript')}, written by ${model}.`,
    lines: [
      `${whereWords(origin)}: the words of the transcripts, their titles and channels, and nothing else.`,
      `About ${formatCount(sum((plan) => plan.tokens))} tokens in ${plural(
        sum((plan) => plan.requests),
        'request',
      )}.${currentWords(sum((plan) => plan.current))}`,
      costWords(plans),
      ...(without === 0
        ? []
        : [
            `${plural(without, 'video')} ${without === 1 ? 'has' : 'have'} no transcript and ${without === 1 ? 'is' : 'are'} left out.`,
          ]),
      'Each file of notes lies beside its transcript. A model can be wrong: statements carry the time at which they can be checked.',
    ],
    questions: [],
    yes: 'Write Notes',
  };
}

function currentWords(current: number): string {
  if (current === 0) return '';
  return ` ${plural(current, 'transcript')} ${current === 1 ? 'has' : 'have'} such notes already; nothing is asked about ${current === 1 ? 'it' : 'them'}.`;
}

/** Where the words go, as the beginning of a sentence. */
export function whereWords(origin: string): string {
  const vendor = /^vscode:(.*)$/.exec(origin)?.[1];
  return vendor === undefined
    ? `Sent to ${origin}`
    : `Sent to ${vendor}, the vendor of this model in VS Code`;
}

function costWords(plans: readonly PlanFacts[]): string {
  const [first] = plans;
  if (first?.isFree === true)
    return first.origin.startsWith('vscode:')
      ? 'It counts toward what your plan with the vendor allows. VS Code may ask once whether it may be used.'
      : 'It costs nothing: the server is on this computer or its network.';
  const costs = plans.map(({ cost }) => cost);
  if (costs.some((cost) => cost === undefined))
    return 'The service may charge for it. Its price is not known: set notes.pricePerMillionTokens to see an amount here.';
  return `About ${formatMoney(costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0))} at the price in notes.pricePerMillionTokens. Nothing is sent before you agree.`;
}

/** What a template asks for, in a few words; of the user's own ones only whose they are. */
export function templateWords(name: string): string {
  const known: Readonly<Record<string, string>> = {
    study: 'Key ideas, definitions, worked examples, questions with answers',
    summary: 'Summary, key points, conclusion',
    chapters: 'Chapters with their times, and what is said in each',
  };
  const isBuiltIn = builtInTemplates.some((one) => one.name === name);
  return isBuiltIn && Object.hasOwn(known, name)
    ? (known[name] ?? '')
    : 'Your own, from .bulk-transcribe/templates';
}
