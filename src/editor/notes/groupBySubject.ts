/**
 * *Group Notes by Subject…*: the model of notes proposes subjects for the videos that have none, from their titles and
 * the terms that their notes define. The proposal is shown with its counts; what the user leaves checked is written
 * into the heads of the notes, and nothing before. No file is moved.
 */
import * as vscode from 'vscode';
import type { ModelFacts } from '../../library/notes/chatModel';
import { subjectTokens, type UnsortedVideo, type Unsorting } from '../../library/links/subjectFiles';
import type { Proposal } from '../../library/links/subjects';
import { priceOf } from '../../library/notes/notesSource';
import { formatMoney } from '../../model/costWords';
import { toFailure } from '../../model/failure';
import { usualContextTokens } from '../../model/notesSettings';
import type { Settings } from '../../model/settings';
import { formatCount, plural } from '../../model/words';
import type { Core } from '../core';
import { plainLine, question, statusMessage, working } from '../messages';
import { outputFolderOf } from '../outputFolder';
import { pick, pickMany } from '../pickers';
import { Refusal } from '../problems';
import { chooseNotesModel } from './chooseModel';
import { whereWords } from './planWords';
import type { NotesParts } from './writeNotes';

interface SubjectItem extends vscode.QuickPickItem {
  readonly at: number;
}

/** Throws Refusal, FailureError. Does nothing where the user closes a question. */
export async function groupBySubject(parts: NotesParts): Promise<void> {
  const core = await parts.access.get();
  const place = await chooseFolder(parts);
  if (place === undefined) return;
  const unsorted = await core.subjects.unsorted(place.folder);
  if (unsorted.videos.length === 0)
    throw new Refusal(
      unsorted.known.length > 0
        ? 'All videos with notes have a subject. To change one, edit the line subject: at the head of its notes.'
        : 'There are no notes to group yet. Use Write Notes… first.',
    );
  const read = (): Settings => parts.settings.read(place.scope);
  if (!(await core.notes.readiness(read())).ready && !(await chooseNotesModel(parts))) return;
  const facts = await core.notes.facts(read());
  if (facts === undefined || !(await isWanted(unsorted, facts, read()))) return;
  const proposal = await proposed(core, unsorted, read());
  if (proposal === undefined) return;
  const subjects = await chooseSubjects(unsorted, proposal);
  if (subjects === undefined || subjects.length === 0) return;
  const written = await core.subjects.apply(place.folder, unsorted.videos, subjects);
  if (read()['library.page']) await core.library.update(place.folder, read()['library.links']);
  statusMessage(`${plural(written, 'video')} grouped under ${plural(subjects.length, 'subject')}.`, 10_000);
}

/** The output folder of the only workspace folder, or of one that the user chooses. Throws Refusal. */
async function chooseFolder({
  settings,
}: NotesParts): Promise<{ readonly folder: string; readonly scope: vscode.Uri } | undefined> {
  const places = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri, name }) => {
    const folder = outputFolderOf(settings, uri);
    return folder === undefined ? [] : [{ label: name, description: folder, folder, scope: uri }];
  });
  if (places.length === 0) throw new Refusal('Open the folder that holds the transcripts first.');
  return places.length === 1
    ? places[0]
    : pick(places, { title: 'Group Notes by Subject', placeHolder: 'Which folder?' });
}

/** Asks before anything is sent. */
async function isWanted(unsorted: Unsorting, facts: ModelFacts, settings: Settings): Promise<boolean> {
  const stated = settings['notes.contextTokens'];
  const tokens = subjectTokens(unsorted, stated > 0 ? stated : usualContextTokens);
  const cost = facts.isFree ? undefined : priceOf(tokens, settings);
  const price = facts.isFree
    ? ''
    : cost === undefined
      ? ' The service may charge for it.'
      : ` About ${formatMoney(cost)} at the price in notes.pricePerMillionTokens.`;
  const yes = 'Propose Subjects';
  const answer = await question(
    `Have ${facts.name} propose subjects for ${plural(unsorted.videos.length, 'video')}?`,
    `${whereWords(facts.origin)}: their titles and the terms that their notes define. About ${formatCount(tokens)} tokens.${price} You see the proposal before anything is written.`,
    yes,
  );
  return answer === yes;
}

/** Undefined: the user cancelled. */
async function proposed(core: Core, unsorted: Unsorting, settings: Settings): Promise<Proposal | undefined> {
  try {
    return await working('Looking for subjects…', async (signal, say) => {
      const model = await core.notes.model(settings, signal);
      return core.subjects.propose(unsorted, model, { signal }, (at, of) =>
        say(`part ${at + 1} of ${of}`, at / of),
      );
    });
  } catch (error) {
    if (toFailure(error).code === 'cancelled') return undefined;
    throw error;
  }
}

/** Shows the proposal; gives what of it the user wants. */
async function chooseSubjects(
  { videos }: Unsorting,
  { subjects, unknown, left }: Proposal,
): Promise<Proposal['subjects'] | undefined> {
  const items = subjects.map(([subject, indexes], at): SubjectItem => ({
    label: plainLine(subject),
    description: plural(indexes.length, 'video'),
    detail: plainLine(titlesOf(videos, indexes)),
    picked: true,
    at,
  }));
  const remarks = [
    ...(left === 0 ? [] : [`${plural(left, 'video')} without one`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown)} named that do not exist, left out`]),
  ];
  const picked = await pickMany(items, {
    title: `${plural(subjects.length, 'subject')} proposed${remarks.length === 0 ? '' : ` · ${remarks.join(' · ')}`}`,
    placeHolder: 'Which of them? They are written into the heads of the notes; no file is moved.',
    matchOnDetail: true,
  });
  return picked?.flatMap(({ at }) => subjects.slice(at, at + 1));
}

function titlesOf(videos: readonly UnsortedVideo[], indexes: readonly number[]): string {
  return indexes
    .map((at) => videos[at]?.title ?? '')
    .join(' · ')
    .slice(0, 300);
}
