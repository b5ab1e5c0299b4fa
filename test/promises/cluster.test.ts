/** Several machines on one list: whatever ends, freezes or is cut off, every video is there once. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { protocolVersion } from '../../src/cluster/messages';
import { ClusterRig, type Machine } from '../helpers/clusterRig';

type Line = Readonly<Record<string, unknown>>;

const isRunning = ({ type, status }: Line): boolean => type === 'attempt' && status === 'running';
const isTranscript = ({ status }: Line): boolean => status === 'transcript';

async function allThere(rig: ClusterRig, owner: Machine, name: string, count: number): Promise<void> {
  assert.equal(await owner.ended, 0, owner.said);
  const videos = rig.videos(name);
  assert.equal(videos.length, count);
  assert.ok(videos.every(({ status }) => status === 'completed'));
  const files = readdirSync(join(rig.output, name)).filter((file) => file.endsWith('.md'));
  // The report is one of them.
  assert.equal(files.length, count + 1);
}

describe('several machines on one list', () => {
  let rig: ClusterRig;

  beforeEach(async () => (rig = await ClusterRig.start()));
  afterEach(() => rig.close());

  it('share it, and each video says which machine it came through', async () => {
    await rig.helper('a');
    const owner = rig.run(rig.list('share', 30));
    await allThere(rig, owner, 'share', 30);
    assert.ok(rig.videos('share').filter((video) => video.via_machine !== undefined).length > 20);
    assert.equal(rig.site.seen.filter(({ kind }) => kind === 'player').length, 30);
    // Nothing of it is left in Redis but the queues themselves.
    const keys = await rig.redis.keys('bulk-transcribe:*share*');
    assert.deepEqual(keys, []);
    assert.deepEqual(await rig.redis.keys('bulk-transcribe:piece:*'), []);
  });

  it('lose nothing when one is killed, one freezes and one comes late', async () => {
    const [killed, frozen] = [await rig.helper('a'), await rig.helper('b')];
    const release = rig.site.hold();
    const owner = rig.run(rig.list('kills', 40));
    await killed.until(isRunning, 'that it works');
    await frozen.until(isRunning, 'that it works');
    killed.kill('SIGKILL');
    frozen.kill('SIGSTOP');
    release();
    await rig.helper('c');
    await allThere(rig, owner, 'kills', 40);
    frozen.kill('SIGCONT');
  }).timeout(90_000);

  it('hand back at once what they have when they are stopped', async () => {
    const helper = await rig.helper('a');
    const release = rig.site.hold();
    const owner = rig.run(rig.list('stops', 4));
    await helper.until(isRunning, 'that it works');
    helper.kill('SIGINT');
    assert.equal(await helper.ended, 130);
    assert.ok(helper.lines.some(({ status }) => status === 'back'));
    release();
    await allThere(rig, owner, 'stops', 4);
  });

  it('end what they work on when its batch is stopped', async () => {
    const helper = await rig.helper('a');
    rig.site.hold();
    const owner = rig.run(rig.list('ended', 3));
    await helper.until(isRunning, 'that it works');
    owner.kill('SIGINT');
    await owner.ended;
    await helper.until(({ status }) => status === 'back', 'that it works no more');
    assert.deepEqual(await rig.redis.keys('bulk-transcribe:*batch_*'), []);
  });

  it('give their answers to an owner that was killed and is resumed', async () => {
    const helper = await rig.helper('a');
    const first = rig.run(rig.list('owner', 40));
    await first.until(({ status, url }) => status === 'completed' && url !== undefined, 'that one is done');
    first.kill('SIGKILL');
    await first.ended;
    await helper.until(isTranscript, 'that it has one');
    const owner = rig.resume('owner');
    await allThere(rig, owner, 'owner', 40);
    // What ran on the owner itself when it was killed is asked for again, and nothing else.
    const twice = [...rig.asked()].filter(([, times]) => times > 1);
    assert.ok(twice.length <= 2, JSON.stringify(twice));
  });

  it('fetch nothing for a job that somebody else has written, and say so', async () => {
    const helper = await rig.helper('a');
    const { redis } = rig;
    const job = {
      v: protocolVersion,
      offer: 'a1b2c3d4e5f60718',
      from: 'x',
      batch: 'batch_x',
      row: 0,
      attempt: 0,
      source: 'youtube',
      link: { kind: 'page', url: `${rig.site.origin}/secret`, id: 'AAAAAAAAAAA' },
      meta: {},
      settings: {},
    };
    const queue = 'bulk-transcribe:v1.youtube';
    const id = 'batch_x.0.youtube.0';
    await redis.hset(`${queue}:${id}`, {
      name: 'attempt',
      data: JSON.stringify(job),
      opts: '{}',
      timestamp: String(Date.now()),
    });
    await redis.lpush(`${queue}:wait`, id);
    await helper.untilSaid(/An attempt was refused/);
    assert.deepEqual(rig.site.seen, []);
  });

  it('write nothing of an answer that somebody else has made up, and try the video themselves', async () => {
    const helper = await rig.helper('a');
    const release = rig.site.hold();
    const owner = rig.run(rig.list('liars', 2));
    await helper.until(isRunning, 'that it works');
    // Of this batch: others may have left theirs in the queue.
    const { batch_id, row } = helper.lines.find(isRunning) ?? {};
    const id = `${String(batch_id)}.${String(row)}.youtube.0`;
    await rig.redis.xadd(
      'bulk-transcribe:v1.youtube:events',
      '*',
      'event',
      'completed',
      'jobId',
      id,
      'returnvalue',
      '{"v":1}',
    );
    await owner.until(({ note }) => String(note).includes('was refused'), 'that it was refused');
    release();
    await allThere(rig, owner, 'liars', 2);
  });

  it('of different versions say so and do not work together', async () => {
    const card = { v: protocolVersion + 1, id: 'other', name: 'gpu-box' };
    await rig.redis.set('bulk-transcribe:card:helper:other', JSON.stringify(card));
    await rig.redis.sadd('bulk-transcribe:cards:helper', 'other');
    await rig.redis.set('bulk-transcribe:card:owner:other', JSON.stringify(card));
    await rig.redis.sadd('bulk-transcribe:cards:owner', 'other');
    const helper = await rig.helper('a');
    await helper.untilSaid(
      /The owner on gpu-box speaks version 2 .* this helper version 1.*Update the helper/,
    );
    const owner = rig.run(rig.list('older', 2));
    await owner.untilSaid(/Helper gpu-box speaks version 2 .* this owner version 1.*Update the owner/);
    await owner.ended;
  });
});

describe('several machines whose Redis is killed and started again', () => {
  let rig: ClusterRig;

  afterEach(() => rig.close());

  for (const keeps of [true, false])
    it(`go on alone meanwhile, and together again ${keeps ? 'with' : 'without'} its data`, async () => {
      rig = await ClusterRig.start({}, { keeps });
      const helper = await rig.helper('a');
      const owner = rig.run(rig.list('redis', 24));
      await helper.until(isTranscript, 'that it has one');
      await rig.server.kill();
      await helper.untilSaid(/does not answer/);
      const before = helper.lines.filter(isTranscript).length;
      await rig.server.begin();
      await helper.untilSaid(/is back/);
      await allThere(rig, owner, 'redis', 24);
      const after = helper.lines.filter(isTranscript).length;
      assert.ok(after > before, 'it helps again');
    });

  it('never start more from the address that they share than it may', async () => {
    rig = await ClusterRig.start({}, { keeps: true });
    // 19 in any hour, together.
    const lab = ['--egress', 'lab'];
    const pace = { spacing: 0.2, perHour: 20 };
    const helpers = [await rig.helper('a', lab, pace), await rig.helper('b', lab, pace)];
    const owner = rig.run(rig.list('share', 60), lab, pace);
    await rig.site.until(6);
    await rig.server.kill();
    for (const helper of helpers) await helper.untilSaid(/does not answer/);
    await rig.server.begin();
    for (const helper of helpers) await helper.untilSaid(/is back/);
    await rig.site.until(17);
    owner.kill('SIGINT');
    await owner.ended;
    assert.ok(rig.site.count('player') <= 19, `${rig.site.count('player')} starts`);
  });
});

describe('a helper that cannot begin', () => {
  let rig: ClusterRig;

  before(async () => (rig = await ClusterRig.start()));
  after(() => rig.close());

  const failed = async (...args: readonly string[]): Promise<Machine> => {
    const machine = rig.call('x', ['worker', ...args], args.length === 0 ? {} : { redis: undefined });
    await machine.ended;
    return machine;
  };

  it('says that no Redis answers, and what to do', async () => {
    const machine = await failed('--redis', 'redis://127.0.0.1:1');
    assert.equal(machine.child.exitCode, 1);
    assert.match(
      machine.said,
      /No Redis answers at redis:\/\/127\.0\.0\.1:1 .*Start it, or correct the address/,
    );
  });

  it('says that the password is wrong, and where it is read from', async () => {
    await rig.redis.config('SET', 'requirepass', 'secret');
    const machine = await failed();
    assert.equal(machine.child.exitCode, 1);
    assert.match(machine.said, /refuses the password\. Set BULK_TRANSCRIBE_REDIS_PASSWORD/);
  });

  it('says that it is no Redis', async () => {
    const machine = await failed('--redis', rig.site.origin.replace('http', 'redis'));
    assert.match(machine.said, /it is no Redis/);
  });

  it('takes no password in the address', async () => {
    const machine = await failed('--redis', 'redis://:secret@127.0.0.1:1');
    assert.equal(machine.child.exitCode, 2);
    assert.match(machine.said, /BULK_TRANSCRIBE_REDIS_PASSWORD/);
    assert.doesNotMatch(machine.said, /secret@/);
  });
});
