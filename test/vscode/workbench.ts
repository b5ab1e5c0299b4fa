/** Opens the workbench of a test server in headless Chromium and hands out its page. */
import { chromium as browserType, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { program } from '../programs/find';
import { startServer, type ServerOptions, type WorkbenchServer } from './server';

export interface WorkbenchOptions extends ServerOptions {
  /** Absolute path of the folder to open. */
  readonly folder?: string;
  readonly width?: number;
  readonly height?: number;
}

export interface Workbench {
  readonly page: Page;
  readonly server: WorkbenchServer;
  /** The address that shows the same in another browser. */
  readonly url: string;
  close(): Promise<void>;
}

export async function launchBrowser(): Promise<Browser> {
  return browserType.launch({
    executablePath: program('chromium'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The address of a folder, with a payload for the workbench where there is one. */
export function workbenchUrl(
  port: number,
  folder?: string,
  payload?: readonly (readonly [string, string])[],
): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  if (folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', folder);
  if (payload) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** Starts a server with the extension installed and opens it; `close` ends everything that was started. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const server = await startServer(options);
  try {
    const browser = await launchBrowser();
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    });
    // Half a minute is little where the machine does much else.
    page.setDefaultTimeout(60_000);
    const url = workbenchUrl(server.port, options.folder);
    await page.goto(url);
    await page.locator('.monaco-workbench').waitFor();
    const close = async (): Promise<void> => {
      await browser.close();
      await server.stop();
    };
    return { page, server, url, close };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Runs a command by its title in the palette, for example `Bulk Transcribe: Show Panel`. A palette that was
 * opened before the extension's commands were known does not learn of them, a key may be lost where the focus
 * has just gone, and Enter does nothing while the list is being made anew: each is done again until it took.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const words = `>${title}`;
  const input = page.locator('.quick-input-widget .quick-input-box input');
  const chosen = page
    .locator('.quick-input-list .monaco-list-row.focused')
    .filter({ hasText: title.replace(/^[^:]*: /, '') })
    .first();
  // An input that is gone, perhaps with its whole page, asks nothing: the command must not run twice.
  const asks = async (): Promise<boolean> =>
    (await input.isVisible()) &&
    (await input.inputValue({ timeout: 1000 }).then(
      (value) => value === words,
      () => false,
    ));
  for (let tries = 1; ; tries += 1) {
    try {
      await page.keyboard.press('F1');
      await input.fill(words, { timeout: 5000 });
      await chosen.waitFor({ timeout: 5000 });
      await input.press('Enter', { timeout: 5000 });
      for (let looks = 0; await asks(); looks += 1) {
        if (looks === 20) throw new Error(`The palette did not take "${title}".`);
        await page.waitForTimeout(100);
      }
      return;
    } catch (error) {
      if (tries === 6) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** The page inside the webview that is shown. */
export function webview(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}
