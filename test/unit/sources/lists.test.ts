import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Settings } from '../../../src/model/settings';
import type { ListItem } from '../../../src/model/source';
import { youtubeFeed } from '../../servers/feeds';
import { listsRig, type ListOptions } from '../../helpers/listsRig';

describe('A list', () => {
  const rig = listsRig();
  const { entry, expand, failed, fakeYtDlp } = rig;

  describe('of YouTube without yt-dlp', () => {
    const videos = Array.from({ length: 15 }, (_, at) => ({
      id: `video${String(at).padStart(6, '0')}`,
      title: `Talk ${at}`,
      published: `2026-10-${String(30 - at).padStart(2, '0')}T10:00:00+00:00`,
    }));
    const withoutProgram = (): Partial<Settings> => ({
      'youtube.endpoint': rig.server.origin,
      sources: ['youtube'],
    });

    it('is the newest 15 of a playlist, and says so', async () => {
      rig.server.pages.set('/feeds/videos.xml?playlist_id=PLabc', youtubeFeed('The Channel', videos));
      const items = await expand('https://www.youtube.com/playlist?list=PLabc', {
        settings: withoutProgram(),
      });
      assert.equal(items.length, 15);
      assert.deepEqual(items[0], {
        link: { kind: 'youtube', id: 'video000000', url: 'https://www.youtube.com/watch?v=video000000' },
        meta: { title: 'Talk 0', channel: 'The Channel', published: '2026-10-30' },
      });
      assert.match(rig.notes[0] ?? '', /newest 15 .* Set up yt-dlp/);
      assert.deepEqual(rig.permits, ['youtube']);
    });

    it('finds the channel behind a handle on its page', async () => {
      const id = 'UCabcdefghijklmnopqrstuv';
      rig.server.pages.set(
        '/@handle',
        `<html><script>{"browseId":"UCzzzzzzzzzzzzzzzzzzzzzz"}</script><link rel="canonical" href="https://www.youtube.com/channel/${id}">`,
      );
      rig.server.pages.set(`/feeds/videos.xml?channel_id=${id}`, youtubeFeed('C', videos));
      await expand('https://www.youtube.com/@handle', { settings: withoutProgram() });
      assert.deepEqual(rig.server.requests, ['/@handle', `/feeds/videos.xml?channel_id=${id}`]);
      rig.server.pages.set('/@handle', '<html>Before you continue</html>');
      const failure = await failed('https://www.youtube.com/@handle', { settings: withoutProgram() });
      assert.equal(failure.code, 'bad-response');
    });

    it('knows its dates exactly', async () => {
      rig.server.pages.set('/feeds/videos.xml', youtubeFeed('C', videos));
      const settings = { ...withoutProgram(), 'lists.after': '2026-10-20', 'lists.before': '2026-10-25' };
      const items = await expand('https://www.youtube.com/playlist?list=PLabc', { settings });
      assert.deepEqual(
        items.map((item) => item.meta.published?.slice(8)),
        ['24', '23', '22', '21', '20'],
      );
    });
  });

  describe('of YouTube with yt-dlp', () => {
    const run = async (
      lines: readonly unknown[],
      more: Parameters<typeof fakeYtDlp>[1] & ListOptions & { url?: string } = {},
    ): Promise<ListItem[]> => {
      const path = await fakeYtDlp(lines, more);
      return expand(more.url ?? 'https://www.youtube.com/@handle/videos', {
        ...more,
        settings: { 'ytDlp.path': path, ...more.settings },
      });
    };
    const args = (): Promise<string> => readFile(join(rig.folder, 'args'), 'utf8');

    it('is one process that prints a video a line', async () => {
      const items = await run([
        entry('aaaaaaaaaaa'),
        'WARNING: not JSON',
        entry('bbbbbbbbbbb', { duration: null, channel: null }),
        entry('aaaaaaaaaaa'),
      ]);
      assert.deepEqual(items, [
        {
          link: { kind: 'youtube', id: 'aaaaaaaaaaa', url: 'https://www.youtube.com/watch?v=aaaaaaaaaaa' },
          meta: { title: 'Talk aaaaaaaaaaa', channel: 'C', duration: 60 },
        },
        {
          link: { kind: 'youtube', id: 'bbbbbbbbbbb', url: 'https://www.youtube.com/watch?v=bbbbbbbbbbb' },
          meta: { title: 'Talk bbbbbbbbbbb' },
        },
      ]);
      const line = await args();
      assert.match(
        line,
        /--ignore-config .*--flat-playlist --yes-playlist --lazy-playlist -j -- https:\/\/www\.youtube\.com\/@handle\/videos\n$/,
      );
      assert.deepEqual([rig.permits, rig.released], [['youtube'], 1]);
    });

    it('starts before the last entry is known, and ends the program when enough are', async () => {
      const items = await run([entry('aaaaaaaaaaa'), entry('bbbbbbbbbbb')], { hang: true, stopAfter: 1 });
      assert.equal(items.length, 1);
      assert.match(await args(), /killed/);
    });

    it('asks for no more than the limit', async () => {
      await run([entry('aaaaaaaaaaa')], { settings: { 'lists.limit': 3 } });
      assert.match(await args(), / -I 1:3 /);
    });

    it('reads the tabs of a whole channel in turn', async () => {
      const tab = { _type: 'url', ie_key: 'YoutubeTab', url: 'https://www.youtube.com/@handle/videos' };
      await run([tab], { url: 'https://www.youtube.com/@handle' });
      const asked = (await args())
        .trim()
        .split('\n')
        .map((line) => line.split(' ').at(-1));
      assert.deepEqual(asked, ['https://www.youtube.com/@handle', 'https://www.youtube.com/@handle/videos']);
    });

    it('asks for dates when they matter, and never drops what could be wanted', async () => {
      const ago = (days: number): number => Math.floor(Date.now() / 1000) - days * 86_400;
      const day = (days: number): string =>
        new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
      const items = await run(
        [
          entry('aaaaaaaaaaa', { timestamp: ago(2) }),
          entry('bbbbbbbbbbb', { timestamp: ago(90) }),
          entry('ccccccccccc'),
          entry('ddddddddddd', { timestamp: ago(400) }),
          entry('eeeeeeeeeee', { timestamp: ago(800) }),
        ],
        { settings: { 'lists.after': day(500), 'lists.before': day(100) } },
      );
      // "3 months ago" may be 119 days; without a date it is unknown.
      assert.deepEqual(
        items.map((item) => item.link.id),
        ['bbbbbbbbbbb', 'ccccccccccc', 'ddddddddddd'],
      );
      assert.match(await args(), /youtubetab:approximate_date/);
    });

    it('gives what there was and then its reason when it breaks off', async () => {
      const path = await fakeYtDlp([], {
        exit: 1,
        stderr: 'ERROR: [youtube:tab] x: HTTP Error 429: Too Many Requests',
      });
      const failure = await failed('https://www.youtube.com/@handle', { settings: { 'ytDlp.path': path } });
      assert.equal(failure.code, 'rate-limited');
      assert.equal(rig.released, 1);
    });

    it('is cancelled with its process', async () => {
      const path = await fakeYtDlp([entry('aaaaaaaaaaa')], { hang: true });
      const stop = new AbortController();
      const waiting = failed('https://www.youtube.com/@handle', {
        settings: { 'ytDlp.path': path },
        signal: stop.signal,
      });
      while (!(await readFile(join(rig.folder, 'args'), 'utf8').catch(() => '')).includes('flat'))
        await new Promise((resolve) => setTimeout(resolve, 20));
      stop.abort();
      assert.equal((await waiting).code, 'cancelled');
    });

    it('streams 10,000 entries', async function () {
      this.timeout(30_000);
      const lines = Array.from({ length: 10_000 }, (_, at) => entry(`v${String(at).padStart(10, '0')}`));
      assert.equal((await run(lines)).length, 10_000);
    });
  });
});
