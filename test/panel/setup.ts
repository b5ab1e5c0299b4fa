/** One browser and one server for the whole component suite; opens the page with a fake host behind it. */
import assert from 'node:assert/strict';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { BatchEvent } from '../../src/model/events';
import type { FromPage, ToPage } from '../../src/protocol';
import { program } from '../programs/find';
import { buildPage, servePage, type Served } from './page';
import { asText, batchHead, settingsMessage, snapshot, sourcesMessage } from './sceneMessages';
import { now as pictureTime, type SceneName } from './sceneNames';
import { scene, type Scene } from './scenes';
import type { ThemeName } from './themes';

let browser: Browser | undefined;
let served: Served | undefined;
/** Pages whose test is over. A new one costs six times the CPU time of loading the panel into one of these. */
const spare: Page[] = [];

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: program('chromium'),
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  });
}

export const mochaHooks = {
  async beforeAll(): Promise<void> {
    browser = await launch();
    served = await servePage(await buildPage());
  },
  async afterAll(): Promise<void> {
    await browser?.close();
    await served?.close();
  },
};

export interface OpenOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly rows?: number;
  /** Epoch ms at which the page's clock is stopped; 0: it runs. */
  readonly now?: number;
  /** The UI toolkit arrives when this settles. */
  readonly toolkit?: Promise<void>;
}

/** The messages between the test and the page. */
export class Panel {
  seq = 0;
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    readonly scene: Scene | undefined,
  ) {
    page.on('pageerror', (error) => this.errors.push(String(error.stack ?? error)));
  }

  /** Sends messages and waits until the page has drawn what they changed. */
  async send(...messages: readonly ToPage[]): Promise<void> {
    await this.post(...messages);
    await this.drawn();
  }

  async post(...messages: readonly ToPage[]): Promise<void> {
    // As one text: the debugger takes seconds over 100,000 objects.
    await this.page.evaluate((text) => {
      const { read } = window as unknown as { read: (text: string) => unknown[] };
      for (const message of read(text)) window.postMessage(message, '*');
    }, asText(messages));
  }

  async events(...events: readonly BatchEvent[]): Promise<void> {
    const batch = this.scene?.state.id ?? '';
    const seq = this.seq + 1;
    this.seq += events.length;
    await this.send({ type: 'events', batch, seq, events });
  }

  /** Until the page has drawn what it knows, with its controls alive. */
  async drawn(): Promise<void> {
    await this.page.evaluate(async () => {
      // The last of them; the toolkit comes after the first paint.
      await customElements.whenDefined('vscode-text-field');
      await new Promise<void>((resolve) => {
        // The message has its own turn, the store's frame the next one, and Preact one more.
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())), 0);
      });
    });
  }

  async sent(): Promise<FromPage[]> {
    return this.page.evaluate(() => (window as unknown as { sent: FromPage[] }).sent);
  }

  /** The last message of a kind, waited for. */
  async last<T extends FromPage['type']>(type: T): Promise<Extract<FromPage, { type: T }>> {
    await this.page.waitForFunction(
      (kind) => (window as unknown as { sent: FromPage[] }).sent.some((message) => message.type === kind),
      type,
    );
    const found = (await this.sent()).findLast((message) => message.type === type);
    assert(found?.type === type);
    return found as Extract<FromPage, { type: T }>;
  }

  async violations(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { violations: string[] }).violations);
  }

  async close(): Promise<void> {
    assert.deepEqual(this.errors, []);
    assert.deepEqual(await this.violations(), [], 'the page keeps to the content security policy');
    await putAway(this.page);
  }
}

/** Leaves nothing of a test in its page, and keeps it for the next one. */
async function putAway(page: Page): Promise<void> {
  assert(served);
  page.removeAllListeners('pageerror');
  await page.unrouteAll();
  await page.emulateMedia({ forcedColors: null, reducedMotion: null });
  // Of the same origin, but without our script, which could still store something.
  await page.goto(`${served.origin}/codicon.css`);
  await page.evaluate(() => sessionStorage.clear());
  await page.mouse.move(-10, -10);
  spare.push(page);
}

async function takePage(viewport: { readonly width: number; readonly height: number }): Promise<Page> {
  assert(browser);
  const page = spare.pop() ?? (await (await browser.newContext({ timezoneId: 'UTC' })).newPage());
  await page.setViewportSize(viewport);
  return page;
}

export async function openPage(options: OpenOptions = {}): Promise<Panel> {
  assert(served);
  const page = await takePage({ width: options.width ?? 1180, height: options.height ?? 760 });
  const panel = new Panel(page, undefined);
  const { toolkit } = options;
  if (toolkit)
    await page.route('**/toolkit.js', async (route) => {
      await toolkit;
      await route.continue();
    });
  await page.goto(`${served.origin}/?theme=${options.theme ?? 'dark'}&now=${options.now ?? pictureTime}`, {
    // A page has loaded when its toolkit has.
    waitUntil: toolkit ? 'domcontentloaded' : 'load',
  });
  return panel;
}

/** The page with a batch in one of the states, or with none at all. */
export async function openPanel(name: SceneName | 'empty', options: OpenOptions = {}): Promise<Panel> {
  const opened = await openPage(options);
  if (name === 'empty') {
    await opened.send({ type: 'batches', batches: [], current: null }, settingsMessage, sourcesMessage);
    return opened;
  }
  const made = scene(name, options.rows);
  const panel = new Panel(opened.page, made);
  await panel.send(
    { type: 'batches', batches: [batchHead(made)], current: made.state.id },
    settingsMessage,
    sourcesMessage,
    ...snapshot(
      made,
      0,
      5000,
      options.now === 0 ? await opened.page.evaluate(() => Date.now()) : pictureTime,
    ),
  );
  await panel.page.waitForSelector('.table');
  await panel.drawn();
  return panel;
}
