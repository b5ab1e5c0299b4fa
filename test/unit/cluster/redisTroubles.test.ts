/** A Redis that cannot be worked with: what is said, and that nothing is done with it meanwhile. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { judgeInfo, troubleOf, warningOf } from '../../../src/cluster/redisTroubles';
import { openWire } from '../../../src/cluster/redisWire';
import type { Wire } from '../../../src/cluster/wire';
import { RedisServer } from '../../servers/redis';

const url = 'redis://desk:6379';
const info = (more = ''): string =>
  `# Server\r\nredis_version:7.2.4\r\nrole:master\r\ncluster_enabled:0\r\nmaxmemory:0\r\n${more}`;

describe('what a Redis answers that cannot be worked with', () => {
  const all: readonly [why: string, says: RegExp, isFinal: boolean][] = [
    ['NOAUTH Authentication required.', /refuses the password\. Set BULK_TRANSCRIBE_REDIS_PASSWORD/, true],
    ['WRONGPASS invalid username-password pair or user is disabled.', /refuses the password/, true],
    [
      "NOPERM User x has no permissions to run the 'set' command",
      /may not do what is needed.*all commands/,
      true,
    ],
    [
      '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. 4) Setup an authentication password',
      /from its own computer alone.*requirepass/,
      true,
    ],
    [
      'WRONGTYPE Operation against a key holding the wrong kind of value',
      /holds something else.*Remove those keys/,
      true,
    ],
    ['ERR DB index is out of range', /no database of that number/, true],
    ['CLUSTERDOWN Hash slot not served', /cluster mode.*Name one that runs by itself/, true],
    ['MOVED 1234 10.0.0.7:6379', /cluster mode/, true],
    ["READONLY You can't write against a read only replica.", /read-only copy.*the primary/, true],
    ["ERR unknown command 'evalsha', with args beginning with:", /lacks a command/, true],
    ["OOM command not allowed when used memory > 'maxmemory'.", /is full.*Raise its maxmemory/, false],
    [
      'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
      /cannot save to its disk.*Make room/,
      false,
    ],
    ['ERR max number of clients reached', /no connection left.*maxclients/, false],
    ['LOADING Redis is loading the dataset in memory', /still loading/, false],
    ['BUSY Redis is busy running a script.', /busy with a script/, false],
    ["Hostname/IP does not match certificate's altnames: Host: x.", /another host.*Write the address/, true],
    ['certificate has expired', /not valid today.*Renew it/, true],
    ['unable to verify the first certificate', /not trusted.*NODE_EXTRA_CA_CERTS/, true],
  ];
  for (const [why, says, isFinal] of all)
    it(`is said with the next step: ${why.slice(0, 30)}`, () => {
      const trouble = troubleOf(url, why);
      assert.match(trouble?.text ?? '', says);
      assert.match(trouble?.text ?? '', /desk:6379/);
      assert.equal(trouble?.isFinal, isFinal);
    });

  it('is not guessed: a connection that fails is tried again', () => {
    for (const why of ['connect ECONNREFUSED 10.0.0.5:6379', 'Command timed out', 'Connection is closed.'])
      assert.equal(troubleOf(url, why), undefined);
  });

  it('is known from what it says of itself', () => {
    judgeInfo(info());
    const says = (text: string): string => {
      try {
        judgeInfo(text);
        return '';
      } catch (error) {
        return troubleOf(url, error instanceof Error ? error.message : '')?.text ?? 'unknown';
      }
    };
    assert.match(
      says('redis_version:6.2.14\r\n'),
      /is version 6\.2\.14.*Redis or Valkey 7 or newer.*update it/,
    );
    assert.match(says('nothing'), /is version unknown/);
    assert.match(says('redis_version:7.0.1\r\ncluster_enabled:1\r\n'), /cluster mode/);
    assert.match(says('redis_version:7.0.1\r\nrole:slave\r\n'), /read-only copy/);
  });

  it('may work, and throw away what waits when it is full', () => {
    const kept = (policy: string): string => info(`maxmemory_policy:${policy}\r\n`);
    assert.equal(warningOf(url, kept('allkeys-lru')), undefined, 'it has no limit');
    const full = (policy: string): string => kept(policy).replace('maxmemory:0', 'maxmemory:1048576');
    assert.equal(warningOf(url, full('noeviction')), undefined);
    assert.match(
      warningOf(url, full('allkeys-lru')) ?? '',
      /allkeys-lru.*Set its maxmemory-policy to noeviction/,
    );
  });
});

describe('a real Redis that cannot be worked with', () => {
  const servers: RedisServer[] = [];
  const wires: Wire[] = [];
  const server = async (...lines: readonly string[]): Promise<RedisServer> => {
    const started = await RedisServer.start({ lines });
    servers.push(started);
    return started;
  };
  const open = async (address: string, mustAnswer = true): Promise<Wire> => {
    const wire = await openWire({ url: address, mustAnswer }, () => undefined);
    wires.push(wire);
    return wire;
  };
  after(async () => {
    for (const wire of wires) await wire.close();
    await Promise.all(servers.map((one) => one.end()));
  });

  it('is refused in cluster mode, as a copy, and with a database it does not have', async () => {
    const alone = await server();
    const [cluster, copy] = await Promise.all([
      server('cluster-enabled yes'),
      server(`replicaof 127.0.0.1 ${alone.port}`),
    ]);
    await assert.rejects(open(cluster.url), /cluster mode/);
    await assert.rejects(open(copy.url, false), /read-only copy/);
    await assert.rejects(open(`${alone.url}/999`), /no database of that number/);
    assert.equal((await open(`${alone.url}/3`)).isUp, true);
  });

  it('is left alone while it is full, says so, and is used again when it is not', async () => {
    const full = await server('maxmemory 100mb');
    const admin = new Redis(full.port, '127.0.0.1');
    const wire = await open(full.url);
    const turns: boolean[] = [];
    const turned = async (isUp: boolean): Promise<void> => {
      if (wire.isUp === isUp) return;
      await new Promise<void>((resolve) => {
        const stop = wire.onUp((is) => {
          turns.push(is);
          if (is !== isUp) return;
          stop();
          resolve();
        });
      });
    };
    await admin.config('SET', 'maxmemory', '1');
    await turned(false);
    assert.match(wire.why ?? '', /is full, and it takes nothing more\. Raise its maxmemory/);
    await admin.config('SET', 'maxmemory', '0');
    await turned(true);
    assert.equal(wire.why, undefined);
    assert.deepEqual(turns, [false, true]);
    admin.disconnect();
  });

  it('is left alone while other programs have its keys, says so, and is used once they are gone', async () => {
    const shared = await server();
    const admin = new Redis(shared.port, '127.0.0.1');
    await admin.set('bulk-transcribe:lane:events', 'of a stranger');
    const wire = await open(shared.url);
    const turned = (isUp: boolean): Promise<void> =>
      new Promise((resolve) => {
        wire.onUp((is) => is === isUp && resolve());
        if (wire.isUp === isUp) resolve();
      });
    await wire.follow(
      ['lane'],
      () => [],
      () => undefined,
    );
    await turned(false);
    assert.match(wire.why ?? '', /holds something else under the names that are needed/);
    await admin.del('bulk-transcribe:lane:events');
    await turned(true);
    assert.equal(wire.why, undefined);
    admin.disconnect();
  });
});
