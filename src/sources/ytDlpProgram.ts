/**
 * The program yt-dlp: found once, its version probed once, options chosen by it, run with nothing of the
 * user's or the folder's own configuration, and with no way out but our filtering proxy.
 */
import { failure } from '../model/failure';
import type { Link } from '../model/link';
import type { Log, Outlet, Outlets, Processes, ProcessResult, Via } from '../model/ports';
import type { Settings } from '../model/settings';
import type { SourceRequest } from '../model/source';
import { fail } from './parts';

export interface YtDlpRun {
  readonly settings: Settings;
  readonly link: Link;
  readonly args: readonly string[];
  readonly identity: string;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** Each whole line of standard output, without its end. */
  readonly onLine?: (line: string) => void;
  readonly onErrorLine?: (line: string) => void;
  readonly cwd?: string;
}

export interface YtDlpResult extends ProcessResult {
  readonly outlet: Outlet;
  readonly via: Via;
}

/** Counts a run's connections for the report; one that went past our outlet is one at least. */
export function countSent(result: YtDlpResult, request: Pick<SourceRequest, 'sent'>): void {
  for (let at = 0; at < Math.max(1, result.outlet.connections); at += 1) request.sent(result.via);
}

export interface YtDlpVersion {
  readonly path: string;
  /** As the program says it, such as `2026.10.26`. */
  readonly version: string;
}

const probeTimeoutMs = 30_000;
/** Lines longer than this are cut: an info line is below 1 MB, and a hostile page may try to fill the memory. */
const longestLine = 16 * 1024 * 1024;

export class YtDlpProgram {
  private readonly versions = new Map<string, Promise<YtDlpVersion>>();
  private runtime: Promise<readonly string[]> | undefined;

  constructor(
    private readonly parts: {
      readonly processes: Processes;
      readonly outlets: Outlets;
      readonly log: Log;
    },
  ) {}

  /** Where it is; undefined when it is not found. */
  find(settings: Settings): Promise<string | undefined> {
    return this.parts.processes.find('yt-dlp', settings['ytDlp.path']);
  }

  /** Path and version, asked for once a path. Throws `tool-missing`, or `tool-failed` when it answers no version. */
  async version(settings: Settings, signal: AbortSignal): Promise<YtDlpVersion> {
    const path = await this.find(settings);
    if (path === undefined)
      return fail(
        failure('tool-missing', 'yt-dlp was not found.', { subject: 'yt-dlp', needs: 'program:yt-dlp' }),
      );
    let known = this.versions.get(path);
    if (known === undefined) {
      known = this.probe(path, signal);
      this.versions.set(path, known);
      // A failed or aborted probe is no answer: the next one asks again.
      known.catch(() => this.versions.delete(path));
    }
    return known;
  }

  private async probe(path: string, signal: AbortSignal): Promise<YtDlpVersion> {
    const result = await this.parts.processes.run({
      command: path,
      args: ['--ignore-config', '--version'],
      signal,
      timeoutMs: probeTimeoutMs,
    });
    const version = /^\d{4}\.\d{2}\.\d{2}\S*/m.exec(result.stdout)?.[0];
    if (version === undefined)
      return fail(failure('tool-failed', 'yt-dlp did not say its version.', { subject: 'yt-dlp' }));
    this.parts.log.write('info', `yt-dlp ${version} at ${path}`);
    return { path, version };
  }

  /**
   * One process for one link. The link stands behind `--`, and only http(s) links are passed on. Settles with
   * the exit code; throws `tool-missing`, `timeout`, `cancelled`, `unsupported`.
   */
  async run(run: YtDlpRun): Promise<YtDlpResult> {
    if (!/^https?:\/\//i.test(run.link.url))
      return fail(failure('unsupported', 'yt-dlp is asked for http and https links only.'));
    const { path, version } = await this.version(run.settings, run.signal);
    const outlet = await this.parts.outlets.open({
      ...(run.link.reach === 'public-only' ? {} : { asked: run.link.url }),
      identity: run.identity,
      signal: run.signal,
    });
    const stdout = new Lines(run.onLine);
    const stderr = new Lines(run.onErrorLine);
    try {
      const result = await this.parts.processes.run({
        command: path,
        args: [
          ...(await this.commonArgs(version, run)),
          ...run.args,
          // Behind this nothing is an option: a link may look like one.
          '--',
          run.link.url,
        ],
        // The user's proxies and their passwords are known to the outlet alone.
        env: outlet.environment,
        signal: run.signal,
        ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
        ...(run.timeoutMs === undefined ? {} : { timeoutMs: run.timeoutMs }),
        onStdout: (text) => stdout.add(text),
        onStderr: (text) => stderr.add(text),
      });
      stdout.end();
      stderr.end();
      return { ...result, outlet, via: outlet.via };
    } finally {
      outlet.close();
    }
  }

  private async commonArgs(version: string, run: YtDlpRun): Promise<readonly string[]> {
    const { settings, link } = run;
    const seconds = String(Math.max(1, Math.round(settings.requestTimeout)));
    const cookies = settings['ytDlp.cookiesFromBrowser'].trim();
    return [
      '--ignore-config',
      '--no-update',
      ...['--socket-timeout', seconds, '--retries', '3', '--extractor-retries', '1'],
      // It downloads itself or not at all: another downloader or ffmpeg would pick protocols of its own.
      ...['--ffmpeg-location', run.cwd ?? '/', '--fixup', 'never'],
      '--no-write-info-json',
      ...(link.kind === 'youtube' ? ['--sleep-requests', '0.75'] : []),
      ...(isAtLeast(version, '2025.11.12') ? await this.runtimeArgs(run.signal) : []),
      ...(cookies === '' ? [] : [`--cookies-from-browser=${cookies}`]),
    ];
  }

  /** Only deno is used by itself; where it is missing, a Node that is new enough is offered. */
  private runtimeArgs(signal: AbortSignal): Promise<readonly string[]> {
    this.runtime ??= this.findRuntime(signal).catch(() => {
      this.runtime = undefined;
      return [];
    });
    return this.runtime;
  }

  private async findRuntime(signal: AbortSignal): Promise<readonly string[]> {
    const { processes } = this.parts;
    if ((await processes.find('deno', '')) !== undefined) return [];
    const node = await processes.find('node', '');
    if (node === undefined) return [];
    const { stdout } = await processes.run({
      command: node,
      args: ['--version'],
      signal,
      timeoutMs: probeTimeoutMs,
    });
    const major = Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0);
    return major >= 22 ? ['--js-runtimes', `node:${node}`] : [];
  }
}

/** Compares versions such as `2026.10.26` or `2026.10.26.123456`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let at = 0; at < 4; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Whole days since the release that a version's name tells; undefined when it tells none. */
export function versionAgeDays(version: string, now: number): number | undefined {
  const match = /^(\d{4})\.(\d{1,2})\.(\d{1,2})/.exec(version);
  if (!match) return undefined;
  const released = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return Math.max(0, Math.floor((now - released) / 86_400_000));
}

/** Cuts a stream of text into lines. */
export class Lines {
  private rest = '';

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  add(text: string): void {
    if (this.onLine === undefined) return;
    this.rest += text;
    let from = 0;
    for (let at = this.rest.indexOf('\n'); at >= 0; at = this.rest.indexOf('\n', from)) {
      this.onLine(this.rest.slice(from, at).replace(/\r$/, ''));
      from = at + 1;
    }
    this.rest = this.rest.slice(from);
    if (this.rest.length > longestLine) this.rest = '';
  }

  end(): void {
    if (this.rest !== '') this.onLine?.(this.rest);
    this.rest = '';
  }
}
