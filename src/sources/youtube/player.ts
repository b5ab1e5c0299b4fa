/**
 * What YouTube's player answer contains: whether the video is available, its title, its captions. Pure
 * parsing.
 */
import type { CaptionTrack } from '../../captions/chooseTrack';
import { failure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { VideoMeta } from '../../model/link';
import { asNumber, asRecord, asText, at } from '../loose';
import type { Loose } from '../loose';
import { chaptersIn } from './chapters';
import { liveFailure, refusalIn } from './playability';
import type { Heard, Refusal } from './playability';
import { listsTracks, readTracks } from './tracks';

export interface PlayerAnswer {
  readonly meta: VideoMeta;
  readonly tracks: readonly CaptionTrack[];
  /** A stream that is on air, still to come, or just ended: why there is nothing to fetch yet. */
  readonly live?: Failure;
  /** Of the session; sent back with later requests. */
  readonly visitor?: string;
}

/** Parses a player answer for the video `id`. */
export function readPlayer(answer: Loose, id: string, heard: Heard): PlayerAnswer | Refusal {
  const visitorText = asText(at(answer, 'responseContext', 'visitorData'));
  const visitor =
    visitorText !== undefined && /^[\x21-\x7e]{1,2000}$/.test(visitorText) ? { visitor: visitorText } : {};
  const answered = asText(asRecord(answer.videoDetails).videoId);
  if (answered !== undefined && answered !== id) {
    // Some blocked networks get this answer.
    const message = 'YouTube answered with another video.';
    return {
      failure: failure('blocked', message, { subject: 'YouTube' }),
      proves: 'block',
      otherClient: true,
      ...visitor,
    };
  }
  const tracks = readTracks(answer);
  const refusal = refusalIn(answer, tracks.length > 0, heard);
  if (refusal) return { ...refusal, ...visitor };
  const live = liveFailure(answer, tracks.length > 0, heard.now);
  if (live === undefined && tracks.length === 0 && listsTracks(answer)) {
    // In a form that is not known here: it is not without captions, and another client may get the known one.
    const message = 'YouTube lists captions without an address.';
    return { failure: failure('client-outdated', message), proves: 'client', otherClient: true, ...visitor };
  }
  return { meta: readMeta(answer), tracks, ...(live === undefined ? {} : { live }), ...visitor };
}

export function isRefusal(read: PlayerAnswer | Refusal): read is Refusal {
  return 'failure' in read;
}

function readMeta(answer: Loose): VideoMeta {
  const details = asRecord(answer.videoDetails);
  const title = asText(details.title);
  const channel = asText(details.author);
  const seconds = asNumber(details.lengthSeconds);
  // A live stream has length 0.
  const duration = seconds !== undefined && seconds > 0 ? seconds : undefined;
  const micro = asRecord(at(answer, 'microformat', 'playerMicroformatRenderer'));
  const date = /^\d{4}-\d{2}-\d{2}/.exec(asText(micro.publishDate) ?? asText(micro.uploadDate) ?? '')?.[0];
  const chapters = chaptersIn(asText(details.shortDescription) ?? '', duration);
  return {
    ...(title === undefined ? {} : { title }),
    ...(channel === undefined ? {} : { channel }),
    ...(duration === undefined ? {} : { duration }),
    ...(date === undefined ? {} : { published: date }),
    ...(chapters.length === 0 ? {} : { chapters }),
  };
}
