/**
 * Every program that the tests and scripts start, and the package that has it on each system. The set-up
 * installs from this table, tests get a program's path through `find.ts` alone, and a run of the suites sees
 * nothing but what is named here (`folder.ts`). To start another program, add its line.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the set-up installs beside the system's own programs; outside the repository, for all checkouts. */
export const toolsFolder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'bulk-transcribe-test',
);

/** A current yt-dlp, unpacked beside the system's own. */
export const ytDlpFolder = join(toolsFolder, 'yt-dlp');
/** Its Python modules. */
export const ytDlpModules = join(ytDlpFolder, 'usr', 'lib', 'python3', 'dist-packages');

/** What a program is for: only what a step needs is installed for it. */
export type Purpose =
  /** The suites call it. */
  | 'suites'
  /** code-server's native modules are built with it. */
  | 'code-server'
  /** `npm run test:bare` calls it. */
  | 'bare'
  /** `npm run test:whisper` builds whisper.cpp with it, beside the compiler of code-server. */
  | 'whisper'
  /** It is used where it is there, and never installed. */
  | 'optional';

/** By system. Without a name the package manager has none, and no test demands it there. */
export interface Packages {
  readonly debian?: string;
  readonly brew?: string;
  readonly choco?: string;
}

export interface Program {
  readonly why: string;
  readonly for: Purpose;
  /** Not needed for `optional` ones. */
  readonly packages?: Packages;
  /** Other names and absolute paths it may have, in the order they are tried after its own name. */
  readonly also?: readonly string[];
  /** An absolute path that comes before PATH: what the set-up unpacked beside the system's own. */
  readonly unpacked?: string;
  /** An environment variable that names another one. */
  readonly variable?: string;
}

const poppler: Packages = { debian: 'poppler-utils', brew: 'poppler', choco: 'poppler' };
const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const windows = join(
  process.env.ProgramFiles ?? 'C:\\Program Files',
  'Google\\Chrome\\Application\\chrome.exe',
);

const table = {
  chromium: {
    why: 'shows the panel and the workbench',
    for: 'suites',
    packages: { debian: 'chromium', brew: 'google-chrome', choco: 'googlechrome' },
    also: ['chromium-browser', 'google-chrome', 'google-chrome-stable', mac, windows],
    variable: 'CHROMIUM_PATH',
  },
  'yt-dlp': {
    why: 'the source yt-dlp, and the sound of pages',
    for: 'suites',
    // Debian's own is years old: scripts/currentYtDlp.ts unpacks a current one.
    packages: { brew: 'yt-dlp', choco: 'yt-dlp' },
    unpacked: join(ytDlpFolder, 'bin', 'yt-dlp'),
  },
  ffmpeg: {
    why: 'cuts sound, and makes the sound that tests transcribe',
    for: 'suites',
    packages: { debian: 'ffmpeg', brew: 'ffmpeg', choco: 'ffmpeg' },
  },
  ffprobe: {
    why: 'says how long a recording is',
    for: 'suites',
    packages: { debian: 'ffmpeg', brew: 'ffmpeg', choco: 'ffmpeg' },
  },
  tinyproxy: {
    why: 'a real HTTP proxy',
    for: 'suites',
    packages: { debian: 'tinyproxy', brew: 'tinyproxy' },
    also: ['/usr/sbin/tinyproxy'],
  },
  microsocks: {
    why: 'a real SOCKS proxy',
    for: 'suites',
    packages: { debian: 'microsocks', brew: 'microsocks' },
    also: ['/usr/sbin/microsocks'],
  },
  'redis-server': {
    why: 'carries work and shared quotas between machines',
    for: 'suites',
    packages: { debian: 'redis-server', brew: 'redis' },
    also: ['valkey-server'],
  },
  qpdf: {
    why: 'checks the structure of an exported PDF',
    for: 'suites',
    packages: { debian: 'qpdf', brew: 'qpdf', choco: 'qpdf' },
  },
  pdfinfo: { why: 'reads pages, title and language of a PDF', for: 'suites', packages: poppler },
  pdftotext: { why: 'reads the words of a PDF', for: 'suites', packages: poppler },
  pdffonts: { why: 'says which fonts a PDF embeds', for: 'suites', packages: poppler },
  pdftoppm: { why: 'draws a PDF, and complains about what it cannot read', for: 'suites', packages: poppler },
  python3: {
    why: 'checks an exported ZIP; code-server is built with it',
    for: 'suites',
    packages: { debian: 'python3', brew: 'python3', choco: 'python3' },
    variable: 'PYTHON',
  },
  openssl: {
    why: 'makes the certificate of a service that is played on loopback',
    for: 'suites',
    packages: { debian: 'openssl', brew: 'openssl', choco: 'openssl' },
  },
  ps: { why: 'whether a process lives', for: 'suites', packages: { debian: 'procps' } },
  rg: { why: 'what search is measured beside', for: 'optional' },
  grep: { why: 'what search is measured beside', for: 'optional' },
  mkfifo: { why: 'makes a pipe that is no file', for: 'suites', packages: { debian: 'coreutils' } },
  script: { why: 'gives the terminal program a terminal', for: 'suites', packages: { debian: 'bsdutils' } },
  unshare: {
    why: 'plays a second computer, or a disk of its own',
    for: 'suites',
    packages: { debian: 'util-linux' },
  },
  mount: { why: 'makes a disk that can be full', for: 'suites', packages: { debian: 'mount' } },
  umount: { why: 'removes that disk', for: 'suites', packages: { debian: 'mount' } },
  'g++': {
    why: 'compiles native modules of code-server',
    for: 'code-server',
    packages: { debian: 'build-essential' },
  },
  make: {
    why: 'builds native modules of code-server',
    for: 'code-server',
    packages: { debian: 'build-essential' },
  },
  'pkg-config': {
    why: 'finds the libraries that code-server is built with',
    for: 'code-server',
    packages: { debian: 'pkg-config' },
  },
  cmake: {
    why: 'builds the whisper-cli of npm run test:whisper',
    for: 'whisper',
    packages: { debian: 'cmake', brew: 'cmake', choco: 'cmake' },
  },
  debootstrap: {
    why: 'makes the bare system of npm run test:bare',
    for: 'bare',
    packages: { debian: 'debootstrap' },
    also: ['/usr/sbin/debootstrap'],
  },
  chroot: {
    why: 'runs the two commands in the bare system',
    for: 'bare',
    packages: { debian: 'coreutils' },
    also: ['/usr/sbin/chroot'],
  },
  git: { why: 'copies the working tree into the bare system', for: 'bare', packages: { debian: 'git' } },
  sh: { why: 'starts several programs in a row', for: 'optional' },
  code: { why: 'npm run demo -- --vscode shows the desktop program', for: 'optional', also: ['code.cmd'] },
  'dpkg-deb': { why: 'unpacks a package beside the system', for: 'optional' },
  'apt-config': { why: 'says how the mirror is reached', for: 'optional' },
  'apt-get': { why: 'installs packages on Debian', for: 'optional' },
  brew: { why: 'installs packages on macOS', for: 'optional' },
  choco: { why: 'installs packages on Windows', for: 'optional' },
  sudo: { why: 'lets the set-up install packages', for: 'optional' },
} satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof table;
export const programs: Readonly<Record<ProgramName, Program>> = table;

/** What is needed and is no program, with a file that shows it is there. */
export interface Part {
  readonly why: string;
  readonly for: Purpose;
  readonly packages: Packages;
  /** Absolute paths; one of them is enough. */
  readonly shownBy: readonly string[];
}

export const parts: Readonly<Record<string, Part>> = {
  fonts: {
    why: 'the letters of the pages, pictures and PDFs',
    for: 'suites',
    packages: { debian: 'fonts-dejavu-core' },
    shownBy: ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'],
  },
  kerberos: {
    why: 'a header that a native module of code-server includes',
    for: 'code-server',
    packages: { debian: 'libkrb5-dev' },
    shownBy: ['/usr/include/krb5.h', '/usr/include/krb5/krb5.h'],
  },
};

/**
 * What every Debian has (its essential packages) and the programs above lean on: the scripts that start
 * chromium and code-server call them. Tests do not start them by these names.
 */
export const basics: readonly string[] = [
  // bash, dash
  ...['bash', 'sh'],
  // coreutils
  ...['[', 'basename', 'cat', 'chmod', 'chown', 'cp', 'cut', 'date', 'dd', 'df', 'dirname', 'du', 'echo'],
  ...['env', 'expr', 'false', 'head', 'id', 'install', 'ln', 'ls', 'mkdir', 'mktemp', 'mv', 'nice', 'nproc'],
  ...['od', 'paste', 'printf', 'pwd', 'readlink', 'realpath', 'rm', 'rmdir', 'seq', 'sleep', 'sort', 'stat'],
  ...['stty', 'sync', 'tail', 'tee', 'test', 'timeout', 'touch', 'tr', 'true', 'truncate', 'tty', 'uname'],
  ...['uniq', 'wc', 'whoami', 'yes'],
  // grep, sed, findutils, diffutils, tar, gzip, mawk
  ...[
    'egrep',
    'fgrep',
    'grep',
    'sed',
    'find',
    'xargs',
    'cmp',
    'diff',
    'tar',
    'gunzip',
    'gzip',
    'awk',
    'mawk',
  ],
  // util-linux, hostname, libc-bin, debianutils, bsdutils
  ...['flock', 'getopt', 'setsid', 'hostname', 'getconf', 'ldd', 'locale', 'which', 'kill', 'logger'],
];
