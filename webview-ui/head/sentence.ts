/**
 * The one sentence under the bar: what sets the pace, or what is wrong and what the user can do. Pure words
 * over the state; wording and icons follow the panel's design.
 */
import { byCause, onlyCause } from '../../src/engine/state/causes';
import { toGoOf } from '../../src/engine/state/counts';
import type { BatchState } from '../../src/engine/state/reducer';
import type { Failure } from '../../src/model/failure';
import { pausedWords } from '../../src/model/pausedWords';
import {
  formatCount,
  formatTime,
  noneDoneWords,
  writesNotes,
  paceWords,
  plural,
  rowWords,
  quotaService,
  type PaceContext,
} from '../../src/model/words';
import { sourceOf } from '../shared/jobWords';
import { otherSource } from './otherSource';
import { needs, prices } from './parked';
import { plain, tryNow, warn, type Say, type SayContext } from './say';
import { fromStep } from '../store/steps';

/** How long "Resumed where it stopped" is shown before the pace replaces it, ms. */
const resumedNoteMs = 120_000;

export function sentence(state: BatchState, context: SayContext): Say {
  const { now } = context;
  if (context.problem !== undefined)
    return warn(context.problem.text, [
      context.problem.offer
        ? {
            words: context.problem.offer.words,
            deed: { do: 'press', request: context.problem.offer.request },
          }
        : { words: 'Show log', deed: { do: 'step', step: 'showLog' } },
      { words: 'Dismiss', deed: { do: 'dismiss' } },
    ]);
  if (context.owner !== undefined) return elsewhere(state, context.owner, now);
  if (state.why && state.phase !== 'finished') return failed(state.why, state, now);
  switch (state.phase) {
    case 'paused':
      return {
        ...plain('debug-pause', `Paused by you at ${formatTime(state.phaseAt, now)}. ${finishing(state)}`),
        ...unpaid(context),
      };
    case 'stopped':
      if (state.phaseAt === 0 || state.starts === 0) return plain('debug-stop', 'Not started yet.');
      return {
        ...plain(
          'debug-stop',
          `Stopped at ${formatTime(state.phaseAt, now)}. Resume continues where it was.`,
        ),
        ...unpaid(context),
      };
    case 'finished':
      return finished(state, now);
    case 'running':
      return needs(state, context) ?? running(state, context);
  }
}

/** Where it runs, and what sets its pace there, where that is known. */
function elsewhere(state: BatchState, owner: string, now: number): Say {
  const where = {
    icon: 'multiple-windows',
    tone: 'dim',
    text: `This batch runs ${owner}.`,
    actions: [],
  } as const;
  if (state.helpersTrouble !== undefined)
    return { ...where, icon: 'warning', tone: 'wait', text: `${where.text} ${state.helpersTrouble}` };
  // Before its workers are known, nothing is known about them.
  const isKnown = state.phase === 'running' && state.configuredWorkers > 0;
  const words = isKnown ? paceWords(state.pace, paceContext(state, now)) : undefined;
  if (words === undefined) return where;
  const { text, tail } = words;
  return { ...where, text: `${where.text} ${text}`, ...(tail === undefined ? {} : { tail }) };
}

/** What waits for an OK is still to be paid when the batch goes on. */
function unpaid({ parked }: SayContext): Pick<Say, 'tail'> {
  const { asked } = parked;
  const count = asked.reduce((sum, one) => sum + one.count, 0);
  return count === 0 ? {} : { tail: ` ${plural(count, 'video')} will need your OK: ${prices(asked)}.` };
}

const small = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
];

function finishing(state: BatchState): string {
  const { running } = state.counts;
  if (running === 0) return 'Nothing new starts.';
  const count = small[running] ?? formatCount(running);
  return `${count} ${running === 1 ? 'video is' : 'videos are'} finishing; nothing new starts.`;
}

function failed(why: Failure, state: BatchState, now: number): Say {
  const words = rowWords(why, { now });
  const step = words.step && fromStep(words.step, sourceOf(why));
  const isStopped = state.phase === 'stopped';
  const said = isStopped ? words.sentence : pausedWords(why, now);
  return warn(
    `${isStopped ? 'Stopped' : 'Paused'} at ${formatTime(state.phaseAt, now)}. ${said}`,
    step ? [{ words: words.next, deed: step }] : [],
  );
}

function finished(state: BatchState, now: number): Say {
  const { counts, total } = state;
  const open = { words: 'Open report', deed: { do: 'batch', action: 'openReport' } } as const;
  const base = { icon: 'check', tone: 'ok' } as const;
  // Between the user's wish and the start: what is to run again has lost its end already.
  const again = toGoOf(counts);
  if (again > 0)
    return plain(
      'circle-outline',
      `${plural(again, 'video')} ${again === 1 ? 'waits' : 'wait'} to run again.`,
    );
  if (counts.failed > 0 && counts.failed === total)
    return { icon: 'warning', tone: 'wait', text: noneDone(state, now), actions: [open] };
  if (counts.failed > 0) {
    const { count: reasons } = causesOf(state, now);
    const text =
      counts.failed === 1
        ? 'Finished. 1 video failed; its reason has its next step below.'
        : reasons <= 1
          ? `Finished. ${plural(counts.failed, 'video')} failed for one reason; its next step is below.`
          : `Finished. ${plural(counts.failed, 'video')} failed for ${reasons} reasons; each reason has its next step below.`;
    return { ...base, text, actions: [open] };
  }
  if (total === 0) return { ...base, text: 'Finished. There was nothing to do.', actions: [] };
  const kept = counts.skipped + counts.cancelled;
  if (kept === total)
    return { ...base, text: `Finished. All ${formatCount(total)} were done before.`, actions: [] };
  if (counts.cancelled === 0 && kept === 0)
    return {
      ...base,
      text: allDone(state),
      actions: [open],
    };
  return {
    ...base,
    text: `Finished. ${formatCount(counts.completed)} done, ${formatCount(kept)} skipped.`,
    actions: [open],
  };
}

function allDone(state: BatchState): string {
  const { total } = state;
  if (writesNotes(state))
    return total === 1
      ? 'Finished. The notes are written.'
      : `Finished. Notes about all ${formatCount(total)} are written.`;
  return total === 1 ? 'Finished. The video is done.' : `Finished. All ${formatCount(total)} are done.`;
}

/** All have failed: that is no success with remarks, so the cause comes first. */
function noneDone(state: BatchState, now: number): string {
  const cause = causesOf(state, now).only;
  const words = noneDoneWords(state.total, cause, writesNotes(state));
  return cause === undefined ? `${words}; each reason has its next step below.` : `${words}.`;
}

/** The sentence asks every second, and there can be 100,000 rows: they are looked at when something has changed. */
let known: { readonly state: BatchState; readonly at: number; readonly causes: Causes } | undefined;
function causesOf(state: BatchState, now: number): Causes {
  if (known?.state !== state || known.at !== state.updatedAt) {
    const causes = { only: onlyCause(state, now), count: byCause(state, 'failed', now).length };
    known = { state, at: state.updatedAt, causes };
  }
  return known.causes;
}

interface Causes {
  /** What all have in common. */
  readonly only: string | undefined;
  readonly count: number;
}

function running(state: BatchState, context: SayContext): Say {
  const { now, resumed } = context;
  const { pace } = state;
  const run = (text: string, actions: Say['actions'] = []): Say => ({
    icon: 'circle-filled',
    tone: 'run',
    text,
    actions,
  });
  if (pace?.by.kind === 'held' || pace?.by.kind === 'blocked' || pace?.by.kind === 'unreached')
    return held(state, context);
  if (resumed && now - state.phaseAt < resumedNoteMs) {
    const picked =
      resumed.pickedUp === 0
        ? ''
        : `; ${plural(resumed.pickedUp, 'paid request')} picked up, none sent twice`;
    return {
      icon: 'history',
      tone: 'run',
      text: `Resumed where it stopped. ${plural(resumed.kept, 'finished video')} kept${picked}.`,
      actions: [],
    };
  }
  // Before the engine has said how many there are, nothing is known about them.
  if (state.configuredWorkers === 0) return run('Starting.');
  const words = paceWords(pace, paceContext(state, now));
  if (!words) return run('Running.');
  const { text, tail } = words;
  const advice = pace?.by.kind === 'workers' ? pace.advice : undefined;
  return {
    // A list that is being read is no video that runs.
    ...run(
      pace?.by.kind === 'expanding' ? text : `Running. ${text}`,
      advice
        ? [{ words: `Use ${advice.workers} workers`, deed: { do: 'workers', workers: advice.workers } }]
        : [],
    ),
    ...(tail === undefined ? {} : { tail }),
  };
}

const paceContext = (state: BatchState, now: number): PaceContext => ({
  now,
  quotas: state.quotas,
  workers: state.parallel ? state.effectiveWorkers : 1,
  helpers: state.helpers,
});

function held(state: BatchState, { now, next }: SayContext): Say {
  const by = state.pace?.by;
  if (by?.kind !== 'held' && by?.kind !== 'blocked' && by?.kind !== 'unreached')
    return plain('circle-filled', 'Running.');
  const name = quotaService(by.quota, state.quotas);
  const others = [
    ...new Set(
      state.quotas
        .filter(
          (quota) =>
            quotaService(quota.name, state.quotas) !== name &&
            quota.heldUntil === undefined &&
            !quota.blocked &&
            !quota.unreached,
        )
        .map((quota) => quotaService(quota.name, state.quotas)),
    ),
  ];
  const goesOn =
    others.length === 0 || state.counts.running === 0
      ? ''
      : ` ${others.slice(0, 2).join(' and ')} ${others.length === 1 ? 'goes' : 'go'} on.`;
  const words = paceWords(state.pace, paceContext(state, now));
  const text = `${words?.text ?? ''}${words?.tail ?? ''}`;
  const steps: Say['actions'] = [
    ...(by.kind === 'unreached' ? [tryNow] : []),
    ...(by.kind === 'blocked'
      ? [
          tryNow,
          { words: 'Add a proxy…', deed: { do: 'step', step: 'addProxy' } } as const,
          otherSource(next),
        ]
      : []),
  ];
  return { icon: 'clockface', tone: 'wait', text: text + goesOn, actions: steps };
}
