/**
 * What is known of speech-to-text models and their services, as data: how much sound one request may hold, which
 * answers they give, how long a prompt may be. The first row that fits counts; what no row names has no limit of
 * its own beyond the settings. What a service refuses at run time is learnt in addition (uploadLimits.ts).
 */
import { urlOf } from '../model/webUrl';

/** The forms of an answer (`response_format`). `diarized_json` has the speakers. */
export type AnswerForm = 'verbose_json' | 'json' | 'diarized_json';

export interface SpeechModel {
  /** Seconds of sound in one request: a little below what the service refuses. */
  readonly longestSeconds?: number;
  /** Megabytes (of 1,000,000 bytes) of one upload, whatever the setting allows. */
  readonly largestMB?: number;
  /** The answers it gives, the best first. */
  readonly answers: readonly AnswerForm[];
  /** Characters of a prompt; more is refused. */
  readonly promptCharacters?: number;
  /** It takes no prompt. */
  readonly noPrompt?: true;
  /** It wants `chunking_strategy` for sound of more than 30 s. */
  readonly chunks?: true;
  /**
   * How it is asked who speaks: by its form of answer (`diarized_json`), or by the field `diarize`, which servers that
   * do not know it pass over. Absent: it cannot tell.
   */
  readonly speakers?: 'form' | 'field';
  /** Whether it translates into English (`/audio/translations`). */
  readonly translates?: true;
  /**
   * Mistral's own fields: `context_bias` for names, one `timestamp_granularities`, which cannot stand beside a language
   * (https://docs.mistral.ai/capabilities/audio_transcription).
   */
  readonly dialect?: 'mistral';
}

interface Row {
  /** The service's host; absent: at any service. */
  readonly host?: RegExp;
  readonly model?: RegExp;
  readonly is: SpeechModel;
}

const withTimes = ['verbose_json', 'json'] as const;
const textOnly = ['json'] as const;

const mistral = { noPrompt: true, speakers: 'field', dialect: 'mistral' } as const;

const rows: readonly Row[] = [
  // OpenAI refuses more than 1400 s, and answers nothing but `json`. Gateways pass the names on with a prefix.
  {
    model: /(?:^|\/)gpt-4o(?:-mini)?-transcribe-diarize/i,
    is: {
      longestSeconds: 1390,
      answers: ['diarized_json', 'json'],
      noPrompt: true,
      chunks: true,
      speakers: 'form',
    },
  },
  { model: /(?:^|\/)gpt-4o(?:-mini)?-transcribe/i, is: { longestSeconds: 1390, answers: textOnly } },
  // 25 MB without a paid plan, which 100 minutes of our sound stay below.
  {
    host: /(?:^|\.)groq\.com$/,
    is: { largestMB: 100, answers: withTimes, promptCharacters: 896, translates: true },
  },
  { host: /^oai\.deapi\.ai$/, is: { largestMB: 80, answers: withTimes } },
  {
    host: /(?:^|\.)mistral\.ai$/,
    model: /2507/,
    is: { longestSeconds: 1790, answers: withTimes, ...mistral },
  },
  { host: /(?:^|\.)mistral\.ai$/, is: { longestSeconds: 10_790, answers: withTimes, ...mistral } },
  // OpenAI's limit is 26,214,400 bytes.
  { host: /(?:^|\.)openai\.com$/, is: { largestMB: 26, answers: withTimes, translates: true } },
  { host: /\.azure\.(?:com|us|cn)$/, is: { largestMB: 26, answers: withTimes, translates: true } },
];

const unknown: SpeechModel = { answers: withTimes, speakers: 'field', translates: true };

/** What is known of a model at an address. */
export function speechModel(endpoint: string, model: string): SpeechModel {
  const host = urlOf(endpoint)?.hostname.toLowerCase() ?? '';
  const row = rows.find((one) => (one.host?.test(host) ?? true) && (one.model?.test(model) ?? true));
  return row?.is ?? unknown;
}

/**
 * vLLM decodes no mp3 and refuses more than 600 s, whatever the model. It is known by its list of models, which is
 * asked for where sound was refused.
 */
export const vllm = { longestSeconds: 590, kind: 'wav' } as const;
