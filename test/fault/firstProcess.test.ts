/** A container without an init: the program is its first process, which Linux keeps from its own signals. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { cliProgram } from '../helpers/cli';
import { ownProgram, program } from '../programs/find';

const spaces = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const canBeFirst = userInfo().uid === 0 && process.platform === 'linux' && canUnshare();

function canUnshare(): boolean {
  try {
    execFileSync(program('unshare'), [...spaces, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The processes that `parent` has started. */
const childrenOf = (parent: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statusOf(name).includes(`\nPPid:\t${parent}\n`))
    .map(Number);

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

describe('the first process of a container', function () {
  this.timeout(30_000);

  (canBeFirst ? it : it.skip)('ends at SIGTERM, also before a batch is begun', async () => {
    // It waits for links from its input.
    const child = spawn(program('unshare'), [...spaces, ownProgram(process.execPath), cliProgram, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    // Those that come before the program listens are lost.
    const again = setInterval(() => {
      for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, 'SIGTERM');
    }, 100);
    try {
      assert.equal(await ended, 143);
    } finally {
      clearInterval(again);
      child.kill('SIGKILL');
    }
  });
});
