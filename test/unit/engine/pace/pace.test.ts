/** What a batch says of its end while a quota sets the pace, against when it then ends. */
import assert from 'node:assert/strict';
import type { Settings } from '../../../../src/model/settings';
import { after, FakeSource, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import { FakeClock } from '../../../helpers/fakeClock';

/** How long it said it would take at each tenth, over how long it then took. */
async function said(settings: Settings, jobs: number): Promise<readonly number[]> {
  const clock = new FakeClock();
  const source = new FakeSource('youtube', after(clock, 1_000));
  source.quotaNames = ['youtube'];
  const { engine } = world({ clock, sources: [source] });
  const started = engine.start({ name: 'pace', outputFolder: '/out', jobs: videos(jobs), settings });
  const batch = await within(clock, started);
  const told: { readonly at: number; readonly endsAt: number }[] = [];
  batch.onEvents((events) => {
    for (const event of events)
      if (event.type === 'pace' && event.pace.endsAt !== undefined)
        told.push({ at: event.at, endsAt: event.pace.endsAt });
  });
  const from = clock.now();
  await within(clock, batch.settled());
  const end = clock.now();
  await within(clock, engine.dispose());
  const tenth = (end - from) / 10;
  return [1, 2, 3, 4, 5].map((number) => {
    const now = from + number * tenth;
    const last = told.findLast((pace) => pace.at <= now);
    assert.ok(last);
    return (last.endsAt - last.at) / (end - last.at);
  });
}

describe('The end that is foretold where a quota sets the pace', () => {
  const settings = (rate: Partial<Settings>): Settings => ({ ...unlimited, workers: 5, ...rate });

  it('is right from the first tenth on', async () => {
    const ratios = await said(
      settings({ 'rate.youtube.perHour': 300, 'rate.youtube.burst': 10, 'rate.youtube.spacing': 1 }),
      200,
    );
    for (const ratio of ratios) assert.ok(Math.abs(ratio - 1) < 0.1, ratios.join(' '));
  });

  it('counts what a large burst still lets through at once', async () => {
    const ratios = await said(settings({ 'rate.youtube.perHour': 2_000, 'rate.youtube.burst': 500 }), 200);
    for (const ratio of ratios) assert.ok(Math.abs(ratio - 1) < 0.25, ratios.join(' '));
  });
});
