/** The order of the sources. Arrow keys go along it, Alt and an arrow key move a source. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SourceId } from '../../src/model/transcript';
import { Icon } from '../shared/controls';

export function SourceOrder(props: {
  readonly sources: readonly SourceId[];
  readonly onChange: (sources: readonly SourceId[]) => void;
}): JSX.Element {
  const { sources } = props;
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const dragged = useRef<number | undefined>(undefined);
  const move = (from: number, to: number): void => {
    const source = sources[from];
    if (source === undefined || to < 0 || to >= sources.length || from === to) return;
    const next = sources.filter((_, index) => index !== from);
    next.splice(to, 0, source);
    setAt(to);
    props.onChange(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (event.altKey) move(at, at + step);
    else setAt(Math.max(0, Math.min(sources.length - 1, at + step)));
  };
  return (
    <span class="field sources">
      <span>Sources</span>
      <div
        ref={list}
        class="row chain"
        role="listbox"
        aria-label="Order of the sources; Alt and an arrow key move one"
        aria-orientation="horizontal"
        tabIndex={0}
        aria-activedescendant={`source-${sources[at] ?? ''}`}
        onKeyDown={onKeyDown}
      >
        {sources.map((source, index) => (
          <span
            key={source}
            id={`source-${source}`}
            role="option"
            aria-selected={index === at}
            class={index === at ? 'source at' : 'source'}
            title="Drag to change the order"
            draggable
            onClick={() => setAt(index)}
            onDragStart={() => {
              dragged.current = index;
            }}
            onDragOver={(event) => {
              if (dragged.current !== undefined) event.preventDefault();
            }}
            onDrop={(event) => {
              event.preventDefault();
              event.stopPropagation();
              if (dragged.current !== undefined) move(dragged.current, index);
              dragged.current = undefined;
            }}
            onDragEnd={() => {
              dragged.current = undefined;
            }}
          >
            {index > 0 && <Icon name="chevron-right" tone="dim" />}
            <span class="chip">{source}</span>
          </span>
        ))}
      </div>
    </span>
  );
}
