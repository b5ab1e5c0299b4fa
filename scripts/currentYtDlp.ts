/**
 * A current yt-dlp for the tests, beside code-server and without touching the system: Debian stable's own is
 * years old, so unstable's package is downloaded from the machine's own mirror, with lists and cache of our
 * own, and unpacked. It needs only Python 3.10 or newer.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, program } from '../test/programs/find';
import { ytDlpFolder, ytDlpModules } from '../test/programs/table';

/** The oldest that the tests accept: the first that takes a JavaScript runtime by name. */
const oldest = '2025.11.12';

/** Whether the tests have a yt-dlp that is new enough. */
export function hasCurrentYtDlp(): boolean {
  const found = findProgram('yt-dlp');
  if (found === undefined) return false;
  const { status, stdout } = spawnSync(found, ['--ignore-config', '--version'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() >= oldest;
}

/** Downloads and unpacks it where it is missing. Returns what is wrong, undefined when it is there. */
export function setUpCurrentYtDlp(): string | undefined {
  if (hasCurrentYtDlp()) return undefined;
  const manual = `Install yt-dlp ${oldest} or newer, and put it first on PATH.`;
  if (findProgram('apt-get') === undefined || findProgram('dpkg-deb') === undefined) return manual;
  const work = mkdtempSync(join(tmpdir(), 'yt-dlp-set-up-'));
  try {
    const problem = unpackFrom(work);
    if (problem !== undefined) return `${problem} ${manual}`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return hasCurrentYtDlp() ? undefined : `yt-dlp was unpacked and does not run. ${manual}`;
}

/** Where Debian's packages come from on this machine: the first mirror that apt itself uses. */
function mirror(): string | undefined {
  const { stdout } = spawnSync(program('apt-get'), ['indextargets', '--format', '$(SITE) $(LABEL)'], {
    encoding: 'utf8',
  });
  const lines = stdout.split('\n');
  return lines.find((line) => line.endsWith(' Debian'))?.split(' ')[0];
}

function unpackFrom(work: string): string | undefined {
  const site = mirror();
  if (site === undefined) return 'apt knows no mirror of Debian.';
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, folder), { recursive: true });
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(work, 'sources.list'), `deb [signed-by=${keys}] ${site} sid main\n`);
  const own = [
    ...['-o', `Dir::Etc::sourcelist=${join(work, 'sources.list')}`],
    ...['-o', 'Dir::Etc::sourceparts=/dev/null'],
    ...['-o', `Dir::State::Lists=${join(work, 'lists')}`],
    ...['-o', `Dir::Cache=${join(work, 'cache')}`],
    // A mirror that is some days old is good enough; the signature is checked all the same.
    ...['-o', 'Acquire::Check-Valid-Until=false'],
    // Where root may not read this folder as apt's own user, it reads it as root without a warning.
    ...['-o', 'APT::Sandbox::User=root'],
  ];
  for (const wanted of [['update'], ['download', 'yt-dlp/sid']]) {
    const { status, stderr } = spawnSync(program('apt-get'), [...own, ...wanted], {
      cwd: work,
      encoding: 'utf8',
    });
    if (status !== 0) return `apt-get ${wanted[0] ?? ''} failed: ${stderr.trim().slice(0, 500)}`;
  }
  const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
  if (archive === undefined) return 'apt-get has downloaded no yt-dlp.';
  rmSync(ytDlpFolder, { recursive: true, force: true });
  mkdirSync(join(ytDlpFolder, 'bin'), { recursive: true });
  const { status } = spawnSync(program('dpkg-deb'), ['-x', join(work, archive), ytDlpFolder]);
  if (status !== 0) return 'The package of yt-dlp could not be unpacked.';
  const start = join(ytDlpFolder, 'bin', 'yt-dlp');
  writeFileSync(
    start,
    `#!/bin/sh\nPYTHONPATH='${ytDlpModules}' exec python3 '${join(ytDlpFolder, 'usr/bin/yt-dlp')}' "$@"\n`,
  );
  chmodSync(start, 0o755);
  return undefined;
}
