/** A yt-dlp that prints what a test says, in memory: no process, no network. */
import { failure, FailureError } from '../../src/model/failure';
import type { HttpRequest, Outlets, Processes, ProcessSpec } from '../../src/model/ports';
import type { SourceParts } from '../../src/sources/parts';
import { FakeClock } from './fakeClock';
import { MemoryFiles } from './memoryFiles';

export interface Printed {
  /** Of `--print video:BT-INFO|…`; absent: nothing is printed. */
  readonly info?: object;
  /** What it prints of the formats. */
  readonly sound?: object;
  /** Captions that it writes, by the name of their track. */
  readonly brings?: Readonly<Record<string, { readonly url: string; readonly text: string }>>;
  /** Further lines of standard output, such as a list's entries. */
  readonly lines?: readonly (object | string)[];
  readonly stderr?: string;
  readonly exitCode?: number;
}

export interface FakeYtDlp {
  readonly parts: SourceParts;
  /** Arguments of each run but those for the version. */
  readonly runs: (readonly string[])[];
  /** Addresses that the product itself asked for. */
  readonly asked: string[];
}

const outlets: Outlets = {
  open: () =>
    Promise.resolve({ environment: {}, via: 'direct', connections: 1, failures: [], close: () => undefined }),
};

/** `answer`: what a run prints, by its link (the last argument). `body`: what a request of the product's own gets. */
export function fakeYtDlp(
  answer: (link: string, args: readonly string[]) => Printed,
  options: { readonly version?: string; readonly body?: string; readonly files?: MemoryFiles } = {},
): FakeYtDlp {
  const files = options.files ?? new MemoryFiles();
  const runs: (readonly string[])[] = [];
  const asked: string[] = [];
  const run = async (spec: ProcessSpec): ReturnType<Processes['run']> => {
    if (spec.args.includes('--version'))
      return { exitCode: 0, signal: null, stdout: `${options.version ?? '2026.10.26'}\n`, stderr: '' };
    runs.push(spec.args);
    const said = answer(spec.args.at(-1) ?? '', spec.args);
    const folder = spec.cwd ?? '/tmp';
    await files.makeFolder(folder);
    const brought = Object.entries(said.brings ?? {});
    for (const [key, { text }] of brought) await files.writeWhole(`${folder}/subtitle.${key}.json3`, text);
    const requested = Object.fromEntries(
      brought.map(([key, { url }]) => [key, { url, filepath: `${folder}/subtitle.${key}.json3` }]),
    );
    const stdout = [
      ...(said.info === undefined ? [] : [`BT-INFO|${JSON.stringify(said.info)}`]),
      ...(said.sound === undefined ? [] : [`BT-SOUND|${JSON.stringify(said.sound)}`]),
      ...(said.info === undefined ? [] : [`BT-DONE|${JSON.stringify({ requested_subtitles: requested })}`]),
      ...(said.lines ?? []).map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
      '',
    ].join('\n');
    spec.onStdout?.(stdout);
    return { exitCode: said.exitCode ?? 0, signal: null, stdout, stderr: said.stderr ?? '' };
  };
  const processes: Processes = {
    run,
    find: (program) => Promise.resolve(program === 'yt-dlp' ? '/usr/bin/yt-dlp' : undefined),
    own: { host: 'here', boot: 'b1', pid: 100, started: 's100' },
    isAlive: () => Promise.resolve(true),
  };
  const request = (wanted: HttpRequest): Promise<never> => {
    asked.push(wanted.url);
    return Promise.reject(new FailureError(failure('network', 'Nobody is asked in this test.')));
  };
  const { body } = options;
  const parts: SourceParts = {
    http: {
      request:
        body === undefined
          ? request
          : (wanted) => {
              asked.push(wanted.url);
              const bytes = new TextEncoder().encode(body);
              return Promise.resolve({
                status: 200,
                headers: {},
                body: bytes,
                url: wanted.url,
                via: 'direct',
              });
            },
    },
    files,
    processes,
    outlets,
    secrets: { get: () => Promise.resolve(undefined) },
    clock: new FakeClock(),
    log: { write: () => undefined },
  };
  return { parts, runs, asked };
}

/** A video of YouTube as a line of yt-dlp's flat list. */
export const ytDlpEntry = (id: string, more: object = {}): object => ({
  _type: 'url',
  ie_key: 'Youtube',
  id,
  url: `https://www.youtube.com/watch?v=${id}`,
  title: `Talk ${id}`,
  ...more,
});
