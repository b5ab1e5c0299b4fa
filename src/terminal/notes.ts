/**
 * `notes <batch folder>`: what the user is told before notes are written, what a dry run says, and how far the reading
 * of the transcripts is.
 */
import type { BatchHandle } from '../engine/api';
import type { NotesPlan } from '../library/notes/notesPlan';
import { toFailure } from '../model/failure';
import { isNotesFolder } from '../model/filesFolder';
import { defaultSettings, type Settings } from '../model/settings';
import { formatCount, plural } from '../model/words';
import type { Console } from './console';
import type { ExitCode } from './exitCodes';
import { plainText, quoted } from './screen';

export interface NotesWorld {
  readonly console: Console;
  /** Plans the notes; called once. */
  readonly plan: (
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ) => Promise<NotesPlan>;
  /** Starts them. */
  readonly start: (plan: NotesPlan) => Promise<ExitCode>;
}

/** Says what notes would take and starts them, or not for a dry run. 130: interrupted. Throws FailureError. */
export async function writeNotes(isDryRun: boolean, world: NotesWorld): Promise<ExitCode> {
  const plan = await planned(world);
  if (plan === undefined) return 130;
  const { console } = world;
  if (isDryRun) console.json?.(notesPlanJson(plan));
  // Of a dry run these lines are the result.
  if (isDryRun || !console.quiet) for (const line of notesPlanText(plan)) console.words(line);
  return isDryRun ? 0 : world.start(plan);
}

/** Undefined: it was interrupted, which is said. Throws FailureError. */
async function planned(world: NotesWorld): Promise<NotesPlan | undefined> {
  const { console } = world;
  const stop = new AbortController();
  const unlisten = console.onInterrupt(() => stop.abort());
  let shown = -1;
  try {
    const plan = await world.plan(stop.signal, (done, total) => {
      const percent = Math.floor((done * 100) / total);
      if (percent === shown) return;
      shown = percent;
      console.redraw?.(`Reading transcripts: ${formatCount(done)} of ${formatCount(total)} · ${percent} %`);
    });
    console.redraw?.('');
    return plan;
  } catch (error) {
    console.redraw?.('');
    if (toFailure(error).code !== 'cancelled') throw error;
    console.problem('Interrupted. Nothing was sent.');
    return undefined;
  } finally {
    unlisten();
  }
}

/**
 * A run, and after it the notes that its settings or list want (`notes.auto`, `@notes`). They are written where the
 * model costs nothing or the user has agreed to paid work (`--yes`, `--max-cost`); otherwise it is said how to write
 * them.
 */
export async function notesAfter(
  settings: Settings,
  run: (ended: (batch: BatchHandle) => void) => Promise<ExitCode>,
  worldOf: (folder: string, settings: Settings) => NotesWorld,
): Promise<ExitCode> {
  let ended: BatchHandle | undefined;
  const code = await run((batch) => (ended = batch));
  return ended === undefined ? code : writeWanted(settings, ended, code, worldOf);
}

/**
 * The same after a resume: whether notes are wanted, and by which template, is what the batch was started with. Those
 * that a batch from elsewhere wants are not written: nobody here has asked for them.
 */
export async function notesAfterResume(
  settings: Settings,
  resume: (ended: (batch: BatchHandle) => void) => Promise<ExitCode>,
  worldOf: (folder: string, settings: Settings) => NotesWorld,
): Promise<ExitCode> {
  let ended: BatchHandle | undefined;
  const code = await resume((batch) => (ended = batch));
  return ended === undefined ? code : writeWanted(wantedBy(ended, settings), ended, code, worldOf);
}

function wantedBy({ folder, foreign, state }: BatchHandle, settings: Settings): Settings {
  const own = { ...defaultSettings, ...state.settings };
  return {
    ...settings,
    'notes.auto': own['notes.auto'] && foreign !== true && !isNotesFolder(folder),
    'notes.template': own['notes.template'],
  };
}

async function writeWanted(
  settings: Settings,
  ended: BatchHandle,
  code: ExitCode,
  worldOf: (folder: string, settings: Settings) => NotesWorld,
): Promise<ExitCode> {
  if (!settings['notes.auto'] || code === 130 || code === 6) return code;
  if (ended.state.counts.completed + ended.state.counts.skipped === 0) return code;
  const world = worldOf(ended.folder, settings);
  const { console } = world;
  try {
    const plan = await planned(world);
    if (plan === undefined) return 130;
    if (plan.isFree || settings['paid.maxCost'] > 0) {
      if (!console.quiet) for (const line of notesPlanText(plan)) console.words(line);
      const noted = await world.start(plan);
      return noted > code ? noted : code;
    }
  } catch (error) {
    // The transcripts are done all the same.
    console.problem(plainText(toFailure(error).message));
  }
  const template = quoted(settings['notes.template']);
  console.words(
    `Notes are wanted. To write them: bulk-transcribe notes ${quoted(ended.folder)} --template ${template}`,
  );
  return code;
}

/** One line a fact: how many, which model and template, how many tokens, and the price where it is known. */
function notesPlanText(plan: NotesPlan): readonly string[] {
  const { videos, without, current, model, origin, template, tokens, requests, cost } = plan;
  const price = cost === undefined ? '' : `, about ${cost.toFixed(2)}`;
  const wanted = videos - current;
  const has = current === 1 ? 'has' : 'have';
  const asked = `Notes (${template}) about ${plural(wanted, 'transcript')} by ${model} at ${origin}: ${plural(requests, 'request')}, about ${formatCount(tokens)} tokens${price}.`;
  return [
    ...(wanted === 0 ? [] : [plainText(asked)]),
    ...(current === 0
      ? []
      : [
          plainText(
            `${plural(current, 'transcript')} ${has} notes (${template}) by ${model} already; nothing is asked about ${current === 1 ? 'it' : 'them'}.`,
          ),
        ]),
    ...(without === 0
      ? []
      : [`${plural(without, 'video')} of the batch ${without === 1 ? 'has' : 'have'} no transcript.`]),
  ];
}

/** As `--json` has it, for a dry run. */
function notesPlanJson(plan: NotesPlan): string {
  const { videos, without, current, model, origin, template, tokens, requests, cost } = plan;
  const line = { type: 'plan', videos, without, current, model, origin, template, tokens, requests, cost };
  return `${JSON.stringify(line)}\n`;
}
