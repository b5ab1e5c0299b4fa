/** An owner and helpers on one Redis in memory, with a fake clock. */
import { ClusterHelper } from '../../../src/cluster/helper';
import type { SoundBringer } from '../../../src/cluster/helperParts';
import { ClusterOwner } from '../../../src/cluster/owner';
import type { BatchHandle, Engine } from '../../../src/engine/api';
import { createEngine } from '../../../src/engine/engine';
import { RateLimiter } from '../../../src/engine/limits/rateLimiter';
import { MemoryRoom } from '../../../src/engine/pool/memoryRoom';
import type { Elsewhere } from '../../../src/model/elsewhere';
import type { Settings } from '../../../src/model/settings';
import type { SourceRequest } from '../../../src/model/source';
import type { SourceId } from '../../../src/model/transcript';
import {
  FakeSource,
  found,
  unlimited,
  within,
  world,
  type Answer,
  type World,
} from '../../helpers/fakeEngine';
import { MemoryFiles } from '../../helpers/memoryFiles';
import { MemoryRedis } from '../../helpers/memoryWire';
import { SeededRandom } from '../../helpers/seededRandom';

export const lane = 'v1.youtube';
export const slow: Partial<Settings> = {
  'rate.youtube.perHour': 3_600,
  'rate.youtube.spacing': 60,
  'rate.youtube.burst': 1,
};

export interface Owner extends World {
  readonly owner: ClusterOwner;
}

export class Together {
  readonly home: World;
  readonly redis: MemoryRedis;
  readonly said: string[] = [];
  private helpers = 0;

  constructor(answer?: (home: World) => Answer) {
    const source = new FakeSource('youtube');
    source.quotaNames = ['youtube'];
    this.home = world({ sources: [source] });
    if (answer) source.answer = () => answer(this.home);
    this.redis = new MemoryRedis(() => this.home.clock.now());
  }

  /** An owner on this disk; as `pid`, one after another. */
  async owner(pid?: number): Promise<Owner> {
    const { home, redis } = this;
    const w = pid === undefined ? home : home.another(pid);
    const { random, log } = w.parts;
    const { clock } = home;
    const owner = new ClusterOwner({
      clock,
      random,
      log,
      wire: redis.wire(),
      machine: 'desk',
      place: 'redis://x',
    });
    await within(clock, owner.start());
    const elsewhere: Elsewhere = Object.assign(owner, { use: () => undefined });
    const engine: Engine = createEngine({ ...w.parts, elsewhere });
    return { ...w, engine, owner, another: (other) => w.another(other) };
  }

  async helper(
    source = instant(),
    settings: Partial<Settings> = {},
    sound?: (files: MemoryFiles) => SoundBringer,
    name?: string,
  ): Promise<ClusterHelper> {
    const { clock } = this.home;
    this.helpers += 1;
    const wanted = { ...unlimited, workers: 3, ...settings };
    const parts = {
      clock,
      random: new SeededRandom(100 + this.helpers),
      files: new MemoryFiles(),
      log: { write: () => undefined },
    };
    parts.files.folders.add('/helper');
    const pacer = { pass: () => Promise.resolve() };
    const limiter = new RateLimiter({ ...parts, stateFolder: '/helper', pacer }, wanted);
    await within(clock, limiter.load());
    const machine = name ?? `box${this.helpers}`;
    const helper = new ClusterHelper(
      {
        ...parts,
        wire: this.redis.wire(),
        sources: [source],
        ...(sound ? { sound: sound(parts.files) } : {}),
        limiter,
        memory: new MemoryRoom({ memory: () => 0 }),
        settings: wanted,
        machine,
        place: 'redis://x',
      },
      { began: () => undefined, ended: () => undefined, said: (text) => void this.said.push(text) },
    );
    await within(clock, helper.start());
    // The owner sees its card within a second.
    await clock.advance(1_500);
    return helper;
  }
}

export function instant(answer?: FakeSource['answer']): FakeSource {
  const source = new FakeSource('youtube', answer);
  source.quotaNames = ['youtube'];
  return source;
}

/** A transcript that comes from this source. */
export function foundBy(source: SourceId): (request: SourceRequest) => Answer {
  return (request) => {
    const answer = found(request);
    return 'transcript' in answer ? { transcript: { ...answer.transcript, source } } : answer;
  };
}

export const machines = ({ state }: BatchHandle): readonly (string | undefined)[] =>
  state.jobs.map(({ viaMachine }) => viaMachine);
export const statuses = ({ state }: BatchHandle): readonly string[] => state.jobs.map(({ status }) => status);
