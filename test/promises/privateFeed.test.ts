/** The token of a private feed, after whole batches of the terminal program with the log at its loudest. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../helpers/cli';
import { podcast, startFeeds } from '../servers/feeds';

const token = 'k7f3jd93jfk2jd93qx';

describe('the token of a private feed', () => {
  it('stands nowhere in what the terminal program says', async () => {
    const feeds = await startFeeds();
    const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-feed-'));
    try {
      const episode = { title: 'Talk', enclosure: 'https://media.example/talk.mp3', type: 'audio/mpeg' };
      feeds.pages.set(`/${token}/good.xml`, podcast('Members', [episode]));
      feeds.pages.set(`/${token}/refused.xml`, { status: 403, body: `${token} has expired` });
      for (const name of ['good', 'refused', 'gone']) {
        const result = await cli(
          [`${feeds.origin}/${token}/${name}.xml`, '--name', name, '--set', 'retries=0'],
          {
            cwd: folder,
            env: {
              HOME: folder,
              BULK_TRANSCRIBE_STATE: join(folder, 'state'),
              BULK_TRANSCRIBE_LOG: 'debug',
            },
          },
        );
        assert.match(result.stdout, new RegExp(`\\*\\*\\*/${name}\\.xml|1 failed`));
        assert.ok(!(result.stdout + result.stderr).includes(token), result.stdout + result.stderr);
      }
    } finally {
      await feeds.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
