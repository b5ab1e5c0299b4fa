/** What a batch folder from elsewhere may ask for, and on which matters this user's record is trusted. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confineForeign, isForeign, refuseLinks } from '../../../../src/engine/folder/foreign';
import { journalLine, journalName, parseLine } from '../../../../src/engine/journal/journal';
import type { Authorship } from '../../../../src/engine/journal/journal';
import { Ledger } from '../../../../src/engine/folder/ledger';
import { emptyState } from '../../../../src/engine/state/reducer';
import type { BatchState, JobState } from '../../../../src/engine/state/reducer';
import { NodeFiles } from '../../../../src/platform/files';
import { videoLink, videos, world, within, unlimited, FakeSource, found } from '../../../helpers/fakeEngine';
import { FakeClock } from '../../../helpers/fakeClock';
import { MemoryFiles } from '../../../helpers/memoryFiles';
import { SeededRandom } from '../../../helpers/seededRandom';

const quiet = { write: (): void => undefined };

function ledger(files = new MemoryFiles()): Ledger {
  return new Ledger(files, new FakeClock(), quiet, '/state', new SeededRandom(1));
}

function stateOf(id: string, machine: string, jobs: readonly Partial<JobState>[] = []): BatchState {
  const state = emptyState();
  state.id = id;
  state.machine = machine;
  for (const [index, job] of jobs.entries())
    state.jobs.push({
      index,
      link: videoLink(index),
      count: 1,
      status: 'pending',
      meta: {},
      tries: 0,
      retries: 0,
      ...job,
    });
  return state;
}

describe('a batch from elsewhere', () => {
  it('is known by its seals; without any, by the machine in its journal and what this user has started', async () => {
    const own = ledger();
    const of = (id: string, machine: string, author: Authorship, place = '/out/a'): boolean =>
      isForeign(stateOf(id, machine), { author, ledger: own, machine: 'here', place });
    await own.started('batch_1', '/out/a', {}, false);
    assert.equal(of('batch_1', 'here', 'unsealed'), false);
    assert.equal(of('batch_1', 'there', 'unsealed'), true);
    assert.equal(of('batch_2', 'here', 'unsealed'), true, 'a machine id can be copied');
    assert.equal(of('batch_1', 'here', 'unsealed', '/clone/a'), true, 'both ids can be');
    await own.started('batch_1', '/out/a', {}, true);
    assert.equal(of('batch_1', 'here', 'unsealed'), true, 'the one that was written here has seals');
    assert.equal(of('batch_1', 'here', 'others'), true, 'somebody wrote into it');
    assert.equal(of('batch_1', 'there', 'own'), false, 'the seals are proof enough');
  });

  it('is not resumed without asking when its proxies are no longer recorded; its list goes on with those given', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    const proxies = ['http://127.0.0.1:9'];
    const request = { name: 'a', outputFolder: '/out', list: '/lists/a.urls', jobs: videos(2) };
    const settings = { ...unlimited, proxies };
    const first = await within(w.clock, w.engine.start({ ...request, settings }));
    await within(w.clock, first.settled());
    await within(w.clock, w.engine.dispose());
    await w.files.remove('/state/ledger.jsonl');
    const later = w.another(200).engine;
    assert.equal((await within(w.clock, later.open('/out/a', 'view'))).foreign, true);
    await assert.rejects(within(w.clock, later.open('/out/a', 'resume')), /no longer recorded/);
    const again = await within(w.clock, later.start({ ...request, jobs: videos(3), settings }));
    await within(w.clock, again.settled());
    assert.equal(again.folder, '/out/a');
    await within(w.clock, later.dispose());
    const last = w.another(300).engine;
    await within(w.clock, last.open('/out/a', 'resume'));
    assert.deepEqual(last.settings.proxies, proxies);
  });

  it('goes on with the proxies that its list was started with last', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    const request = { name: 'a', outputFolder: '/out', list: '/lists/a.urls', jobs: videos(2) };
    for (const [at, proxies] of [[], ['http://127.0.0.1:9']].entries()) {
      const { engine } = w.another(200 + at);
      const batch = await within(w.clock, engine.start({ ...request, settings: { ...unlimited, proxies } }));
      await within(w.clock, batch.settled());
      await within(w.clock, engine.dispose());
    }
    const last = w.another(300).engine;
    await within(w.clock, last.open('/out/a', 'resume'));
    assert.deepEqual(last.settings.proxies, ['http://127.0.0.1:9']);
  });

  it('is this user’s own where it was begun without seals in its place, and has them from then on', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    const lines = [
      { type: 'batch-created', at: 1, id: 'batch_1', name: 'a', machine: 'machine-1', settings: {} },
      { type: 'jobs-added', at: 1, jobs: videos(2) },
    ];
    await w.files.makeFolder('/state');
    await w.files.makeFolder('/out/a');
    const record = journalLine({ type: 'batch', batch: 'batch_1', place: '/out/a', settings: {} });
    await w.files.writeWhole('/state/ledger.jsonl', record);
    const journal = lines.map((line, at) => journalLine(line, at + 1)).join('');
    await w.files.writeWhole(`/out/a/${journalName}`, journal);
    const batch = await within(w.clock, w.engine.open('/out/a', 'resume'));
    await within(w.clock, batch.settled());
    await within(w.clock, w.engine.dispose());
    assert.match(w.files.text(`/out/a/${journalName}`) ?? '', /"seal":/, 'it has seals now');
    const view = await within(w.clock, w.another(200).engine.open('/out/a', 'view'));
    assert.equal(view.foreign, false);
    await w.files.makeFolder('/clone/a');
    await w.files.writeWhole(`/clone/a/${journalName}`, journal);
    const copy = await within(w.clock, w.another(300).engine.open('/clone/a', 'view'));
    assert.equal(copy.foreign, true);
    await w.files.writeWhole(`/out/a/${journalName}`, journal);
    const forged = await within(w.clock, w.another(400).engine.open('/out/a', 'view'));
    assert.equal(forged.foreign, true, 'a journal without seals is no way back in');
  });

  it('has its private settings in its own place alone', async () => {
    const own = ledger();
    await own.started('batch_1', '/out/a', { proxies: ['http://127.0.0.1:9'] }, true);
    assert.deepEqual(own.settingsOf('batch_1', '/out/a'), { proxies: ['http://127.0.0.1:9'] });
    assert.deepEqual(own.settingsOf('batch_1', '/out/b'), {});
  });

  it('stays foreign after a yes and a changed setting, and does not set the pace of this computer', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    const settings = { ...unlimited, workers: 3, 'rate.youtube.perHour': 120 };
    const own = await within(
      w.clock,
      w.engine.start({ name: 'mine', outputFolder: '/out', jobs: videos(1), settings }),
    );
    await within(w.clock, own.settled());
    const journal = new TextDecoder().decode(await w.files.read(`/out/mine/${journalName}`));
    const forged = journal
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseLine(line))
      .map((record, at) => {
        const { crc: _crc, n: _n, ...rest } = record ?? {};
        const greedy = { workers: 20, 'rate.youtube.perHour': 0, languages: ['de'] };
        return journalLine(rest.type === 'batch-created' ? { ...rest, settings: greedy } : rest, at + 1);
      });
    await w.files.makeFolder('/clone/mine');
    await w.files.writeWhole(`/clone/mine/${journalName}`, forged.join(''));
    const yes = () => Promise.resolve(true);
    const opened = await within(w.clock, w.engine.open('/clone/mine', 'resume', {}, yes));
    assert.deepEqual(
      [w.engine.settings.workers, w.engine.settings['rate.youtube.perHour'], w.engine.settings.languages],
      [3, 120, ['de']],
    );
    await within(w.clock, opened.changeSettings({ retries: 1 }));
    const later = w.another(300);
    const view = await within(w.clock, later.engine.open('/clone/mine', 'view'));
    assert.equal(view.foreign, true);
    await within(w.clock, w.engine.dispose());
  });

  it('names no file of this computer, and its links reach public addresses alone', () => {
    const state = stateOf('batch_1', 'there', [
      {},
      { link: { kind: 'subtitle', url: 'file:///home/me/a.vtt', id: 'a', path: '/home/me/a.vtt' } },
    ]);
    confineForeign(state);
    assert.equal(state.jobs[0]?.link.reach, 'public-only');
    assert.equal(state.jobs[1]?.invalid?.code, 'invalid-url');
  });

  it('is not continued by a list that claims the same name: the list gets a folder of its own', async () => {
    const w = world({ sources: [new FakeSource('youtube', found)] });
    await w.files.makeFolder('/out/talks');
    const journal = await w.files.openAppend(`/out/talks/${journalName}`);
    await journal.append(
      journalLine(
        {
          type: 'batch-created',
          at: 1,
          id: 'batch_forged',
          name: 'talks',
          machine: 'elsewhere',
          list: '/repo/talks.urls',
          settings: {},
        },
        1,
      ) + journalLine({ type: 'jobs-added', at: 1, jobs: videos(3, 500) }, 2),
    );
    await journal.flush();
    const batch = await within(
      w.clock,
      w.engine.start({
        name: 'talks',
        outputFolder: '/out',
        list: '/repo/talks.urls',
        jobs: videos(1),
        settings: unlimited,
      }),
    );
    await within(w.clock, batch.settled());
    assert.equal(batch.folder, '/out/talks 2');
    assert.equal(batch.state.total, 1);
    const view = await within(w.clock, w.engine.open('/out/talks', 'view'));
    assert.equal(view.foreign, true);
  });
});

describe('what the user has agreed to', () => {
  it('counts once, however often the record is read, and twice when it was given twice', async () => {
    const files = new MemoryFiles();
    const own = ledger(files);
    await own.started('batch_1', '/out/a', {}, true);
    const agreed = { origin: 'https://a', count: 0, place: '/out/a' };
    const of = (service: string, cost: number) => ({ ...agreed, service, cost });
    await own.consented('batch_1', of('deapi', 5));
    await own.consented('batch_1', of('openai', 3));
    await own.consented('batch_1', of('openai', 3));
    for (let times = 0; times < 3; times += 1) await own.load();
    const costs = own.consentsOf('batch_1', '/out/a').map(({ cost }) => cost);
    assert.deepEqual(costs, [5, 3, 3]);
    const later = ledger(files);
    await later.load();
    assert.equal(later.consentsOf('batch_1', '/out/a').length, 3);
  });

  it('is valid for the folder where it was given: a copy from elsewhere has to ask', async () => {
    const own = ledger();
    await own.started('batch_1', '/out/a', {}, true);
    const agreed = { service: 'deapi', origin: 'https://a', cost: 5, count: 0, place: '/out/a' };
    await own.consented('batch_1', agreed);
    assert.deepEqual(own.consentsOf('batch_1', '/clone/out/a'), []);
  });
});

describe('folders and journals that are links', () => {
  const files = new NodeFiles();
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foreign-'));
    await mkdir(join(folder, 'out'));
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, '.profile'), 'mine\n');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are refused by name', async () => {
    await symlink(join(folder, 'elsewhere'), join(folder, 'out', 'linked'));
    await assert.rejects(refuseLinks(join(folder, 'out', 'linked'), files), /is a link to another place/);
    await mkdir(join(folder, 'out', 'batch'));
    await symlink('../../.profile', join(folder, 'out', 'batch', journalName));
    await assert.rejects(refuseLinks(join(folder, 'out', 'batch'), files), /is a link to another place/);
    await mkdir(join(folder, 'out', 'loop'));
    await symlink('nowhere', join(folder, 'out', 'loop', '.owner.json'));
    await assert.rejects(refuseLinks(join(folder, 'out', 'loop'), files), /owner\.json is a link/);
  });

  it('are never appended to, not even where they point at nothing yet', async () => {
    const journal = join(folder, 'out', journalName);
    for (const target of ['../.profile', '../not-there-yet']) {
      await symlink(target, journal);
      await assert.rejects(files.openAppend(journal), /link/i);
      await assert.rejects(refuseLinks(join(folder, 'out'), files), /is a link to another place/);
      await rm(journal);
    }
    assert.equal(await readFile(join(folder, '.profile'), 'utf8'), 'mine\n');
    assert.equal(await files.stat(join(folder, 'not-there-yet')), undefined);
  });

  it('are no matter when the folder above them is one: the user chose where to work', async () => {
    await mkdir(join(folder, 'out', 'batch'));
    await symlink(join(folder, 'out'), join(folder, 'way'));
    await refuseLinks(join(folder, 'way', 'batch'), files);
  });
});
