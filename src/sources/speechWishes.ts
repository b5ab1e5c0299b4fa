/**
 * What the user wants from speech-to-text, whichever engine hears: the language that is spoken, translation, speakers,
 * and names to know. Each engine writes it in its own form. Pure.
 */
import type { Settings } from '../model/settings';
import { spokenCode } from '../model/languageNames';

export interface SpeechWishes {
  /** Whisper's code of the language that is spoken; absent: the engine is to find it out. */
  readonly language?: string;
  /** Into English. */
  readonly translate: boolean;
  readonly speakers: boolean;
  /** Names and terms; empty: none. */
  readonly prompt: string;
}

/**
 * The wishes in the settings. `speech.language` counts first; with `auto`, the one language that is wanted for captions
 * (`languages`, `--lang`, a list's `@lang`) is taken for the spoken one. Of several, the engine finds out which.
 */
export function speechWishes(settings: Settings): SpeechWishes {
  const wanted = settings['speech.language'] === 'auto' ? settings.languages : [settings['speech.language']];
  const codes = new Set(wanted.map((tag) => spokenCode(tag)));
  const [language] = codes.size === 1 ? codes : [];
  return {
    ...(language === undefined ? {} : { language }),
    translate: settings['speech.translate'],
    speakers: settings['speech.speakers'],
    prompt: settings['speech.prompt'].replace(/\s+/g, ' ').trim(),
  };
}

/** How much of a prompt an engine reads. */
export interface PromptLimit {
  /** A longer one is refused. */
  readonly characters?: number;
  /** What is beyond is not read. */
  readonly tokens?: number;
}

/**
 * Whisper reads at most the last 224 tokens of a prompt: half its context of 448, less one
 * (https://github.com/openai/whisper, `DecodingTask._get_initial_tokens`).
 */
export const whisperPrompt: PromptLimit = { tokens: 224 };
/**
 * The beginning of the prompt that fits, cut between words. Whisper itself would read the end of a longer one, and
 * which names it misses would be left to chance. Tokens are estimated: four letters of ASCII a token, one for each
 * other character.
 */
export function fittedPrompt(prompt: string, limit: PromptLimit): string {
  let tokens = 0;
  let end = 0;
  let fits = '';
  for (const character of prompt) {
    tokens += character.charCodeAt(0) < 128 ? 0.25 : 1;
    end += character.length;
    if (end > (limit.characters ?? Infinity) || tokens > (limit.tokens ?? Infinity)) break;
    fits = prompt.slice(0, end);
  }
  if (fits.length === prompt.length) return prompt;
  const word = /^(.*?)[,;]?\s*(?:\s\S*|,[^,]*)$/su.exec(fits)?.[1] ?? '';
  return word === '' ? fits : word;
}

/**
 * Mistral's form of names: at most 100 items without blanks or commas, where `_` joins the words of one
 * (https://docs.mistral.ai/api/endpoint/audio/transcriptions).
 */
export function contextBias(prompt: string): readonly string[] {
  const items = prompt
    .split(/[,;\n]+/)
    .map((item) => item.trim().replace(/\s+/g, '_'))
    .filter((item) => item !== '');
  return [...new Set(items)].slice(0, 100);
}
