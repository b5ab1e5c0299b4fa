/** Asks YouTube's player about one video as one client, with the visitor id of the proxy in use. */
import { failure } from '../../model/failure';
import type { HttpRequest, HttpResponse } from '../../model/ports';
import type { SourceRequest } from '../../model/source';
import { asText, at, parseJson } from '../loose';
import type { SourceParts } from '../parts';
import type { YouTubeClient } from './clients';
import { currentKnowledge } from './knowledge';
import type { Refusal } from './playability';
import { isRefusal, readPlayer } from './player';
import type { PlayerAnswer } from './player';
import { endpointOf, playerRequest, refusedBy, retiredBy } from './request';
import { Visitors } from './visitors';

const maxBytes = 10 * 1024 * 1024;

/** What a request needs from an attempt. */
export type Asker = Pick<SourceRequest, 'settings' | 'signal' | 'identity' | 'sent'> &
  Partial<Pick<SourceRequest, 'started' | 'begun'>>;

export class PlayerAsking {
  private readonly visitors = new Visitors();

  constructor(private readonly parts: Pick<SourceParts, 'http' | 'clock'>) {}

  /** The player's answer about the video `id`, or why there is none. Throws FailureError as `Http` does. */
  async ask(asker: Asker, id: string, client: YouTubeClient): Promise<PlayerAnswer | Refusal> {
    const key = wayOut(asker);
    const visitor = this.visitors.of(key, this.parts.clock.now());
    const read = await this.readAnswer(asker, id, client, visitor);
    if (read.visitor !== undefined) this.visitors.learn(key, read.visitor);
    if (isRefusal(read) && read.failure.code === 'blocked') this.visitors.forget(key);
    return read;
  }

  private async readAnswer(
    asker: Asker,
    id: string,
    client: YouTubeClient,
    visitor: string,
  ): Promise<PlayerAnswer | Refusal> {
    const answer = await this.send(asker, playerRequest(endpointOf(asker.settings), client, id, visitor));
    const now = this.parts.clock.now();
    const json = parseJson(answer.body);
    const said = json === undefined ? undefined : asText(at(json, 'error', 'message'));
    const block = refusedBy(answer, now, said);
    if (block) return block.proves === 'answer' ? (retiredBy(answer.status, said) ?? block) : block;
    if (json && (said === undefined || 'playabilityStatus' in json))
      return readPlayer(json, id, { client, reasons: currentKnowledge().reasons, now });
    const what = answer.body.byteLength === 0 ? 'an empty answer' : 'something that is not JSON';
    return {
      failure: failure('bad-response', said?.slice(0, 300) ?? `YouTube gave ${what}.`),
      proves: 'answer',
      otherClient: said !== undefined,
    };
  }

  /** One request of the attempt, counted and reported to its permit. */
  async send(
    asker: Asker,
    more: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'reach'>,
  ): Promise<HttpResponse> {
    const { settings, signal, identity } = asker;
    const answer = await this.parts.http.request({
      reach: 'asked',
      ...more,
      signal,
      timeoutMs: settings.requestTimeout * 1000,
      maxBytes,
      redirects: 'same-origin',
      identity,
    });
    await asker.begun;
    asker.sent(answer.via);
    asker.started?.heard({ status: answer.status, headers: answer.headers });
    return answer;
  }
}

/** The way out of this computer: each proxy identity is a separate visitor. */
function wayOut({ settings, identity }: Asker): string {
  return settings.proxies.length > 0 && settings['proxy.mode'] !== 'off' ? identity : 'direct';
}
