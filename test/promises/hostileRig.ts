/** A hostile folder, the sites around it and the terminal program in it; what must hold after each test is here too. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, type CliOptions, type CliResult } from '../helpers/cli';
import {
  contents,
  hostileSites,
  makeHostileFolder,
  secretWords,
  titles,
  type HostileFolder,
} from '../helpers/hostileFolder';
import { Attacker, Internet } from '../servers/internet';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';

const keys = { DEAPI_API_KEY: 'deapi-key-of-the-user', OPENAI_API_KEY: 'openai-key-of-the-user' };

export class HostileRig {
  private constructor(
    readonly folder: string,
    readonly place: HostileFolder,
    readonly attacker: Attacker,
    readonly internet: Internet,
    readonly site: YouTubeStandIn,
    private readonly outsideBefore: ReadonlyMap<string, string>,
  ) {}

  static async start(): Promise<HostileRig> {
    const attacker = await Attacker.start();
    const internet = await Internet.start(hostileSites(attacker.origin));
    const site = await YouTubeStandIn.start({
      videos: (id) => {
        const title = titles[id];
        return title === undefined ? undefined : { ...standInVideo(id), title, channel: title };
      },
    });
    const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-hostile-'));
    const place = await makeHostileFolder(folder, attacker.origin);
    return new HostileRig(folder, place, attacker, internet, site, await contents(place.outside));
  }

  async close(): Promise<void> {
    await Promise.all([this.attacker.close(), this.internet.close(), this.site.close()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Whatever a test did: nothing got out, nothing was started, nothing outside was touched or copied in. */
  async check(): Promise<void> {
    assert.deepEqual(this.attacker.requests, []);
    assert.deepEqual(await readdir(this.place.marks), []);
    assert.deepEqual(await contents(this.place.outside), this.outsideBefore);
    for (const [name, content] of await contents(this.place.workspace)) {
      assert.ok(!content.includes(secretWords), `${name} holds the words of a file outside`);
      assert.ok(!content.includes('root:x:0:0'), `${name} holds /etc/passwd`);
      for (const key of Object.values(keys)) assert.ok(!content.includes(key), `${name} holds a key`);
    }
  }

  options(more: NodeJS.ProcessEnv = {}): CliOptions {
    return {
      cwd: this.place.workspace,
      env: {
        ...keys,
        // A careless PATH: the folder itself comes first.
        PATH: `.::${process.env.PATH ?? ''}`,
        HOME: join(this.folder, 'home'),
        BULK_TRANSCRIBE_STATE: join(this.folder, 'state'),
        ...more,
      },
    };
  }

  /** What the user has set. */
  mine(): readonly string[] {
    return [
      ...['--set', `youtube.endpoint=${this.site.origin}`, '--set', `proxies=${this.internet.address}`],
      ...['--set', 'rate.youtube.spacing=0', '--set', 'retries=0', '--formats', 'md,vtt', '--json'],
    ];
  }

  run(...args: readonly string[]): Promise<CliResult> {
    return cli([...args, ...this.mine()], this.options());
  }
}

/** Rows that did not end well: link → error code. */
export function codes({ lines }: CliResult): Record<string, unknown> {
  return Object.fromEntries<unknown>(
    lines
      .filter((line) => line.type === 'job' && ['failed', 'skipped', 'parked'].includes(String(line.status)))
      .map((line) => [String(line.url), line.error_code] as const),
  );
}
