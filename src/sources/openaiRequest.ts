/** The form of a request to `/audio/transcriptions`: which fields, and which other form is worth a try. Pure. */
import type { Settings } from '../model/settings';
import { refusesForm, refusesTimes, type Refusal } from './openaiErrors';
import { speechModel, type AnswerForm } from './speechModels';

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

/** The text fields of the request, in order. */
export function requestFields(settings: Asked, form: RequestForm): readonly (readonly [string, string])[] {
  const model = speechModel(settings['openai.endpoint'], settings['openai.model']);
  return [
    ['model', settings['openai.model']],
    ['response_format', form.answer],
    ...(form.times ? [['timestamp_granularities[]', 'segment'] as const] : []),
    ...(model.chunks ? [['chunking_strategy', 'auto'] as const] : []),
  ];
}

function answersOf(settings: Asked): readonly AnswerForm[] {
  return speechModel(settings['openai.endpoint'], settings['openai.model']).answers;
}

function formOf(answer: AnswerForm): RequestForm {
  return { answer, times: answer === 'verbose_json' };
}
