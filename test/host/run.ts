/**
 * Runs the host suites: mocha inside a real VS Code, through @vscode/test-electron. Starts the stand-in site,
 * gives each run a workspace and a profile of its own, and believes no result without mocha's own figures.
 */
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { writeProfile } from '../vscode/profile';
import { vscodeProgram } from '../vscode/program';

const root = join(import.meta.dirname, '..', '..');
const build = join(root, 'out', 'host');

interface Suite {
  readonly name: 'suite' | 'untrusted';
  readonly trust: boolean;
  /** Puts hostile or helpful things into the workspace before it is opened. */
  prepare?(workspace: string): Promise<void>;
}

/** `npx tsx test/host/run.ts suite` runs one of them; BULK_TRANSCRIBE_TEST_GREP narrows it further. */
const wanted = process.argv[2];
const all: readonly Suite[] = [
  { name: 'suite', trust: true },
  { name: 'untrusted', trust: false, prepare: hostileWorkspace },
];
const suites = all.filter(({ name }) => wanted === undefined || name === wanted);

async function buildSuites(): Promise<void> {
  await rm(build, { recursive: true, force: true });
  for (const { name } of suites) {
    const folder = join(root, 'test', 'host', name);
    const tests = (await readdir(folder)).filter((file) => file.endsWith('.test.ts'));
    await esbuild.build({
      entryPoints: [join(root, 'test', 'host', 'index.ts'), ...tests.map((file) => join(folder, file))],
      entryNames: '[name]',
      outdir: join(build, name),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['vscode', 'mocha'],
      sourcemap: 'inline',
      logLevel: 'warning',
    });
  }
}

/** Settings and a program that a repository would like us to obey. */
async function hostileWorkspace(workspace: string): Promise<void> {
  await mkdir(join(workspace, '.vscode'), { recursive: true });
  const program = join(workspace, 'yt-dlp');
  await writeFile(program, `#!/bin/sh\ntouch '${join(workspace, 'started')}'\n`);
  await chmod(program, 0o755);
  await writeFile(
    join(workspace, '.vscode', 'settings.json'),
    JSON.stringify({
      'bulkTranscribe.output.folder': '../outside',
      'bulkTranscribe.output.formats': ['srt'],
      'bulkTranscribe.ytDlp.path': program,
      'bulkTranscribe.youtube.endpoint': 'http://127.0.0.1:9',
      'bulkTranscribe.proxies': ['http://127.0.0.1:9'],
    }),
  );
}

async function runSuite(suite: Suite, program: string, site: YouTubeStandIn): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bulk-transcribe-host-'));
  const workspace = join(folder, 'workspace');
  const userData = join(folder, 'data');
  const results = join(folder, 'results.json');
  try {
    await mkdir(workspace);
    await suite.prepare?.(workspace);
    await writeProfile(userData, {
      'bulkTranscribe.youtube.endpoint': site.origin,
      'bulkTranscribe.sources': ['subtitleFile', 'youtube', 'yt-dlp'],
      'bulkTranscribe.output.formats': ['md', 'json'],
      'bulkTranscribe.rate.youtube.perHour': 0,
      'bulkTranscribe.rate.youtube.spacing': 0,
      'bulkTranscribe.rate.youtube.burst': 100,
      'security.workspace.trust.startupPrompt': 'never',
    });
    const failed = await runTests({
      vscodeExecutablePath: program,
      extensionDevelopmentPath: root,
      extensionTestsPath: join(build, suite.name, 'index.js'),
      launchArgs: [workspace, `--user-data-dir=${userData}`],
      extensionTestsEnv: {
        BULK_TRANSCRIBE_TEST_SITE: site.origin,
        BULK_TRANSCRIBE_TEST_RESULTS: results,
        BULK_TRANSCRIBE_STATE: join(folder, 'state'),
        ...(suite.trust ? {} : { BULK_TRANSCRIBE_TEST_TRUST: '1' }),
      },
    }).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      return 1;
    });
    const stats = JSON.parse(await readFile(results, 'utf8').catch(() => '{}')) as {
      passes?: number;
      failures?: number;
    };
    if (stats.passes === undefined || stats.failures === undefined) {
      console.error(`The suite "${suite.name}" wrote no result: the extension host did not live to its end.`);
      return 1;
    }
    if (stats.passes === 0) console.error(`The suite "${suite.name}" ran no test.`);
    return failed !== 0 || stats.failures > 0 || stats.passes === 0 ? 1 : 0;
  } finally {
    if (process.env.BULK_TRANSCRIBE_TEST_KEEP === undefined)
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    else console.log(`Kept ${folder}`);
  }
}

async function main(): Promise<void> {
  await buildSuites();
  const program = await vscodeProgram();
  const site = await YouTubeStandIn.start({
    videos: (id) => (id.startsWith('slow') ? standInVideo(id, { minMs: 1000, maxMs: 1500 }) : undefined),
  });
  try {
    for (const suite of suites) {
      if (!suite.trust && !program.canDistrust) {
        console.log(
          `The suite "${suite.name}" needs code-server: the desktop's test mode trusts every folder.`,
        );
        continue;
      }
      if ((await runSuite(suite, program.path, site)) !== 0) process.exitCode = 1;
    }
  } finally {
    await site.close();
  }
}

void main();
