import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FailureError } from '../../../src/model/failure';
import { mayNotRun } from '../../../src/model/ports';
import { createProcesses, findProgram } from '../../../src/platform/processes';
import { childEnvironment, usualFolders } from '../../../src/platform/programPaths';
import { program } from '../../programs/find';

const node = process.execPath;
const never = new AbortController().signal;
const codeOf = (code: string) => (error: unknown) =>
  error instanceof FailureError && error.failure.code === code;
const lives = (pid: number): boolean => {
  try {
    // A zombie no longer runs; it waits for its parent.
    return !execFileSync(program('ps'), ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z');
  } catch {
    return false;
  }
};

describe('processes', () => {
  const processes = createProcesses();

  it('answers exit code and both streams', async () => {
    const result = await processes.run({
      command: node,
      args: ['-e', 'console.log("out"); console.error("err"); process.exit(3)'],
      signal: never,
    });
    assert.deepEqual(result, { exitCode: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('passes arguments as they are: no shell reads them', async () => {
    const args = ['a b', '$HOME', '`id`', '; rm -rf x', '"', "'", '*', '--', 'ü漢😀', ''];
    const result = await processes.run({
      command: node,
      args: ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...args],
      signal: never,
    });
    assert.deepEqual(JSON.parse(result.stdout), args);
  });

  it('decodes characters that are cut by a chunk border', async () => {
    let seen = '';
    const result = await processes.run({
      command: node,
      args: [
        '-e',
        'const b=Buffer.from("ü漢😀x");let i=0;const t=setInterval(()=>{if(i===b.length){clearInterval(t);return}process.stdout.write(b.subarray(i,++i))},3)',
      ],
      signal: never,
      onStdout: (text) => (seen += text),
    });
    assert.equal(seen, 'ü漢😀x');
    assert.equal(result.stdout, seen);
  });

  it('keeps only the end of a flood, and hands all of it to the callback', async () => {
    let length = 0;
    const result = await processes.run({
      command: node,
      args: ['-e', 'for(let i=0;i<20000;i++)console.log("ü".repeat(100)+i)'],
      signal: never,
      keepBytes: 1000,
      onStdout: (text) => (length += text.length),
    });
    assert.ok(Buffer.byteLength(result.stdout) <= 1000 && Buffer.byteLength(result.stdout) > 990);
    assert.ok(result.stdout.endsWith('19999\n'));
    assert.ok(!result.stdout.includes('\uFFFD'));
    assert.equal(length, 20000 * 101 + 10 + 180 + 2700 + 36000 + 50000);
  });

  it('ends the whole process tree on abort, also children that ignore the polite signal', async () => {
    const stop = new AbortController();
    const grandchild = 'process.on("SIGTERM",()=>{});setInterval(()=>{},1000)';
    let pids: number[] = [];
    const done = processes.run({
      command: node,
      args: [
        '-e',
        `const c=require("child_process").spawn(process.execPath,["-e",${JSON.stringify(grandchild)}],{stdio:"inherit"});
         setTimeout(()=>console.log(JSON.stringify([process.pid,c.pid])),300);setInterval(()=>{},1000)`,
      ],
      signal: stop.signal,
      onStdout: (text) => {
        pids = JSON.parse(text) as number[];
        stop.abort();
      },
    });
    await assert.rejects(done, codeOf('cancelled'));
    assert.equal(pids.length, 2);
    assert.deepEqual(pids.map(lives), [false, false]);
  });

  it('ends what takes too long, as `timeout`', async () => {
    await assert.rejects(
      processes.run({
        command: node,
        args: ['-e', 'setInterval(()=>{},1000)'],
        signal: never,
        timeoutMs: 200,
      }),
      codeOf('timeout'),
    );
  });

  it('starts nothing once stopped, and says `tool-missing` for what cannot be started', async () => {
    await assert.rejects(
      processes.run({ command: node, args: ['-e', '0'], signal: AbortSignal.abort() }),
      codeOf('cancelled'),
    );
    await assert.rejects(
      processes.run({ command: '/does/not/exist/yt-dlp', args: [], signal: never }),
      (error) =>
        error instanceof FailureError &&
        error.failure.code === 'tool-missing' &&
        error.failure.subject === 'yt-dlp',
    );
  });

  it('hands no key, password, proxy or host switch to a child', () => {
    const env = childEnvironment(
      {
        HOME: '/home/u',
        PATH: '/usr/bin:.:bin',
        LANG: 'de_DE.UTF-8',
        SSH_AUTH_SOCK: '/s',
        DBUS_SESSION_BUS_ADDRESS: 'unix:x',
        DEAPI_API_KEY: 'k',
        OPENAI_API_KEY: 'k',
        BULK_TRANSCRIBE_PROXY_PASSWORD: 'k',
        MY_SECRET: 'k',
        GITHUB_TOKEN: 'k',
        AWS_ACCESS_KEY_ID: 'k',
        PGPASSWORD: 'k',
        MYSQL_PWD: 'k',
        HFTOKEN: 'k',
        PWD: '/x',
        DATABASE_URL: 'postgres://u:k@db/x',
        HTTPS_PROXY: 'http://u:k@proxy',
        https_proxy: 'http://u:k@proxy',
        NODE_OPTIONS: '--inspect',
        ELECTRON_RUN_AS_NODE: '1',
        VSCODE_IPC_HOOK: 'x',
      },
      'linux',
      { HTTP_PROXY: 'http://127.0.0.1:1' },
    );
    const { PATH, ...rest } = env;
    assert.deepEqual(rest, {
      HOME: '/home/u',
      LANG: 'de_DE.UTF-8',
      SSH_AUTH_SOCK: '/s',
      DBUS_SESSION_BUS_ADDRESS: 'unix:x',
      PWD: '/x',
      PYTHONUTF8: '1',
      PYTHONIOENCODING: 'utf-8',
      PYTHONSAFEPATH: '1',
      HTTP_PROXY: 'http://127.0.0.1:1',
    });
    assert.ok(PATH?.startsWith('/usr/bin:') && PATH.split(':').every((folder) => folder.startsWith('/')));
  });

  it('hands on no place of code that depends on the working folder; absolute ones stay', () => {
    const env = childEnvironment(
      {
        PYTHONPATH: ':/opt/mylib:lib:.',
        LD_LIBRARY_PATH: '/usr/local/cuda/lib64:',
        DYLD_LIBRARY_PATH: '',
        PERL5LIB: 'perl',
        PYTHONHOME: '/x',
        PYTHONSTARTUP: 'start.py',
        CONDA_PREFIX: '/opt/conda',
      },
      'linux',
    );
    assert.equal(env.PYTHONPATH, '/opt/mylib');
    assert.equal(env.LD_LIBRARY_PATH, '/usr/local/cuda/lib64');
    assert.equal(env.CONDA_PREFIX, '/opt/conda');
    for (const name of ['DYLD_LIBRARY_PATH', 'PERL5LIB', 'PYTHONHOME', 'PYTHONSTARTUP'])
      assert.ok(!(name in env), name);
    const windows = childEnvironment({ PYTHONPATH: 'C:\\lib;lib;;\\\\server\\lib' }, 'win32');
    assert.equal(windows.PYTHONPATH, 'C:\\lib;\\\\server\\lib');
    assert.equal(windows.NoDefaultCurrentDirectoryInExePath, '1');
  });

  it('runs programs outside the working folder, in a folder of their own where one is named', async () => {
    const command = { command: node, args: ['-e', 'process.stdout.write(process.cwd())'], signal: never };
    assert.notEqual((await processes.run(command)).stdout, process.cwd());
    let asked = 0;
    const own = createProcesses({ workFolder: () => Promise.resolve(((asked += 1), '/usr')) });
    for (let run = 0; run < 2; run += 1) assert.equal((await own.run(command)).stdout, '/usr');
    assert.equal(asked, 1);
    const none = createProcesses({ workFolder: () => Promise.reject(new Error('full')) });
    assert.notEqual((await none.run(command)).stdout, process.cwd());
    assert.equal((await own.run({ ...command, cwd: '/' })).stdout, '/');
  });

  describe('finding a program', () => {
    let home = '';
    const place = (...parts: string[]): string => {
      const file = path.join(home, ...parts);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '#!/bin/sh\n');
      chmodSync(file, 0o755);
      return file;
    };
    beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'find-'))));
    afterEach(() => rmSync(home, { recursive: true }));
    const find = (configured = '', PATH = '/nowhere') =>
      findProgram('some-tool', configured, { HOME: home, PATH }, 'linux');

    it('looks on PATH first, then where a GUI program would not look', () => {
      assert.equal(find(), undefined);
      const local = place('.local', 'bin', 'some-tool');
      assert.equal(find(), local);
      const onPath = place('first', 'some-tool');
      assert.equal(find('', path.dirname(onPath)), onPath);
    });

    it('takes a configured path alone, with ~ for the home folder', () => {
      place('.local', 'bin', 'some-tool');
      const own = place('my tools', 'other');
      assert.equal(find(own), own);
      assert.equal(find('~/my tools/other'), own);
      assert.equal(find('/does/not/exist'), undefined);
      assert.equal(find('./relative/some-tool'), undefined);
    });

    it('passes over relative PATH entries, folders and files that cannot be run', () => {
      mkdirSync(path.join(home, 'bin', 'some-tool'), { recursive: true });
      chmodSync(place('.local', 'bin', 'some-tool'), 0o644);
      assert.equal(find('', '.:bin:'), undefined);
    });

    it('says why a path is not taken, where something is there', () => {
      const processes = createProcesses({ env: { HOME: home }, platform: 'linux' });
      const unfit = (file: string): string | undefined => processes.unfit?.(file);
      const locked = place('tools', 'whisper-cli');
      chmodSync(locked, 0o644);
      assert.equal(unfit(locked), mayNotRun);
      assert.equal(unfit('~/tools/whisper-cli'), mayNotRun);
      assert.equal(unfit(path.join(home, 'tools')), 'is a folder');
      assert.equal(unfit('./tools/whisper-cli'), 'is not an absolute path');
      assert.deepEqual([unfit('/does/not/exist'), unfit('whisper-cli')], [undefined, undefined]);
    });

    it('knows the usual places of each system', () => {
      const win = usualFolders(
        { Path: 'C:\\a;"C:\\b c"', LOCALAPPDATA: 'C:\\L', USERPROFILE: 'C:\\U' },
        'win32',
      );
      assert.deepEqual(win.slice(0, 3), ['C:\\a', 'C:\\b c', 'C:\\L\\Microsoft\\WinGet\\Links']);
      assert.ok(win.includes('C:\\U\\scoop\\shims'));
      const mac = usualFolders({ PATH: '/usr/bin', HOME: '/Users/u' }, 'darwin');
      for (const folder of ['/opt/homebrew/bin', '/opt/local/bin', '/usr/local/bin', '/Users/u/.local/bin']) {
        assert.ok(mac.includes(folder), folder);
      }
    });
  });

  describe('identity', () => {
    it('tells a living process from a dead one and from one that has its id', async () => {
      assert.equal(await processes.isAlive(processes.own), true);
      assert.equal(await processes.isAlive({ ...processes.own, started: '1' }), false);
      const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
      const pid = child.pid ?? 0;
      await new Promise((resolve) => child.once('close', resolve));
      assert.equal(await processes.isAlive({ ...processes.own, pid }), false);
      assert.equal(await processes.isAlive({ ...processes.own, pid: -1 }), false);
    });

    it('never calls an owner on another machine dead', async () => {
      assert.equal(await processes.isAlive({ ...processes.own, host: 'elsewhere', pid: 999_999 }), true);
    });
  });
});
