/** The head's answers and its sentence: how sure the time left is, and that both are told whole at every width. */
import assert from 'node:assert/strict';
import { failure } from '../../src/model/failure';
import { now, type SceneName } from './sceneNames';
import { openPanel, type Panel } from './setup';

const minute = 60_000;

/**
 * A new estimate of the end, in this many minutes, give or take that many; `about` is the time the page
 * then shows.
 */
async function foretell(
  panel: Panel,
  inMinutes: number,
  withinMinutes: number,
  about: string,
): Promise<void> {
  const pace = panel.scene?.state.pace;
  assert(pace);
  const endsAt = now + inMinutes * minute;
  await panel.events({
    type: 'pace',
    at: now,
    pace: { ...pace, endsAt, endsWithinMs: withinMinutes * minute },
  });
  // Digits change once a second.
  await panel.page.waitForSelector(`.answer[title$="about ${about}"]`);
}

describe('the head', () => {
  it('shows the uncertainty of the time left, and changes it only when it is no longer true', async () => {
    const panel = await openPanel('running');
    const answer = panel.page.locator('.answer');
    const side = answer.locator('.dim');
    assert.equal(await side.innerText(), '15:01–15:07');
    assert.equal(await answer.locator('b').innerText(), '46 min left');
    assert.equal(await answer.getAttribute('title'), 'Done between 15:01 and 15:07, most likely about 15:04');
    await foretell(panel, 47.4, 1.5, '15:05');
    assert.equal(await side.innerText(), '15:01–15:07');
    await foretell(panel, 60, 2, '15:18');
    assert.equal(await side.innerText(), '15:16–15:20');
    await foretell(panel, 61, 0, '15:19');
    assert.equal(await side.innerText(), 'about 15:19');
    await panel.close();
  });

  it('says what was found on the batch itself, and leaves notes on rows to the rows', async () => {
    const panel = await openPanel('running');
    assert.equal(await panel.page.locator('header [role=note]').count(), 0);
    const texts = ['The clock was ahead.', '2 lines of this batch’s journal could not be read.'];
    const notes = [...texts.map((text) => ({ text })), { text: 'Only its newest 15.', job: 0 }];
    await panel.events({ type: 'notes-added', at: now, notes });
    const note = panel.page.locator('header [role=note]');
    await note.waitFor();
    assert.equal(await note.innerText(), `${texts[1]} (1 more in the report)`);
    await panel.close();
  });

  it('warns, with the cause, where nothing at all could be transcribed', async () => {
    const panel = await openPanel('allDone');
    const jobs = panel.scene?.state.jobs.filter((job) => job.expandedInto === undefined) ?? [];
    await panel.events(
      ...jobs.map(({ index: job }) => ({
        type: 'outcome' as const,
        at: now,
        job,
        outcome: {
          status: 'failed' as const,
          failure: failure('unavailable', 'gone'),
          source: 'youtube' as const,
          seconds: 1,
          requests: 1,
        },
      })),
    );
    const say = panel.page.locator('.say', { hasText: 'None of 500 could be transcribed: Removed.' });
    await say.locator('.codicon-warning').waitFor();
    const retry = panel.page.locator('.tools vscode-button[aria-label="Retry failed"]');
    await retry.waitFor();
    assert.match((await retry.getAttribute('title')) ?? '', /^Nothing to retry/);
    await panel.page.screenshot({ path: 'test-results/panel/none-done.png' });
    await panel.close();
  });

  it('keeps how long where a narrow panel has no room for when', async () => {
    const panel = await openPanel('resumed', { rows: 100_000, width: 300 });
    const box = async (part: string): Promise<{ top: number; right: number }> =>
      panel.page.locator(part).evaluate((element) => {
        const { top, right } = element.getBoundingClientRect();
        return { top, right };
      });
    const sum = await box('.sum');
    const big = await box('.answer b');
    const side = await box('.answer .dim');
    assert(big.top < sum.top + 8 && big.right <= 300, 'how long stands on its line');
    assert(side.top >= sum.top + 30, 'when is out of sight as a whole, and still there for a screen reader');
    await panel.close();
  });

  for (const width of [420, 600, 1180])
    it(`tells what is going on whole, in the same room whatever it is, ${width} px wide`, async () => {
      const heights = new Set<number>();
      const names: SceneName[] = ['running', 'resumed', 'held', 'consent', 'paused', 'stopped', 'diskFull'];
      for (const name of names) {
        const panel = await openPanel(name, { width });
        const say = panel.page.locator('.say');
        const [height, isCut] = await say.evaluate((line) => {
          const words = line.querySelector('.cut');
          const room = line.getBoundingClientRect();
          const reaches = [...line.children].some(
            (part) => part.getBoundingClientRect().bottom > room.bottom + 0.5,
          );
          const short =
            words === null ||
            words.scrollHeight > words.clientHeight + 1 ||
            words.scrollWidth > words.clientWidth + 1;
          return [room.height, short || reaches] as const;
        });
        heights.add(height);
        assert.equal(isCut, false, name);
        await panel.close();
      }
      assert.equal(heights.size, 1, [...heights].join(', '));
    });
});
