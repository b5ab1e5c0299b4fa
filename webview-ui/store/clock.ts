/**
 * The page's pulse: lanes four times a second, digits once; with reduced motion or a screen reader both once
 * in five seconds. Pauses while the page is hidden.
 */
import { topic, type PanelStore } from './store';

function isCalm(): boolean {
  const { classList } = document.body;
  return (
    matchMedia('(prefers-reduced-motion: reduce)').matches ||
    classList.contains('vscode-reduce-motion') ||
    classList.contains('vscode-using-screen-reader')
  );
}

const laneListeners = new Set<() => void>();

/** Calls back when the lanes have to be redrawn. */
export function onLaneBeat(listener: () => void): () => void {
  laneListeners.add(listener);
  return () => laneListeners.delete(listener);
}

export function startClock(store: PanelStore): void {
  let beat = 0;
  setInterval(() => {
    if (document.hidden || !store.state) return;
    beat += 1;
    const calm = isCalm();
    if (!calm || beat % 20 === 0) for (const listener of laneListeners) listener();
    if (beat % (calm ? 20 : 4) === 0) store.mark(topic.second);
  }, 250);
}
