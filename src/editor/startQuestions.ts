/**
 * What is asked before a list starts: playlists that it only mentions, files outside of the workspace, web pages
 * beside its videos. Each question knows the list without what it is about. Pure.
 */
import { listsInWords, withoutLists } from '../intake/foundLists';
import type { ListContent } from '../intake/list';
import { isVideoSite } from '../intake/passedOver';
import { allowed, placesInWords } from '../intake/places';
import type { NewJob } from '../model/events';
import { plural } from '../model/words';
import { named } from './plans';
import type { PlanQuestion } from '../protocol';

export interface StartQuestion extends PlanQuestion {
  /** Whether a job is left out where the user does not agree. */
  isAbout(job: NewJob): boolean;
  /** The list without them. */
  without(content: ListContent): ListContent;
  /** The list where the user agrees; absent: as it is. */
  with?(content: ListContent): ListContent;
}

const outsideId = 'outside';

/** `readsPages`: yt-dlp is ready, which alone can say what is on a web page. */
export function startQuestions(
  content: ListContent,
  { readsPages }: { readonly readsPages: boolean },
): readonly StartQuestion[] {
  const questions = [
    ...(content.asksForLists ? [listsQuestion(content)] : []),
    ...outsideQuestion(content),
    ...pagesQuestion(content, readsPages),
  ];
  const [only] = questions;
  // Where nothing would be left, to start is to agree.
  return only && questions.length === 1 && content.jobs.every((job) => only.isAbout(job))
    ? [{ ...only, kind: 'must' }]
    : questions;
}

/**
 * The answers of a run with nobody there: boxes as they are at first. Files outside of the workspace are no question
 * then: they stay in the list, and wait in the batch for an OK.
 */
export function unattended(questions: readonly StartQuestion[]): {
  readonly questions: readonly StartQuestion[];
  readonly agreed: ReadonlySet<string>;
  /** What is left out, a line each. */
  readonly leftOut: readonly string[];
} {
  const answered = questions.filter(({ id }) => id !== outsideId);
  const agreed = answered.filter(({ kind, agreed: isOn }) => kind === 'must' || isOn);
  const left = answered.filter((one) => !agreed.includes(one));
  return {
    questions: answered,
    agreed: new Set(agreed.map(({ id }) => id)),
    leftOut: left.map(({ words }) => `Not done: ${words}. To do it, start the list yourself.`),
  };
}

/** What is left of the list after the user's answers. */
export function afterAnswers(
  content: ListContent,
  questions: readonly StartQuestion[],
  agreed: ReadonlySet<string>,
): ListContent {
  return questions.reduce(
    (left, question) => (agreed.has(question.id) ? (question.with?.(left) ?? left) : question.without(left)),
    content,
  );
}

const isList = (job: NewJob): boolean => job.link.kind === 'list' && job.invalid === undefined;

function listsQuestion({ jobs }: ListContent): StartQuestion {
  return {
    id: 'lists',
    kind: 'ok',
    words: `Include ${listsInWords(jobs) ?? ''}, with all their entries`,
    details: named(jobs.filter(isList).map((job) => job.link.url)),
    agreed: false,
    isAbout: isList,
    without: withoutLists,
  };
}

function outsideQuestion({ jobs }: ListContent): readonly StartQuestion[] {
  const isOutside = (job: NewJob): boolean => job.link.outside === true;
  const outside = jobs.filter(isOutside);
  if (outside.length === 0) return [];
  return [
    {
      id: outsideId,
      kind: 'ok',
      words: `Read ${placesInWords(
        outside.map(({ link }) => link),
        'outside of the workspace',
      )}`,
      details: named(outside.map((job) => job.link.path ?? job.link.url)),
      agreed: false,
      isAbout: isOutside,
      without: (content) => without(content, isOutside),
      with: (content) => ({ ...content, jobs: content.jobs.map(allowed) }),
    },
  ];
}

/** A text names many a page that is no video. Where it names nothing else, the pages are what is meant. */
function pagesQuestion(
  { jobs, asksForLists, inProse }: ListContent,
  readsPages: boolean,
): readonly StartQuestion[] {
  if (!inProse) return [];
  const isPage = (job: NewJob): boolean =>
    job.link.kind === 'page' && job.invalid === undefined && !isVideoSite(job.link);
  const pages = jobs.filter(isPage);
  const others = jobs.filter((job) => !isPage(job) && !(asksForLists && isList(job)));
  if (pages.length === 0 || others.length === 0) return [];
  return [
    {
      id: 'pages',
      kind: 'ok',
      words: `Try ${plural(pages.length, 'other page')} as well${readsPages ? '' : ', for which yt-dlp is not set up'}`,
      details: named(pages.map((job) => job.link.url)),
      agreed: readsPages,
      isAbout: isPage,
      without: (content) => without(content, isPage),
    },
  ];
}

function without(content: ListContent, isLeftOut: (job: NewJob) => boolean): ListContent {
  return { ...content, jobs: content.jobs.filter((job) => !isLeftOut(job)), entries: [] };
}
