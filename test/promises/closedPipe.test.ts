/** What the terminal program does when its output is no longer read: `bulk-transcribe list | head`. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../helpers/cli';
import { YouTubeStandIn } from '../servers/youtube';

describe('the terminal program whose output is no longer read', () => {
  for (const [form, ...flags] of [['words'], ['JSON lines', '--json']]) {
    it(`stops its batch as at Ctrl-C, keeps everything and says how to go on: ${form}`, async () => {
      const site = await YouTubeStandIn.start({ delayMs: 50 });
      const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-pipe-'));
      try {
        const options = {
          cwd: folder,
          env: { HOME: folder, BULK_TRANSCRIBE_STATE: join(folder, 'state') },
        };
        const ids = Array.from({ length: 12 }, (_, index) => `closedPipe${index.toString(36)}`);
        const settings = [
          `youtube.endpoint=${site.origin}`,
          'rate.youtube.spacing=0',
          'rate.youtube.burst=100',
        ];
        const wanted = ['--workers', '1', ...settings.flatMap((setting) => ['--set', setting])];
        const cut = await cli(
          ['run', ...ids.map((id) => `https://youtu.be/${id}`), '--name', 'talks', ...wanted, ...flags],
          {
            ...options,
            onStart: ({ stdin, stdout }) => {
              stdin?.end();
              stdout?.once('data', () => stdout.destroy());
            },
          },
        );
        assert.equal(cut.code, 130, cut.stderr);
        assert.match(cut.stderr, /Stopped; everything is kept\. Go on with: bulk-transcribe resume /);

        const resumed = await cli(['resume', 'transcripts/talks', ...wanted, '--json'], options);
        assert.equal(resumed.code, 0, resumed.stderr);
        assert.equal(resumed.lines.at(-1)?.completed, ids.length);
      } finally {
        await site.close();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
