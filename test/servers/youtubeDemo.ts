/** The demo's list: some forty links with uneven delays and a few failures, each of another kind. */
import { createHash } from 'node:crypto';
import { standInVideo, type Behaviour, type StandInVideo } from './youtubeVideos';

/** What an answer takes, at least and at most. */
export const demoDelays = { minMs: 150, maxMs: 3500 } as const;

/** An id that looks like one of YouTube's. */
function demoId(index: number): string {
  return createHash('sha256').update(`demo ${index}`).digest('base64url').slice(0, 11);
}

const specials: readonly (readonly [index: number, behaviour: Behaviour])[] = [
  [4, 'private'],
  [9, 'nocaps'],
  [13, 'once500'],
  [17, 'removed'],
  [22, 'geo'],
  [26, 'asronly'],
  [31, 'nocaps'],
  [36, 'once429'],
];

const demoSpecial: ReadonlyMap<string, Behaviour> = new Map(
  specials.map(([index, behaviour]) => [demoId(index), behaviour]),
);

const demoCount = 42;

/** The links as people write them: several forms, one video twice. */
export function demoLinks(): readonly string[] {
  const links = Array.from({ length: demoCount }, (_, index) => {
    const id = demoId(index);
    const forms = [
      `https://www.youtube.com/watch?v=${id}`,
      `https://youtu.be/${id}`,
      `https://www.youtube.com/watch?v=${id}&t=42s`,
      `https://www.youtube.com/shorts/${id}`,
    ];
    return forms[index % 7] ?? forms[0] ?? '';
  });
  return [...links, `https://m.youtube.com/watch?v=${demoId(0)}`];
}

/** A video of the demo: uneven delays, a few failures by id. */
export function demoVideo(id: string): StandInVideo {
  const video = standInVideo(id, demoDelays, demoSpecial.get(id));
  return { ...video, talk: video.title.split(' ').at(-1) ?? '' };
}
