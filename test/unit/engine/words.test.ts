import assert from 'node:assert/strict';
import { forecast, forecastWords, planWords } from '../../../src/engine/pace/forecast';
import { startsLeastMs } from '../../../src/engine/pace/progress';
import { defaultSettings } from '../../../src/model/settings';
import { manifestPieces } from '../../../src/output/manifest';
import { renderReport } from '../../../src/output/report';
import {
  FakeSource,
  found,
  start,
  unlimited,
  videoLink,
  videos,
  within,
  world,
} from '../../helpers/fakeEngine';

const now = Date.UTC(2026, 10, 20, 10, 15);

describe('Before it starts', () => {
  it('names what an hour of sound takes here, and counts the lengths that are known', () => {
    const sound = (duration?: number) => ({
      link: { kind: 'media', url: 'file:///a.mp3', id: 'a', path: '/a.mp3' } as const,
      ...(duration === undefined ? {} : { meta: { duration } }),
    });
    const plain = (text: string | undefined): string => (text ?? '').replace(/\s/g, ' ');
    const unknown = forecast([sound(), sound()], defaultSettings, 12);
    assert.equal(
      plain(planWords(unknown, defaultSettings)),
      '2 sound files: an hour of sound takes about 12 min on this computer.',
    );
    assert.equal(
      plain(forecastWords(unknown, 'terminal', now)),
      '2 sound files of unknown length: an hour of sound takes about 12 min on this computer.',
    );
    // An hour of sound at 12 minutes; the workers do not share one recording.
    assert.equal(forecast([sound(3600), sound(60)], defaultSettings, 12).ms, 12 * 60_000);
    assert.equal(forecast([sound(3600)], defaultSettings).ms, 2500);
  });

  it('is said in one line what will happen, and what sets the pace', () => {
    const expected = forecast(videos(2000), defaultSettings);
    assert.deepEqual(expected.by, { kind: 'quota', quota: 'youtube' });
    const words = forecastWords(expected, 'editor', now);
    assert.equal(
      words?.replace(/\s/g, ' '),
      "2 000 videos, about 7 h at YouTube's pace; keep this window open, or use the terminal.",
    );
    assert.match(forecastWords(expected, 'terminal', now) ?? '', /; keep this terminal open\.$/);
  });

  it('is said what more workers would bring, where no quota binds', () => {
    const expected = forecast(videos(5000), unlimited);
    assert.deepEqual(expected.by, { kind: 'workers' });
    assert.match(forecastWords(expected, 'terminal', now) ?? '', /20 workers would finish at \d/);
  });

  it('is said that lists are not counted yet, and nothing where it is over in a minute', () => {
    const list = { ...videoLink(0), kind: 'list' as const };
    const words = forecastWords(forecast([...videos(500), { link: list }], defaultSettings), 'editor', now);
    assert.match(words ?? '', /^500 videos and 1 list not counted yet/);
    assert.equal(forecastWords(forecast(videos(10), defaultSettings), 'editor', now), undefined);
  });
});

describe('A batch that is not started', () => {
  const plan = (count: number, settings = defaultSettings, lists = 0): string => {
    const links = Array.from({ length: lists }, (_, at) => ({
      link: { ...videoLink(10_000 + at), kind: 'list' as const },
    }));
    return planWords(forecast([...videos(count), ...links], settings), settings).replace(/\s/g, ' ');
  };

  it('says how many videos, how long and why, and which lists are still to be counted', () => {
    assert.equal(
      plan(200, defaultSettings, 3),
      '200 videos, about 40 min: one every 12 s, so that YouTube does not block you. 3 lists still to be counted.',
    );
    assert.equal(plan(0, defaultSettings, 1), '1 list still to be counted.');
  });

  it('names what really sets the pace: the workers, the spacing, or a daily limit', () => {
    assert.equal(plan(5000, unlimited), '5 000 videos, about 40 min: 5 at a time.');
    assert.equal(plan(5000, { ...unlimited, parallel: false }), '5 000 videos, about 3 h: one at a time.');
    assert.equal(
      plan(5000, { ...unlimited, 'rate.youtube.spacing': 1 }),
      '5 000 videos, about 85 min: one a second, so that YouTube does not block you.',
    );
    assert.match(
      plan(200, { ...defaultSettings, 'rate.youtube.perDay': 100 }),
      /^200 videos, about 24 h: 100 a day, as the settings say\.$/,
    );
  });

  it('promises no minutes for what is over in one', () => {
    assert.equal(plan(2), '2 videos, under a minute.');
  });
});

describe('At the end', () => {
  it('the report says how near it came to what the quota allowed at best', async () => {
    const source = new FakeSource('youtube');
    source.quotaNames = ['youtube'];
    const w = world({ sources: [source] });
    const settings = { 'rate.youtube.perHour': 3600, 'rate.utilization': 1 } as const;
    const batch = await start(w, 100, settings);
    await within(w.clock, batch.settled());
    const { ideal } = batch.state.pace ?? {};
    assert.ok(ideal);
    // A hundred starts, ten at once and then one a second.
    assert.ok(ideal.leastMs >= 89_000 && ideal.leastMs <= 90_000, `${ideal.leastMs} ms`);
    assert.ok(ideal.tookMs >= ideal.leastMs && ideal.tookMs < ideal.leastMs * 1.03, `${ideal.tookMs} ms`);
    assert.match(renderReport(batch.state, w.clock.now()), /could have taken less than 89\.\d/);
  });

  it('is bounded by spacing alone where no rate limits', () => {
    assert.equal(startsLeastMs({ windowMs: 60_000, burst: 1, spacingMs: 1_000 }, 0, 11), 10_000);
    assert.equal(startsLeastMs({ windowMs: 60_000, burst: 3, spacingMs: 0 }, 60, 3), 0);
  });
});

describe('A job that waits for an OK', () => {
  it('counts as no failure, in the manifest and in the report', async () => {
    const speech = new FakeSource('deapi', async (request) => {
      const quote = { service: 'deapi', origin: 'https://x', cost: 2 } as const;
      return (await request.consent(quote)) ? found(request) : { consent: quote };
    });
    const w = world({ sources: [speech] });
    const batch = await start(w, 3);
    await within(w.clock, batch.settled());
    assert.equal(batch.state.counts.parked, 3);
    assert.deepEqual(batch.state.byError, {});
    const manifest = new TextDecoder().decode(
      Buffer.concat(await manifestPieces(batch.state, w.clock.now(), () => Promise.resolve())),
    );
    assert.ok(!manifest.includes('payment'), manifest);
    assert.match(manifest, /needs your OK/);
    const report = renderReport(batch.state, w.clock.now());
    assert.match(report, /### Needs your OK \(3\)/);
    assert.ok(!report.includes('`payment`'), report);
    await within(w.clock, batch.agree('deapi', 'https://x', Infinity));
    await within(w.clock, batch.settled());
    assert.deepEqual(batch.state.byError, {});
  });
});

describe('A batch’s id', () => {
  it('is its date and time, and a random part that keeps batches of one second apart', async () => {
    const w = world();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const request = { name, outputFolder: '/out', jobs: videos(1, ids.length), settings: unlimited };
      ids.push((await within(w.clock, w.engine.start(request), 500)).state.id);
    }
    for (const id of ids) assert.match(id, /^batch_20261120_101500_[0-9a-z]{4}$/);
    assert.equal(new Set(ids).size, 3);
  });
});
