/**
 * Check Setup's line about speech-to-text on this computer: ✓ only where the engine has heard the test sentence
 * with this model. What was not tried yet is tried now, as long as nobody has to wait for it too long.
 */
import type { Clock } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { SetupLine } from '../setupLine';
import type { SpeechSetup } from './setup';
import { speechStep } from './step';
import { trialWords } from './trial';

/** A slow computer needs longer for a large model; then the trial belongs to the set-up. */
const longestTrialMs = 60_000;
const subject = 'whisper';

/** `detail`: program and model, as one sentence. */
export async function whisperLine(
  speech: SpeechSetup,
  clock: Clock,
  settings: Settings,
  detail: string,
  signal: AbortSignal,
): Promise<SetupLine> {
  const before = await speech.heardBefore(settings, signal);
  if (before !== undefined) return heard(detail, before.words, await speech.hourMinutes(settings));
  if (!(await speech.hasModel(settings)))
    return {
      subject,
      state: 'error',
      text: `${detail} The file at whisper.model is no whisper.cpp model (bad magic: it does not begin as one).`,
      nextStep: speechStep,
    };
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const disarm = clock.after(longestTrialMs, end);
  signal.addEventListener('abort', end, { once: true });
  try {
    const trial = await speech.try('whisper', settings, stop.signal);
    if (stop.signal.aborted)
      return {
        subject,
        state: 'warn',
        text: `${detail} It was not tried: two seconds of sound took longer than a minute.`,
        nextStep: speechStep,
      };
    if (trial.ok && trial.right) return heard(detail, trial.words, await speech.hourMinutes(settings));
    const text = `${detail} ${trialWords(trial)}`;
    return { subject, state: trial.ok ? 'warn' : 'error', text, nextStep: speechStep };
  } finally {
    disarm();
    signal.removeEventListener('abort', end);
  }
}

function heard(detail: string, words: string, minutes: number | undefined): SetupLine {
  const pace = minutes === undefined ? '' : ` An hour of sound takes about ${minutes} min.`;
  return { subject, state: 'ok', text: `${detail} It hears “${words}”${pace}` };
}
