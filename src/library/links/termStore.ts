/**
 * The telling words of transcripts, kept in a hidden file of the output folder, so that only new and changed ones are
 * read. What is damaged or of another form is read again from the transcripts.
 */
import { join } from 'node:path';
import { decodeText } from '../../captions/decode';
import { Share, breathe, inSlices, linesOf } from '../../captions/sliced';
import { isPlain } from '../../model/plain';
import type { FileStat, Files } from '../../model/ports';
import { searched } from '../../search/pieces';
import { subjectOf } from '../notes/seal';
import { mostTerms, termsOf, type Term } from './terms';

export const workFolder = '.library';
const storeName = 'terms.jsonl';
/** Changes whenever other words are chosen. */
const version = 1;
const maxStore = 64 * 1024 * 1024;
const maxTranscript = 50 * 1024 * 1024;
/** Characters in which the front matter ends. */
const longestHead = 65_536;
/** Look-ups that wait for the disk together. */
const together = 64;

export interface KnownTerms {
  readonly terms: readonly Term[];
  /** As the user names it in the front matter. */
  readonly subject: string | undefined;
}

interface Stored extends KnownTerms {
  readonly mark: string;
}

const none: KnownTerms = { terms: [], subject: undefined };

export class TermStore {
  constructor(
    private readonly files: Files,
    /** Real path of the output folder. */
    private readonly root: string,
  ) {}

  /** The words of these transcripts, `folder/file` below the output folder each. One that cannot be read has none. */
  async termsOf(names: readonly string[]): Promise<readonly KnownTerms[]> {
    const before = await this.load();
    const now = new Map<string, Stored>();
    let isNew = before.size !== names.length;
    for (let at = 0; at < names.length; at += together) {
      const some = names.slice(at, at + together);
      const stats = await Promise.all(some.map((name) => this.stat(name)));
      for (const [index, name] of some.entries()) {
        const stat = stats[index];
        if (stat?.kind !== 'file') continue;
        const mark = `${stat.size} ${stat.modifiedMs}`;
        const known = before.get(name);
        const stored = known?.mark === mark ? known : { mark, ...(await this.read(name)) };
        isNew ||= stored !== known;
        now.set(name, stored);
      }
      await breathe();
    }
    // Without the file the transcripts are read again; the folder may be read-only.
    if (isNew) await this.save(now).catch(() => undefined);
    return names.map((name) => now.get(name) ?? none);
  }

  private stat(name: string): Promise<FileStat | undefined> {
    return this.files.stat(join(this.root, name)).catch(() => undefined);
  }

  private async read(name: string): Promise<KnownTerms> {
    const { files, root } = this;
    const path = join(root, name);
    const format = searched.find((known) => name.endsWith(`.${known}`));
    // A link may lead to a file whose words belong nowhere here.
    if (format === undefined || (await files.realPath(path)) !== path) return none;
    const bytes = await files.read(path, maxTranscript).catch(() => undefined);
    if (bytes === undefined) return none;
    const text = await inSlices(decodeText(bytes));
    const head = text.slice(0, longestHead).replace(/\r\n/g, '\n');
    return { terms: await inSlices(termsOf(format, text)), subject: subjectOf(head) };
  }

  private async load(): Promise<ReadonlyMap<string, Stored>> {
    const stored = new Map<string, Stored>();
    const path = join(this.root, workFolder, storeName);
    if ((await this.files.realPath(path)) !== path) return stored;
    const bytes = await this.files.read(path, maxStore).catch(() => undefined);
    const lines = linesOf(bytes === undefined ? '' : new TextDecoder().decode(bytes));
    if (lines.next().value !== headLine) return stored;
    const share = new Share();
    for (const line of lines) {
      const one = storedOf(line);
      // Each line of ours is whole: with the first that is not, all are read from the transcripts.
      if (one === undefined) return line === '' ? stored : new Map();
      stored.set(...one);
      if (share.due(line.length)) await breathe();
    }
    return stored;
  }

  private async save(stored: ReadonlyMap<string, Stored>): Promise<void> {
    const { files, root } = this;
    const folder = join(root, workFolder);
    await files.makeFolder(folder);
    if ((await files.realPath(folder)) !== folder) return;
    if ((await files.stat(join(folder, '.gitignore'))) === undefined)
      await files.writeWhole(join(folder, '.gitignore'), '*\n');
    const lines = [...stored].map(([file, { mark, terms, subject }]) =>
      JSON.stringify({ file, mark, terms: terms.flat(), subject }),
    );
    await files.writeWhole(join(folder, storeName), `${[headLine, ...lines].join('\n')}\n`);
  }
}

const headLine = JSON.stringify({ version });

/** The line may come from anywhere. */
function storedOf(line: string): readonly [string, Stored] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isPlain(value) || typeof value.file !== 'string' || typeof value.mark !== 'string') return undefined;
  const flat: readonly unknown[] = Array.isArray(value.terms) ? value.terms : [];
  const terms: Term[] = [];
  for (let at = 0; at + 1 < flat.length && terms.length < mostTerms; at += 2) {
    const word = flat[at];
    const count = flat[at + 1];
    if (typeof word !== 'string' || word.length > 40 || !Number.isSafeInteger(count)) return undefined;
    terms.push([word, Math.max(1, Number(count))]);
  }
  const subject = typeof value.subject === 'string' ? value.subject.slice(0, 100) : undefined;
  return [value.file, { mark: value.mark, terms, subject }];
}
