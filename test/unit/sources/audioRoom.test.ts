/** A download must not fill the disk of temporary files. */
import assert from 'node:assert/strict';
import { FailureError } from '../../../src/model/failure';
import type { Link } from '../../../src/model/link';
import { AudioFetch } from '../../../src/sources/audioFetch';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { fakeYtDlp, type Printed } from '../../helpers/fakeYtDlp';
import { MemoryFiles } from '../../helpers/memoryFiles';
import { sourceRequest } from '../../helpers/sourceRequest';

const GB = 1024 ** 3;
const page: Link = { kind: 'page', url: 'https://media.example/talk', id: 'talk0000000' };

async function fetched(
  free: number,
  printed: Printed,
): Promise<{ code: string; runs: readonly (readonly string[])[] }> {
  const files = new MemoryFiles();
  files.freeBytes = () => Promise.resolve(free);
  const { parts, runs } = fakeYtDlp(() => printed, { files });
  const fetch = new AudioFetch(parts, new YtDlpProgram(parts));
  try {
    await fetch.fetch(sourceRequest(page).request);
    return { code: 'done', runs };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { code: error.failure.code, runs };
  }
}

describe('Sound that is downloaded by yt-dlp', () => {
  it('is not begun where hardly any space is free', async () => {
    const { code, runs } = await fetched(0.1 * GB, {});
    assert.deepEqual([code, runs.length], ['disk', 0]);
  });

  it('may become as large as the free space, and no larger than 16 GB', async () => {
    const most = async (free: number): Promise<number> => {
      const { runs } = await fetched(free, { lines: ['BT-FILE|sound.m4a'] });
      const [args = []] = runs;
      return Number(args[args.indexOf('--max-filesize') + 1]) / GB;
    };
    assert.equal(await most(2 * GB), 1.75);
    assert.equal(await most(100 * GB), 16);
  });

  it('ends with the reason where the file is larger, as it says itself or as it grows', async () => {
    const aborts = 'File is larger than max-filesize (9 bytes > 8 bytes). Aborting.';
    assert.equal((await fetched(2 * GB, { lines: [aborts] })).code, 'disk');
    assert.equal((await fetched(100 * GB, { lines: [aborts] })).code, 'too-large');
    const grown = `BT-DL|${JSON.stringify({ downloaded_bytes: 2 * GB })}`;
    assert.equal((await fetched(2 * GB, { lines: [grown] })).code, 'disk');
  });
});
