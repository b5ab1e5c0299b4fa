/**
 * Runs the host suites: mocha inside a real VS Code, through @vscode/test-electron. Starts the stand-in site,
 * gives each run a workspace and a profile of its own, and believes no result without mocha's own figures.
 */
import { rmSync } from 'node:fs';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { contents, hostileSites, makeHostileFolder, secretWords, titles } from '../helpers/hostileFolder';
import { Attacker, Internet } from '../servers/internet';
import { freePort, startMicrosocks, startTinyproxy } from '../servers/proxies';
import { YouTubeStandIn } from '../servers/youtube';
import { standInVideo } from '../servers/youtubeVideos';
import { writeProfile } from '../vscode/profile';
import { vscodeProgram } from '../vscode/program';

const root = join(import.meta.dirname, '..', '..');
/** Within the repository, because mocha is found from there; of this run alone. */
const build = join(root, 'out', `host-${process.pid}`);
const model = join(build, 'model');

interface Suite {
  /** The folder of its tests. */
  readonly name: 'suite' | 'untrusted' | 'hostile' | 'proxies' | 'universal';
  readonly trust: boolean;
  /** Puts hostile or helpful things into the workspace before it is opened. */
  prepare?(workspace: string): Promise<void>;
  /** Instead of `prepare`: a workspace of its own, what the user has set, and a look afterwards. */
  surround?(folder: string): Promise<Surroundings>;
}

interface Surroundings {
  readonly workspace: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** For the tests, beside what all suites get. */
  readonly env?: Readonly<Record<string, string>>;
  /** The extension's folder, where it is not the repository; the tests are in its folder `tests`. */
  readonly extension?: string;
  /** What went wrong, in words; empty when all is well. Ends everything it started. */
  finish(): Promise<readonly string[]>;
}

/** `npx tsx test/host/run.ts suite` runs one of them; BULK_TRANSCRIBE_TEST_GREP narrows it further. */
const wanted = process.argv[2];
const all: readonly Suite[] = [
  { name: 'suite', trust: true },
  { name: 'untrusted', trust: false, prepare: hostileWorkspace },
  { name: 'hostile', trust: true, surround: hostileSurroundings },
  { name: 'hostile', trust: false, surround: hostileSurroundings },
  { name: 'proxies', trust: true, surround: proxySurroundings },
  { name: 'universal', trust: true, surround: universalSurroundings },
];
const suites = all.filter(({ name }) => wanted === undefined || name === wanted);
if (suites.length === 0)
  throw new Error(
    `There is no suite "${wanted}", only ${[...new Set(all.map(({ name }) => name))].join(', ')}.`,
  );

async function buildSuites(): Promise<void> {
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

/** The extension that offers language models to the suites. */
async function buildModel(): Promise<void> {
  const folder = join(root, 'test', 'host', 'model');
  await esbuild.build({
    entryPoints: [join(folder, 'extension.ts')],
    outdir: model,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    logLevel: 'warning',
  });
  await copyFile(join(folder, 'package.json'), join(model, 'package.json'));
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

/** A whole hostile folder, and what of it must never happen, seen from outside. */
async function hostileSurroundings(folder: string): Promise<Surroundings> {
  const attacker = await Attacker.start();
  const internet = await Internet.start(hostileSites(attacker.origin));
  const place = await makeHostileFolder(folder, attacker.origin);
  const outside = JSON.stringify([...(await contents(place.outside))]);
  return {
    workspace: place.workspace,
    settings: {
      'bulkTranscribe.proxies': [internet.address],
      'bulkTranscribe.retries': 0,
      // The user wants it for his own batches; one from elsewhere is asked about all the same.
      'bulkTranscribe.autoResume': 'always',
    },
    finish: async () => {
      await Promise.all([attacker.close(), internet.close()]);
      const problems: string[] = [];
      if (attacker.requests.length > 0)
        problems.push(`The attacker was asked: ${attacker.requests.join(', ')}`);
      const started = await readdir(place.marks);
      if (started.length > 0) problems.push(`Programs were started: ${started.join(', ')}`);
      if (JSON.stringify([...(await contents(place.outside))]) !== outside)
        problems.push('Files outside of the workspace were changed.');
      for (const target of internet.targets)
        if (!/^[\w-]+\.example:\d+$|^127\.0\.0\.1:\d+$/.test(target)) problems.push(`Asked for ${target}`);
      for (const [name, content] of await contents(place.workspace))
        if (content.includes(secretWords) || content.includes('root:x:0:0'))
          problems.push(`${name} holds what a file outside says.`);
      return problems;
    },
  };
}

/** Real proxies, a site that is no loopback address, and a server that tells the tests what those have seen. */
async function proxySurroundings(folder: string): Promise<Surroundings> {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  const host = own?.address ?? '127.0.0.1';
  const site = await YouTubeStandIn.start({ host });
  const { port } = new URL(site.origin);
  const [http, socks] = await Promise.all([startTinyproxy(), startMicrosocks()]);
  const told = createServer((_request, response) => {
    void Promise.all([http.targets(), socks.targets()]).then(([viaHttp, viaSocks]) =>
      response.end(
        JSON.stringify({
          http: viaHttp,
          socks: viaSocks,
          connections: site.seen.map((one) => one.remotePort),
        }),
      ),
    );
  });
  await new Promise<void>((resolve) => told.listen(0, '127.0.0.1', resolve));
  const address = told.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    workspace: join(folder, 'workspace'),
    settings: {
      'bulkTranscribe.youtube.endpoint': `http://${host}:${port}`,
      'bulkTranscribe.retries': 0,
      'bulkTranscribe.proxy.mode': 'rotating',
    },
    env: {
      BULK_TRANSCRIBE_TEST_PROXIES: JSON.stringify({
        http: http.address,
        socks: socks.address,
        dead: `http://127.0.0.1:${await freePort()}`,
        target: `${host}:${port}`,
        told: `http://127.0.0.1:${address.port}/`,
      }),
    },
    finish: async () => {
      told.close();
      told.closeAllConnections();
      await Promise.all([http.stop(), socks.stop(), site.close()]);
      return [];
    },
  };
}

/** The extension as the universal package has it, without an engine, and a `whisper-cli` where one is found. */
async function universalSurroundings(folder: string): Promise<Surroundings> {
  const extension = join(folder, 'extension');
  const kept = ['package.json', 'language-configuration.json', 'syntaxes', 'media', 'dist'];
  for (const name of kept)
    await cp(join(root, name), join(extension, name), {
      recursive: true,
      filter: (file) => !/\.map$|[\\/]dist[\\/]engine/.test(file),
    });
  // Tests share an extension's `vscode` where they lie in its folder; mocha is found from there.
  await cp(join(build, 'universal'), join(extension, 'tests'), { recursive: true });
  await mkdir(join(extension, 'node_modules'));
  await symlink(join(root, 'node_modules', 'mocha'), join(extension, 'node_modules', 'mocha'), 'junction');
  const programs = join(folder, 'programs');
  await mkdir(programs);
  const whisper = join(programs, 'whisper-cli');
  const result = {
    result: { language: 'en' },
    transcription: [{ offsets: { from: 0, to: 2000 }, text: ' Good morning. This is a test.' }],
  };
  // Its options are whisper.cpp's; where the result goes follows -of.
  const find = 'while [ "$1" != -of ] && [ $# -gt 0 ]; do shift; done';
  await writeFile(whisper, `#!/bin/sh\n${find}\nprintf '%s' '${JSON.stringify(result)}' > "$2.json"\n`);
  await chmod(whisper, 0o755);
  return {
    workspace: join(folder, 'workspace'),
    settings: {},
    extension,
    env: {
      // One of the places where programs are looked for.
      PIPX_BIN_DIR: programs,
      BULK_TRANSCRIBE_TEST_WHISPER: whisper,
    },
    finish: () => Promise.resolve([]),
  };
}

async function runSuite(suite: Suite, program: string, site: YouTubeStandIn): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'host-'));
  const surroundings = await suite.surround?.(folder);
  const workspace = surroundings?.workspace ?? join(folder, 'workspace');
  const userData = join(folder, 'data');
  const results = join(folder, 'results.json');
  try {
    await mkdir(workspace, { recursive: true });
    await suite.prepare?.(workspace);
    await writeProfile(userData, {
      'bulkTranscribe.youtube.endpoint': site.origin,
      'bulkTranscribe.sources': ['subtitleFile', 'youtube', 'yt-dlp'],
      'bulkTranscribe.output.formats': ['md', 'json'],
      'bulkTranscribe.rate.youtube.perHour': 0,
      'bulkTranscribe.rate.youtube.spacing': 0,
      'bulkTranscribe.rate.youtube.burst': 100,
      'security.workspace.trust.startupPrompt': 'never',
      ...surroundings?.settings,
    });
    const failed = await runTests({
      vscodeExecutablePath: program,
      extensionDevelopmentPath: [surroundings?.extension ?? root, model],
      extensionTestsPath: join(
        surroundings?.extension === undefined
          ? join(build, suite.name)
          : join(surroundings.extension, 'tests'),
        'index.js',
      ),
      launchArgs: [workspace, `--user-data-dir=${userData}`],
      extensionTestsEnv: {
        BULK_TRANSCRIBE_TEST_SITE: site.origin,
        BULK_TRANSCRIBE_TEST_RESULTS: results,
        BULK_TRANSCRIBE_STATE: join(folder, 'state'),
        ...surroundings?.env,
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
    const problems = (await surroundings?.finish()) ?? [];
    for (const problem of problems) console.error(problem);
    return failed !== 0 || stats.failures > 0 || stats.passes === 0 || problems.length > 0 ? 1 : 0;
  } finally {
    if (process.env.BULK_TRANSCRIBE_TEST_KEEP === undefined)
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    else console.log(`Kept ${folder}`);
  }
}

async function main(): Promise<void> {
  await Promise.all([buildSuites(), buildModel()]);
  const program = await vscodeProgram();
  const site = await YouTubeStandIn.start({
    videos: (id) => {
      const title = titles[id];
      if (title !== undefined) return { ...standInVideo(id), title, channel: title };
      return id.startsWith('slow') ? standInVideo(id, { minMs: 1000, maxMs: 1500 }) : undefined;
    },
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

process.on('exit', () => rmSync(build, { recursive: true, force: true }));
void main();
