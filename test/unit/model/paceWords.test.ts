// What limits the pace, in one sentence for the panel and the terminal: it states only what is true now.
import assert from 'node:assert/strict';
import type { Pace, QuotaBound, QuotaView } from '../../../src/model/events';
import { paceWords } from '../../../src/model/words';

const now = new Date(2026, 10, 20, 14, 18).getTime();
const youtube: QuotaView = {
  name: 'youtube',
  limit: 300,
  allowed: 285,
  used: 6,
  unit: 'hour',
  history: [],
};

function said(
  by: Pace['by'],
  more: { quotas?: readonly QuotaView[]; workers?: number; advice?: Pace['advice'] } = {},
): string {
  const { quotas = [youtube], workers = 5, advice } = more;
  const pace: Pace = { by, perMinute: 1, lengthsUnknown: 0, ...(advice ? { advice } : {}) };
  const words = paceWords(pace, { now, quotas, workers });
  return words ? words.text + (words.tail ?? '') : '';
}

const plain = (text: string): string => text.replace(/[\u2009\u202f]/g, ' ');
const quota = (bound?: QuotaBound, view: Partial<QuotaView> = {}): string => {
  const shown = { ...youtube, ...view };
  return plain(said({ kind: 'quota', quota: shown.name, ...(bound ? { bound } : {}) }, { quotas: [shown] }));
};

describe('what sets the pace', () => {
  it('names the service as the settings of the batch have it', () => {
    const groq = { name: 'openai', service: 'Groq', limit: 20, allowed: 19, unit: 'minute' } as const;
    assert.match(
      quota({ by: 'spread' }, groq),
      /^One request every 3 s, 20 a minute, which is what Groq allows;/,
    );
    const shown = [{ ...youtube, ...groq }];
    const held = { kind: 'held', quota: 'openai', until: now + 12_000 } as const;
    assert.match(plain(said(held, { quotas: shown })), /^Groq asked to wait 12 s\./);
    assert.match(plain(said(held)), /^The speech service asked to wait 12 s\./);
  });

  it('is the spacing of the first videos', () => {
    assert.equal(
      quota({ by: 'spacing', everyMs: 1000 }),
      'One video a second at first, so that YouTube does not block you; more workers would not make it faster.',
    );
    assert.match(quota({ by: 'spacing', everyMs: 3000 }), /^One video every 3 s at first, so that/);
  });

  it('is the spacing all the time where there is no limit', () => {
    assert.match(
      quota({ by: 'spacing', everyMs: 3000 }, { limit: 0, allowed: 0 }),
      /^One video every 3 s, so that/,
    );
  });

  it('is the limit spread over its window', () => {
    assert.equal(
      quota({ by: 'spread' }),
      'One video every 12 s, 300 an hour, so that YouTube does not block you; more workers would not make it faster.',
    );
    const deapi = { name: 'deapi.submit', limit: 300, allowed: 285, unit: 'minute' } as const;
    assert.match(
      quota({ by: 'spread' }, deapi),
      /^5 requests a second, 300 a minute, which is what deAPI allows;/,
    );
    // 1.2 a second: never 1 videos.
    assert.match(
      quota({ by: 'spread' }, { limit: 4243, allowed: 4243 }),
      /^One video a second, 4\D243 an hour/,
    );
    const slow = { name: 'deapi.submit', limit: 2, allowed: 2, unit: 'minute' } as const;
    assert.match(quota({ by: 'spread' }, slow), /^One request every 30 s, 2 a minute, which/);
    const site = { name: 'host:example.org', limit: 60, allowed: 57, unit: 'minute' } as const;
    assert.match(
      quota({ by: 'spread' }, site),
      /^One request a second, 60 a minute, so that example\.org does not block you;/,
    );
  });

  it('is the limit only when it is used up', () => {
    assert.equal(
      quota({ by: 'limit' }, { used: 285 }),
      'YouTube’s limit of 300 an hour is reached; more workers would not make it faster.',
    );
    assert.doesNotMatch(quota(undefined, { used: 6 }), /limit/);
    assert.match(quota(undefined, { used: 285 }), /limit of 300 an hour is reached/);
  });

  it('is shared with other machines, or kept to a part of while Redis is away', () => {
    const of = (shared: QuotaView['shared']): string =>
      quota({ by: 'limit' }, { ...(shared ? { shared } : {}) });
    assert.match(of({ by: 'lab', machines: 3 }), /is reached; 3 machines share it/);
    assert.doesNotMatch(of({ by: 'lab', machines: 1 }), /machine/);
    assert.match(
      of({ by: 'lab', machines: 3, away: true }),
      /; Redis is away, so this machine keeps to 1\/3 of it/,
    );
    assert.match(of({ by: 'lab', machines: 0, away: true }), /Redis has not answered yet.* nothing starts/);
  });
  it('is the day, with the time of the next start', () => {
    const nextAt = new Date(2026, 10, 21, 1, 0).getTime();
    assert.equal(
      quota({ by: 'day' }, { unit: 'day', limit: 500, allowed: 500, used: 500, nextAt }),
      'YouTube’s limit for today is reached; the next start at 21 Nov 01:00.',
    );
  });

  it('is what a service does at a time, or its first answer', () => {
    assert.match(
      quota({ by: 'requests' }),
      /^As many requests to YouTube are under way as are allowed at a time;/,
    );
    assert.equal(
      quota({ by: 'first-answer' }, { name: 'deapi.submit' }),
      'Waiting for the first answer of deAPI, which says its limits.',
    );
  });

  it('is a hold or a block, with the time it ends', () => {
    const at = new Date(2026, 10, 20, 14, 32).getTime();
    assert.equal(said({ kind: 'held', quota: 'youtube', until: at }), 'YouTube asked to wait until 14:32.');
    assert.equal(
      said({ kind: 'blocked', quota: 'youtube', until: at }),
      'YouTube blocks this network; tries again at 14:32.',
    );
    assert.equal(
      plain(said({ kind: 'blocked', quota: 'youtube', until: now + 12_000 })),
      'YouTube blocks this network; tries again in 12 s.',
    );
    assert.equal(said({ kind: 'blocked', quota: 'youtube' }), 'YouTube blocks this network.');
  });

  it('is a service that does not answer, and what waits for it', () =>
    assert.equal(
      said({ kind: 'failing', quota: 'youtube', waiting: 150 }),
      'YouTube keeps failing, so single videos try whether it works again; 150 videos wait until it does.',
    ));

  it('is the number of workers, and never promises more than there can be', () => {
    assert.equal(said({ kind: 'workers' }), 'All 5 workers are busy; more would make it faster.');
    assert.equal(said({ kind: 'workers' }, { workers: 1 }), 'One at a time; more would make it faster.');
    assert.equal(said({ kind: 'workers' }, { workers: 20 }), 'All 20 workers are busy.');
    const endsAt = new Date(2026, 10, 20, 14, 50).getTime();
    assert.equal(
      said({ kind: 'workers' }, { advice: { workers: 15, endsAt } }),
      'All 5 workers are busy; 15 workers would finish at 14:50.',
    );
  });

  it('is nothing in particular when the batch is idle', () => assert.equal(said({ kind: 'idle' }), ''));
});
