/**
 * The trial at the end of a set-up: a spoken sentence of two seconds goes through the source itself, like a
 * recording, and what comes back is shown. Nothing less proves that words will come.
 */
import path from 'node:path';
import { failure, toFailure, type Failure } from '../../model/failure';
import type { Link } from '../../model/link';
import type { Settings } from '../../model/settings';
import type { Permit, Source, SourceRequest } from '../../model/source';
import type { SourceParts } from '../parts';
import { isHeard, sentence, sentenceSound } from './sentence';

export type Trial =
  | {
      readonly ok: true;
      /** What was heard. */
      readonly words: string;
      /** BCP 47. */
      readonly language: string;
      readonly seconds: number;
      /** Whether it was the sentence, or something else. */
      readonly right: boolean;
    }
  | { readonly ok: false; readonly failure: Failure; readonly nextStep?: string };

/**
 * Sends the sentence through `source`. The user has just chosen it, so that no OK is asked for: a service
 * charges for two seconds. Never throws.
 */
export async function trySpeech(
  source: Source,
  parts: Pick<SourceParts, 'files' | 'clock'>,
  settings: Settings,
  signal: AbortSignal,
): Promise<Trial> {
  const readiness = await source.readiness(settings);
  if (!readiness.ready)
    return {
      ok: false,
      failure: failure(readiness.code, readiness.why),
      nextStep: readiness.nextStep,
    };
  const folder = await parts.files.tempFolder('speech');
  try {
    const file = path.join(folder, 'sentence.ogg');
    await parts.files.writeWhole(file, sentenceSound());
    const link: Link = { kind: 'media', url: `file://${file}`, id: 'sentence', path: file };
    const began = parts.clock.monotonic();
    const result = await source.transcribe(requestFor(link, folder, settings, signal));
    const seconds = (parts.clock.monotonic() - began) / 1000;
    if ('failure' in result) return { ok: false, failure: result.failure };
    if ('consent' in result) return { ok: false, failure: failure('internal', 'It asked for an OK.') };
    const words = result.transcript.cues.map(({ text }) => text).join(' ');
    return { ok: true, words, language: result.transcript.language, seconds, right: isHeard(words) };
  } catch (error) {
    return { ok: false, failure: toFailure(error) };
  } finally {
    await parts.files.remove(folder);
  }
}

const permit: Permit = { heard: () => undefined, release: () => undefined };

function requestFor(link: Link, folder: string, settings: Settings, signal: AbortSignal): SourceRequest {
  const nothing = (): void => undefined;
  return {
    link,
    // The sentence is English, whatever the user's recordings are.
    settings: {
      ...settings,
      'speech.language': 'auto',
      'speech.translate': false,
      'speech.prompt': '',
      'speech.speakers': false,
      languages: [],
    },
    meta: {},
    identity: 'speech-trial',
    signal,
    stage: nothing,
    learn: nothing,
    sent: nothing,
    permit: () => Promise.resolve(permit),
    started: permit,
    consent: () => Promise.resolve(true),
    intent: () => Promise.resolve(),
    requestId: () => Promise.resolve(),
    tempFolder: () => Promise.resolve(folder),
  };
}

/** What came back, in one line: `It heard “${sentence}” (en) in 1.4 s.` */
export function trialWords(trial: Trial): string {
  if (!trial.ok) return trial.failure.message;
  const heard = `“${trial.words}” (${trial.language}) in ${trial.seconds.toFixed(1)} s`;
  return trial.right
    ? `It works: it heard ${heard}.`
    : `It answers, but heard ${heard}, instead of “${sentence}”.`;
}
