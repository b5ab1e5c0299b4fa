/**
 * Keys and proxy passwords after whole batches, with the log at its loudest: searched for in everything that
 * was written, said, or handed to a program, plain and encoded.
 */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, type CliResult } from '../helpers/cli';
import { contents } from '../helpers/hostileFolder';
import { DeapiServer } from '../servers/deapi';
import { Attacker } from '../servers/internet';
import { startTinyproxy, type RunningProxy } from '../servers/proxies';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';

const bare = 'S3cr3t/of+the=user%20&co';
const secrets = {
  DEAPI_API_KEY: `dpn-sk-${bare}`,
  OPENAI_API_KEY: 'sk-An0ther/key+of=the%user',
  BULK_TRANSCRIBE_PROXY_PASSWORD: 'Passw0rdOfTheProxy',
} as const;
const user = 'proxyuser';

/** Everything that would give a secret away. */
function forms(secret: string): readonly string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    base64(secret),
    base64(`${user}:${secret}`),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ];
}

function assertWithout(text: string, where: string): void {
  for (const secret of [...Object.values(secrets), bare])
    for (const form of forms(secret)) assert.ok(!text.includes(form), `${where} gives away ${form}`);
}

describe('keys and passwords', () => {
  let folder: string;
  let deapi: DeapiServer;
  let site: YouTubeStandIn;
  let proxy: RunningProxy;
  let other: Attacker;

  before(async () => {
    // The stand-in accepts only the bare form, so that both forms of the key are sent.
    deapi = await new DeapiServer({ key: bare, tier: 'premium', polls: 0 }).start();
    other = await Attacker.start();
    site = await YouTubeStandIn.start({ videos: (id) => ({ ...standInVideo(id), tracks: [] }) });
    proxy = await startTinyproxy({ user, password: secrets.BULK_TRANSCRIBE_PROXY_PASSWORD });
    folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-secrets-'));
    const programs = join(folder, 'programs');
    await mkdir(programs);
    for (const name of ['yt-dlp', 'ffmpeg', 'whisper-cli']) {
      const program = join(programs, name);
      await writeFile(
        program,
        `#!/bin/sh\n{ echo "$0 $*"; env; } >> '${join(folder, 'handed-over.txt')}'\necho 2026.10.26\nexit 1\n`,
      );
      await chmod(program, 0o755);
    }
  });

  after(async () => {
    await Promise.allSettled([deapi.close(), site.close(), other.close()]);
    await proxy.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (
    args: readonly string[],
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<CliResult> => {
    const all = {
      sources: ['subtitleFile', 'youtube', 'yt-dlp', 'deapi', 'openai'],
      'youtube.endpoint': site.origin,
      'deapi.endpoint': deapi.origin,
      'ytDlp.path': join(folder, 'programs', 'yt-dlp'),
      'ffmpeg.path': join(folder, 'programs', 'ffmpeg'),
      proxies: [`http://${user}@127.0.0.1:${proxy.port}`],
      'rate.youtube.spacing': 0,
      retries: 0,
      ...settings,
    };
    const sets = Object.entries(all).flatMap(([name, value]) => [
      '--set',
      `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ]);
    return cli([...args, ...sets, '--json'], {
      cwd: folder,
      env: {
        ...secrets,
        HOME: join(folder, 'home'),
        BULK_TRANSCRIBE_STATE: join(folder, 'state'),
        BULK_TRANSCRIBE_LOG: 'debug',
      },
    });
  };
  const search = async (result: CliResult): Promise<void> => {
    assertWithout(result.stdout, 'stdout');
    assertWithout(result.stderr, 'stderr');
    for (const [name, content] of await contents(folder)) assertWithout(content, name);
  };

  it('stand nowhere after a batch that needed them', async () => {
    const result = await run([
      'https://youtu.be/SecretVid00',
      'https://page.example/talk',
      '--name',
      'good',
      '--yes',
    ]);
    assert.equal(result.lines.at(-1)?.completed, 1, result.stdout + result.stderr);
    assert.equal(deapi.billed.length, 1);
    assert.ok((await proxy.targets()).length > 0);
    await search(result);
    const handed = await readFile(join(folder, 'handed-over.txt'), 'utf8');
    assert.match(handed, /yt-dlp/);
  });

  it('stand nowhere when they are refused, by the service or by the proxy', async () => {
    deapi.troubles.push({
      status: 401,
      body: { message: `Unauthenticated: ${secrets.DEAPI_API_KEY} ${encodeURIComponent(bare)}` },
    });
    const refused = await run(['https://youtu.be/SecretVid01', '--name', 'refused', '--yes']);
    assert.notEqual(refused.code, 0);
    await search(refused);
    const wrong = await run(['https://youtu.be/SecretVid02', '--name', 'wrong-proxy', '--yes'], {
      proxies: [`http://somebody@127.0.0.1:${proxy.port}`],
    });
    assert.notEqual(wrong.code, 0);
    await search(wrong);
  });

  it('stand nowhere when a proxy’s password was written into the setting by mistake', async () => {
    const written = `http://${user}:${encodeURIComponent(secrets.BULK_TRANSCRIBE_PROXY_PASSWORD)}@127.0.0.1:${proxy.port}`;
    const result = await run(['https://youtu.be/SecretVid03', '--name', 'written', '--yes'], {
      proxies: [written],
    });
    await search(result);
  });

  it('go to the origin they are for, and to no other', async () => {
    const result = await run(['https://youtu.be/SecretVid04', '--name', 'other', '--yes'], {
      proxies: [],
      'openai.endpoint': '',
      sources: ['youtube', 'openai'],
      'youtube.endpoint': other.origin,
    });
    await search(result);
    assert.ok(other.requests.length > 0);
    assertWithout(other.requests.join('\n'), 'a request to another origin');
    assertWithout(site.seen.map((request) => JSON.stringify(request)).join('\n'), 'a request to the site');
    assert.deepEqual(deapi.leakedKeys, []);
  });
});
