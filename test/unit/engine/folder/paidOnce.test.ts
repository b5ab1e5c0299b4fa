/**
 * Nothing is paid for twice when this machine's identity, its record or a journal is not what it was. The paid
 * stand-in counts its bills.
 */
import assert from 'node:assert/strict';
import { videos, within, world } from '../../../helpers/fakeEngine';
import { codes, count, journal, PaidWorld } from '../../../helpers/paidWorld';

describe('A paid batch that was killed with submits under way', () => {
  it('goes on in its own folder, and what may have been charged is not submitted again', async () => {
    const p = new PaidWorld();
    await p.killed();
    const batch = await p.run();
    assert.equal(batch.folder, '/out/paid');
    assert.deepEqual([p.twice, codes(batch).filter((code) => code === 'maybe-charged').length], [0, 4]);
    assert.equal(p.bills.length, count);
  });

  const faults: Readonly<Record<string, (p: PaidWorld) => Promise<void> | void>> = {
    'the machine has another identity': (p) => p.again('machine-2'),
    'its record is lost': (p) => p.w.files.remove('/state/ledger.jsonl'),
    'its record is damaged': (p) => p.w.files.writeWhole('/state/ledger.jsonl', 'x'.repeat(5_000)),
    'its secret is lost': async (p) => {
      await p.w.files.remove('/state/secret');
      await p.w.files.remove('/state/secret.copy');
    },
    'the whole state folder is lost': (p) => p.w.files.remove('/state'),
    'its record and identity are others': async (p) => {
      await p.w.files.remove('/state');
      p.again('machine-2');
    },
  };
  for (const [name, fault] of Object.entries(faults))
    it(`is not paid for twice when ${name}, and says so`, async () => {
      const p = new PaidWorld();
      await p.killed();
      await fault(p);
      const batch = await p.run();
      assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
      assert.equal(codes(batch).filter((code) => code === 'maybe-charged').length, 4);
      if (batch.folder !== '/out/paid') assert.match(batch.news?.join(' ') ?? '', /paid has the same list/);
      const doubtful = batch.state.jobs.filter((job) => job.failure?.code === 'maybe-charged');
      await within(
        p.w.clock,
        batch.rows(
          doubtful.map(({ index }) => index),
          'retry',
        ),
      );
      await within(p.w.clock, batch.settled());
      assert.equal(p.bills.length, count + 4, 'the user’s own retry pays');
    });

  it('goes on in its folder where nobody can answer, on the user’s word', async () => {
    const p = new PaidWorld();
    await p.killed();
    p.again('machine-2');
    const yes = (): Promise<boolean> => Promise.resolve(true);
    const settings = { 'paid.maxCost': 1e6 };
    const batch = await within(p.w.clock, p.w.engine.open('/out/paid', 'resume', settings, yes));
    await within(p.w.clock, batch.settled());
    assert.equal(p.bills.length, count);
    assert.deepEqual([batch.folder, p.twice], ['/out/paid', 0]);
  });

  it('is not paid for again when its journal is gone or an earlier copy', async () => {
    for (const change of ['gone', 'empty', 'earlier'] as const) {
      const p = new PaidWorld();
      await p.killed();
      const text = p.w.files.text(journal) ?? '';
      if (change === 'gone') await p.w.files.remove(journal);
      else if (change === 'empty') await p.w.files.writeWhole(journal, '\0'.repeat(text.length));
      else await p.w.files.writeWhole(journal, text.slice(0, text.indexOf('"type":"intent"') - 40));
      const batch = await p.run();
      assert.equal(p.twice, 0, change);
      assert.equal(codes(batch).filter((code) => code === 'maybe-charged').length, 4, change);
    }
  });

  it('loses nothing to one damaged byte in any line of its journal', async () => {
    const whole = new PaidWorld();
    await whole.killed();
    const lines = (whole.w.files.text(journal) ?? '').split('\n').slice(1);
    for (const [line, text] of lines.entries())
      for (const at of [-1, 3, 12, 40, text.length >> 1, text.length - 3]) {
        const p = new PaidWorld();
        await p.killed();
        p.flip(line, at);
        const batch = await p.run();
        const where = `line ${line}, byte ${at}: ${text.slice(0, 90)}`;
        assert.equal(p.twice, 0, where);
        assert.deepEqual([batch.folder, batch.state.total], ['/out/paid', count], where);
        await within(p.w.clock, p.w.engine.dispose());
      }
  });

  it('is refused by name when its first line is lost with its copy, and nothing is submitted', async () => {
    const p = new PaidWorld();
    await p.run();
    p.again();
    for (const line of [0, 1]) p.flip(line, 40);
    const before = p.w.files.text(journal);
    const { engine } = p.w;
    for (const begin of [() => engine.start(p.request()), () => engine.open('/out/paid', 'resume')])
      await assert.rejects(
        within(p.w.clock, begin()),
        /journal of paid is damaged.*Put back an earlier copy/s,
      );
    assert.equal(p.bills.length, count);
    assert.equal(p.w.files.text(journal), before, 'nothing was written over it');
  });

  it('is begun again without paying twice once the damaged journal was renamed, also without a record', async () => {
    const p = new PaidWorld();
    await p.killed();
    for (const line of [0, 1]) p.flip(line, 40);
    await p.w.files.remove('/state');
    p.again();
    await assert.rejects(within(p.w.clock, p.w.engine.start(p.request())), /is damaged/);
    await p.w.files.rename(journal, `${journal}.old`);
    const batch = await p.run();
    assert.deepEqual([batch.folder, p.twice], ['/out/paid', 0]);
    assert.equal(codes(batch).filter((code) => code === 'maybe-charged').length, 4);
  });

  it('loses nothing to one damaged byte of the snapshot that repairs it, though the record is lost too', async () => {
    for (const machine of [undefined, 'machine-2']) {
      const p = new PaidWorld();
      await p.killed();
      // Damage of a line that stands once is repaired by a snapshot.
      p.flip(4, 40);
      await p.run();
      p.again();
      const lines = (p.w.files.text(journal) ?? '').split('\n').slice(1);
      const at = lines.findIndex((text) => text.includes('"snapshot-jobs"'));
      assert.ok(at > 0);
      p.flip(at, 60);
      await p.w.files.remove('/state');
      p.again(machine);
      const batch = await p.run();
      assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
      assert.equal(batch.state.total, count);
    }
  });

  for (const [where, aside] of [
    ['whose journal was put aside', true],
    ['of another batch of the list', false],
  ] as const)
    it(`is not paid for again when all copies of its rows and the record are lost, ${where}`, async () => {
      for (const form of ['"snapshot-jobs"', '"jobs-added"']) {
        const p = new PaidWorld();
        await p.killed();
        if (form === '"snapshot-jobs"') p.flip(4, 40);
        await p.run();
        p.again();
        const lines = (p.w.files.text(journal) ?? '').split('\n').slice(1);
        assert.ok(lines.some((text) => text.includes(form)));
        for (const [line, text] of lines.entries()) if (text.includes(form)) p.flip(line, 60);
        await p.w.files.remove('/state');
        p.again();
        await assert.rejects(within(p.w.clock, p.w.engine.start(p.request())), /is damaged/);
        if (aside) await p.w.files.rename(journal, `${journal}.old`);
        const batch = await p.run(aside ? {} : { name: 'another' });
        assert.equal(p.twice, 0, `${form} bills: ${p.bills.join(' ')}`);
        assert.equal(batch.state.counts.completed, 0, 'what has its file is not done again');
        assert.equal(batch.state.total, count);
      }
    });

  for (const [where, aside, more] of [
    ['whose journal was put aside', true, {}],
    ['beside it, started from the same list', false, { name: 'another' }],
  ] as const)
    it(`is not paid for again when its ids are damaged in both copies and the record is lost, ${where}`, async () => {
      const p = new PaidWorld();
      await p.killed();
      p.again();
      const lines = (p.w.files.text(journal) ?? '').split('\n').slice(1);
      for (const [line, text] of lines.entries())
        if (text.includes('"jobs-added"'))
          for (const { link } of videos(count))
            for (let at = text.indexOf(link.id); at >= 0; at = text.indexOf(link.id, at + 1))
              p.flip(line, at + 4);
      assert.ok(videos(count).every(({ link }) => p.w.files.text(journal)?.includes(link.id) === false));
      await p.w.files.remove('/state');
      p.again();
      if (aside) await p.w.files.rename(journal, `${journal}.old`);
      const batch = await p.run(more);
      assert.equal(p.twice, 0, `bills: ${p.bills.join(' ')}`);
      assert.deepEqual(
        codes(batch),
        videos(count).map(() => 'maybe-charged'),
      );
    });

  it('of another list does not make each new video doubtful when its ids are damaged', async () => {
    const p = new PaidWorld();
    await p.killed();
    p.again();
    const lines = (p.w.files.text(journal) ?? '').split('\n').slice(1);
    for (const [line, text] of lines.entries()) if (text.includes('"jobs-added"')) p.flip(line, 60);
    await p.w.files.remove('/state');
    p.again();
    const jobs = videos(20).slice(count);
    const batch = await p.run({ name: 'other', list: '/lists/other.urls', jobs });
    assert.equal(batch.state.counts.completed, jobs.length);
  });

  it('is refused by name when rows in the middle are lost with their copy', async () => {
    const p = new PaidWorld();
    const batch = await p.run();
    await within(p.w.clock, p.w.engine.start(p.request({ jobs: videos(count + 4) })));
    await within(p.w.clock, batch.settled());
    p.again();
    const lines = (p.w.files.text(journal) ?? '').split('\n').slice(1);
    const at = lines.findIndex((line) => line.includes('"jobs-added"'));
    for (const line of [at, at + 1]) p.flip(line, 60);
    await assert.rejects(within(p.w.clock, p.w.engine.start(p.request())), /is damaged/);
  });
});

describe('A run whose record cannot be written', () => {
  const full = (p: PaidWorld, under: string): void => {
    p.w.files.fail = (operation, path) =>
      operation !== 'read' && operation !== 'stat' && operation !== 'list' && path.startsWith(under)
        ? 'The disk is full (ENOSPC)'
        : undefined;
  };
  for (const [name, under] of [
    ['the user’s own record', '/state/ledger'],
    ['the record of rates', '/state/quotas'],
    ['the whole state folder', '/state'],
  ] as const)
    it(`says so at once and submits nothing paid, but the others go on: ${name}`, async () => {
      const p = new PaidWorld();
      p.w = world({ sources: [p.free, p.paid] });
      full(p, under);
      const batch = await p.run();
      assert.match(batch.news?.join(' ') ?? '', /cannot be written.*ENOSPC.*Nothing is paid for/s);
      assert.equal(p.bills.length, 0);
      assert.deepEqual([batch.state.counts.completed, batch.state.counts.parked], [4, 4]);
      assert.ok(batch.state.jobs.every(({ failure: fail }) => fail === undefined || fail.needs === 'state'));
      p.w.files.fail = undefined;
      p.again();
      const later = await p.run();
      const parked = later.state.jobs.filter((job) => job.status === 'parked').map(({ index }) => index);
      await within(p.w.clock, later.rows(parked, 'release'));
      await within(p.w.clock, later.settled());
      assert.deepEqual([p.bills.length, p.twice], [4, 0]);
    });

  it('stops paying when it fills up in mid-run, and goes on when the user resumes', async () => {
    const p = new PaidWorld();
    p.w = world({ sources: [p.paid] });
    const batch = await within(p.w.clock, p.w.engine.start(p.request({ jobs: videos(1) })));
    await within(p.w.clock, batch.settled());
    full(p, '/state/ledger');
    await within(p.w.clock, p.w.engine.start(p.request({ jobs: videos(4) })));
    await within(p.w.clock, batch.settled());
    assert.deepEqual([p.bills.length, batch.state.counts.parked], [1, 3]);
    p.w.files.fail = undefined;
    await within(p.w.clock, batch.rows([1, 2, 3], 'release'));
    await within(p.w.clock, batch.settled());
    assert.deepEqual([p.bills.length, batch.state.counts.completed], [4, 4]);
  });
});
