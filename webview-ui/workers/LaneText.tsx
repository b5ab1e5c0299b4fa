/** The text of a lane or of a machine, at the left of its canvas; drawn again only where its words have changed. */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import type { BatchState } from '../../src/engine/state/reducer';
import { formatLength, statusWords } from '../../src/model/words';
import { Icon } from '../shared/controls';
import { stagePaint } from '../shared/theme';
import { titleOf, titleTip } from '../shared/titles';
import { aboutMachine, busyOf, busyWords, type LaneRow } from './machines';

export interface LaneWords {
  /** Of a lane its number; a machine has none. */
  readonly number: number | undefined;
  readonly icon: string;
  readonly tone: string;
  readonly title: string;
  /** Beside a machine's name. */
  readonly about: string;
  readonly tip: string | undefined;
  /** Nothing runs here. */
  readonly idle: boolean;
  readonly stage: string;
  readonly time: string;
}

/** All that a lane's text shows, as plain values: a lane whose words have not changed is not redrawn. */
export function textOf(state: BatchState, row: LaneRow, now: number): LaneWords {
  return row.kind === 'lane' ? laneText(state, row.worker, row.label, now) : machineText(state, row, now);
}

function machineText(
  state: BatchState,
  { machine, open }: Extract<LaneRow, { readonly kind: 'machine' }>,
  now: number,
): LaneWords {
  const title = machine.helper?.name ?? 'This computer';
  const about = aboutMachine(machine, now);
  return {
    number: undefined,
    icon: open ? 'chevron-down' : 'chevron-right',
    tone: 'dim',
    title,
    about,
    tip: about === '' ? title : `${title}, ${about}`,
    idle: false,
    stage: busyWords(busyOf(state, machine.lanes)),
    time: '',
  };
}

function laneText(state: BatchState, worker: number, label: number, now: number): LaneWords {
  const index = state.workers[worker]?.job;
  const job = index === undefined ? undefined : state.jobs[index];
  // Until the slice with its row has come, only its number is known.
  const title = job ? titleOf(job) : index === undefined ? 'idle' : `#${index + 1}`;
  return {
    number: label,
    icon: job ? (job.wait ? 'clockface' : 'circle-filled') : 'circle-outline',
    tone: job ? (job.wait ? 'wait' : stagePaint(job.stage)) : 'faint',
    title,
    about: '',
    tip: job && titleTip(job),
    idle: index === undefined,
    stage: job ? lower(statusWords(job, now)) : '',
    time: job?.startedAt === undefined ? '' : formatLength(Math.max(0, now - job.startedAt) / 1000),
  };
}

export const LaneText = memo(function LaneText(words: LaneWords): JSX.Element {
  return (
    <>
      <span class="k">{words.number}</span>
      <Icon name={words.icon} tone={words.tone} />
      <span class={words.idle ? 'cut dim' : 'cut'} dir="auto" title={words.tip}>
        {words.title}
        {words.about !== '' && <span class="dim"> {words.about}</span>}
      </span>
      <span class="st cut" title={words.stage}>
        {words.stage.startsWith(waitingFor) && <span class="wide">{waitingFor}</span>}
        {words.stage.startsWith(waitingFor) ? words.stage.slice(waitingFor.length) : words.stage}
      </span>
      <span class="t dim">{words.time}</span>
    </>
  );
});

/** What a narrow lane leaves out, so that until when is not cut: its icon says that it waits. */
const waitingFor = 'waiting for ';

const lower = (words: string): string =>
  words.startsWith('Rate limit')
    ? `${waitingFor}rate limit${words.slice(10).replace(', about', '')}`
    : words.charAt(0).toLowerCase() + words.slice(1);
