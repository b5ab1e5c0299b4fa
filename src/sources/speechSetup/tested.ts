/**
 * Remembers which engine has heard the test sentence with which model, so that Check Setup says ✓ only where
 * that has happened, and does not need to try it each time. A model counts as the same while its content is.
 */
import path from 'node:path';
import * as v from 'valibot';
import type { SourceParts } from '../parts';
import { readJson } from '../parts';
import { hashOf } from './download';
import type { Trial } from './trial';

export type TestedParts = Pick<SourceParts, 'files'> & { readonly stateFolder: string };

/** A file as it was when it was tried. */
const triedFile = v.object({
  path: v.string(),
  size: v.number(),
  modifiedMs: v.number(),
  sha256: v.string(),
});

const record = v.object({
  program: triedFile,
  model: triedFile,
  words: v.string(),
  language: v.string(),
  seconds: v.number(),
});
export type Tested = v.InferOutput<typeof record>;
type TriedFile = v.InferOutput<typeof triedFile>;

/** As many set-ups as people switch between. */
const most = 8;

export class TestedSetups {
  constructor(private readonly parts: TestedParts) {}

  /** What was heard with this program and model, both absolute paths; undefined: it was not tried, or has changed. */
  async find(program: string, model: string, signal: AbortSignal): Promise<Tested | undefined> {
    for (const known of await this.all())
      if (
        known.program.path === program &&
        known.model.path === model &&
        (await this.isSame(known.program, signal)) &&
        (await this.isSame(known.model, signal))
      )
        return known;
    return undefined;
  }

  /** Only a trial in which the sentence was heard is kept. */
  async add(
    program: string,
    model: string,
    trial: Extract<Trial, { ok: true }>,
    signal: AbortSignal,
  ): Promise<void> {
    const [ofProgram, ofModel] = [await this.look(program, signal), await this.look(model, signal)];
    if (ofProgram === undefined || ofModel === undefined) return;
    const { words, language, seconds } = trial;
    const others = (await this.all()).filter(
      (known) => known.program.path !== program || known.model.path !== model,
    );
    const kept = [{ program: ofProgram, model: ofModel, words, language, seconds }, ...others].slice(0, most);
    await this.parts.files.makeFolder(this.parts.stateFolder);
    await this.parts.files.writeWhole(this.file, `${JSON.stringify(kept, undefined, 1)}\n`);
  }

  private get file(): string {
    return path.join(this.parts.stateFolder, 'speech-tested.json');
  }

  private async all(): Promise<readonly Tested[]> {
    const bytes = await this.parts.files.read(this.file, 1_000_000).catch(() => undefined);
    const read = v.safeParse(v.array(record), bytes === undefined ? undefined : readJson(bytes));
    return read.success ? read.output : [];
  }

  /** A file that was only copied or touched is read once more. */
  private async isSame(known: TriedFile, signal: AbortSignal): Promise<boolean> {
    const stat = await this.parts.files.stat(known.path);
    if (stat?.kind !== 'file' || stat.size !== known.size) return false;
    if (stat.modifiedMs === known.modifiedMs) return true;
    return (await hashOf(this.parts, known.path, signal)) === known.sha256;
  }

  private async look(file: string, signal: AbortSignal): Promise<TriedFile | undefined> {
    const stat = await this.parts.files.stat(file);
    if (stat?.kind !== 'file') return undefined;
    const sha256 = await hashOf(this.parts, file, signal);
    return { path: file, size: stat.size, modifiedMs: stat.modifiedMs, sha256 };
  }
}
