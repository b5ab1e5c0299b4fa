/** Check Setup's line on YouTube: one video known to exist, requested as each client. */
import type { Settings } from '../../model/settings';
import type { SetupLine } from '../setupLine';
import type { SourceParts } from '../parts';
import { PlayerAsking } from './asking';
import { clientsOf } from './clients';
import { askEach, inOneLine, type ClientState } from './diagnosis';

const answerSeconds = 6;

/** `detail`: the source's own description. Never throws. */
export async function youtubeLine(
  parts: Pick<SourceParts, 'http' | 'clock'>,
  settings: Settings,
  detail: string,
  signal: AbortSignal,
): Promise<SetupLine> {
  const subject = 'youtube';
  const lines = await askEach(new PlayerAsking(parts), clientsOf(settings).clients, {
    settings: { ...settings, requestTimeout: answerSeconds },
    signal,
    identity: 'check-setup',
    sent: () => undefined,
  });
  const has = (state: ClientState): boolean => lines.some((line) => line.state === state);
  const [first] = lines;
  const text =
    first?.state === 'cannot be reached'
      ? `${detail} There was no answer now: ${first.words ?? 'unknown'}.`
      : `${detail} Answers by client: ${inOneLine(lines)}.`;
  // Without a network nothing is wrong with the clients; the network's line says what to do.
  if (has('works') || has('cannot be reached')) return { subject, state: 'ok', text };
  const nextStep =
    has('is blocked') || has('asks to sign in')
      ? 'Wait an hour, or add a proxy.'
      : has('wants a proof token')
        ? 'Set up yt-dlp, which may have a proof token.'
        : 'Update Bulk Transcribe; set up yt-dlp meanwhile.';
  return { subject, state: 'error', text, nextStep };
}
