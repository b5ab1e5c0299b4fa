/** The actions of a batch: one tab stop, arrows go along the buttons. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { toGoOf } from '../../src/engine/state/counts';
import { retryableCount } from '../../src/engine/state/abilities';
import type { BatchState } from '../../src/engine/state/reducer';
import { formatCount } from '../../src/model/words';
import type { BatchAction } from '../../src/protocol';
import { alongRow } from '../shared/arrows';
import { Button } from '../shared/controls';
import type { PanelStore } from '../store/store';

interface Tool {
  readonly action: BatchAction;
  readonly icon: string;
  readonly label: string;
  /** Filled: it is the user's turn. */
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly count?: string;
  readonly title?: string;
}

function toolsOf(store: PanelStore, state: BatchState): readonly Tool[] {
  const { phase, counts } = state;
  const others = store.owner !== undefined;
  const waiting = toGoOf(counts) + counts.parked > 0;
  // Resume frees what is parked, but nothing that waits for an OK.
  const parkedOnly = phase === 'running' && store.parked.waiting > 0 && counts.pending === 0;
  const retry = retryableCount(state, store.notBegun.values(), store.now());
  const failed = formatCount(counts.failed);
  const of = retry === counts.failed ? failed : `${formatCount(retry)} of ${failed}`;
  const more: Tool = {
    action: 'export',
    icon: 'export',
    label: 'Export…',
    disabled: counts.completed === 0,
  };
  if (phase === 'finished') {
    const again: Tool = {
      action: 'retryFailed',
      icon: 'refresh',
      label: retry === 0 ? 'Retry failed' : `Retry ${of} failed`,
      primary: retry > 0,
      disabled: retry === 0 || others,
      title:
        retry === 0
          ? 'Nothing to retry: they would fail again in the same way'
          : retry === counts.failed
            ? `Retry ${of} failed`
            : `Retry ${of} failed; the others would fail again in the same way`,
    };
    const folder: Tool = { action: 'openFolder', icon: 'folder-opened', label: 'Open folder' };
    return [...(counts.failed > 0 ? [again] : []), folder, more];
  }
  return [
    phase === 'running' && !parkedOnly
      ? { action: 'pause', icon: 'debug-pause', label: 'Pause', disabled: others }
      : { action: 'resume', icon: 'play', label: 'Resume', primary: !others, disabled: others || !waiting },
    {
      action: 'stop',
      icon: 'debug-stop',
      label: 'Stop',
      disabled: others || phase === 'stopped',
      title: 'Stop. Keeps everything; Resume continues',
    },
    {
      action: 'retryFailed',
      icon: 'refresh',
      label: 'Retry failed',
      disabled: others || retry === 0,
      ...(others || retry === 0 ? {} : { count: of }),
    },
    more,
  ];
}

export function Tools(props: { readonly store: PanelStore; readonly state: BatchState }): JSX.Element {
  const { store } = props;
  const bar = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<BatchAction>();
  const hasFocus = useRef(false);
  const tools = toolsOf(store, props.state);
  const able = tools.filter(({ disabled }) => disabled !== true);
  // The tab stop is never on a button that takes no focus.
  const stop = able.find(({ action }) => action === chosen) ?? able[0];
  const focus = (tool: Tool | undefined): void => {
    const button = tool && bar.current?.children[tools.indexOf(tool)];
    if (button instanceof HTMLElement) button.focus();
  };
  useLayoutEffect(() => {
    // What had the focus has made room for another action, or can do nothing any more. Never while the user is
    // elsewhere: a menu of the editor would close.
    if (!document.hasFocus()) return;
    const at = [...(bar.current?.children ?? [])].findIndex((button) => button === document.activeElement);
    const tool = tools[at];
    if (hasFocus.current && (!tool || tool.disabled === true)) focus(stop);
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = alongRow(event, able, stop);
    if (!to) return;
    setChosen(to.action);
    focus(to);
  };
  return (
    <div
      ref={bar}
      class="row tools"
      role="toolbar"
      aria-label="Batch"
      onKeyDown={onKeyDown}
      onFocusIn={() => {
        hasFocus.current = true;
      }}
      onFocusOut={(event) => {
        const { relatedTarget: to, target: left } = event;
        if (to instanceof Node) {
          hasFocus.current = bar.current?.contains(to) === true;
          return;
        }
        // A button that is just being taken away loses it too: then it goes to another one, see above.
        setTimeout(() => {
          const isThere = left instanceof HTMLElement && left.isConnected;
          if (isThere && bar.current?.contains(document.activeElement) !== true) hasFocus.current = false;
        });
      }}
    >
      {tools.map((tool) => {
        const { action, ...look } = tool;
        return (
          <Button
            key={action}
            {...look}
            tabIndex={tool === stop ? 0 : -1}
            onFocus={() => setChosen(action)}
            onClick={() => store.batchAction(action)}
          />
        );
      })}
    </div>
  );
}
