/** The form of a request to `/audio/transcriptions`: which fields, and which other form is worth a try. Pure. */
import type { Settings } from '../model/settings';
import type { OpenAiEnd } from './openaiAddress';
import { refusesForm, refusesTimes, type Refusal } from './openaiErrors';
import { speechModel, type AnswerForm, type SpeechModel } from './speechModels';
import {
  contextBias,
  fittedPrompt,
  speechWishes,
  whisperPrompt,
  type PromptLimit,
  type SpeechWishes,
} from './speechWishes';

export interface RequestForm {
  /** `response_format`. */
  readonly answer: AnswerForm;
  /** Whether the granularity of times is asked for, which some servers do not know. */
  readonly times: boolean;
}

type Asked = Pick<Settings, 'openai.endpoint' | 'openai.model'>;

/** The best form that the model is known to answer. */
export function firstForm(settings: Asked): RequestForm {
  return formOf(answersOf(settings)[0] ?? 'json');
}

/** The form to try after a refusal; undefined where the refusal is about something else, or none is left. */
export function nextForm(settings: Asked, form: RequestForm, refusal: Refusal): RequestForm | undefined {
  if (!refusesForm(refusal)) return undefined;
  if (form.times && refusesTimes(refusal)) return { ...form, times: false };
  const answers = answersOf(settings);
  const next = answers[answers.indexOf(form.answer) + 1];
  return next === undefined ? undefined : formOf(next);
}

/** What the server at the address is, as far as its own words tell. */
export type ServerKind = 'whisper.cpp' | 'LocalAI' | 'other';

/** Servers that take the sound for English where no language is sent, and translate by a field. */
const hearsEnglish: ReadonlySet<ServerKind> = new Set(['whisper.cpp', 'LocalAI']);

/** A request for one part of the sound. */
export interface SpeechForm {
  readonly end: OpenAiEnd;
  /** The text fields, in order. */
  readonly fields: readonly (readonly [string, string])[];
}

/** The request that says what the user wants (speechWishes.ts), in the words of this model and server. */
export function requestForm(settings: Settings, form: RequestForm, server: ServerKind): SpeechForm {
  const model = modelOf(settings);
  const wishes = speechWishes(settings);
  const translates = wishes.translate && model.translates === true;
  const apart = translates && !hearsEnglish.has(server);
  const times = apart ? [] : timeFields(model, form);
  return {
    end: apart ? 'audio/translations' : 'audio/transcriptions',
    fields: [
      ['model', settings['openai.model']],
      ['response_format', form.answer],
      ...times,
      ...(model.chunks ? [['chunking_strategy', 'auto'] as const] : []),
      ...(apart || (model.dialect === 'mistral' && times.length > 0) ? [] : languageFields(wishes, server)),
      ...(translates && !apart ? [['translate', 'true'] as const] : []),
      ...(wishes.speakers && model.speakers === 'field' ? [['diarize', 'true'] as const] : []),
      ...promptFields(wishes, model),
    ],
  };
}

/** What of the wishes this model cannot do, as sentences for the row. */
export function unheardWishes(settings: Settings): readonly string[] {
  const model = modelOf(settings);
  const { speakers, translate, prompt } = speechWishes(settings);
  const name = settings['openai.model'];
  const fitted = fittedPrompt(prompt, promptLimit(model));
  return [
    ...(speakers && model.speakers === undefined ? [`${name} cannot say who speaks.`] : []),
    ...(translate && model.translates !== true
      ? [`${name} does not translate: these are the words as spoken.`]
      : []),
    ...(prompt !== '' && model.noPrompt === true && model.dialect === undefined
      ? [`${name} takes no prompt: speech.prompt was not sent.`]
      : []),
    ...(fitted.length < prompt.length && model.noPrompt !== true
      ? [`${name} reads ${fitted.length} characters of speech.prompt; the rest was not sent.`]
      : []),
  ];
}

/** Whether the answer is in English by the user's wish. */
export function isTranslated(settings: Settings): boolean {
  return settings['speech.translate'] && modelOf(settings).translates === true;
}

function languageFields(
  { language }: SpeechWishes,
  server: ServerKind,
): readonly (readonly [string, string])[] {
  if (language !== undefined) return [['language', language]];
  return hearsEnglish.has(server) ? [['language', 'auto']] : [];
}

function timeFields(model: SpeechModel, form: RequestForm): readonly (readonly [string, string])[] {
  if (!form.times) return [];
  if (model.dialect === 'mistral') return [['timestamp_granularities', 'segment']];
  // The words have the times by which cues are cut, the segments have the marks and say whether it is speech.
  return [
    ['timestamp_granularities[]', 'segment'],
    ['timestamp_granularities[]', 'word'],
  ];
}

function promptFields({ prompt }: SpeechWishes, model: SpeechModel): readonly (readonly [string, string])[] {
  if (prompt === '') return [];
  if (model.dialect === 'mistral') {
    const items = contextBias(prompt);
    return items.length === 0 ? [] : [['context_bias', items.join(',')]];
  }
  return model.noPrompt === true ? [] : [['prompt', fittedPrompt(prompt, promptLimit(model))]];
}

/** A model that answers no times is of another family than Whisper. */
function promptLimit({ promptCharacters, answers }: SpeechModel): PromptLimit {
  return {
    ...(promptCharacters === undefined ? {} : { characters: promptCharacters }),
    ...(answers.includes('verbose_json') ? whisperPrompt : {}),
  };
}

function modelOf(settings: Asked): SpeechModel {
  return speechModel(settings['openai.endpoint'], settings['openai.model']);
}

function answersOf(settings: Asked): readonly AnswerForm[] {
  return modelOf(settings).answers;
}

function formOf(answer: AnswerForm): RequestForm {
  return { answer, times: answer === 'verbose_json' };
}
