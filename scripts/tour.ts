/**
 * `npm run tour`: records the moving picture of the README, media/tour.gif, from the packed extension in a real
 * workbench: a list is started from the explorer, its videos run, a transcript is opened. Asks for ffmpeg and the VS
 * Code of the tests, which `npm run setup-tests` installs.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Desk, settled } from '../test/e2e/desk';
import { program } from '../test/programs/find';
import { demoVideo } from '../test/servers/youtubeDemo';
import { YouTubeStandIn } from '../test/servers/youtube';

const root = join(import.meta.dirname, '..');
const fixtures = join(root, 'test', 'fixtures', 'demo');
const folder = mkdtempSync(join(tmpdir(), 'tour-'));
const framesMs = 250;

interface Frame {
  readonly file: string;
  readonly at: number;
}

/** Takes a picture again and again until it is told to stop; answers when each was taken. */
function filming(desk: Desk, scene: string): { cut(): Promise<readonly Frame[]> } {
  const frames: Frame[] = [];
  const state = { over: false };
  const work = (async () => {
    while (!state.over) {
      const file = join(folder, `${scene}-${String(frames.length).padStart(4, '0')}.png`);
      const at = Date.now();
      await desk.page.screenshot({ path: file });
      frames.push({ file, at });
      await desk.page.waitForTimeout(Math.max(0, framesMs - (Date.now() - at)));
    }
  })();
  return {
    cut: async () => {
      state.over = true;
      await work;
      return frames;
    },
  };
}

/** One picture in the order of `frames`, each shown until the next was taken, at most a second. */
function develop(frames: readonly Frame[], to: string): void {
  const list = join(folder, 'frames.txt');
  const shown = frames.map(({ file, at }, index) => {
    const ms = Math.min(1000, (frames[index + 1]?.at ?? at + 2500) - at);
    return `file '${file}'\nduration ${ms / 1000}\n`;
  });
  writeFileSync(list, `${shown.join('')}file '${frames.at(-1)?.file ?? ''}'\n`);
  const palette = 'split[a][b];[a]palettegen=max_colors=96:stats_mode=diff[p];[b][p]paletteuse=dither=none';
  const filter = `scale=1000:-1:flags=lanczos,fps=5,mpdecimate=max=10,${palette}`;
  const args = ['-y', '-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', list];
  const { status, stderr } = spawnSync(
    program('ffmpeg'),
    [...args, '-vf', filter, '-fps_mode', 'vfr', '-loop', '0', to],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
}

async function main(): Promise<void> {
  const vsix = join(folder, 'tour.vsix');
  const packing = ['--import', 'tsx', join(root, 'scripts', 'package.ts'), '--out', vsix];
  const { status, stderr } = spawnSync(process.execPath, packing, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  process.env.BULK_TRANSCRIBE_TEST_VSIX = vsix;
  const site = await YouTubeStandIn.start({
    videos: demoVideo,
    delays: { minMs: 400, maxMs: 1600 },
  });
  const desk = await Desk.open({
    workspace: 'course',
    prepare: (course) => {
      copyFileSync(join(fixtures, 'lectures.urls'), join(course, 'lectures.urls'));
      copyFileSync(join(fixtures, 'interview.vtt'), join(course, 'interview.vtt'));
      return Promise.resolve();
    },
    site,
    settings: { 'rate.youtube.perHour': 0, 'rate.youtube.burst': 100, 'rate.youtube.spacing': 0.2 },
  });
  try {
    await desk.page.setViewportSize({ width: 1250, height: 780 });
    await desk.clearNotices();
    const film = filming(desk, 'run');
    await desk.page.waitForTimeout(700);
    await desk.explorerMenu('lectures.urls', 'Transcribe List');
    await settled('the list has ended', () => desk.says(/finished|Finished/).isVisible(), 120);
    await desk.page.waitForTimeout(1500);
    const frames = await film.cut();
    await desk.row(1).dblclick();
    const second = filming(desk, 'read');
    await desk.page.waitForTimeout(3000);
    const picture = join(root, 'media', 'tour.gif');
    develop([...frames, ...(await second.cut())], picture);
    console.log(`${picture}: ${Math.round(statSync(picture).size / 1024)} KB`);
  } finally {
    await desk.close();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
