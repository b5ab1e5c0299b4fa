/** When work is done: after what is shown has been painted, or in a turn of its own, so that frames come between. */

/** A hidden page paints nothing; then the wait ends after this, ms. */
const longestMs = 250;

/** Calls back once the frame being prepared has been painted. */
export function afterPaint(work: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    work();
  };
  requestAnimationFrame(() => setTimeout(once, 0));
  setTimeout(once, longestMs);
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Calls back in a turn of its own, without the pause that nested timers get. */
export function nextTurn(work: () => void): void {
  waiting.push(work);
  channel.port2.postMessage(undefined);
}
