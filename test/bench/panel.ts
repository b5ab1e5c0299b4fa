/**
 * How the panel holds up with 100,000 rows. The host: how long its event loop stands still while a snapshot
 * goes out. The page: first paint, frames dropped while it is scrolled under 1,000 changes a second, what comes
 * over the wire, and the memory of the page. Prints a line of JSON each.
 * Beside the frames stands what an idle page drops on the same machine just before and after, and the work of
 * the page's main thread in CPU time: these two tell a busy machine from a slow page.
 *   npx tsx test/bench/panel.ts
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { BatchEvent } from '../../src/model/events';
import type { ToPage } from '../../src/protocol';
import { completedEvent } from '../helpers/outcomes';
import { buildPage, servePage } from '../panel/page';
import type { BatchHandle } from '../../src/engine/api';
import { reduce } from '../../src/engine/state/reducer';
import { BatchFeed } from '../../src/editor/panel/feed';
import { systemClock } from '../../src/platform/clock';
import { asText, batchHead, settingsMessage } from '../panel/sceneMessages';
import { scene, type Scene } from '../panel/scenes';
import { launch } from '../panel/setup';

const rows = 100_000;
const changesPerSecond = 1000;
const workers = 20;
/** The host sends at most one message in this time. */
const messageEveryMs = 100;
const scrollSeconds = 6;
/** How often the page is opened. */
const openings = 7;

interface Run {
  readonly value: number;
  readonly cpu: number;
  readonly from: number;
  readonly to: number;
}
const rounded = (value: number): number => Math.round(value * 100) / 100;

function print(
  name: string,
  value: number,
  unit: string,
  atLeast?: number,
  aim?: number,
  cpu?: number,
): void {
  console.log(JSON.stringify({ name, value: rounded(value), unit, atLeast, aim, cpu }));
}

/** A second of a very busy engine, as the host would send it: jobs start, get on, end. */
function busySecond(made: Scene, second: number): BatchEvent[][] {
  const perMessage = (changesPerSecond * messageEveryMs) / 1000;
  const messages: BatchEvent[][] = [];
  for (let message = 0; message < 1000 / messageEveryMs; message += 1) {
    const events: BatchEvent[] = [];
    const at = Date.now();
    for (let change = 0; change < perMessage; change += 1) {
      const number = second * changesPerSecond + message * perMessage + change;
      const job = 62_500 + Math.floor(number / 4);
      const worker = (Math.floor(number / 4) % workers) + 1;
      const kind = number % 4;
      if (kind === 0) events.push({ type: 'job-started', at, job, worker, attempt: 1 });
      else if (kind === 1) events.push({ type: 'stage', at, job, stage: 'fetching', source: 'youtube' });
      else if (kind === 2) events.push({ type: 'stage', at, job, stage: 'writing', source: 'youtube' });
      else {
        const title = made.state.jobs[job]?.meta.title ?? '';
        const files = [`A title that is as long as titles are [${job}].md`];
        events.push(completedEvent(job, { meta: { title }, files, seconds: 1.2 }, at));
      }
    }
    messages.push(events);
  }
  return messages;
}

/**
 * Puts messages into the page beforehand, so that what the debugger takes to bring them is not measured; as one
 * text, which is the quickest, and swept, so that their garbage is not the page's.
 */
async function hand(page: Page, meter: CDPSession, messages: readonly ToPage[]): Promise<void> {
  await page.evaluate((text) => {
    const { read } = window as unknown as { read: (text: string) => unknown };
    Object.assign(window, { messages: read(text) });
  }, asText(messages));
  await meter.send('HeapProfiler.collectGarbage');
}

/**
 * What VS Code does with a message before it leaves the extension host: text, with the bytes of arrays
 * separately. Returns its size.
 */
function serialized(message: ToPage): number {
  let bytes = 0;
  const text = JSON.stringify(message, (_, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    bytes += value.buffer.byteLength;
    return { index: 0 };
  });
  return bytes + text.length;
}

interface Sent {
  readonly messages: ToPage[];
  readonly bytes: number;
  /** The longest turn of the event loop: by the clock, which others on the machine prolong, and in CPU time. */
  readonly longestMs: number;
  readonly longestCpuMs: number;
}

/** The snapshot as the real host sends it, and how long it blocks the host's event loop. */
async function hostSnapshot(made: Scene): Promise<Sent> {
  const messages: ToPage[] = [];
  let bytes = 0;
  const outbox = {
    post: (message: ToPage) => {
      messages.push(message);
      bytes += serialized(message);
      return Promise.resolve(true);
    },
    later: () => undefined,
    forget: () => undefined,
  };
  const handle = {
    folder: '',
    state: made.state,
    seq: 0,
    onEvents: () => () => undefined,
  } as unknown as BatchHandle;
  const feed = new BatchFeed(handle, { clock: systemClock, outbox });
  let longestMs = 0;
  let longestCpuMs = 0;
  let last = performance.now();
  let cpu = process.cpuUsage();
  let going = true;
  const watch = (): void => {
    const at = performance.now();
    longestMs = Math.max(longestMs, at - last);
    last = at;
    const { user, system } = process.cpuUsage(cpu);
    longestCpuMs = Math.max(longestCpuMs, (user + system) / 1000);
    cpu = process.cpuUsage();
    if (going) setImmediate(watch);
  };
  setImmediate(watch);
  await new Promise(setImmediate);
  await feed.snapshot();
  going = false;
  feed.dispose();
  return { messages, bytes, longestMs, longestCpuMs };
}

/**
 * From opening the page to its first paint of these messages, which a host that has them ready sends as its answer: ms
 * by the clock, and of the main thread's work. What is loaded after that paint is kept away, so that it is not counted.
 */
async function opened(page: Page, origin: string, first: readonly ToPage[]): Promise<Run[]> {
  const meter = await page.context().newCDPSession(page);
  await meter.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.route('**/toolkit.js', (route) => route.abort());
  await page.addInitScript((text) => {
    const panel = window as unknown as {
      read: (text: string) => readonly unknown[];
      onSent: (message: { readonly type: string }) => void;
      painted: Promise<number>;
    };
    panel.onSent = ({ type }) => {
      if (type === 'ready') for (const message of panel.read(text)) window.postMessage(message, '*');
    };
    panel.painted = new Promise((resolve) => {
      const look = (): void => {
        if (!document.querySelector('.v[data-job]')) requestAnimationFrame(look);
        else requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0));
      };
      requestAnimationFrame(look);
    });
  }, asText(first));
  const runs: Run[] = [];
  for (let at = 0; at < openings; at += 1) {
    await page.goto('about:blank');
    const from = Date.now();
    const before = await worked(meter);
    await page.goto(`${origin}/?theme=dark`, { waitUntil: 'commit' });
    const value = await page.evaluate(() => (window as unknown as { painted: Promise<number> }).painted);
    const cpu = ((await worked(meter)).tasks - before.tasks) * 1000;
    runs.push({ value: rounded(value), cpu: rounded(cpu), from, to: Date.now() });
  }
  return runs;
}

/** What the page's main thread has worked so far, seconds of its tasks and of script, style and layout. */
async function worked(meter: CDPSession): Promise<{ tasks: number; ours: number }> {
  const { metrics } = await meter.send('Performance.getMetrics');
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? 0;
  return {
    tasks: of('TaskDuration'),
    ours: of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration'),
  };
}

/** Plays the messages inside the page while it scrolls; returns the time between frames, ms. */
async function scrollUnderLoad(page: Page): Promise<number[]> {
  return page.evaluate(
    async ([everyMs, seconds]) => {
      const list = (window as unknown as { messages: readonly unknown[] }).messages;
      const box = document.querySelector('.scroll');
      if (!box) throw new Error('No table.');
      let next = 0;
      const timer = setInterval(() => {
        const message = list[next];
        next += 1;
        if (message) window.postMessage(message, '*');
      }, everyMs);
      const frames: number[] = [];
      let last = performance.now();
      const end = last + seconds * 1000;
      await new Promise<void>((resolve) => {
        const frame = (at: number): void => {
          frames.push(at - last);
          last = at;
          // As a wheel does: some 2,400 px a second, and now and then a long way by the scroll bar.
          box.scrollTop += frames.length % 90 === 0 ? 60_000 : 40;
          if (at < end) requestAnimationFrame(frame);
          else resolve();
        };
        requestAnimationFrame(frame);
      });
      clearInterval(timer);
      return frames.slice(2);
    },
    [messageEveryMs, scrollSeconds] as const,
  );
}

/**
 * What the longest task of a page's main thread has taken while `work` ran, ms of CPU time. As long as that is less
 * than a frame, the page itself drops none, however busy the machine is.
 */
async function longestTask<T>(browser: Browser, work: () => Promise<T>): Promise<readonly [T, number]> {
  const tracer = await browser.newBrowserCDPSession();
  const events: Readonly<Record<string, unknown>>[] = [];
  tracer.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const traceConfig = { includedCategories: ['toplevel'], excludedCategories: ['*'] };
  await tracer.send('Tracing.start', { traceConfig });
  const result = await work();
  const ended = new Promise<void>((resolve) => tracer.once('Tracing.tracingComplete', () => resolve()));
  await tracer.send('Tracing.end');
  await ended;
  await tracer.detach();
  const threadOf = ({ pid, tid }: Readonly<Record<string, unknown>>): string =>
    `${String(pid)} ${String(tid)}`;
  const mains = new Set(
    events.filter(({ args }) => JSON.stringify(args) === '{"name":"CrRendererMain"}').map(threadOf),
  );
  const tasks = events.filter((event) => mains.has(threadOf(event)) && event.tdur !== undefined);
  return [result, Math.max(...tasks.map(({ tdur }) => Number(tdur))) / 1000];
}

/** Frames of a page that does nothing: what the machine itself drops. */
async function idleFrames(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const frames: number[] = [];
    let last = performance.now();
    const end = last + 3000;
    await new Promise<void>((resolve) => {
      const frame = (at: number): void => {
        frames.push(at - last);
        last = at;
        if (at < end) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
    });
    return frames.slice(2);
  });
}

const frameMs = 1000 / 60;
const dropped = (frames: readonly number[]): number => {
  const lost = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / frameMs) - 1), 0);
  return (100 * lost) / (frames.length + lost);
};

async function main(): Promise<void> {
  const served = await servePage(await buildPage());
  const browser = await launch();
  try {
    const context = await browser.newContext({ viewport: { width: 1180, height: 760 }, timezoneId: 'UTC' });
    const page = await context.newPage();
    // The transpiler names inner functions with this helper, also in what is sent to the page.
    await page.addInitScript({ content: 'globalThis.__name = (it) => it;' });
    await page.goto(`${served.origin}/?theme=dark`);
    const meter = await context.newCDPSession(page);
    await meter.send('Performance.enable', { timeDomain: 'threadTicks' });
    const made = scene('running', rows);
    // As many as the load below keeps busy: five that become twenty in its first message are another test.
    reduce(made.state, { type: 'workers', at: 0, configured: workers, effective: workers, parallel: true });
    // Once for the compiler, as in a host that has shown a batch before; then the measurement.
    await hostSnapshot(scene('running', 5000));
    const { messages: slices, bytes: snapshotBytes, longestMs, longestCpuMs } = await hostSnapshot(made);
    print("panel: host's longest stop while 100,000 rows go out", longestMs, 'ms', 50, 20, longestCpuMs);
    await hand(page, meter, [
      { type: 'batches', batches: [batchHead(made)], current: made.state.id },
      settingsMessage,
      ...slices,
    ]);
    const [firstPaint, whole] = await page.evaluate(async () => {
      const { messages } = window as unknown as { messages: readonly unknown[] };
      const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
      const painted = async (): Promise<void> => {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        await turn();
      };
      const start = performance.now();
      let first = 0;
      for (const message of messages) {
        // One message a turn, as they come from VS Code.
        window.postMessage(message, '*');
        await turn();
        if (first === 0 && document.querySelector('.v[data-job]')) {
          await painted();
          first = performance.now() - start;
        }
      }
      while (!document.querySelector('.v[data-job]') || document.querySelector('.table[aria-busy=true]'))
        await painted();
      await painted();
      const all = performance.now() - start;
      return [first || all, all] as const;
    });
    const openedPage = await (
      await browser.newContext({ viewport: { width: 1180, height: 760 }, timezoneId: 'UTC' })
    ).newPage();
    await openedPage.addInitScript({ content: 'globalThis.__name = (it) => it;' });
    const heads: ToPage = { type: 'batches', batches: [batchHead(made)], current: made.state.id };
    const runs = await opened(openedPage, served.origin, [heads, settingsMessage, ...slices.slice(0, 1)]);
    const name = 'panel: first paint since the page was opened';
    console.log(JSON.stringify({ name, unit: 'ms', atLeast: 300, aim: 100, runs: runs.slice(2) }));
    await openedPage.context().close();
    await page.bringToFront();
    print('panel: all 100,000 rows there', whole, 'ms');
    print('panel: first paint with 100,000 rows', firstPaint, 'ms', 300, 100);
    print('panel: snapshot of 100,000 rows', snapshotBytes / 1e6, 'MB');

    let seq = 1;
    const messages: ToPage[] = [];
    for (let second = 0; second < scrollSeconds + 1; second += 1)
      for (const events of busySecond(made, second)) {
        messages.push({ type: 'events', batch: made.state.id, seq, events });
        seq += events.length;
      }
    const bytes = messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
    print('panel: messages at 1,000 changes a second', bytes / (scrollSeconds + 1) / 1000, 'kB/s');
    await hand(page, meter, messages);
    const idle = await context.newPage();
    await idle.addInitScript({ content: 'globalThis.__name = (it) => it;' });
    await idle.goto('about:blank');
    const idleBefore = await idleFrames(idle);
    await page.bringToFront();
    const before = await worked(meter);
    const [frames, longest] = await longestTask(browser, () => scrollUnderLoad(page));
    const after = await worked(meter);
    await idle.bringToFront();
    const idleAfter = await idleFrames(idle);
    await page.bringToFront();
    print('panel: frames dropped scrolling 100,000 rows under 1,000 changes/s', dropped(frames), '%', 5, 0);
    print('panel: frames an idle page dropped before and after', dropped([...idleBefore, ...idleAfter]), '%');
    const share = (from: number, to: number): number => ((to - from) / scrollSeconds) * 100;
    print('panel: CPU of the longest turn of the main thread meanwhile', longest, 'ms', 16, 8);
    print('panel: CPU of the main thread meanwhile', share(before.tasks, after.tasks), '%');
    print('panel: of it script, style and layout', share(before.ours, after.ours), '%');
    const sorted = [...frames].sort((a, b) => a - b);
    print('panel: frame time, 99th percentile', sorted[Math.floor(sorted.length * 0.99)] ?? 0, 'ms');
    print('panel: rows in the page', await page.locator('.v[role=row]').count(), 'rows');

    await meter.send('HeapProfiler.collectGarbage');
    const { usedSize } = await meter.send('Runtime.getHeapUsage');
    print('panel: page memory with 100,000 rows', usedSize / 1e6, 'MB');
  } finally {
    await browser.close();
    await served.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
