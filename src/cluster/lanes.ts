/**
 * The lanes of the cluster: a queue for each source and one for sounds, apart for links of YouTube, because whether a
 * helper has a start free for one is known before it asks for the job.
 */
import type { PermitName, QuotaName } from '../model/quotaNames';
import { protocolVersion, sharedWorks, type SharedWork } from './messages';

/** `youtube`, `yt-dlp.youtube`, `sound`: the work, and whether the link is YouTube's. */
export type Lane = SharedWork | `${SharedWork}.youtube`;

const ofYouTube = '.youtube';

export function laneOf(work: SharedWork, quotas: readonly PermitName[]): Lane {
  return work !== 'youtube' && quotas.includes('youtube') ? `${work}${ofYouTube}` : work;
}

export const allLanes: readonly Lane[] = sharedWorks.flatMap((work): Lane[] =>
  work === 'youtube' ? [work] : [`${work}${ofYouTube}`, work],
);

export function workOf(lane: Lane): SharedWork | undefined {
  return sharedWorks.find((work) => lane === work || lane === `${work}${ofYouTube}`);
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
