/** The head: batch and actions, the two big answers, the bar, the sentence. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { BatchState } from '../../src/engine/state/reducer';
import { endSpan, formatCount, formatPercent, type EndSpan } from '../../src/model/words';
import { Batches } from './Batches';
import { Icon, Link } from '../shared/controls';
import { answers } from './answers';
import { sentence } from './sentence';
import { perform } from '../store/steps';
import { topic, type PanelStore } from '../store/store';
import { Tools } from './Tools';
import { useStore } from '../store/useStore';

export function Head(): JSX.Element | null {
  const store = useStore(topic.second | topic.phase | topic.batches | topic.sources);
  const { state } = store;
  if (!state && store.batches.length === 0) return null;
  // The list of batches keeps its place and the focus while another batch loads.
  return (
    <header class="head">
      <div class="row bar1">
        <Batches />
        <span class="grow" />
        {state && <Tools store={store} state={state} />}
      </div>
      {state && <Answers store={store} state={state} />}
    </header>
  );
}

function Answers({ store, state }: { readonly store: PanelStore; readonly state: BatchState }): JSX.Element {
  const now = store.now();
  const { counts } = state;
  const shown = useRef<EndSpan | undefined>(undefined);
  shown.current = endSpan(state.pace ?? {}, shown.current);
  const { seen, side, big, full } = answers(state, now, shown.current, store.parked.triesAt);
  const share = (count: number): string => `${state.total === 0 ? 0 : (100 * count) / state.total}%`;
  const skipped = counts.skipped + counts.cancelled;
  // Parked videos have no pace.
  const goesOn = counts.running + counts.pending > 0;
  return (
    <>
      <div class="row sum">
        <span>
          <b>{formatCount(seen)}</b> <span class="dim">of {formatCount(state.total)}</span>
        </span>
        <span class="facts dim">
          {/* All of it needs no share. */}
          {seen < state.total && <span>{formatPercent((100 * seen) / state.total)}</span>}
          {counts.completed > 0 && <span>{formatCount(counts.completed)} done</span>}
          {counts.failed > 0 && <span class="tone-bad">{formatCount(counts.failed)} failed</span>}
          {skipped > 0 && <span>{formatCount(skipped)} skipped</span>}
          {counts.parked > 0 && <span>{formatCount(counts.parked)} parked</span>}
          {state.phase === 'running' && state.pace && state.pace.perMinute > 0 && goesOn && (
            <span>{rate(state.pace.perMinute)} a minute</span>
          )}
          {state.phase === 'running' && state.pace && state.pace.lengthsUnknown > 0 && (
            <span>lengths unknown: {formatCount(state.pace.lengthsUnknown)}</span>
          )}
        </span>
        <span class="grow" />
        <span class="answer" title={full}>
          <span class="dim">{side}</span> <b>{big}</b>
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
      <Notes state={state} />
    </>
  );
}

/** What the user should know of the batch itself; notes on a row are in its row. */
function Notes({ state }: { readonly state: BatchState }): JSX.Element | null {
  const texts = state.notes.flatMap(({ job, line, text }) =>
    job === undefined && line === undefined ? [text] : [],
  );
  const last = texts.at(-1);
  if (last === undefined) return null;
  const more = texts.length > 1 ? ` (${formatCount(texts.length - 1)} more in the report)` : '';
  return (
    <div class="row say" role="note">
      <Icon name="info" tone="wait" />
      <span class="cut" title={texts.join('\n')}>
        {last + more}
      </span>
    </div>
  );
}

const rate = (perMinute: number): string => (perMinute < 10 ? perMinute.toFixed(1) : formatCount(perMinute));

function Sentence(props: {
  readonly store: PanelStore;
  readonly state: BatchState;
  readonly now: number;
}): JSX.Element {
  const { store, state, now } = props;
  // Which videos are parked and why is known only when all rows have arrived; until then the line is empty.
  if (store.partial && state.phase === 'running' && state.counts.parked > 0)
    return <div class="row say" tabIndex={-1} />;
  const say = sentence(state, {
    now,
    owner: store.owner,
    problem: store.problem,
    resumed: store.resumed,
    parked: store.parked,
    next: store.takesOver,
  });
  return (
    <div
      class={`row say${say.need ? ' need' : ''}${say.actions.length > 0 ? ' two' : ''}`}
      // Takes the focus of a link that is done with, and so what has become of it is read.
      tabIndex={-1}
      data-focus=".say"
    >
      <Icon name={say.icon} tone={say.tone} />
      <span class="cut" title={say.text + (say.tail ?? '')}>
        {say.text}
        {say.tail !== undefined && <span class="wide">{say.tail}</span>}
        {say.tail !== undefined && !say.text.endsWith('.') && <span class="end">.</span>}
      </span>
      {say.actions.length > 0 && (
        <span class="act">
          {say.actions.map(({ words, deed }) => (
            // Its number may change under the finger; what is agreed to may not.
            <Link key={deed.do === 'workers' ? deed.do : words} onClick={() => perform(store, deed)}>
              {words}
            </Link>
          ))}
        </span>
      )}
    </div>
  );
}
