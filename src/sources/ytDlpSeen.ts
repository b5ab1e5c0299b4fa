/**
 * The version that a yt-dlp said last, kept in the state folder: Python takes half a second to start, and a run that
 * needs captions of YouTube alone would wait for it before its first request. It counts while the file at the path
 * has the same size and time, and only for whether there is a program; whoever runs it asks the program itself.
 */
import path from 'node:path';
import * as v from 'valibot';
import type { SourceParts } from './parts';
import { readJson } from './parts';

export type SeenParts = Pick<SourceParts, 'stateFolder'> & {
  readonly files: Pick<SourceParts['files'], 'makeFolder' | 'read' | 'stat' | 'writeWhole'>;
};

const record = v.object({
  path: v.string(),
  size: v.number(),
  modifiedMs: v.number(),
  version: v.pipe(v.string(), v.regex(/^\d{4}\.\d{2}\.\d{2}[\w.+-]{0,40}$/)),
});
type Seen = v.InferOutput<typeof record>;

const mostBytes = 10_000;

export class YtDlpSeen {
  constructor(private readonly parts: SeenParts) {}

  /** The version of the program at this absolute path; undefined: it has not said one, or has changed since. */
  async versionOf(program: string): Promise<string | undefined> {
    const seen = await this.read();
    if (seen?.path !== program) return undefined;
    const now = await this.look(program);
    return now?.size === seen.size && now.modifiedMs === seen.modifiedMs ? seen.version : undefined;
  }

  /** The program at this path has said its version. Never rejects: without the record it is asked again. */
  async keep(program: string, version: string): Promise<void> {
    const { files, stateFolder } = this.parts;
    const now = await this.look(program);
    if (stateFolder === undefined || now === undefined || (await this.versionOf(program)) === version) return;
    const seen: Seen = { path: program, ...now, version };
    try {
      await files.makeFolder(stateFolder);
      await files.writeWhole(this.fileIn(stateFolder), `${JSON.stringify(seen, undefined, 1)}\n`);
    } catch {
      // The next run waits for the program again.
    }
  }

  private async read(): Promise<Seen | undefined> {
    const { files, stateFolder } = this.parts;
    if (stateFolder === undefined) return undefined;
    const bytes = await files.read(this.fileIn(stateFolder), mostBytes).catch(() => undefined);
    const read = v.safeParse(record, bytes === undefined ? undefined : readJson(bytes));
    return read.success ? read.output : undefined;
  }

  private async look(program: string): Promise<Pick<Seen, 'size' | 'modifiedMs'> | undefined> {
    const stat = await this.parts.files.stat(program).catch(() => undefined);
    return stat?.kind === 'file' ? { size: stat.size, modifiedMs: stat.modifiedMs } : undefined;
  }

  private readonly fileIn = (stateFolder: string): string => path.join(stateFolder, 'yt-dlp.json');
}
