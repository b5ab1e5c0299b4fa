/**
 * What can be done about a line of *Check Setup* with one click: a command to type into a terminal, a key to
 * enter, a setting to look at. Knows nothing of VS Code.
 */
import { isSettingName, type SettingName } from '../model/settings';
import { trustStep } from '../sources/missingProgram';
import { speechStep } from '../sources/speechSetup/step';
import type { SetupLine } from '../sources/setupLine';

export type SetupStep =
  | { readonly kind: 'install'; readonly command: string }
  | { readonly kind: 'key'; readonly service: 'deapi' | 'openai' | 'notes' }
  | { readonly kind: 'notes' }
  | { readonly kind: 'trust' }
  | { readonly kind: 'speech' }
  | { readonly kind: 'setting'; readonly name: SettingName };

type Program = 'yt-dlp' | 'ffmpeg' | 'whisper.cpp' | 'deno';

/** Where the system has no package of a program, its setting is shown instead. */
const installers: Readonly<Record<Program, Readonly<Partial<Record<NodeJS.Platform, string>>>>> = {
  // A distribution's yt-dlp is mostly too old for the sites of today.
  'yt-dlp': {
    linux: "pipx install --force 'yt-dlp[default]'",
    darwin: 'brew install yt-dlp || brew upgrade yt-dlp',
    win32: 'winget install yt-dlp.yt-dlp',
  },
  ffmpeg: {
    linux: 'sudo apt-get install ffmpeg',
    darwin: 'brew install ffmpeg',
    win32: 'winget install Gyan.FFmpeg',
  },
  'whisper.cpp': { darwin: 'brew install whisper-cpp' },
  deno: {
    linux: 'npm install --global deno',
    darwin: 'brew install deno',
    win32: 'winget install DenoLand.Deno',
  },
};

/** Settings to look at where a line names none. */
const places: Readonly<Record<string, SettingName>> = {
  whisper: 'whisper.path',
  openai: 'openai.endpoint',
  proxies: 'proxies',
  'output folder': 'output.folder',
};

/** Undefined when there is nothing to do, or nothing that we could do. */
export function stepOf(line: SetupLine, platform: NodeJS.Platform): SetupStep | undefined {
  const { subject, nextStep } = line;
  if (nextStep === undefined) return undefined;
  if (nextStep === trustStep) return { kind: 'trust' };
  if (nextStep === speechStep) return { kind: 'speech' };
  const program = /^(?:Rei|I)nstall ([\w.-]*\w)|^Update ([\w.-]*\w)/.exec(nextStep);
  const name = program?.[1] ?? program?.[2] ?? '';
  const command = isProgram(name) ? installers[name][platform] : undefined;
  if (command !== undefined) return { kind: 'install', command };
  if (/\bkey\b/.test(nextStep) && (subject === 'deapi' || subject === 'openai' || subject === 'notes'))
    return { kind: 'key', service: subject };
  if (subject === 'notes') return { kind: 'notes' };
  const named = nextStep
    .match(/[A-Za-z.]*[A-Za-z]/g)
    ?.find((word) => word.includes('.') && isSettingName(word));
  if (named !== undefined && isSettingName(named)) return { kind: 'setting', name: named };
  const place = places[subject];
  return place === undefined ? undefined : { kind: 'setting', name: place };
}

function isProgram(name: string): name is Program {
  return Object.hasOwn(installers, name);
}
