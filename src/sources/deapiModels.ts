/**
 * What deAPI's speech-to-text models can do, by its list of models, and the fields of a request that follow from it
 * and from the user's wishes. Pure; the list is requested in deapiClient.ts.
 */
import * as v from 'valibot';
import type { Settings } from '../model/settings';
import type { SpeechWishes } from './speechWishes';

export interface DeapiModel {
  /** The value of `deapi.model`. */
  readonly slug: string;
  /** It tells speakers apart, at one and a half times the price. */
  readonly diarizes: boolean;
  /** Codes of the languages that it can be told; absent: not stated. */
  readonly languages?: readonly string[];
  /** How fine its times may be: `segment`, `word`, `char`; absent: not stated. */
  readonly timeLevels?: readonly string[];
}

/** For the time when the list cannot be had. A model that is not here is asked for nothing beyond its words. */
const known: readonly DeapiModel[] = [
  { slug: 'WhisperLargeV3', diarizes: false },
  { slug: 'WhisperLargeV3Ct2', diarizes: true },
];

const flag = v.fallback(
  v.union([
    v.boolean(),
    v.pipe(
      v.unknown(),
      v.transform((value) => value === 1 || value === '1'),
    ),
  ]),
  false,
);
const codes = v.fallback(
  v.optional(
    v.array(
      v.union([
        v.string(),
        v.pipe(
          v.object({ code: v.string() }),
          v.transform(({ code }) => code),
        ),
      ]),
    ),
  ),
  undefined,
);
const listed = v.object({
  slug: v.string(),
  info: v.fallback(
    v.optional(
      v.object({
        features: v.fallback(
          v.optional(v.object({ supports_diarization: v.optional(flag, false) })),
          undefined,
        ),
        limits: v.fallback(v.optional(v.object({ languages: codes, timestamp_levels: codes })), undefined),
      }),
    ),
    undefined,
  ),
});
const list = v.object({ data: v.array(v.unknown()) });

/** The models of deAPI's answer; undefined where it is no list. */
export function readDeapiModels(answer: unknown): readonly DeapiModel[] | undefined {
  const read = v.safeParse(list, answer);
  if (!read.success) return undefined;
  return read.output.data.flatMap((entry) => {
    const model = v.safeParse(listed, entry);
    if (!model.success) return [];
    const { slug, info } = model.output;
    const languages = info?.limits?.languages;
    const diarizes = info?.features?.supports_diarization ?? false;
    const timeLevels = info?.limits?.timestamp_levels;
    return [
      {
        slug,
        diarizes,
        ...(languages === undefined ? {} : { languages }),
        ...(timeLevels === undefined ? {} : { timeLevels }),
      },
    ];
  });
}

/** Whether the list is worth a request: the user wants something that not every model can. */
export function wantsList(settings: Settings, wishes: SpeechWishes): boolean {
  return settings['deapi.version'] === 'v2' && (wishes.language !== undefined || wishes.speakers);
}

/** What a request says beside its sound, and what of the wishes it cannot say. */
export interface DeapiFields {
  readonly fields: Readonly<Record<string, string | boolean>>;
  /** Sentences for the row. */
  readonly unheard: readonly string[];
}

/**
 * The fields for the wishes. `models`: deAPI's list, where it could be had. Version 1 knows neither languages nor
 * speakers; no model translates, or reads a prompt.
 */
export function deapiFields(
  settings: Settings,
  wishes: SpeechWishes,
  models: readonly DeapiModel[] | undefined,
): DeapiFields {
  const slug = settings['deapi.model'];
  const model = (models ?? known).find((one) => one.slug === slug);
  const isNew = settings['deapi.version'] === 'v2';
  const { language, speakers, translate, prompt } = wishes;
  const speaks = language !== undefined && isNew && (model?.languages?.includes(language) ?? true);
  const diarizes = speakers && isNew && model?.diarizes === true;
  // Sentences are what is read; the times of words are better than none.
  const level = isNew ? ['segment', 'word'].find((one) => model?.timeLevels?.includes(one)) : undefined;
  return {
    fields: {
      model: slug,
      include_ts: true,
      ...(level === undefined ? {} : { ts_level: level }),
      ...(speaks ? { lang: language } : {}),
      ...(diarizes ? { diarize: true } : {}),
    },
    unheard: [
      ...(speakers && !diarizes ? [`deAPI's ${slug} cannot say who speaks.`] : []),
      ...(language !== undefined && !speaks
        ? [`deAPI's ${slug} cannot be told the language ${language}.`]
        : []),
      ...(translate ? ['deAPI does not translate: these are the words as spoken.'] : []),
      ...(prompt === '' ? [] : ['deAPI takes no prompt: speech.prompt was not sent.']),
    ],
  };
}
