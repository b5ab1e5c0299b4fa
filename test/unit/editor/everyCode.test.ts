/**
 * Words, not codes, wherever the editor speaks of a failed video outside of the panel: the view, the status bar, the
 * notice at the end, what is said when something is refused, and the lines of a list.
 */
import assert from 'node:assert/strict';
import { attentionOf } from '../../../src/editor/attention';
import { batchStateWords, statusLine } from '../../../src/editor/batchWords';
import { endSentence } from '../../../src/editor/endSentence';
import type { KnownBatch } from '../../../src/editor/knownBatch';
import { hoverOf, lensesOf, markOf } from '../../../src/editor/urls/listWords';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import type { BatchEvent, Outcome } from '../../../src/model/events';
import { failure, nextMoveOf, type FailureCode } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { codeWords } from '../../../src/model/words';
import { byCause, groupWords } from '../../../src/engine/state/causes';
import { completed } from '../../helpers/outcomes';

const now = Date.UTC(2026, 10, 20, 12);
const codes = Object.keys(nextMoveOf) as FailureCode[];
const link: Link = {
  kind: 'youtube',
  id: 'aaaaaaaaaaa',
  url: 'https://www.youtube.com/watch?v=aaaaaaaaaaa',
};
const other: Link = { ...link, id: 'bbbbbbbbbbb', url: 'https://www.youtube.com/watch?v=bbbbbbbbbbb' };

/** A batch of one video that ended with this code, and of a finished one beside it. */
function batchWith(code: FailureCode, how: 'failed' | 'parked', beside: boolean): BatchState {
  const state = emptyState();
  const why = failure(code, 'what the service said');
  const outcome: Outcome =
    how === 'failed'
      ? { status: 'failed', failure: why, source: 'youtube', seconds: 1, requests: 1 }
      : { status: 'parked', failure: why };
  const events: readonly BatchEvent[] = [
    { type: 'batch-created', at: now, id: 'b', name: 'talks', machine: 'm', settings: {} },
    { type: 'jobs-added', at: now, jobs: (beside ? [link, other] : [link]).map((one) => ({ link: one })) },
    { type: 'control', at: now, action: 'start', by: 'user' },
    { type: 'outcome', at: now, job: 0, outcome },
    ...(beside ? [{ type: 'outcome', at: now, job: 1, outcome: completed() } as const] : []),
    ...(how === 'failed' ? [{ type: 'control', at: now, action: 'finish', by: 'engine' } as const] : []),
  ];
  for (const event of events) reduce(state, event);
  return state;
}

/** All that is shown of it. */
function saidOf(state: BatchState): readonly string[] {
  const { id, name, phase, counts, total, updatedAt } = state;
  const known: KnownBatch = { id, name, phase, counts, total, updatedAt, folder: '/out/talks' };
  const here = { ...known, handle: {} };
  const waits = attentionOf([known, here]);
  const runs = statusLine([here]);
  const [job] = state.jobs;
  assert(job);
  const groups = (['failed', 'parked'] as const).flatMap((status) => byCause(state, status, now));
  return [
    batchStateWords(known).words,
    batchStateWords(here).words,
    endSentence(state),
    ...[waits?.text, waits?.tooltip, waits?.badge, runs?.text, runs?.tooltip, markOf(job, link, now)?.text],
    ...groups
      .map((group) => groupWords(group, state, now))
      .flatMap(({ cause, sentence }) => [cause, sentence]),
    ...hoverOf(link, job, now),
    ...lensesOf({ jobs: [] }, known).map(({ title }) => title),
  ].filter((words) => words !== undefined);
}

describe('Every failure code in view, status bar, notices and lists', () => {
  for (const how of ['failed', 'parked'] as const)
    it(`is said in words where a video has ${how}`, () => {
      for (const code of codes)
        for (const beside of [false, true]) {
          const said = saidOf(batchWith(code, how, beside));
          assert.ok(said.length > 6, code);
          for (const words of said) {
            if (code.includes('-')) assert.ok(!words.includes(code), `${code}: ${words}`);
            assert.doesNotMatch(words, /`|undefined|\[object/, `${code}: ${words}`);
          }
          assert.ok(
            said.some((words) => words.includes(codeWords(code).cause)),
            `${code} names its cause: ${said.join(' | ')}`,
          );
        }
    });
});
