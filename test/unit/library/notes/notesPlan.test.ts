// The plan of notes: what there is to ask about, what it would take, and that nothing is asked for what is there.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assemble, type House, type World } from '../../../../src/assemble';
import { FailureError } from '../../../../src/model/failure';
import type { Link } from '../../../../src/model/link';
import { readSettings, type Settings } from '../../../../src/model/settings';
import { benchWorld } from '../../../bench/world';
import { ChatServer } from '../../../servers/chat';

/** A service out in the world, as far as its name goes: what it answers is paid for. */
const remote = 'https://chat.example';

describe('the plan of notes', () => {
  const { signal } = new AbortController();
  let folder: string;
  let chat: ChatServer;
  let house: House;
  let settings: Settings;
  let batch: string;
  let close: () => Promise<void>;

  /** A program of its own, which knows nothing but what is on disk. */
  const open = async (): Promise<void> => {
    const world = await benchWorld(folder);
    const http: World['http'] = {
      request: (request) => world.http.request({ ...request, url: request.url.replace(remote, chat.origin) }),
    };
    house = assemble({ ...world, http });
    close = async () => {
      await house.engine.dispose();
      world.http.close();
    };
  };
  const write = async (at: string, more: Partial<Settings> = {}): Promise<number> => {
    const asked = chat.asked;
    const { request } = await house.notes.plan(at, { ...settings, ...more }, signal);
    const notes = await house.engine.start(request);
    await notes.settled();
    assert.equal(notes.state.counts.failed, 0);
    return chat.asked - asked;
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'notes-plan-'));
    chat = await new ChatServer({ context: 8000 }).start();
    const given = { 'notes.endpoint': chat.endpoint, 'notes.model': 'tiny', sources: ['subtitleFile'] };
    ({ settings } = readSettings(given));
    await open();
    const jobs = ['talk0000001', 'talk0000002', 'empty000003'].map((id): { readonly link: Link } => {
      const file = path.join(folder, `${id}.srt`);
      const words = id.startsWith('empty') ? ' ' : `Words of ${id}.`;
      writeFileSync(file, `1\n00:00:00,000 --> 00:00:05,000\n${words}\n`);
      return { link: { kind: 'subtitle', url: `file://${file}`, id, path: file } };
    });
    const outputFolder = path.join(folder, 'out');
    const talks = await house.engine.start({ name: 'talks', outputFolder, jobs, settings });
    await talks.settled();
    batch = talks.folder;
  });
  afterEach(async () => {
    await close();
    await chat.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('counts what has a transcript, and says how far it has read', async () => {
    const seen: string[] = [];
    const onProgress = (done: number, total: number): void => void seen.push(`${done} of ${total}`);
    const plan = await house.notes.plan(batch, settings, signal, undefined, onProgress);
    const { videos, without, current, requests } = plan;
    assert.deepEqual(
      { videos, without, current, requests },
      { videos: 2, without: 1, current: 0, requests: 2 },
    );
    assert.equal(seen.at(-1), '3 of 3');
    assert.equal(chat.asked, 0);
  });

  it('counts no tokens for notes that are there, and nothing is asked about them', async () => {
    assert.equal(await write(batch), 2);
    const { current, tokens, requests } = await house.notes.plan(batch, settings, signal);
    assert.deepEqual({ current, tokens, requests }, { current: 2, tokens: 0, requests: 0 });
    assert.equal(await write(batch), 0);
    assert.equal(await write(batch, { 'notes.template': 'summary' }), 2);
  });

  it('is held to after the window was closed: nothing is asked or paid for twice', async () => {
    await chat.close();
    chat = await new ChatServer({ context: 8000, delayMs: 100 }).start();
    const paid: Settings = {
      ...settings,
      'notes.endpoint': `${remote}/v1`,
      'notes.template': 'summary',
      workers: 1,
    };
    const { request, origin, videos, cost } = await house.notes.plan(batch, paid, signal);
    assert.deepEqual([origin, cost], [remote, undefined]);
    const begun = await house.engine.start(request);
    const first = new Promise<void>((resolve) => {
      begun.onEvents((events) => {
        if (events.some(({ type }) => type === 'outcome')) resolve();
      });
    });
    await begun.agree('notes', origin, 0, videos);
    await first;
    await close();
    await open();
    const notes = await house.engine.open(begun.folder, 'resume', paid);
    assert.deepEqual(notes.agreedTo('notes', origin), { cost: 0, count: videos });
    await notes.settled();
    const { completed, failed, parked } = notes.state.counts;
    assert.equal(new Set(chat.answered).size, chat.answered.length, 'no answer is paid for twice');
    // What was under way when the window closed may have been charged, and is the user's to ask for again.
    assert.deepEqual([completed + failed, parked], [2, 0]);
    assert.ok(
      notes.state.jobs.every(({ failure: why }) => why === undefined || why.code === 'maybe-charged'),
    );
  });

  it('is agreed to before the transcripts, also where the window was closed before the notes began', async () => {
    const [talks] = house.engine.batches;
    assert.ok(talks);
    await talks.agree('notes', remote, 1.5, 2);
    await close();
    await open();
    const again = await house.engine.open(batch, 'resume', settings);
    await again.settled();
    assert.equal(again.state.phase, 'finished');
    assert.deepEqual(again.agreedTo('notes', remote), { cost: 1.5, count: 2 });
    assert.deepEqual(again.agreedTo('notes', 'https://other.example'), { cost: 0, count: 0 });
    assert.equal(await write(batch), 2);
  });

  it('asks nothing again where the folder was moved, or its batch of notes was deleted', async () => {
    assert.equal(await write(batch), 2);
    const moved = path.join(folder, 'elsewhere', 'talks');
    cpSync(batch, moved, { recursive: true });
    await close();
    await open();
    assert.equal(await write(moved), 0);
    rmSync(path.join(batch, '.notes'), { recursive: true });
    assert.equal(await write(batch), 0);
    assert.equal(readdirSync(batch).filter((name) => name.endsWith('.notes.md')).length, 2);
  });

  it('ends as cancelled when the user does not wait for it', async () => {
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(
      house.notes.plan(batch, settings, stop.signal),
      (error) => error instanceof FailureError && error.failure.code === 'cancelled',
    );
  });
});
