/**
 * The strip beside the table: an overview of the whole batch as in the editor's ruler, failed right, running
 * left, and the thumb over it, which is the table's scroll bar.
 */
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import { useEffect, useRef } from 'preact/hooks';
import { lineHeight, type Layout } from './layout';
import { topic, type PanelStore } from '../store/store';
import { afterPaint } from '../store/turns';
import { fit, onTheme, theme } from '../shared/theme';

export const Ruler = memo(function Ruler(props: {
  readonly store: PanelStore;
  readonly layout: Layout;
  readonly scroller: { readonly current: HTMLElement | null };
}): JSX.Element {
  const { store, layout, scroller } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const thumb = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = (): void => {
      const box = scroller.current;
      if (!box || !thumb.current) return;
      const share = box.clientHeight / Math.max(1, box.scrollHeight);
      const height = Math.max(20, share * box.clientHeight);
      const room = box.scrollHeight - box.clientHeight;
      thumb.current.hidden = room <= 0;
      thumb.current.style.height = `${height}px`;
      thumb.current.style.transform = `translateY(${room <= 0 ? 0 : (box.scrollTop / room) * (box.clientHeight - height)}px)`;
    };
    let isWaiting = false;
    const draw = (): void => {
      place();
      if (isWaiting) return;
      isWaiting = true;
      // It looks at every row: that has a turn of its own, after the frame in which so much else has changed.
      afterPaint(() => {
        isWaiting = false;
        // While rows are still coming it would be drawn for every slice of them.
        if (canvas.current && store.state && !store.partial) drawRuler(canvas.current, store, layout);
      });
    };
    const box = scroller.current;
    box?.addEventListener('scroll', place, { passive: true });
    // Calls at once, and whenever the size changes.
    const observer = new ResizeObserver(draw);
    if (box) observer.observe(box);
    // Once a second is enough for marks of three pixels, and keeps 100,000 rows out of every frame.
    const stops = [store.subscribe(topic.second | topic.view, draw), onTheme(draw)];
    return () => {
      box?.removeEventListener('scroll', place);
      observer.disconnect();
      for (const stop of stops) stop();
    };
  }, [store, layout, scroller]);
  const scrollTo = (clientY: number): void => {
    const box = scroller.current;
    const bar = thumb.current;
    if (!box || !bar) return;
    const share =
      (clientY - box.getBoundingClientRect().top - bar.offsetHeight / 2) /
      (box.clientHeight - bar.offsetHeight);
    box.scrollTop = share * (box.scrollHeight - box.clientHeight);
  };
  return (
    <div
      class="ruler"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrollTo(event.clientY);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) scrollTo(event.clientY);
      }}
    >
      <canvas ref={canvas} />
      <div ref={thumb} class="thumb" />
    </div>
  );
});

function drawRuler(canvas: HTMLCanvasElement, store: PanelStore, layout: Layout): void {
  const fitted = fit(canvas);
  const { state, rows } = store;
  if (!fitted || !state) return;
  const { g, height } = fitted;
  const { colour } = theme();
  const lines = Math.max(layout.lines(rows.length), height / lineHeight);
  const used = { failed: -1, running: -1 };
  const mark = (status: string | undefined, line: number): void => {
    if (status !== 'failed' && status !== 'running') return;
    const y = Math.round((line / lines) * height);
    if (used[status] === y) return;
    used[status] = y;
    g.fillStyle = status === 'failed' ? colour.bad : colour.run;
    g.fillRect(status === 'failed' ? 7 : 2, Math.min(y, height - 3), 5, 3);
  };
  const { length } = rows;
  for (let row = 0; row < length; row += 1) {
    const job = rows.jobAt(row);
    const status = job === undefined ? undefined : state.jobs[job]?.status;
    if (status === 'failed' || status === 'running') mark(status, layout.lineOf(row));
  }
}
