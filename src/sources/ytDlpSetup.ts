/**
 * Check Setup's line about yt-dlp: its version and age, and whether it has what YouTube's audio needs, a
 * JavaScript runtime that this yt-dlp supports and its challenge solver. yt-dlp itself is asked which it
 * accepts, because the minimum versions change with its own.
 */
import { toFailure } from '../model/failure';
import type { Settings } from '../model/settings';
import { trustStep } from './missingProgram';
import type { SetupLine } from './setupLine';
import type { YtDlpProgram, YtDlpRuntimes } from './ytDlpProgram';
import { isAtLeast, jsRuntimeSince, versionAgeDays } from './ytDlpVersion';

const oldDays = 90;
const subject = 'yt-dlp';

/** The line; never throws. `now`: epoch ms. */
export async function ytDlpLine(
  program: YtDlpProgram,
  settings: Settings,
  now: number,
  signal: AbortSignal,
): Promise<SetupLine> {
  try {
    const found = await program.find(settings, signal);
    if (!('version' in found)) {
      // Nothing was set up, which is the default. A named program that cannot be used is an error.
      const isWrong = settings['ytDlp.path'] !== '' && found.nextStep !== trustStep;
      const state = isWrong ? 'error' : found.path === undefined ? 'off' : 'warn';
      return { subject, state, text: found.why, nextStep: found.nextStep };
    }
    const { path, version } = found;
    const days = versionAgeDays(version, now);
    const told = `${path}, version ${version}${days === undefined ? '' : `, ${days} days old`}.`;
    const runtimes = isAtLeast(version, jsRuntimeSince)
      ? await program.runtimes(settings, signal)
      : undefined;
    const lack = runtimes === undefined ? undefined : lackOf(runtimes);
    const text = [told, runtimes === undefined ? '' : runtimeWords(runtimes), lack?.text ?? '']
      .filter((words) => words !== '')
      .join(' ');
    if (days !== undefined && days > oldDays) {
      const nextStep = 'Update yt-dlp; sites change, and old versions stop working.';
      return { subject, state: 'warn', text, nextStep };
    }
    return lack === undefined
      ? { subject, state: 'ok', text }
      : { subject, state: 'warn', text, nextStep: lack.nextStep };
  } catch (error) {
    const nextStep = 'Reinstall yt-dlp, or correct the setting ytDlp.path.';
    return { subject, state: 'error', text: toFailure(error).message, nextStep };
  }
}

function runtimeWords({ found, solver }: YtDlpRuntimes): string {
  const names = found.map(({ name, version, supported }) =>
    supported ? `${name} ${version}` : `${name} ${version}, which this yt-dlp does not support`,
  );
  const runtimes = names.length === 0 ? 'none found' : names.join('; ');
  return `JavaScript runtime: ${runtimes}.${solver ? ' Challenge solver: found.' : ''}`;
}

/** What is missing for YouTube's audio; captions work without it. */
function lackOf({ found, solver }: YtDlpRuntimes): { text: string; nextStep: string } | undefined {
  const tail = "YouTube's sound may fail, captions work.";
  if (!found.some(({ supported }) => supported))
    return {
      text: `Without one ${tail}`,
      nextStep: found.some(({ name }) => name === 'deno')
        ? 'Update deno; this yt-dlp needs a newer one.'
        : 'Install deno.',
    };
  if (solver) return undefined;
  return {
    text: `Its challenge solver (yt-dlp-ejs) is missing: ${tail}`,
    nextStep: 'Reinstall yt-dlp with its challenge solver: yt-dlp[default].',
  };
}
