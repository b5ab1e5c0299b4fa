/**
 * `links.json`: the graph of videos and concepts for programs. One entry a line, so that differences are small. Pure.
 */
import type { Links, LinkedVideo } from './linkedNotes';

/** The beginning of each file of ours; a file without it is the user's. */
export const linksMark = '{\n  "made_by": "bulk-transcribe library 1"';

/** The whole file. Videos are named by their file below the output folder. */
export function linksFile({ videos, edges, explained, concepts, subjects }: Links): string {
  const nameOf = (at: number): string => fileOf(videos[at]);
  const subjectOf = new Map(subjects.flatMap(([subject, all]) => all.map((at) => [at, subject] as const)));
  const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const nodes = videos.flatMap((video, at) => {
    if (!used.has(at) && video.notes.length === 0) return [];
    const { title, url, notes, folder } = video;
    const subject = subjectOf.get(at);
    return [{ file: nameOf(at), title, url, subject, notes: notes.map((name) => `${folder}/${name}`) }];
  });
  const related = edges.map(({ from, to, score, words }) => ({
    from: nameOf(from),
    to: nameOf(to),
    score,
    words,
  }));
  const named = concepts.map(({ term, at }) => ({
    term,
    at: at.map(({ video, times }) => {
      const { folder, file } = explained[video]?.notes ?? { folder: '', file: '' };
      return { notes: `${folder}/${file}`, seconds: times };
    }),
  }));
  const parts = [listed('videos', nodes), listed('related', related), listed('concepts', named)];
  return `${linksMark},\n${parts.join(',\n')}\n}\n`;
}

function fileOf(video: LinkedVideo | undefined): string {
  return video === undefined ? '' : `${video.folder}/${video.file}`;
}

function listed(name: string, entries: readonly object[]): string {
  const lines = entries.map((entry) => `\n    ${JSON.stringify(entry)}`);
  return `  "${name}": [${lines.join(',')}${lines.length === 0 ? '' : '\n  '}]`;
}
