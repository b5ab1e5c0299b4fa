/** The deAPI source with real parts against its stand-in, for the tests of one file. */
import type { Failure } from '../../src/model/failure';
import type { Link } from '../../src/model/link';
import type { Clock } from '../../src/model/ports';
import type { SourceResult } from '../../src/model/source';
import { systemClock } from '../../src/platform/clock';
import { AudioTools } from '../../src/sources/audio';
import { AudioFetch } from '../../src/sources/audioFetch';
import { DeapiSource } from '../../src/sources/deapi';
import { YtDlpProgram } from '../../src/sources/ytDlpProgram';
import { DeapiServer, type DeapiOptions } from '../servers/deapi';
import { realParts, type RealParts } from './realParts';
import { sourceRequest, type RequestOptions } from './sourceRequest';

/** Waits pass 500 times as fast; the order of things stays. */
const fast: Clock = { ...systemClock, after: (ms, callback) => systemClock.after(ms / 500, callback) };

export class DeapiRig {
  private constructor(
    readonly server: DeapiServer,
    readonly parts: RealParts,
    readonly source: DeapiSource,
  ) {}

  static async open(options: DeapiOptions = {}, key = 'test-key'): Promise<DeapiRig> {
    const server = await new DeapiServer(options).start();
    const parts = { ...realParts({ [`deapi ${server.origin}`]: key }), clock: fast };
    const fetcher = new AudioFetch(parts, new YtDlpProgram(parts));
    return new DeapiRig(server, parts, new DeapiSource(parts, new AudioTools(parts), fetcher));
  }

  async close(): Promise<void> {
    this.parts.close();
    await this.server.close();
  }

  /** One transcription at the stand-in. */
  async run(
    link: Link,
    options: RequestOptions = {},
  ): Promise<{ readonly recorded: ReturnType<typeof sourceRequest>; readonly result: SourceResult }> {
    const recorded = sourceRequest(link, {
      ...options,
      settings: { 'deapi.endpoint': this.server.origin, ...options.settings },
    });
    return { recorded, result: await this.source.transcribe(recorded.request) };
  }
}

export const deapiVideo = (seconds = 213): Link => ({
  kind: 'youtube',
  url: `https://www.youtube.com/watch?v=${seconds}`,
  id: 'dQw4w9WgXcQ',
});

export const failureOf = (result: SourceResult): Failure | undefined =>
  'failure' in result ? result.failure : undefined;
