/**
 * A Redis with TLS and passwords between the machines: who is let in, what the others are told, and who learns a
 * secret.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterRig, type Machine } from '../helpers/clusterRig';
import { signedFor, type Signed } from '../servers/authority';

const password = 'pw-7f3b9d2c';
const wrong = 'wr-1a2b3c4d';

describe('a Redis with TLS and a password', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulk-transcribe-tls-'));
  const machines: Machine[] = [];
  let signed: Signed;
  let rig: ClusterRig;

  before(async () => {
    signed = signedFor(folder, 'IP:127.0.0.1,DNS:redis.test');
    const users = `user lab on >${password} ~bulk-transcribe:* &bulk-transcribe:* +@all`;
    rig = await ClusterRig.start({}, { tls: signed, lines: [`requirepass ${password}`, users] });
  });
  after(async () => {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const known = (): Readonly<Record<string, string>> => ({ NODE_EXTRA_CA_CERTS: signed.authority });
  const withPassword = (given: string): Readonly<Record<string, string>> => ({
    ...known(),
    BULK_TRANSCRIBE_REDIS_PASSWORD: given,
  });
  const at = (host: string, scheme = 'rediss'): string => `${scheme}://${host}:${rig.server.port}`;

  async function refused(redis: string, env: Readonly<Record<string, string>>): Promise<string> {
    const machine = rig.call('refused', ['worker'], { redis, env });
    machines.push(machine);
    assert.equal(await machine.ended, 1, machine.said);
    return machine.said;
  }

  it('takes those who trust its authority and have the password, with a user name or without', async () => {
    const redis = at('127.0.0.1');
    const helper = await rig.helper('a', ['--egress', 'lab'], {
      redis: at('lab@127.0.0.1'),
      env: withPassword(password),
    });
    const owner = rig.run(rig.list('safely', 8), [], { redis, env: withPassword(password) });
    machines.push(helper, owner);
    assert.equal(await owner.ended, 0, owner.said);
    const through = rig.videos('safely').filter((video) => video.via_machine !== undefined);
    assert.ok(through.length > 4, `${through.length} of 8 came through the helper`);
  });

  it('tells the others what is wrong, and what to do', async () => {
    const all = await Promise.all([
      refused(at('127.0.0.1'), { BULK_TRANSCRIBE_REDIS_PASSWORD: password }),
      refused(at('localhost'), withPassword(password)),
      refused(at('127.0.0.1'), known()),
      refused(at('127.0.0.1'), withPassword(wrong)),
      refused(at('nobody@127.0.0.1'), withPassword(password)),
      refused(at('127.0.0.1', 'redis'), withPassword(password)),
    ]);
    const [untrusted, otherHost, none, other, nobody, plain] = all;
    assert.match(untrusted, /certificate .* is not trusted .*NODE_EXTRA_CA_CERTS/);
    assert.match(otherHost, /is for another host .*Write the address with a name that is in the certificate/);
    for (const said of [none, other, nobody])
      assert.match(said, /refuses the password\. Set BULK_TRANSCRIBE_REDIS_PASSWORD/);
    assert.doesNotMatch(all.join('\n'), /Warning/);
    assert.match(plain, /TLS is on at one end only \(rediss:\/\/ means TLS\)/);
  });

  it('is used by an owner that is not let in for nothing: it says why and works alone', async () => {
    const owner = rig.run(rig.list('alone', 2), [], { redis: at('127.0.0.1'), env: withPassword(wrong) });
    machines.push(owner);
    assert.equal(await owner.ended, 0, owner.said);
    assert.match(owner.said, /refuses the password.* This computer works alone/);
  });

  it('keeps its password: it is in no output, file or argument', () => {
    for (const { said, lines, child } of machines) {
      const all = `${said}${JSON.stringify(lines)}${child.spawnargs.join(' ')}`;
      assert.ok(!all.includes(password) && !all.includes(wrong));
    }
    for (const file of readdirSync(rig.root, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const text = readFileSync(join(file.parentPath, file.name), 'latin1');
      assert.ok(!text.includes(password) && !text.includes(wrong), file.name);
    }
  });
});
