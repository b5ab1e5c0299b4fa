/** The batch's name, which opens the list of batches. */
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { BatchHead } from '../../src/protocol';
import { formatCount } from '../../src/model/words';
import { inList } from '../shared/arrows';
import { Icon } from '../shared/controls';
import { topic } from '../store/store';
import { useStore } from '../store/useStore';

const iconOf: Readonly<Record<BatchHead['phase'], string>> = {
  running: 'circle-filled',
  paused: 'debug-pause',
  stopped: 'debug-stop',
  finished: 'check',
};
const toneOf = { running: 'run', paused: 'dim', stopped: 'dim', finished: 'ok' } as const;

export function Batches(): JSX.Element {
  const store = useStore(topic.batches);
  const [open, setOpen] = useState(false);
  /** By its id: what comes into the list meanwhile leaves the choice where it is. */
  const [chosen, setChosen] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { batches, state } = store;
  const current = batches.findIndex((head) => head.id === store.ui.batch);
  const at = Math.max(
    0,
    batches.findIndex((head) => head.id === chosen),
  );
  const setAt = (index: number): void => setChosen(batches[index]?.id);
  useLayoutEffect(() => {
    if (open) list.current?.focus();
  }, [open]);
  useLayoutEffect(() => {
    // By key: what the pointer is on is in view.
    if (open) list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [open, chosen]);
  const show = (): void => {
    setAt(Math.max(0, current));
    setOpen(true);
  };
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const choose = (index: number): void => {
    const head = batches[index];
    close();
    if (head) store.chooseBatch(head.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = inList(event.key, at, batches.length) ?? withLetter(event, batches, at);
    if (to !== undefined) setAt(to);
    else if (event.key === 'Enter' || event.key === ' ') choose(at);
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
  };
  const name = state?.name ?? batches[current]?.name ?? '';
  return (
    <div class="batches" data-focus=".name">
      <button
        ref={button}
        type="button"
        class="name"
        aria-haspopup="listbox"
        aria-expanded={open}
        title={`${name}: choose another batch`}
        // The list keeps the focus, or it would be closed before the click that is to close it.
        onMouseDown={(event) => {
          if (open) event.preventDefault();
        }}
        onClick={open ? close : show}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          show();
        }}
      >
        <span class="cut">{name}</span>
        <Icon name="chevron-down" />
      </button>
      {open && (
        <Choices
          list={list}
          batches={batches}
          at={at}
          onKeyDown={onKeyDown}
          onLeave={() => setOpen(false)}
          onPoint={setAt}
          onChoose={choose}
        />
      )}
    </div>
  );
}

/** The next batch whose name begins with the letter that is typed. */
function withLetter(event: KeyboardEvent, batches: readonly BatchHead[], at: number): number | undefined {
  const { key } = event;
  if (key.length !== 1 || key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const begins = (head: BatchHead): boolean => head.name.toLowerCase().startsWith(key.toLowerCase());
  const after = batches.findIndex((head, index) => index > at && begins(head));
  const found = after < 0 ? batches.findIndex(begins) : after;
  return found < 0 ? undefined : found;
}

function Choices(props: {
  readonly list: RefObject<HTMLUListElement | null>;
  readonly batches: readonly BatchHead[];
  readonly at: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onLeave: () => void;
  readonly onPoint: (index: number) => void;
  readonly onChoose: (index: number) => void;
}): JSX.Element {
  const { at } = props;
  return (
    <ul
      ref={props.list}
      class="choices"
      role="listbox"
      aria-label="Batches"
      tabIndex={0}
      aria-activedescendant={`batch-${at}`}
      onKeyDown={props.onKeyDown}
      onBlur={props.onLeave}
    >
      {props.batches.map((head, index) => (
        <li
          key={head.id}
          id={`batch-${index}`}
          role="option"
          aria-selected={index === at}
          class={index === at ? 'row on' : 'row'}
          onMouseDown={(event) => {
            event.preventDefault();
            props.onChoose(index);
          }}
          onMouseMove={() => props.onPoint(index)}
        >
          <Icon
            name={head.notStarted ? 'circle-outline' : head.owner ? 'multiple-windows' : iconOf[head.phase]}
            tone={toneOf[head.phase]}
          />
          <span class="cut grow">{head.name}</span>
          <span class="num">
            {head.notStarted
              ? 'not started'
              : `${formatCount(head.counts.completed)} of ${formatCount(head.total)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
