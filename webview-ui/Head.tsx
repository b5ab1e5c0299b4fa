/** The head: batch and actions, the two big answers, the bar, the sentence. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { BatchState } from '../src/engine/state';
import { nextMoveOf, type FailureCode } from '../src/model/failure';
import { formatCount, formatPercent } from '../src/model/words';
import { Batches } from './Batches';
import { Button, Icon, Link } from './controls';
import { answers } from './answers';
import { sentence } from './sentence';
import { perform } from './steps';
import { topic, type PanelStore } from './store';
import { useStore } from './useStore';

/** How many failed videos a retry would take: those of final codes are left out. */
function retryable(state: BatchState): number {
  let final = 0;
  for (const [code, count] of Object.entries(state.byError) as [FailureCode, number][])
    if (nextMoveOf[code] === 'final') final += count;
  return Math.max(0, state.counts.failed - final);
}

export function Head(): JSX.Element | null {
  const store = useStore(topic.second | topic.phase | topic.batches);
  const { state } = store;
  if (!state) return null;
  const now = store.now();
  const { counts } = state;
  const { seen, side, big } = answers(state, now);
  const share = (count: number): string => `${state.total === 0 ? 0 : (100 * count) / state.total}%`;
  const skipped = counts.skipped + counts.cancelled;
  // What is parked is no pace.
  const goesOn = counts.running + counts.pending > 0;
  return (
    <header class="head">
      <div class="row bar1">
        <Batches />
        <span class="grow" />
        <Tools store={store} state={state} />
      </div>
      <div class="row sum">
        <span>
          <b>{formatCount(seen)}</b> <span class="dim">of {formatCount(state.total)}</span>
        </span>
        <span class="facts dim">
          <span>{formatPercent(state.total === 0 ? 0 : (100 * seen) / state.total)}</span>
          <span>{formatCount(counts.completed)} done</span>
          <span class={counts.failed > 0 ? 'tone-bad' : ''}>{formatCount(counts.failed)} failed</span>
          <span>{formatCount(skipped)} skipped</span>
          {counts.parked > 0 && <span>{formatCount(counts.parked)} parked</span>}
          {state.phase === 'running' && state.pace && state.pace.perMinute > 0 && goesOn && (
            <span>{rate(state.pace.perMinute)} a minute</span>
          )}
          {state.phase === 'running' && state.pace && state.pace.lengthsUnknown > 0 && (
            <span>lengths unknown: {formatCount(state.pace.lengthsUnknown)}</span>
          )}
        </span>
        <span class="grow" />
        <span class="answer">
          <span class="dim">{side}</span>
          {side !== '' && big !== '' && '\u2002'}
          <b>{big}</b>
        </span>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label="Videos seen to"
        aria-valuemin={0}
        aria-valuemax={state.total}
        aria-valuenow={seen}
        aria-valuetext={`${formatCount(seen)} of ${formatCount(state.total)}`}
      >
        {counts.completed > 0 && <i class="done" style={{ width: share(counts.completed) }} />}
        {skipped > 0 && <i class="skipped" style={{ width: share(skipped) }} />}
        {counts.failed > 0 && <i class="failed" style={{ width: share(counts.failed) }} />}
      </div>
      <Sentence store={store} state={state} now={now} />
    </header>
  );
}

const rate = (perMinute: number): string => (perMinute < 10 ? perMinute.toFixed(1) : formatCount(perMinute));

function Sentence(props: {
  readonly store: PanelStore;
  readonly state: BatchState;
  readonly now: number;
}): JSX.Element {
  const { store, state, now } = props;
  // Who is parked and why is known when all rows are here; until then nothing wrong is said.
  if (store.partial && state.phase === 'running' && state.counts.parked > 0) return <div class="row say" />;
  const say = sentence(state, {
    now,
    owner: store.owner,
    problem: store.problem,
    resumed: store.resumed,
    parked: store.parked,
  });
  return (
    <div class={`row say${say.need ? ' need' : ''}${say.actions.length > 0 ? ' two' : ''}`}>
      <Icon name={say.icon} tone={say.tone} />
      <span class="cut" title={say.text + (say.tail ?? '')}>
        {say.text}
        {say.tail !== undefined && <span class="wide">{say.tail}</span>}
      </span>
      {say.actions.length > 0 && (
        <span class="act">
          {say.actions.map(({ words, deed }) => (
            <Link key={words} onClick={() => perform(store, deed)}>
              {words}
            </Link>
          ))}
        </span>
      )}
    </div>
  );
}

/** One tab stop: arrows go along the buttons. */
function Tools({ store, state }: { readonly store: PanelStore; readonly state: BatchState }): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(0);
  const { phase, counts } = state;
  const others = store.owner !== undefined;
  const waiting = counts.pending + counts.running + counts.parked > 0;
  // Resume frees what is parked, but nothing that waits for an OK.
  const parkedOnly = phase === 'running' && store.parked.waiting > 0 && counts.pending === 0;
  const retry = retryable(state);
  const tools: JSX.Element[] = [];
  const add = (
    action: Parameters<PanelStore['batchAction']>[0],
    icon: string,
    label: string,
    more: { primary?: boolean; disabled?: boolean; count?: string; title?: string } = {},
  ): void => {
    const at = tools.length;
    tools.push(
      <Button
        key={action}
        icon={icon}
        label={label}
        {...more}
        tabIndex={at === stop ? 0 : -1}
        onFocus={() => setStop(at)}
        onClick={() => store.batchAction(action)}
      />,
    );
  };
  if (phase === 'finished') {
    const of =
      retry === counts.failed ? formatCount(retry) : `${formatCount(retry)} of ${formatCount(counts.failed)}`;
    if (counts.failed > 0)
      add('retryFailed', 'refresh', `Retry ${of} failed`, {
        primary: retry > 0,
        disabled: retry === 0 || others,
        title:
          retry === counts.failed
            ? `Retry ${of} failed`
            : `Retry ${of} failed; the others would fail again in the same way`,
      });
    add('openFolder', 'folder-opened', 'Open folder');
  } else {
    if (phase === 'running' && !parkedOnly) add('pause', 'debug-pause', 'Pause', { disabled: others });
    else add('resume', 'play', 'Resume', { primary: !others, disabled: others || !waiting });
    add('stop', 'debug-stop', 'Stop', {
      disabled: others || phase === 'stopped',
      title: 'Stop. Keeps everything; Resume continues',
    });
    add('retryFailed', 'refresh', 'Retry failed', {
      disabled: others || retry === 0,
      ...(counts.failed === 0
        ? {}
        : {
            count:
              retry === counts.failed
                ? formatCount(retry)
                : `${formatCount(retry)} of ${formatCount(counts.failed)}`,
          }),
    });
  }
  add('export', 'export', 'Export…', { disabled: counts.completed === 0 });
  if (stop >= tools.length) setStop(0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? tools.length - 1
          : step && (stop + step + tools.length) % tools.length;
    if (to === undefined) return;
    event.preventDefault();
    setStop(to);
    const button = bar.current?.children[to];
    if (button instanceof HTMLElement) button.focus();
  };
  return (
    <div ref={bar} class="row tools" role="toolbar" aria-label="Batch" onKeyDown={onKeyDown}>
      {tools}
    </div>
  );
}
