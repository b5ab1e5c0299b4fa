/**
 * The quotas that this process shares with other machines, by the names in the settings. Loaded on use, because the
 * client of Redis comes with it.
 */
import type { Log } from '../../model/ports';
import type { RecordedQuota } from '../../engine/limits/sharedRecordParts';
import { PaceGroup, type GroupWorld } from './group';
import { RedisLink, type PaceLink } from './link';
import { noteOfQuota, sharedWhat, type SharedWhat } from './names';
import type { Peers, PeersWanted } from './record';

/** Connects in the background. `password`: of Redis. */
export function openPeers(
  wanted: PeersWanted,
  password: string | undefined,
  world: Omit<GroupWorld, 'link'>,
): Peers {
  return new RedisPeers(wanted, new RedisLink({ url: wanted.url, password }, quietly(world.log)), world);
}

/** What the connection says is in the log for whoever looks for a cause; the groups say that Redis is away. */
function quietly(log: Log): (message: string) => void {
  let last = '';
  return (message) => {
    if (message !== last) log.write('debug', `Redis: ${message}`);
    last = message;
  };
}

export class RedisPeers implements Peers {
  private readonly groups = new Map<SharedWhat, PaceGroup>();

  constructor(
    { names }: PeersWanted,
    private readonly link: PaceLink,
    world: Omit<GroupWorld, 'link'>,
  ) {
    for (const [what, name] of names) this.groups.set(what, new PaceGroup(what, name, { ...world, link }));
    link.onReady = () => {
      for (const group of this.groups.values()) group.connected();
    };
  }

  attach(quota: RecordedQuota): void {
    this.groupOf(quota.shared.name)?.attach(quota);
  }

  async start(token: string, quotas: readonly RecordedQuota[]): Promise<boolean> {
    for (const group of this.groups.values()) {
      const keys = quotas.flatMap(({ key }) => (group.quotas.has(key) ? [key] : []));
      if (keys.length === 0 || (await group.start(token, keys))) continue;
      this.withdraw(token);
      return false;
    }
    return true;
  }

  withdraw(token: string): void {
    for (const group of this.groups.values()) group.withdraw(token);
  }

  again(token: string, next: string, keys: readonly string[]): void {
    for (const group of this.groups.values())
      group.again(
        token,
        next,
        keys.filter((key) => group.quotas.has(key)),
      );
  }

  ended(token: string): void {
    for (const group of this.groups.values()) group.ended(token);
  }

  held(key: string, untilWall: number): void {
    this.withQuota(key)?.held(key, untilWall);
  }

  limited(key: string, limit: number): void {
    this.withQuota(key)?.limited(key, limit);
  }

  note(key: string, text: string): void {
    const quota = noteOfQuota(key);
    if (quota !== undefined) this.groupOf(quota)?.note(key, text);
  }

  startHere(key: string, token: string, at: number, wall: number): boolean {
    return this.withQuota(key)?.startHere(key, token, at, wall) ?? true;
  }

  forgetHere(key: string, token: string): boolean {
    return this.withQuota(key)?.forgetHere(key, token) ?? true;
  }

  close(): void {
    for (const group of this.groups.values()) group.close();
    this.link.close();
  }

  private groupOf(quota: string): PaceGroup | undefined {
    const what = sharedWhat(quota);
    return what === undefined ? undefined : this.groups.get(what);
  }

  private withQuota(key: string): PaceGroup | undefined {
    return [...this.groups.values()].find(({ quotas }) => quotas.has(key));
  }
}
