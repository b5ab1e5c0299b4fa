/**
 * What the user's own server is: whisper.cpp's and LocalAI take the sound for English where no language is sent, and
 * want `auto`, which others refuse. Asked once for each address, without a key.
 */
import type { Http } from '../model/ports';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import type { ServerKind } from './openaiRequest';
import { isOwnServer } from './ownServer';

const answerMs = 3000;

export class OwnServers {
  private readonly kinds = new Map<string, Promise<ServerKind | undefined>>();

  constructor(private readonly http: Http) {}

  /** `other` for a service out in the world, which is not asked, and where nothing answers. */
  async kindOf(settings: Settings, signal: AbortSignal): Promise<ServerKind> {
    const origin = urlOf(settings['openai.endpoint'])?.origin;
    if (origin === undefined || !isOwnServer(settings)) return 'other';
    let kind = this.kinds.get(origin);
    if (kind === undefined) this.kinds.set(origin, (kind = this.ask(origin, signal)));
    const known = await kind;
    // It may not have been started yet.
    if (known === undefined) this.kinds.delete(origin);
    return known ?? 'other';
  }

  private async ask(origin: string, signal: AbortSignal): Promise<ServerKind | undefined> {
    try {
      const { headers, body } = await this.http.request({
        method: 'GET',
        url: `${origin}/`,
        headers: { accept: 'text/html', 'user-agent': 'bulk-transcribe' },
        signal,
        timeoutMs: answerMs,
        redirects: 'none',
        ownMachine: true,
      });
      if (/whisper\.cpp/i.test(headers.server ?? '')) return 'whisper.cpp';
      const page = new TextDecoder().decode(body.slice(0, 100_000));
      return /\bLocalAI\b/.test(page) ? 'LocalAI' : 'other';
    } catch {
      return undefined;
    }
  }
}
