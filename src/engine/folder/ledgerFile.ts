/**
 * The file of the user's record (ledger.ts), which several processes append to. When most of it has no meaning any
 * more it is written again, shorter, without a lock and without losing a line, wherever a process is killed:
 * - the old file gets a name of its own that is read by everybody; what it still says is appended to the new file, and
 *   on disk there before the old one is removed;
 * - whoever appends looks afterwards whether its file is still in its place. What was appended to a file that is not is
 *   appended once more to the one that is. All lines may be read twice.
 */
import { join } from 'node:path';
import { failure, FailureError } from '../../model/failure';
import type { AppendFile, Clock, Files, Random } from '../../model/ports';
import type { Plain } from '../../model/plain';
import { journalLine, parseLine } from '../journal/journal';
import { readLines } from '../journal/lines';
import { Slices } from '../journal/slices';

const name = 'ledger.jsonl';
const beforeName = /^ledger\.before-[0-9a-f]{1,64}\.jsonl$/;
/** A shorter file is read in no time. */
const worthBytes = 1_000_000;
/** Others that write it again meanwhile are waited for so often. */
const mostRounds = 20;
/** Characters appended at a time. */
const pieceLength = 65_536;

export class LedgerFile {
  private file: Promise<AppendFile> | undefined;

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
    private readonly folder: string,
    private readonly random: Random,
  ) {}

  /** On disk, in the file that everybody reads, when it returns. Throws FailureError `disk`. */
  async append(record: Plain): Promise<void> {
    await this.appendText(journalLine(record));
  }

  /**
   * Reads all records, in their order; `begin` is called before, and again where the file was written again meanwhile.
   * Returns how many there were, and whether so many are worth writing again. Throws FailureError `disk`.
   */
  async read(
    begin: () => void,
    take: (record: Plain) => void,
  ): Promise<{ readonly records: number; readonly isLong: boolean }> {
    for (let round = 0; ; round += 1) {
      const before = await this.state();
      begin();
      let records = 0;
      for (const one of before.names)
        for await (const line of readLines(this.files, join(this.folder, one), new Slices(this.clock))) {
          const record = parseLine(line);
          if (!record) continue;
          take(record);
          records += 1;
        }
      const after = await this.state();
      if (after.mark === before.mark || round === mostRounds)
        return { records, isLong: before.bytes > worthBytes };
    }
  }

  /**
   * Writes it again with these records alone. `live`: what the file said when it was put aside. Throws FailureError.
   */
  async writeAgain(
    live: (read: (take: (record: Plain) => void) => Promise<void>) => Promise<Iterable<Plain>>,
  ): Promise<void> {
    const { files, folder } = this;
    await this.close();
    const aside = join(folder, `ledger.before-${this.random.id()}.jsonl`);
    // Another process may have put it aside a moment ago.
    await files.rename(join(folder, name), aside).catch(() => undefined);
    // Those that a killed process has left as well.
    const old = (await files.list(folder)).filter((one) => beforeName.test(one));
    const records = await live(async (take) => {
      for (const one of old)
        for await (const line of readLines(files, join(folder, one), new Slices(this.clock))) {
          const record = parseLine(line);
          if (record) take(record);
        }
    });
    let text = '';
    for (const record of records) {
      text += journalLine(record);
      if (text.length < pieceLength) continue;
      await this.appendText(text);
      text = '';
    }
    if (text !== '') await this.appendText(text);
    for (const one of old) await files.remove(join(folder, one));
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await (await file)?.close();
  }

  private async appendText(text: string): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      this.file ??= this.open();
      const file = await this.file;
      await file.append(text);
      await file.flush();
      if ((await file.isInPlace?.()) !== false) return;
      await this.close();
    }
    throw new FailureError(
      failure('disk', 'The record of payments is written again all the time.', { needs: 'state' }),
    );
  }

  private async open(): Promise<AppendFile> {
    await this.files.makeFolder(this.folder);
    return this.files.openAppend(join(this.folder, name));
  }

  /** The files that hold records, the older ones first; `mark` changes with any of them. */
  private async state(): Promise<{
    readonly names: readonly string[];
    readonly mark: string;
    readonly bytes: number;
  }> {
    const { files, folder } = this;
    const old = (await files.list(folder)).filter((one) => beforeName.test(one)).sort();
    const names = [...old, name];
    const sizes = await Promise.all(
      names.map(async (one) => (await files.stat(join(folder, one)))?.size ?? 0),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { names, mark: `${names.join()} ${sizes.join()}`, bytes };
  }
}
