/** Tabs with live counts, and the search. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../src/model/words';
import { alongRow } from '../shared/arrows';
import { SearchField } from '../shared/controls';
import { plainWords, tabCount } from '../store/rows';
import { topic, type PanelStore } from '../store/store';
import type { Tab } from '../store/ui';
import { useStore } from '../store/useStore';

const words: Readonly<Record<Tab, string>> = {
  all: 'All',
  running: 'Running',
  failed: 'Failed',
  done: 'Done',
  waiting: 'Waiting',
  skipped: 'Skipped',
  parked: 'Parked',
};
const order: readonly Tab[] = ['all', 'running', 'failed', 'done', 'waiting', 'skipped', 'parked'];

/** A pause in typing before 100,000 rows are searched, ms. */
const typingMs = 120;

export function Tabs({ onLeaveSearch }: { readonly onLeaveSearch: () => void }): JSX.Element | null {
  const store = useStore(topic.second | topic.phase | topic.view);
  const { state, ui } = store;
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A narrow panel does not show all tabs; the chosen one is in view.
    const box = bar.current?.getBoundingClientRect();
    const tab = document.getElementById(`tab-${ui.tab}`)?.getBoundingClientRect();
    // Sideways only: in a low panel the page itself would be scrolled, and its head would leave the view.
    if (bar.current && box && tab)
      bar.current.scrollLeft += Math.min(0, tab.left - box.left) + Math.max(0, tab.right + 20 - box.right);
  }, [ui.tab]);
  if (!state) return null;
  const onKeyDown = (event: KeyboardEvent): void => {
    const tab = alongRow(event, order, ui.tab);
    if (!tab) return;
    store.choose({ tab });
    document.getElementById(`tab-${tab}`)?.focus();
  };
  return (
    <div class="row tabs">
      <div
        ref={bar}
        class="row tablist"
        role="tablist"
        aria-label="Videos"
        onKeyDown={onKeyDown}
        onWheel={(event) => {
          // Tabs that a narrow panel has no room for are reached as in the editor: by the wheel.
          if (event.deltaX === 0) event.currentTarget.scrollLeft += event.deltaY;
        }}
      >
        {order.map((tab) => (
          <TabButton
            key={tab}
            tab={tab}
            count={tabCount(state, tab)}
            chosen={ui.tab === tab}
            onChoose={() => store.choose({ tab })}
          />
        ))}
      </div>
      <span class="grow" />
      <Finder store={store} onLeave={onLeaveSearch} />
    </div>
  );
}

function TabButton(props: {
  readonly tab: Tab;
  readonly count: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { tab, count, chosen } = props;
  return (
    <button
      id={`tab-${tab}`}
      type="button"
      class={count === 0 ? 'tab zero' : tab === 'failed' ? 'tab f' : 'tab'}
      role="tab"
      aria-selected={chosen}
      aria-controls="videos"
      tabIndex={chosen ? 0 : -1}
      onClick={props.onChoose}
    >
      {words[tab]}
      <span class="n">{formatCount(count)}</span>
    </button>
  );
}

/** The search. Ctrl+F leads to it from anywhere; Escape clears it and leads back to the table. */
function Finder(props: { readonly store: PanelStore; readonly onLeave: () => void }): JSX.Element {
  const { store } = props;
  const { ui } = store;
  const field = useRef<HTMLElement>(null);
  const [typed, setTyped] = useState(ui.search);
  const [open, setOpen] = useState(ui.search !== '');
  useEffect(() => setTyped(ui.search), [ui.search]);
  useEffect(() => {
    if (plainWords(typed.trim()) === store.rows.search) return undefined;
    const timer = setTimeout(() => store.choose({ search: typed }), typed === '' ? 0 : typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    const onFind = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'f') return;
      event.preventDefault();
      setOpen(true);
      requestAnimationFrame(() => field.current?.focus());
    };
    document.addEventListener('keydown', onFind);
    return () => document.removeEventListener('keydown', onFind);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    if (event.key === 'Escape') {
      setTyped('');
      store.choose({ search: '' });
      setOpen(false);
    }
    props.onLeave();
  };
  return (
    <div class={open ? 'finder open' : 'finder'} onClick={() => setOpen(true)}>
      <SearchField
        fieldRef={field}
        label="Search titles and notes"
        value={typed}
        onFocus={() => setOpen(true)}
        onInput={(search) => {
          // Kept at once, searched a moment later: the page may be gone by then.
          ui.search = search;
          store.keep();
          setTyped(search);
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
