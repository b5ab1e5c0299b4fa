/** An output folder for tests of the library: batches with their manifests, transcripts and notes, in memory. */
import { join } from 'node:path';
import { sealed } from '../../src/library/notes/seal';
import { MemoryFiles } from './memoryFiles';

export interface SampleVideo {
  readonly title: string;
  readonly status?: string;
  readonly files?: readonly string[];
  readonly seconds?: number;
  readonly language?: string;
  readonly source?: string;
  readonly url?: string;
  readonly id?: string;
}

export const outputFolder = '/home/transcripts';

/** The manifest of a batch, as a program of ours writes it. */
export function manifest(name: string, videos: readonly SampleVideo[], state = 'finished'): string {
  const count = (status: string): number =>
    videos.filter((video) => (video.status ?? 'completed') === status).length;
  return JSON.stringify({
    schema: 1,
    batch_id: `id of ${name.slice(0, 100)}`,
    name,
    updated_at: '2026-11-20T10:15:00.000Z',
    state,
    total: videos.length,
    completed: count('completed'),
    failed: count('failed'),
    skipped: count('skipped'),
    cancelled: 0,
    parked: 0,
    pending: count('pending'),
    videos: videos.map(({ title, status = 'completed', files, seconds, language, source, url, id }) => ({
      url: url ?? `https://www.youtube.com/watch?v=${id ?? 'dQw4w9WgXcQ'}`,
      id: id ?? 'dQw4w9WgXcQ',
      title,
      status,
      source: source ?? 'youtube',
      language: language ?? 'en',
      duration: seconds ?? 60,
      output_files: status === 'completed' ? (files ?? [`${title}.md`]) : undefined,
    })),
  });
}

/** Writes a batch folder whose transcripts exist. */
export async function putBatch(
  files: MemoryFiles,
  name: string,
  videos: readonly SampleVideo[],
  { state = 'finished', folder = name }: { readonly state?: string; readonly folder?: string } = {},
): Promise<void> {
  const path = join(outputFolder, folder);
  await files.makeFolder(path);
  for (const { title, status = 'completed', files: names = [`${title}.md`] } of videos)
    if (status === 'completed')
      for (const one of names) await files.writeWhole(join(path, one), `# ${title}\n`);
  await files.writeWhole(join(path, 'report.md'), '# Report\n');
  await files.writeWhole(join(path, 'batch.json'), manifest(name, videos, state));
}

/** The text of a file; undefined where there is none. */
export function textOf(files: MemoryFiles, ...path: readonly string[]): string | undefined {
  return files.files.get(join(outputFolder, ...path))?.content.toString('utf8');
}

/** A transcript as we write it, one paragraph a minute. */
export function transcript(title: string, paragraphs: readonly string[], head = ''): string {
  const url = 'https://www.youtube.com/watch?v=dQw4w9WgXcQ';
  const body = paragraphs.map((text, at) => `[${at}:00](${url}&t=${at * 60}) ${text}`).join('\n\n');
  return `---\ntitle: "${title}"\nurl: "${url}"\nid: "dQw4w9WgXcQ"\n${head}---\n\n# ${title}\n\n${body}\n`;
}

/** Notes as a model has written them and we have sealed them. */
export function notesText(title: string, body: string): string {
  const head = [
    '---',
    `title: "${title}"`,
    'url: ""',
    'id: "dQw4w9WgXcQ"',
    'model: "m"',
    'template: "study"',
  ];
  return sealed(
    [...head, 'date: 2026-11-20T10:15:00Z', 'tokens: 5', 'transcript: "d"', '---', '', body, ''].join('\n'),
  );
}

/** Files whose operations end in an order that the seed decides. */
export class ShuffledFiles extends MemoryFiles {
  order: (() => number) | undefined;

  override stat(path: string): ReturnType<MemoryFiles['stat']> {
    return this.later(() => super.stat(path));
  }
  override list(path: string): ReturnType<MemoryFiles['list']> {
    return this.later(() => super.list(path));
  }
  override read(path: string, most?: number): ReturnType<MemoryFiles['read']> {
    return this.later(() => super.read(path, most));
  }
  override writeWhole(...args: Parameters<MemoryFiles['writeWhole']>): Promise<void> {
    return this.later(() => super.writeWhole(...args));
  }

  private async later<T>(run: () => Promise<T>): Promise<T> {
    for (let turns = this.order?.() ?? 0; turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
    return run();
  }
}
