/** The parts of `index.md` that links between notes add: subjects, and the graph of related videos. Pure. */
import { markdownText } from '../../output/escape';
import { mermaid } from '../links/graph';
import { placeOf, type LinkedVideo, type Links } from '../links/linkedNotes';
import { linkText } from '../links/linkText';
import type { LibraryBatch } from './batchFolder';

/** Which videos are compared: those with notes before others, in the order of the page, never more than `most`. */
export class Compared {
  private readonly noted: { readonly at: number; readonly video: LinkedVideo }[] = [];
  private readonly others: { readonly at: number; readonly video: LinkedVideo }[] = [];
  private count = 0;

  constructor(private readonly most: number) {}

  add({ folder, videos }: LibraryBatch): void {
    for (const video of videos) {
      const list = video.notes.length > 0 ? this.noted : this.others;
      if (list.length < this.most) list.push({ at: this.count, video: { ...video, folder } });
      this.count += 1;
    }
  }

  videos(): readonly LinkedVideo[] {
    const free = Math.max(0, this.most - this.noted.length);
    return [...this.noted, ...this.others.slice(0, free)]
      .sort((a, b) => a.at - b.at)
      .map(({ video }) => video);
  }
}

/** The subjects that the user has named, each with its videos; empty where there are none. */
export function subjectsSection(links: Links | undefined): string {
  if (links === undefined || links.subjects.length === 0) return '';
  const parts = links.subjects.map(([subject, videos]) => {
    const lines = videos.flatMap((at) => {
      const video = links.videos[at];
      return video === undefined ? [] : [`- ${linkText('markdown', '', placeOf(video), video.title)}`];
    });
    return `### ${markdownText(subject)}\n\n${lines.join('\n')}\n`;
  });
  return `\n## Subjects\n\n${parts.join('\n')}`;
}

/** The drawing of the strongest relations; empty where there are none. */
export function graphSection(links: Links | undefined): string {
  const drawing = links === undefined ? '' : mermaid(links.videos, links.edges);
  return drawing === '' ? '' : `\n## Related videos\n\n${drawing}`;
}
