/** What axe-core finds wrong in the page of the panel of a running workbench. */
import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** One line for each rule that is broken: its name, how often, and the first place. */
export async function violationsOf(page: Page): Promise<string[]> {
  const frame = page.frames().find((one) => one.url().includes('fake.html'));
  assert.ok(frame, 'The page of the panel was not found.');
  await frame.evaluate(axe.source);
  const results = await frame.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.map(
    ({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 200) ?? ''}`,
  );
}
