/** Lists read from a server of a test, with a yt-dlp that says what the test wants. */
import { strict as assert } from 'node:assert';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFailure, readLink } from '../../src/intake/link';
import type { Failure } from '../../src/model/failure';
import { toFailure } from '../../src/model/failure';
import { defaultSettings, type Settings } from '../../src/model/settings';
import type { ListItem } from '../../src/model/source';
import { mayBePublic } from '../../src/model/addresses';
import { Lists } from '../../src/sources/lists';
import { ytDlpEntry } from './fakeYtDlp';
import { realParts, type RealParts } from './realParts';
import { startFeeds, type FeedServer } from '../servers/feeds';

export interface ListOptions {
  readonly settings?: Partial<Settings>;
  readonly isPublic?: (host: string) => boolean;
  readonly stopAfter?: number;
  readonly signal?: AbortSignal;
}

/** Called in a `describe`: everything is another one in each test. */
export function listsRig() {
  let server: FeedServer;
  let parts: RealParts;
  let folder: string;
  let notes: string[];
  let permits: string[];
  let released: number;

  beforeEach(async () => {
    server = await startFeeds();
    parts = realParts();
    folder = await mkdtemp(join(tmpdir(), 'bt-lists-'));
    notes = [];
    permits = [];
    released = 0;
  });
  afterEach(async () => {
    parts.close();
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function expand(url: string, options: ListOptions = {}): Promise<ListItem[]> {
    const items: ListItem[] = [];
    await each(url, (item) => items.push(item), options);
    return items;
  }
  /** `take` gives how many there are by now. */
  async function each(
    url: string,
    take: (item: ListItem) => number,
    options: ListOptions = {},
  ): Promise<void> {
    const link = readLink(url);
    assert(!isFailure(link));
    const lists = new Lists({ ...parts, mayBePublic: options.isPublic ?? mayBePublic });
    for await (const item of lists.expand({
      link,
      settings: { ...defaultSettings, ...options.settings },
      signal: options.signal ?? new AbortController().signal,
      identity: 'x',
      sent: () => undefined,
      permit: (quotas) => {
        permits.push(...quotas);
        return Promise.resolve({ heard: () => undefined, release: () => void (released += 1) });
      },
      note: (text) => notes.push(text),
    }))
      if (take(item) === options.stopAfter) break;
  }
  const failed = (url: string, options: ListOptions = {}): Promise<Failure> =>
    expand(url, options).then(() => assert.fail('It came out well.'), toFailure);

  /** A stand-in for the program: prints its lines, notes its arguments, ends with a code or waits to be killed. */
  async function fakeYtDlp(
    lines: readonly unknown[],
    more: { exit?: number; stderr?: string; hang?: boolean } = {},
  ): Promise<string> {
    const path = join(folder, 'yt-dlp');
    const out = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await writeFile(join(folder, 'out'), `${out}\n`);
    const body = [
      '#!/bin/sh',
      `case "$*" in *--version*) echo 2026.10.26; exit 0;; esac`,
      `printf '%s\\n' "$*" >> '${folder}/args'`,
      `trap 'echo killed >> "${folder}/args"; exit 1' TERM INT`,
      `cat '${folder}/out'`,
      ...(more.hang === true ? ['while :; do sleep 0.05; done'] : []),
      `echo '${more.stderr ?? ''}' >&2`,
      `exit ${more.exit ?? 0}`,
    ];
    await writeFile(path, body.join('\n'));
    await chmod(path, 0o755);
    return path;
  }
  const entry = (id: string, more: object = {}): object =>
    ytDlpEntry(id, { duration: 60, channel: 'C', ...more });
  return {
    each,
    entry,
    expand,
    failed,
    fakeYtDlp,
    get server(): FeedServer {
      return server;
    },
    get parts(): RealParts {
      return parts;
    },
    get folder(): string {
      return folder;
    },
    get notes(): string[] {
      return notes;
    },
    get permits(): string[] {
      return permits;
    },
    get released(): number {
      return released;
    },
  };
}
