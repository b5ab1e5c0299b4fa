/**
 * Brings the sound of a link as one small file, for a machine that sends it to a service by itself. Costs nothing and
 * needs no key.
 */
import type { Link } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Settings } from '../model/settings';
import type { SourceRequest } from '../model/source';
import type { AudioTools } from './audio';
import type { AudioFetch } from './audioFetch';

export class SoundWork {
  readonly id = 'sound' as const;

  constructor(
    private readonly audio: AudioTools,
    private readonly fetcher: AudioFetch,
  ) {}

  /** Whether this machine has ffmpeg. Links of most sites need yt-dlp as well, which is a source of its own. */
  async isReady(settings: Settings): Promise<boolean> {
    return (await this.audio.find(settings)) !== undefined;
  }

  accepts(link: Link): boolean {
    return link.path === undefined && this.fetcher.accepts(link);
  }

  quotas(link: Link): readonly QuotaName[] {
    return this.fetcher.quotas(link);
  }

  /** The file, in the request's temporary folder. Throws FailureError. */
  async bring(request: SourceRequest): Promise<string> {
    const { settings, signal } = request;
    const fetched = await this.fetcher.fetch(request);
    const sound = await this.audio.soundOf(fetched, request, 'transcribing');
    return this.audio.pack(sound, await request.tempFolder(), settings, signal);
  }
}
