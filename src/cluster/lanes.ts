/**
 * The lanes of the cluster: a queue for each source, apart for links of YouTube, because whether a helper has a start
 * free for one is known before it asks for the job.
 */
import type { PermitName, QuotaName } from '../model/quotaNames';
import { sharedSources, type SharedSource } from '../model/transcript';
import { protocolVersion } from './messages';

/** `youtube`, `yt-dlp.youtube`, `whisper`: the source, and whether the link is YouTube's. */
export type Lane = SharedSource | `${SharedSource}.youtube`;

const ofYouTube = '.youtube';

export function laneOf(source: SharedSource, quotas: readonly PermitName[]): Lane {
  return source !== 'youtube' && quotas.includes('youtube') ? `${source}${ofYouTube}` : source;
}

export const allLanes: readonly Lane[] = sharedSources.flatMap((source): Lane[] =>
  source === 'youtube' ? [source] : [`${source}${ofYouTube}`, source],
);

export function sourceOf(lane: Lane): SharedSource | undefined {
  return sharedSources.find((source) => lane === source || lane === `${source}${ofYouTube}`);
}

/** What an attempt of the lane starts from, as far as the lane says; those of other hosts are known with the link. */
export function quotasOf(lane: Lane): readonly QuotaName[] {
  const own: readonly QuotaName[] = lane.startsWith('whisper') ? ['whisper'] : [];
  return lane === 'youtube' || lane.endsWith(ofYouTube) ? [...own, 'youtube'] : own;
}

/** The queue's name; another version has another one. */
export function queueName(lane: Lane): string {
  return `v${protocolVersion}.${lane}`;
}
