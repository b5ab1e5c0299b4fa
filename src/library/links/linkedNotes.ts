/**
 * The links between the notes of an output folder: which videos are alike, what their notes define, under which subject
 * the user has put them. Writes the section "See also" of notes; their definitions are read on the way.
 */
import { join } from 'node:path';
import { breathe, inSlices } from '../../captions/sliced';
import { isInsidePath } from '../../model/insidePath';
import type { Files } from '../../model/ports';
import { notesOrigin } from '../notes/notesFile';
import { subjectOf } from '../notes/seal';
import type { LibraryVideo } from '../page/batchFolder';
import { conceptsOf, type Concept, type Explained } from './conceptsPage';
import { definitionsOf, type Definition } from './definitions';
import { edgesOf, type GraphEdge } from './graph';
import type { LinkStyle, Place } from './linkText';
import { relate } from './related';
import { withSeeAlso, type SeeAlso } from './seeAlso';
import { TermStore } from './termStore';

export interface LinkedVideo extends LibraryVideo {
  /** Name of its batch folder. */
  readonly folder: string;
}

export interface Links {
  readonly videos: readonly LinkedVideo[];
  readonly edges: readonly GraphEdge[];
  readonly explained: readonly Explained[];
  readonly concepts: readonly Concept[];
  /** Subject → indexes of its videos, in alphabetical order. */
  readonly subjects: readonly (readonly [subject: string, videos: readonly number[]])[];
  /** Notes whose section was written, below the output folder. */
  readonly written: readonly string[];
}

const maxNotes = 4 * 1024 * 1024;

/** `root`: real path of the output folder; `videos` in the order of the page. Throws FailureError `disk`. */
export async function linkNotes(
  files: Files,
  root: string,
  videos: readonly LinkedVideo[],
  style: LinkStyle,
): Promise<Links> {
  const known = await new TermStore(files, root).termsOf(
    videos.map(({ folder, file }) => `${folder}/${file}`),
  );
  const keys = videos.map(({ url, folder, file }) => url ?? `${folder}/${file}`);
  const relations = await inSlices(
    relate(
      known.map(({ terms }) => terms),
      keys,
    ),
  );
  const explained: Explained[] = [];
  const written: string[] = [];
  const subjects = new Map<string, number[]>();
  for (const [at, video] of videos.entries()) {
    let subject = known[at]?.subject;
    const definitions: Definition[] = [];
    const links = (relations[at] ?? []).flatMap(({ to, words }): readonly SeeAlso[] => {
      const other = videos[to];
      return other === undefined ? [] : [{ to: placeOf(other), title: other.title, words }];
    });
    for (const name of video.notes) {
      const text = await readNotes(files, root, video.folder, name);
      if (text === undefined) continue;
      subject = subjectOf(text) ?? subject;
      for (const definition of definitionsOf(text)) definitions.push(definition);
      const linked = withSeeAlso(text, links, video.folder, style);
      if (linked === undefined || linked === text) continue;
      await files.writeWhole(join(root, video.folder, name), linked);
      written.push(`${video.folder}/${name}`);
    }
    if (definitions.length > 0)
      explained.push({ notes: placeOf(video), title: video.title, url: video.url, definitions });
    if (subject !== undefined) subjects.set(subject, [...(subjects.get(subject) ?? []), at]);
    if (video.notes.length > 0) await breathe();
  }
  const order = new Intl.Collator('en', { numeric: true });
  return {
    videos,
    edges: edgesOf(relations),
    explained,
    concepts: conceptsOf(explained),
    subjects: [...subjects].sort(([a], [b]) => order.compare(a, b) || (a < b ? -1 : 1)),
    written,
  };
}

/** The notes about a video where there are some, else its transcript. */
export function placeOf({ folder, file, notes }: LinkedVideo): Place {
  return { folder, file: notes[0] ?? file };
}

/** Notes that we wrote, also those that the user has changed; undefined for any other file. */
export async function readNotes(
  files: Files,
  root: string,
  folder: string,
  name: string,
): Promise<string | undefined> {
  const path = join(root, folder, name);
  if (!isInsidePath(name) || (await files.realPath(path)) !== path) return undefined;
  const bytes = await files.read(path, maxNotes).catch(() => undefined);
  const text = bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  return text === undefined || notesOrigin(text) === undefined ? undefined : text;
}
