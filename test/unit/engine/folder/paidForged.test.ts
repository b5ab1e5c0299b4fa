/** Who can write into a batch's folder, or has an earlier copy of it, makes nobody pay and hides no payment. */
import assert from 'node:assert/strict';
import { journalLine, parseLine } from '../../../../src/engine/journal/journal';
import { failure } from '../../../../src/model/failure';
import type { Plain } from '../../../../src/model/plain';
import { found, videos, within } from '../../../helpers/fakeEngine';
import { codes, count, journal, PaidWorld } from '../../../helpers/paidWorld';

describe('A paid batch whose folder somebody else has changed', () => {
  /** Lines that have no seal can be written by anybody who may write into the folder. */
  const forge = (p: PaidWorld, records: readonly Plain[]): void => {
    const node = p.w.files.files.get(journal);
    assert.ok(node);
    const text = node.content.toString();
    const last = Math.max(...[...text.matchAll(/"n":(\d+)/g)].map(([, number]) => Number(number)));
    const lines = records.map((record, at) => journalLine(record, last + 1 + at));
    node.content = Buffer.from(text + lines.join(''));
    node.flushed = node.content.length;
  };
  const at = 9e12;
  const refusedForFree = failure('unsupported', 'It was not accepted.');
  const claims = (job: number): Readonly<Record<string, Plain>> => ({
    'that the service refused it': {
      type: 'attempt',
      ...{ at, job, source: 'deapi', failure: refusedForFree, seconds: 0, requests: 0, counts: false },
    },
    'that it failed for free': {
      type: 'outcome',
      ...{ at, job },
      outcome: {
        status: 'failed',
        ...{ failure: failure('network', 'No answer.'), source: 'deapi', seconds: 0, requests: 0 },
      },
    },
    'that it was stopped': { type: 'outcome', at, job, outcome: { status: 'cancelled' } },
    'that another one paid': {
      type: 'charged',
      ...{ at, job, source: 'openai', cost: 0, requestId: 'x' },
    },
    'that it was begun elsewhere': {
      type: 'intent',
      ...{ at, job, quote: { service: 'openai', origin: 'https://x', cost: 0 } },
    },
    'that the process died with it': { type: 'process-died', at, jobs: [job] },
    'that it runs': { type: 'control', at, action: 'start', by: 'user' },
  });
  const ofAll = (name: string): readonly Plain[] =>
    videos(count).map((_, job) => claims(job)[name] ?? { type: name });
  for (const name of Object.keys(claims(0)))
    it(`is not paid for twice by a line that says ${name}`, async () => {
      const p = new PaidWorld();
      await p.killed();
      forge(p, ofAll(name));
      const batch = await p.run();
      assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
      const doubtful = batch.state.jobs.filter(({ link }) => p.bills.slice(0, 4).includes(link.id));
      const said = name === 'that it was stopped' ? 'cancelled' : 'maybe-charged';
      for (const job of doubtful) assert.equal(job.failure?.code ?? job.status, said);
    });

  it('is not paid for twice when an earlier copy of its journal says that it ran later than now', async () => {
    const p = new PaidWorld();
    await p.killed();
    const text = p.w.files.text(journal) ?? '';
    await p.w.files.writeWhole(journal, text.slice(0, text.indexOf('"type":"intent"') - 40));
    forge(p, [{ type: 'control', at, action: 'start', by: 'user' }, ...ofAll('that the service refused it')]);
    const batch = await p.run();
    assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
    assert.equal(codes(batch).filter((code) => code === 'maybe-charged').length, 4);
  });

  it('does not pay for an OK that only its journal has', async () => {
    const p = new PaidWorld();
    const settings = { ...p.request().settings, 'paid.maxCost': 0 };
    const first = await p.run({ settings });
    assert.deepEqual([p.bills.length, first.state.counts.parked], [0, count]);
    p.again();
    forge(p, [{ type: 'consent', at: 1, service: 'deapi', origin: 'https://x', cost: 1e6 }]);
    const batch = await p.run({ settings });
    assert.deepEqual([p.bills.length, batch.state.counts.parked], [0, count]);
  });
});

describe('A paid request that the service has refused', () => {
  it('is made again by the next process: the record says that nothing was paid', async () => {
    const p = new PaidWorld();
    let refuses = true;
    p.paid.answer = async (request) => {
      const quote = { service: 'deapi', origin: 'https://x', cost: 1 } as const;
      if (!(await request.consent(quote))) return { consent: quote };
      await request.intent(quote);
      if (refuses) return failure('unsupported', 'It was not accepted.');
      p.bills.push(request.link.id);
      return found(request);
    };
    assert.equal((await p.run()).state.counts.failed, count);
    refuses = false;
    p.again();
    const batch = await p.run();
    assert.deepEqual([p.bills.length, batch.state.counts.completed], [count, count]);
  });
});

describe('A batch of a later version beside a paid one', () => {
  it('says what it may have paid for: it is not paid for again, also without a record', async () => {
    const p = new PaidWorld();
    await p.killed();
    const lines = (p.w.files.text(journal) ?? '').split('\n').slice(1);
    const later = lines.map((line) => journalLine({ ...parseLine(line), v: 9 }));
    await p.w.files.writeWhole(journal, later.join(''));
    await p.w.files.remove('/state');
    p.again();
    await assert.rejects(within(p.w.clock, p.w.engine.start(p.request())), /later version/);
    const batch = await p.run({ name: 'another' });
    assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
    assert.ok(codes(batch).filter((code) => code === 'maybe-charged').length >= 4);
  });

  it('is not paid for again when no journal beside it can be read, as long as there is the record', async () => {
    const p = new PaidWorld();
    await p.killed();
    await p.w.files.writeWhole(journal, '\0'.repeat(5_000));
    p.again();
    const batch = await p.run({ name: 'another' });
    assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
    assert.equal(codes(batch).filter((code) => code === 'maybe-charged').length, 4);
  });
});
