/**
 * What is asked before a list starts whose notes are wanted (`notes.auto`, `@notes`): the model, how many, what it
 * costs. The answer is kept with the batch, so that nobody has to be there when the transcripts are done. Pure.
 */
import type { ListContent } from '../../intake/list';
import type { ModelFacts } from '../../library/notes/chatModel';
import { formatMoney } from '../../model/costWords';
import type { NewJob } from '../../model/events';
import type { Settings } from '../../model/settings';
import { formatCount, plural } from '../../model/words';
import type { StartQuestion } from '../startQuestions';
import { whereWords } from './planWords';

const notesId = 'notes';

/** Tokens for an hour of speech, its notes with them: 9,000 words with their times, and what the model is told. */
const tokensAnHour = 20_000;
/** For a video whose length is not known before it is transcribed. */
const usualHours = 1;

/** What the user agrees to with the box. */
export interface NotesOk {
  readonly count: number;
  /** In the currency of the setting; 0 where no price is set, or it costs nothing. */
  readonly cost: number;
}

/** Videos that are known before the start. Those of a list come when it is read, and are not agreed to. */
export function notesOk(jobs: readonly NewJob[], facts: ModelFacts, settings: Settings): NotesOk {
  const videos = jobs.filter((job) => job.invalid === undefined && job.link.kind !== 'list');
  const price = facts.isFree ? 0 : settings['notes.pricePerMillionTokens'];
  return { count: videos.length, cost: (tokensOf(videos) * price) / 1e6 };
}

/** The box on the page of a batch that is not started. It is checked at first where no money is asked for. */
export function notesQuestion(jobs: readonly NewJob[], facts: ModelFacts, settings: Settings): StartQuestion {
  const { count, cost } = notesOk(jobs, facts, settings);
  const lists = jobs.filter((job) => job.invalid === undefined && job.link.kind === 'list').length;
  const about = [
    ...(count === 0 ? [] : [plural(count, 'video')]),
    ...(lists === 0 ? [] : [`the videos of ${plural(lists, 'list')}`]),
  ].join(' and ');
  const videos = jobs.filter((job) => job.invalid === undefined && job.link.kind !== 'list');
  return {
    id: notesId,
    kind: 'ok',
    words: `Write notes (${settings['notes.template']}) about ${about} with ${facts.name}, when the transcripts are done`,
    details: [
      `${whereWords(facts.origin)}: the words of the transcripts, their titles and channels, and nothing else.`,
      ...(count === 0 ? [] : [`About ${formatCount(tokensOf(videos))} tokens, guessed from the length.`]),
      costWords(facts, cost),
      ...(lists === 0 || facts.isFree
        ? []
        : ['What a list holds is counted when it is read; more than is named here is asked about again.']),
    ],
    agreed: facts.isFree,
    isAbout: () => false,
    without: (content: ListContent) => ({
      ...content,
      settings: { ...content.settings, 'notes.auto': false },
    }),
  };
}

function tokensOf(videos: readonly NewJob[]): number {
  const hours = videos.reduce((sum, { meta }) => sum + (meta?.duration ?? usualHours * 3600) / 3600, 0);
  return Math.ceil((hours * tokensAnHour) / 1000) * 1000;
}

function costWords({ isFree, origin }: ModelFacts, cost: number): string {
  if (isFree)
    return origin.startsWith('vscode:')
      ? 'It counts toward what your plan with the vendor allows.'
      : 'It costs nothing: the server is on this computer or its network.';
  if (cost === 0)
    return 'The service may charge for it. Its price is not known: set notes.pricePerMillionTokens to see an amount here.';
  return `Up to ${formatMoney(cost)} at the price in notes.pricePerMillionTokens; beyond that you are asked again.`;
}
