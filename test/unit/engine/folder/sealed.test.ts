/**
 * A batch is this user's own only if a secret that never leaves the machine proves it: whoever has a published
 * folder knows its machine id and batch id.
 */
import assert from 'node:assert/strict';
import type { BatchHandle } from '../../../../src/engine/api';
import { createEngine } from '../../../../src/engine/engine';
import { journalLine, journalName, parseLine } from '../../../../src/engine/journal/journal';
import type { NewJob } from '../../../../src/model/events';
import type { Plain } from '../../../../src/model/plain';
import { FakeSource, found, unlimited, videos, within, world } from '../../../helpers/fakeEngine';
import type { World } from '../../../helpers/fakeEngine';

const secretFile = '/home/me/secret.vtt';
const local = (path: string): NewJob => ({
  link: { kind: 'subtitle', url: `file://${path}`, id: `id${path.length}`.padEnd(11, '0'), path },
});

class Published {
  readonly read: (string | undefined)[] = [];
  readonly source = new FakeSource('subtitleFile', (request) => {
    this.read.push(request.link.path);
    return found(request);
  });
  w: World = world({ sources: [this.source] });

  /** A batch of this user, run to its end in `/out/mine`. */
  async mine(jobs: readonly NewJob[] = videos(2)): Promise<void> {
    await this.w.files.makeFolder('/home/me');
    await this.w.files.writeWhole(secretFile, 'private');
    const request = { name: 'mine', outputFolder: '/out', list: '/ws/mine.urls', jobs, settings: unlimited };
    const batch = await within(this.w.clock, this.w.engine.start(request));
    await within(this.w.clock, batch.settled());
    await within(this.w.clock, this.w.engine.dispose());
    this.w = this.w.another(200);
  }

  get records(): readonly Plain[] {
    const lines = (this.w.files.text(`/out/mine/${journalName}`) ?? '').split('\n');
    return lines.map(parseLine).filter((record) => record !== undefined);
  }

  async forge(folder: string, lines: readonly string[]): Promise<void> {
    await this.w.files.makeFolder(folder);
    await this.w.files.writeWhole(`${folder}/${journalName}`, lines.join(''));
  }

  async view(folder: string): Promise<BatchHandle> {
    this.w = this.w.another(300 + this.read.length);
    return within(this.w.clock, this.w.engine.open(folder, 'view'));
  }

  async resume(folder: string, yes = false): Promise<BatchHandle> {
    const batch = await within(
      this.w.clock,
      this.w.engine.open(folder, 'resume', {}, () => Promise.resolve(yes)),
    );
    await within(this.w.clock, batch.settled());
    return batch;
  }
}

/** The journal's own lines, with a row more that names a file outside. */
const withSecret = (text: string): string[] => [
  text,
  journalLine({ type: 'jobs-added', at: 9, jobs: [local(secretFile)] }, 900),
];

/** A journal with the ids of the published one, as somebody who has that folder could write it. */
function forged(records: readonly Plain[]): string[] {
  const head = records.find(({ type }) => type === 'batch-created') ?? {};
  const { n: _n, v: _v, seal: _seal, ...created } = head;
  return [
    journalLine(created, 1),
    journalLine({ type: 'jobs-added', at: 9, jobs: [...videos(1, 700), local(secretFile)] }, 2),
    journalLine({ type: 'control', at: 9, action: 'start', by: 'user' }, 3),
  ];
}

describe('A published batch folder', () => {
  const forgeries: Readonly<Record<string, (p: Published) => readonly [string, readonly string[]]>> = {
    'forged with its ids in another folder': (p) => ['/clone/mine', forged(p.records)],
    'forged with its ids in its own place': (p) => ['/out/mine', forged(p.records)],
    'copied to another folder': (p) => ['/clone/mine', [p.w.files.text(`/out/mine/${journalName}`) ?? '']],
    'in its own place with a row more': (p) => [
      '/out/mine',
      withSecret(p.w.files.text(`/out/mine/${journalName}`) ?? ''),
    ],
    'in its own place with a changed setting': (p) => [
      '/out/mine',
      [
        p.w.files.text(`/out/mine/${journalName}`) ?? '',
        journalLine({ type: 'settings', at: 9, settings: { 'output.fileName': 'x ${id}' } }, 900),
      ],
    ],
    'in its own place with all lines sealed by another secret': (p) => [
      '/out/mine',
      p.records.map((record) => journalLine({ ...record, seal: 'A'.repeat(43) })),
    ],
    'in its own place with a retry of what was paid': (p) => [
      '/out/mine',
      [
        p.w.files.text(`/out/mine/${journalName}`) ?? '',
        journalLine({ type: 'job-control', at: 9, jobs: [0], action: 'redo' }, 900),
      ],
    ],
  };
  for (const [name, forge] of Object.entries(forgeries))
    it(`is foreign when ${name}: nobody's file is read and it does not go on by itself`, async () => {
      const p = new Published();
      await p.mine();
      assert.equal((await p.view('/out/mine')).foreign, false);
      p.read.length = 0;
      const [folder, lines] = forge(p);
      await p.forge(folder, lines);
      assert.equal((await p.view(folder)).foreign, true);
      await assert.rejects(p.resume(folder), /was not started on this computer/);
      const batch = await p.resume(folder, true);
      assert.ok(!p.read.includes(secretFile), 'the private file was read');
      // One "yes" and a changed setting do not make it this user's own.
      await within(p.w.clock, batch.changeSettings({ retries: 1 }));
      await within(p.w.clock, p.w.engine.dispose());
      assert.equal((await p.view(folder)).foreign, true);
      await assert.rejects(p.resume(folder), /was not started on this computer/);
      const again = await p.resume(folder, true);
      await within(p.w.clock, again.rows([...again.state.jobs.keys()], 'retry'));
      await within(p.w.clock, again.settled());
      assert.ok(!p.read.includes(secretFile), 'the private file was read after a retry');
    });

  it('is foreign once its own user has moved it, and goes on after one word', async () => {
    const p = new Published();
    await p.mine();
    await p.w.files.rename('/out/mine', '/out/moved');
    assert.equal((await p.view('/out/moved')).foreign, true);
    const batch = await p.resume('/out/moved', true);
    assert.equal(batch.state.counts.completed, 2);
  });

  it('is this user’s own after any number of resumes, settings and compactions', async () => {
    const p = new Published();
    await p.mine();
    for (let time = 0; time < 3; time += 1) {
      const batch = await p.resume('/out/mine');
      await within(p.w.clock, batch.changeSettings({ retries: time }));
      await within(p.w.clock, batch.rows([0], 'redo'));
      await within(p.w.clock, batch.settled());
      await within(p.w.clock, p.w.engine.dispose());
      assert.equal((await p.view('/out/mine')).foreign, false);
    }
  });

  it('is foreign on another computer, whose state folder is a copy', async () => {
    const p = new Published();
    await p.mine();
    const parts = { ...p.w.parts, machine: { ...p.w.parts.machine, id: 'machine-2' } };
    const view = await within(p.w.clock, createEngine(parts).open('/out/mine', 'view'));
    assert.equal(view.foreign, true);
  });
});

describe('A local file of a batch that is read back', () => {
  const resolved = (p: Published, ways: Readonly<Record<string, string>>): void => {
    const real = p.w.files.realPath.bind(p.w.files);
    p.w.files.realPath = (path) => (path in ways ? Promise.resolve(ways[path]) : real(path));
  };

  it('is read where the user named it, inside or outside', async () => {
    const p = new Published();
    await p.mine([local(secretFile)]);
    p.read.length = 0;
    const batch = await p.resume('/out/mine');
    await within(p.w.clock, batch.rows([0], 'redo'));
    await within(p.w.clock, batch.settled());
    assert.deepEqual(p.read, [secretFile]);
  });

  it('is not read when its path leads elsewhere by now', async () => {
    const p = new Published();
    await p.w.files.makeFolder('/ws');
    await p.w.files.writeWhole('/ws/talk.vtt', 'mine');
    await p.mine([local('/ws/talk.vtt')]);
    p.read.length = 0;
    resolved(p, { '/ws/talk.vtt': secretFile });
    const batch = await p.resume('/out/mine');
    await within(p.w.clock, batch.rows([0], 'redo'));
    await within(p.w.clock, batch.settled());
    assert.deepEqual([p.read, batch.state.jobs[0]?.failure?.code], [[], 'invalid-url']);
  });

  it('is held to its list’s folder and the workspace where no seal proves the user’s word', async () => {
    const p = new Published();
    const names = ['/ws/in.vtt', '/open/in.vtt', secretFile];
    for (const path of ['/home/me', '/ws', '/open', '/state', '/out/old']) await p.w.files.makeFolder(path);
    for (const path of names) await p.w.files.writeWhole(path, 'words');
    const created = { type: 'batch-created', at: 1, id: 'batch_1', name: 'old', machine: 'machine-1' };
    await p.forge('/out/old', [
      journalLine({ ...created, list: '/ws/old.urls', settings: {} }, 1),
      journalLine({ type: 'jobs-added', at: 1, jobs: names.map(local) }, 2),
    ]);
    const entry = { type: 'batch', batch: 'batch_1', place: '/out/old', settings: {} };
    await p.w.files.writeWhole('/state/ledger.jsonl', journalLine(entry));
    const parts = { ...p.w.parts, workspace: () => ['/open'] };
    p.w = { ...p.w, parts, engine: createEngine(parts) };
    const batch = await p.resume('/out/old');
    assert.deepEqual(p.read, ['/ws/in.vtt', '/open/in.vtt']);
    assert.equal(batch.state.jobs[2]?.failure?.subject, 'outside');
  });
});
