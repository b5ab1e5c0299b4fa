/**
 * Where programs are searched for, and what they inherit: PATH plus the folders that a program started from
 * a dock or menu misses; an environment without keys, passwords, proxies and the host's own switches, and
 * without code folders that depend on the working folder.
 */
import path from 'node:path';

/** Folders to search, in order, without repeats. PATH comes first: the user's own order counts. */
export function usualFolders(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  const rules = platform === 'win32' ? path.win32 : path.posix;
  const onPath = (pathOf(env) ?? '').split(rules.delimiter).map((folder) => folder.replace(/^"(.*)"$/, '$1'));
  return [...new Set([...onPath, ...extraFolders(env, platform)])].filter((folder) => folder !== '');
}

function pathOf(env: NodeJS.ProcessEnv): string | undefined {
  // Windows spells it `Path`; a copied environment is case-sensitive.
  return env.PATH ?? Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1];
}

function extraFolders(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  if (platform === 'win32') {
    const join = (base: string | undefined, ...rest: string[]): string[] =>
      base === undefined || base === '' ? [] : [path.win32.join(base, ...rest)];
    return [
      ...join(env.LOCALAPPDATA, 'Microsoft', 'WinGet', 'Links'),
      ...join(env.ProgramFiles, 'WinGet', 'Links'),
      ...join(env.SCOOP, 'shims'),
      ...join(env.USERPROFILE, 'scoop', 'shims'),
      ...join(env.ProgramData, 'scoop', 'shims'),
      ...join(env.ProgramData, 'chocolatey', 'bin'),
      ...join(env.USERPROFILE, '.local', 'bin'),
      ...join(env.USERPROFILE, 'pipx', 'bin'),
    ];
  }
  const home = env.HOME;
  const atHome =
    home === undefined || home === ''
      ? []
      : ['.local/bin', 'bin', '.deno/bin', '.pyenv/shims', '.nix-profile/bin', '.linuxbrew/bin'].map(
          (folder) => path.posix.join(home, folder),
        );
  return [
    ...(env.PIPX_BIN_DIR === undefined ? [] : [env.PIPX_BIN_DIR]),
    ...atHome,
    ...(platform === 'darwin' ? ['/opt/homebrew/bin', '/opt/local/bin'] : ['/home/linuxbrew/.linuxbrew/bin']),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    ...(platform === 'linux' ? ['/snap/bin', '/run/current-system/sw/bin'] : []),
  ];
}

/**
 * Never inherited: anything that is named like a secret; proxies (network access is decided for each
 * program); switches of the host that would change another program's behaviour.
 */
const kept = /^(SSH_AUTH_SOCK|XAUTHORITY)$/i;
const dropped =
  /(^|_)(API_?KEYS?|KEY|TOKEN|SECRET|PASS|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH)($|_)|APIKEY|PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|_PWD$|_PAT$|^SSHPASS$|_PROXY$|^(VSCODE|ELECTRON|NODE|NPM|BULK_TRANSCRIBE)_|^(AWS|AZURE|GOOGLE|GITHUB|GH|ANTHROPIC|DEAPI|OPENAI)_|^(LD_PRELOAD|DYLD_INSERT_LIBRARIES)$|^FFREPORT$/i;

/** The address of a database, a proxy or a repository with its password. */
const holdsPassword = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/@:]*:[^\s/]+@/i;

/** Lists of folders from which programs load code: Python's, the dynamic linker's, Perl's and the like. */
const codeFolders = /(^|_)PATH$|PATH$|^PERL5LIB$|^RUBYLIB$/i;
/** Variables with a single program or path, in which a delimiter has no meaning. */
const dropsCode = /^(PYTHONHOME|PYTHONSTARTUP|PYTHONINSPECT|PYTHONBREAKPOINT|PERL5OPT|RUBYOPT)$/i;

/**
 * The environment of a child: the rest of ours, UTF-8 for Python programs, a complete PATH, then `extra`.
 */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const rules = platform === 'win32' ? path.win32 : path.posix;
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || name.toUpperCase() === 'PATH') continue;
    if ((dropped.test(name) || dropsCode.test(name)) && !kept.test(name)) continue;
    if (holdsPassword.test(value)) continue;
    if (!codeFolders.test(name)) result[name] = value;
    else {
      // An empty entry means the working folder, a relative one a folder in it.
      const folders = value.split(rules.delimiter).filter((folder) => rules.isAbsolute(folder));
      if (folders.length > 0) result[name] = folders.join(rules.delimiter);
    }
  }
  // Complete, so that yt-dlp finds ffmpeg and its JavaScript runtime where we would; absolute folders only.
  result[platform === 'win32' ? 'Path' : 'PATH'] = usualFolders(env, platform)
    .filter((folder) => rules.isAbsolute(folder))
    .join(rules.delimiter);
  result.PYTHONUTF8 = '1';
  result.PYTHONIOENCODING = 'utf-8';
  // Python and Windows do not search the working folder for code first.
  result.PYTHONSAFEPATH = '1';
  if (platform === 'win32') result.NoDefaultCurrentDirectoryInExePath = '1';
  return { ...result, ...extra };
}
