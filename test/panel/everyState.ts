/**
 * Every state that the panel can be in, made ready for a picture: what the scenes hold, and what a user opens in them.
 */
import type { PlanView } from '../../src/protocol';
import { failure } from '../../src/model/failure';
import { settingsMessage } from './sceneMessages';
import { now, sceneNames } from './sceneNames';
import { openPage, openPanel, type OpenOptions, type Panel } from './setup';

const plan: PlanView = {
  id: 'plan:1',
  name: 'lectures-2026',
  total: 203,
  text: '200 videos, about 40 min: one every 12 s, so that YouTube does not block you. 3 lists still to be counted.',
  lines: [
    'Captions cost nothing. A video without captions is offered to deAPI, which charges for it; nothing is sent before you agree to the amount.',
    'Closing this window pauses it, and Resume continues. A terminal needs no window.',
  ],
  questions: [
    {
      id: 'lists',
      kind: 'ok',
      words: 'Include 2 channels, with all their entries',
      details: ['https://www.youtube.com/@one', 'https://www.youtube.com/@two'],
      agreed: false,
    },
  ],
  yes: 'Start',
};

async function notStarted(options: OpenOptions): Promise<Panel> {
  const panel = await openPage(options);
  const counts = { pending: 0, running: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0, parked: 0 };
  const head = {
    id: plan.id,
    name: plan.name,
    phase: 'stopped',
    counts,
    total: 203,
    notStarted: true,
  } as const;
  await panel.send({ type: 'batches', batches: [head], current: plan.id }, settingsMessage, {
    type: 'plan',
    plan,
  });
  return panel;
}

/** All jobs of the batch that count end in this way. */
async function endAll(panel: Panel, code: 'blocked' | 'no-captions', parkedUntil?: number): Promise<void> {
  const why = failure(
    code,
    'LOGIN_REQUIRED: confirm you are not a bot',
    code === 'blocked' ? { subject: 'youtube' } : {},
  );
  const jobs = (panel.scene?.state.jobs ?? []).filter(
    ({ expandedInto, status }) =>
      expandedInto === undefined && (parkedUntil === undefined || status === 'parked'),
  );
  await panel.events(
    ...jobs.map(({ index: job }) => ({
      type: 'outcome' as const,
      at: now,
      job,
      outcome:
        parkedUntil === undefined
          ? ({ status: 'failed', failure: why, source: 'youtube', seconds: 1, requests: 1 } as const)
          : ({ status: 'parked', failure: why, source: 'youtube', until: parkedUntil } as const),
    })),
  );
}

async function withDetails(panel: Panel): Promise<Panel> {
  await panel.page.locator('#videos').focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await panel.page.keyboard.press(key);
  await panel.drawn();
  return panel;
}

type Open = (options: OpenOptions) => Promise<Panel>;

const scenes = Object.fromEntries(
  ([...sceneNames, 'empty'] as const).map((name): [string, Open] => [
    name,
    (options) => openPanel(name, options),
  ]),
);

export const everyState: Readonly<Record<string, Open>> = {
  ...scenes,
  notStarted,
  tryingAgain: async (options) => {
    const panel = await openPanel('parked', options);
    await endAll(panel, 'blocked', now + 10 * 3_600_000);
    return panel;
  },
  noneDone: async (options) => {
    const panel = await openPanel('allDone', options);
    await endAll(panel, 'blocked');
    return panel;
  },
  speechOffered: async (options) => {
    const panel = await openPanel('allDone', options);
    await endAll(panel, 'no-captions');
    await panel.page.getByRole('tab', { name: /^Failed/ }).click();
    await panel.drawn();
    return panel;
  },
  detailOpen: async (options) => withDetails(await openPanel('running', options)),
  failedDetailOpen: async (options) => withDetails(await openPanel('finished', options)),
  settingsOpen: async (options) => {
    const panel = await openPanel('running', options);
    await panel.page.locator('.settings .h').click();
    await panel.drawn();
    return panel;
  },
  hundredThousand: (options) => openPanel('resumed', { ...options, rows: 100_000 }),
};

/** What is wrong with the layout of what is shown, in words; nothing is. */
export function layoutFaults(panel: Panel): Promise<readonly string[]> {
  return panel.page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element): string => `.${element.className} "${element.textContent.slice(0, 40)}"`;
    const shown = (element: Element): DOMRect | undefined => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden'
        ? box
        : undefined;
    };
    const all = (selector: string): Element[] => [...document.querySelectorAll(selector)];
    if (document.documentElement.scrollWidth > innerWidth) faults.push('the page is wider than the window');
    // Nothing reaches out at the sides.
    for (const element of all(
      '.head *, .quotas *, .axis *, .lane > *, .tabs, .v > *, .sec *, .settings .body *',
    )) {
      if (element.closest('.tablist, .hidden') || element.parentElement?.closest('.cut')) continue;
      const box = shown(element);
      if (box && (box.right > innerWidth + 0.5 || box.left < -0.5))
        faults.push(`${name(element)} is outside`);
    }
    // What is one below the other or beside each other does not overlap.
    let bottom = 0;
    for (const part of [
      '.bar1',
      '.sum',
      '.bar',
      '.say',
      '.quotas',
      '.workers-section',
      '.videos',
      '.settings',
    ]) {
      const box = document.querySelector(part)?.getBoundingClientRect();
      if (!box || box.height === 0) continue;
      if (box.top < bottom - 0.5) faults.push(`${part} begins above the end of the part before it`);
      bottom = box.bottom;
    }
    for (const row of all('.bar1, .sum, .say, .quotas, .q, .tabs, .v.cols, .grp > .row, .sec, .lane')) {
      const boxes = [...row.children].flatMap((child) => {
        const box = shown(child);
        const isOver = ['absolute', 'fixed'].includes(getComputedStyle(child).position);
        return box && !isOver ? [{ child, box }] : [];
      });
      for (const [at, one] of boxes.entries())
        for (const other of boxes.slice(at + 1)) {
          const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
          if (wide > 1 && high > 1) faults.push(`${name(one.child)} lies over ${name(other.child)}`);
        }
    }
    // Heads stand over their columns, and the axis over the lanes.
    const lefts = (selector: string): string =>
      [...(document.querySelector(selector)?.children ?? [])]
        .filter((child) => !child.classList.contains('hov'))
        .map((child) => Math.round(child.getBoundingClientRect().left))
        .join(' ');
    if (document.querySelector('.colh') && document.querySelector('.v.cols:not(.idle)'))
      if (lefts('.colh') !== lefts('.v.cols:not(.idle)'))
        faults.push(`heads begin at ${lefts('.colh')}, cells at ${lefts('.v.cols:not(.idle)')}`);
    // What must not be cut: states, numbers, times, links and what the sentence says.
    const whole =
      '.v .word, .v .c-length, .v .c-time, .v .c-tries, .v .c-index, .q .us, .q .to, .sum b, .lane > .t, .tab, .act .link';
    for (const element of all(whole))
      if (shown(element) && element.scrollWidth > element.clientWidth + 1)
        faults.push(`${name(element)} is cut`);
    for (const element of all('.say > .cut')) {
      if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2)
        faults.push(`${name(element)} is cut`);
    }
    // Details end above the next row: what has no room there is left out as a whole.
    for (const element of all('.det .line > *')) {
      const box = shown(element);
      const end = element.closest('.det')?.getBoundingClientRect().bottom ?? 0;
      if (box && box.top < end - 1 && box.bottom > end + 0.5) faults.push(`${name(element)} is cut`);
    }
    const list = document.querySelector('.list');
    const height = list?.getBoundingClientRect().height ?? Infinity;
    if (height < 5 * 22) faults.push(`the table has ${Math.floor(height / 22)} rows`);
    return [...new Set(faults)];
  });
}
