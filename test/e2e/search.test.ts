/**
 * *Search Transcripts…* in a real workbench: the list while words are typed, in three themes, and the transcript that
 * Enter opens. Pictures are kept in test-results/, to be looked at.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YouTubeStandIn } from '../servers/youtube';
import { Desk, picturesOfFailures, settled } from './desk';
import { showTheme } from './deskSettings';

const talks = [
  [
    'Photosynthesis for beginners',
    'Plants receive light, and the chlorophyll in their leaves turns it into sugar.',
  ],
  ['The chemistry of leaves', 'In autumn the chlorophyll goes, and other colours of the leaves are seen.'],
  ['光合成の話', '葉の中の chlorophyll が光を受け取ります。'],
] as const;

describe('Search Transcripts…', () => {
  let site: YouTubeStandIn;
  let desk: Desk;

  before(async () => {
    site = await YouTubeStandIn.start();
    desk = await Desk.open({
      workspace: 'course',
      prepare: async (course) => {
        const batch = join(course, 'transcripts', 'biology');
        await mkdir(batch, { recursive: true });
        await writeFile(join(batch, 'batch.json'), '{ "schema": 1, "videos": [] }\n');
        for (const [at, [title, said]] of talks.entries()) {
          const id = `search${String(at).padStart(5, '0')}`;
          const url = `https://www.youtube.com/watch?v=${id}`;
          await writeFile(
            join(batch, `${title} [${id}].md`),
            `---\ntitle: "${title}"\nurl: "${url}"\nid: "${id}"\n---\n\n# ${title}\n\n[2:0${at}](${url}&t=12${at}) ${said}\n`,
          );
        }
      },
      site,
    });
  });
  after(async () => {
    await desk.close();
    await site.close();
  });
  picturesOfFailures(() => desk);

  const search = async (words: string): Promise<void> => {
    await settled('the list is open', async () => {
      await desk.command('Search Transcripts…');
      await desk.input.fill(words, { timeout: 5000 });
      await desk.picks.filter({ hasText: 'chlorophyll' }).first().waitFor({ timeout: 5000 });
      return true;
    });
  };

  for (const theme of ['Dark Modern', 'Light Modern', 'Default High Contrast'] as const)
    it(`shows the words in context, in ${theme}`, async () => {
      await showTheme(desk, theme);
      await search('chlorofyll');
      await desk.picture(`search-${theme.replaceAll(' ', '-').toLowerCase()}`);
      await desk.page.keyboard.press('Escape');
    });

  it('opens the transcript at the words', async () => {
    await search('"chlorophyll goes"');
    await settled('the transcript is open', async () => {
      await desk.page.keyboard.press('Enter');
      await desk.page.locator('.tab', { hasText: 'The chemistry of leaves' }).waitFor({ timeout: 3000 });
      return true;
    });
    await desk.picture('search-opened');
  });
});
