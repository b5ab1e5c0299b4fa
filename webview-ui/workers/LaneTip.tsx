/** The hover over a bar in a lane: the video, and the seconds of each stage. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { BatchState, LaneSegment } from '../../src/engine/state/reducer';
import { formatDuration } from '../../src/model/words';
import type { LaneJob } from './lane';
import { stagePaint } from '../shared/theme';
import { titleOf } from '../shared/titles';

export interface Tip {
  readonly stay: LaneJob;
  readonly x: number;
  readonly lane: HTMLElement;
}

const done: Readonly<Record<LaneSegment['kind'], string>> = {
  wait: 'waited',
  held: 'held',
  fetching: 'looked for captions',
  expanding: 'read the list',
  downloading: 'downloaded',
  uploading: 'uploaded',
  transcribing: 'transcribed',
  noting: 'wrote notes',
  writing: 'wrote the files',
};

export function LaneTip(props: {
  readonly tip: Tip;
  readonly state: BatchState;
  readonly now: number;
}): JSX.Element {
  const { tip, state, now } = props;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const frame = element?.offsetParent;
    if (!element || !frame) return;
    const outer = frame.getBoundingClientRect();
    const lane = tip.lane.getBoundingClientRect();
    const left = Math.min(tip.x - outer.left + 8, outer.width - element.offsetWidth - 8);
    const below = lane.bottom - outer.top + 4;
    const fits = below + element.offsetHeight < outer.height;
    element.style.left = `${Math.max(8, left)}px`;
    element.style.top = `${fits ? below : lane.top - outer.top - element.offsetHeight - 4}px`;
  });
  const job = state.jobs[tip.stay.job];
  const sums = new Map<LaneSegment['kind'], number>();
  for (const segment of tip.stay.segments)
    sums.set(segment.kind, (sums.get(segment.kind) ?? 0) + (segment.to ?? now) - segment.from);
  return (
    <div ref={box} class="tip" role="tooltip">
      <div class="cut">
        <b>#{tip.stay.job + 1}</b> <bdi>{job && titleOf(job)}</bdi>
      </div>
      <div class="g">
        {[...sums].map(([kind, ms]) => (
          <TipLine key={kind} kind={kind} ms={ms} />
        ))}
      </div>
    </div>
  );
}

function TipLine({ kind, ms }: { readonly kind: LaneSegment['kind']; readonly ms: number }): JSX.Element {
  const paint = kind === 'wait' || kind === 'held' ? 'wait' : stagePaint(kind);
  return (
    <>
      <i class={`fill-${paint}`} />
      <span class="dim">{done[kind]}</span>
      <span class="num">{formatDuration(ms)}</span>
    </>
  );
}
