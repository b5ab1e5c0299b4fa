/**
 * The program yt-dlp: found once, its version probed once, options chosen by it, run without any
 * configuration of the user's or the folder's, and with our filtering proxy as the only way out.
 */
import { isOfYouTube } from '../model/link';
import { failure, toFailure } from '../model/failure';
import type { Link } from '../model/link';
import type { Files, Log, Outlet, Outlets, Processes, ProcessResult, Via } from '../model/ports';
import type { Settings } from '../model/settings';
import type { SourceRequest } from '../model/source';
import { hasYtDlpOrders } from '../model/webUrl';
import { missingProgram, type MissingProgram } from './missingProgram';
import { fail, requestsOfStart } from './parts';
import { YtDlpSeen, type SeenParts } from './ytDlpSeen';
import { isAtLeast, jsRuntimeSince, leastYtDlp } from './ytDlpVersion';
import { holdsToken } from '../model/publicUrl';
import { join } from 'node:path';

export interface YtDlpRun {
  readonly settings: Settings;
  readonly link: Link;
  readonly args: readonly string[];
  /** The purpose of the run, which decides how YouTube is asked. */
  readonly wants: 'captions' | 'sound' | 'entries';
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

/** Counts a run's connections for the report; one that bypassed our proxy is at least one. */
export function countSent(result: YtDlpResult, request: Pick<SourceRequest, 'sent'>): void {
  for (let at = 0; at < Math.max(1, result.outlet.connections); at += 1) request.sent(result.via);
}

export interface YtDlpVersion {
  readonly path: string;
  /** As the program says it, such as `2026.10.26`. */
  readonly version: string;
}

/** What yt-dlp needs to solve YouTube's challenges. */
export interface YtDlpRuntimes {
  readonly found: readonly { readonly name: string; readonly version: string; readonly supported: boolean }[];
  /** Its challenge solver is installed (the package yt-dlp-ejs). */
  readonly solver: boolean;
}

/** The program, or why it counts as missing and what to do. */
export type YtDlpFound = YtDlpVersion | YtDlpMissing;

export interface YtDlpMissing extends MissingProgram {
  /** Its path, if there is one that may not be used. */
  readonly path?: string;
}

const probeTimeoutMs = 30_000;
/** Lines longer than this are cut: an info line is below 1 MB, and a hostile page may try to fill the memory. */
const longestLine = 16 * 1024 * 1024;

/** The browser whose cookies yt-dlp may use; empty: none. */
export function cookiesFrom(settings: Settings): string {
  return settings['ytDlp.cookiesFromBrowser'].trim();
}

export class YtDlpProgram {
  private readonly versions = new Map<string, Promise<YtDlpVersion>>();
  private runtime: Promise<readonly string[]> | undefined;
  private readonly seen: YtDlpSeen;

  constructor(
    private readonly parts: SeenParts & {
      readonly processes: Processes;
      readonly outlets: Outlets;
      readonly log: Log;
      readonly files: Pick<Files, 'tempFolder' | 'remove'>;
    },
  ) {
    this.seen = new YtDlpSeen(parts);
  }

  /**
   * As `find`, without a wait for the program where an earlier process has seen the same file: it says that there is
   * one, and no more. `run` and `version` ask the program itself.
   */
  async look(settings: Settings): Promise<YtDlpFound> {
    const path = await this.parts.processes.find('yt-dlp', settings['ytDlp.path']);
    if (path !== undefined && !this.versions.has(path)) {
      const version = await this.seen.versionOf(path);
      if (version !== undefined && isAtLeast(version, leastYtDlp)) return { path, version };
    }
    return this.find(settings);
  }

  /**
   * The program, if there is a usable one; otherwise why it counts as missing. Asks for the version once
   * for each path. Throws `cancelled` on abort.
   */
  async find(settings: Settings, signal = new AbortController().signal): Promise<YtDlpFound> {
    const configured = settings['ytDlp.path'];
    const path = await this.parts.processes.find('yt-dlp', configured);
    if (path === undefined)
      return missingProgram(this.parts.processes, 'yt-dlp', 'ytDlp.path', configured, {
        why: 'yt-dlp is not installed.',
        nextStep: 'Install yt-dlp.',
      });
    let known = this.versions.get(path);
    if (known === undefined) {
      known = this.probe(path, signal);
      this.versions.set(path, known);
      // A failed or aborted probe proves nothing: the next one asks again.
      known.catch(() => this.versions.delete(path));
    }
    try {
      const found = await known;
      if (isAtLeast(found.version, leastYtDlp)) return found;
      this.versions.delete(path);
      return {
        path,
        why: `yt-dlp ${found.version} at ${path} is not used: before ${leastYtDlp} a web page can take it over.`,
        nextStep: `Update yt-dlp to ${leastYtDlp} or newer, or set ytDlp.path to a newer one.`,
      };
    } catch (error) {
      const { code, message } = toFailure(error);
      if (code === 'cancelled') throw error;
      return {
        path,
        why: `${path} does not run: ${message}`,
        nextStep: 'Reinstall yt-dlp, or correct the setting ytDlp.path.',
      };
    }
  }

  /** Path and version of the program. Throws `tool-missing` when there is no usable one. */
  async version(settings: Settings, signal: AbortSignal): Promise<YtDlpVersion> {
    const found = await this.find(settings, signal);
    if ('version' in found) return found;
    return fail(
      failure('tool-missing', `${found.why} ${found.nextStep}`, {
        subject: `yt-dlp ${leastYtDlp} or newer`,
        needs: 'program:yt-dlp',
      }),
    );
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
    await this.seen.keep(path, version);
    return { path, version };
  }

  /**
   * One process for one link. The link follows `--`, and only http(s) links are passed on. Settles with the
   * exit code; throws `tool-missing`, `timeout`, `cancelled`, `unsupported`.
   */
  async run(run: YtDlpRun): Promise<YtDlpResult> {
    if (!/^https?:\/\//i.test(run.link.url))
      return fail(failure('unsupported', 'yt-dlp is asked for http and https links only.'));
    // Intake refuses such a link; links of a list or page come another way.
    if (hasYtDlpOrders(run.link.url))
      return fail(failure('invalid-url', 'The link holds orders for yt-dlp (__youtubedl_smuggle).'));
    const { path, version } = await this.version(run.settings, run.signal);
    const outlet = await this.parts.outlets.open({
      asked: run.link.url,
      reach: run.link.reach ?? 'asked',
      identity: run.identity,
      signal: run.signal,
    });
    const stdout = new Lines(run.onLine);
    const stderr = new Lines(run.onErrorLine);
    const given = await this.given(run.link);
    try {
      const result = await this.parts.processes.run({
        command: path,
        args: [...(await this.commonArgs(version, run)), ...run.args, ...given.args],
        // Only the filtering proxy knows the user's proxies and their passwords.
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
      await given.over();
    }
  }

  /** The link as arguments. Every user of a computer can see those of a program, so a token goes into a file. */
  private async given({ url }: Link): Promise<{ readonly args: readonly string[]; over(): Promise<void> }> {
    // Nothing after `--` is an option: a link may look like one.
    if (!holdsToken(url)) return { args: ['--', url], over: () => Promise.resolve() };
    const { files } = this.parts;
    const folder = await files.tempFolder('link');
    const list = join(folder, 'link.txt');
    await files.writeWhole(list, `${url}\n`);
    return { args: ['--batch-file', list], over: () => files.remove(folder).catch(() => undefined) };
  }

  private async commonArgs(version: string, run: YtDlpRun): Promise<readonly string[]> {
    const { settings, link } = run;
    const seconds = String(Math.max(1, Math.round(settings.requestTimeout)));
    const cookies = cookiesFrom(settings);
    return [
      '--ignore-config',
      '--no-update',
      ...['--socket-timeout', seconds, '--extractor-retries', '1'],
      // YouTube limits captions most strictly; retryable errors are retried by the engine, at its pace.
      ...['--retries', isOfYouTube(link) && run.wants === 'captions' ? '0' : '3'],
      // It downloads by itself or not at all: another downloader or ffmpeg would use protocols of its own.
      ...['--ffmpeg-location', run.cwd ?? '/', '--fixup', 'never'],
      '--no-write-info-json',
      ...(isOfYouTube(link) ? sleepArgs(settings, link) : []),
      ...(isAtLeast(version, jsRuntimeSince) ? await this.scriptArgs(run) : []),
      ...(cookies === '' ? [] : [`--cookies-from-browser=${cookies}`]),
    ];
  }

  /** With a runtime yt-dlp sends YouTube twice as many requests, which only the audio needs. */
  private async scriptArgs({ wants }: YtDlpRun): Promise<readonly string[]> {
    return wants === 'sound' ? this.runtimeArgs() : ['--no-js-runtimes'];
  }

  /**
   * Only deno is used by default. yt-dlp takes the best of those that are present and new enough for it.
   */
  private runtimeArgs(): Promise<readonly string[]> {
    this.runtime ??= this.parts.processes
      .find('node', '')
      .then((node) => (node === undefined ? [] : ['--js-runtimes', `node:${node}`]));
    return this.runtime;
  }

  /**
   * Which JavaScript runtimes this yt-dlp finds, and whether it has its challenge solver: asks the program,
   * which sends nothing. Undefined: it does not report them. Throws `tool-missing`, `timeout`, `cancelled`.
   */
  async runtimes(settings: Settings, signal: AbortSignal): Promise<YtDlpRuntimes | undefined> {
    const { path } = await this.version(settings, signal);
    const { stderr } = await this.parts.processes.run({
      command: path,
      args: ['--ignore-config', '--no-update', ...(await this.runtimeArgs()), '--verbose'],
      signal,
      timeoutMs: probeTimeoutMs,
    });
    const list = /^\[debug\] JS runtimes: (.*)$/m.exec(stderr)?.[1];
    if (list === undefined) return undefined;
    return {
      // As `deno-2.3.1, node-20.20.2 (unsupported)`, or `none`.
      found: [...list.matchAll(/([a-z][\w-]*?)-([\d.]+|unknown)( \(unsupported\))?/g)].map(
        ([, name = '', version = '', unsupported]) => ({
          name,
          version,
          supported: unsupported === undefined,
        }),
      ),
      solver: /^\[debug\] Optional libraries: .*\byt_dlp_ejs\b/m.test(stderr),
    };
  }
}

/** yt-dlp's own advice for the time between two requests to YouTube, seconds. */
const leastSleep = 0.75;
/** Reading a list must not take longer than its videos take, nor stall. */
const mostSleep = 10;

/**
 * Sleeps between a run's requests, so that it keeps the pace of YouTube's quota: the spacing of starts for
 * one video, the hour's rate for a list, which may have hundreds of pages.
 */
function sleepArgs(settings: Settings, link: Link): readonly string[] {
  const perHour = settings['rate.youtube.perHour'] * settings['rate.utilization'];
  const spacing = settings['rate.youtube.spacing'];
  const steady = link.kind === 'list' && perHour > 0 ? 3600 / perHour : 0;
  const seconds = Math.min(mostSleep, Math.max(spacing, steady) / requestsOfStart);
  const sleep = String(Math.round(Math.max(leastSleep, seconds) * 100) / 100);
  // Whole seconds: older versions accept nothing else here.
  return ['--sleep-requests', sleep, '--sleep-subtitles', String(Math.ceil(seconds))];
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
