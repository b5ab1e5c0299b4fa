/**
 * Answers as large as YouTube's own, for the bench: a player's answer is some 70 KB of media addresses, a watch page
 * 1.1 MB (90 KB as it is sent) of other videos. What a client does with the rest of an answer costs it more than
 * the words.
 */
import { gzipSync } from 'node:zlib';
import { hashOf, standInVideo, type StandInVideo } from './youtubeVideos';

/** A video with automatic captions alone, as most have, and answers of YouTube's own size. */
export function fullVideo(id: string): StandInVideo {
  const video = standInVideo(id);
  return { ...video, tracks: video.tracks.filter(({ kind }) => kind === 'asr'), isFull: true };
}

const formats = 45;
const address = `https://rr4---sn-5hne6nsz.googlevideo.com/videoplayback?${'expire=1796087277&ei=x0&ip=0.0.0.0&id=o-A0&source=youtube&requiressl=yes&xpc=EgVo2aDSNQ&'.repeat(12)}`;

/** Where sound and pictures are: most of a player's answer. */
export const streamingData: unknown = {
  expiresInSeconds: '21540',
  adaptiveFormats: Array.from({ length: formats }, (_, index) => ({
    itag: 100 + index,
    url: `${address}itag=${100 + index}`,
    mimeType: 'video/mp4; codecs="avc1.640028"',
    bitrate: 1_000_000 + index,
    width: 1920,
    height: 1080,
    initRange: { start: '0', end: '740' },
    indexRange: { start: '741', end: '1420' },
    lastModified: '1700000000000000',
    contentLength: '123456789',
    quality: 'hd1080',
    fps: 30,
    qualityLabel: '1080p',
    projectionType: 'RECTANGULAR',
    approxDurationMs: '417000',
  })),
};

const relatedVideos = 2600;
let packedPage: Buffer | undefined;

/** The page of any video, packed with gzip. */
export function fullPage(head: string): Buffer {
  packedPage ??= gzipSync(
    `<!DOCTYPE html><html>${head}<script>var ytInitialData = ${JSON.stringify(Array.from({ length: relatedVideos }, (_, index) => related(`v${index}`)))};</script></body></html>`,
  );
  return packedPage;
}

function related(name: string): unknown {
  const id = hashOf(name).toString(36);
  return {
    compactVideoRenderer: {
      videoId: id,
      title: { simpleText: `Title ${hashOf(`title ${name}`)}` },
      navigationEndpoint: {
        clickTrackingParams: hashOf(`click ${name}`).toString(36).repeat(4),
        commandMetadata: {
          webCommandMetadata: { url: `/watch?v=${id}`, webPageType: 'WEB_PAGE_TYPE_WATCH', rootVe: 3832 },
        },
      },
      thumbnail: {
        thumbnails: [
          { url: `https://i.ytimg.com/vi/${id}/hqdefault.jpg?sqp=-o&amp;rs=A`, width: 168, height: 94 },
        ],
      },
    },
  };
}
