import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

/** Searches in a process of its own; killed after so many milliseconds where they are given. */
function search(folder: string, killAfterMs?: number): Promise<string> {
  return new Promise((resolve) => {
    const run = spawn(process.execPath, [
      program,
      'search',
      'zebrafinch',
      folder,
      '--json',
      '--limit',
      '1000',
    ]);
    let output = '';
    run.stdout.on('data', (text: Buffer) => (output += text.toString()));
    if (killAfterMs !== undefined) setTimeout(() => run.kill('SIGKILL'), killAfterMs);
    run.once('close', () => resolve(output));
  });
}

describe('A search that is killed', () => {
  it('leaves an index from which the next one finds everything', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'search-kill-'));
    try {
      const batch = join(scratch, 'talks');
      mkdirSync(batch);
      writeFileSync(join(batch, 'batch.json'), '{ "videos": [] }\n');
      const files = 400;
      const write = (file: number, words: string): void => {
        const id = `killed${String(file).padStart(5, '0')}`;
        const url = `https://www.youtube.com/watch?v=${id}`;
        const filler = `Some words about number ${file}. `.repeat(400);
        writeFileSync(
          join(batch, `Talk ${file} [${id}].md`),
          `---\ntitle: "Talk"\nurl: "${url}"\nid: "${id}"\n---\n\n[0:00](${url}&t=0) ${filler}\n\n[9:00](${url}&t=540) ${words}\n`,
        );
      };
      for (let file = 0; file < files; file += 1) write(file, 'A zebrafinch sings.');
      for (let after = 100; after <= 1500; after += 200) {
        write(after % files, 'No bird sings.');
        await search(scratch, after);
        write(after % files, 'A zebrafinch sings again.');
      }
      const last = (await search(scratch)).trim().split('\n').at(-1) ?? '';
      const { total, transcripts } = JSON.parse(last) as { total: number; transcripts: number };
      assert.deepEqual([total, transcripts], [files, files]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
