/** Reads what the panel's page says. A page may be old or broken: what does not fit is refused, not guessed. */
import * as v from 'valibot';
import { isSettingName, type SettingName } from '../../model/settings';
import { sourceIds } from '../../model/transcript';
import type { BatchAction, FromPage, NextStep, RowAction } from '../../protocol';

/** Each name of a union once: a forgotten or a foreign one does not compile. */
function names<T extends string>(all: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(all) as T[];
}
const rowActions = names<RowAction>({
  retry: true,
  redo: true,
  skip: true,
  next: true,
  release: true,
  openTranscript: true,
  openVideo: true,
  copyLink: true,
  showLog: true,
  revealFile: true,
  goToLine: true,
  removeLine: true,
  addLanguage: true,
  openReport: true,
});
const batchActions = names<BatchAction>({
  pause: true,
  resume: true,
  stop: true,
  retryFailed: true,
  export: true,
  openFolder: true,
  openReport: true,
  agree: true,
  tryNow: true,
  passBlocked: true,
});
const nextSteps = names<NextStep>({
  checkSetup: true,
  setUpSpeech: true,
  chooseNotesModel: true,
  addProxy: true,
  addFeedPassword: true,
  setApiKey: true,
  openSettings: true,
  showLog: true,
  openAccount: true,
  install: true,
  transcribeLinks: true,
  transcribeList: true,
  transcribeClipboard: true,
});

const batch = v.pipe(v.string(), v.maxLength(200));
const request = v.pipe(v.number(), v.safeInteger());
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const source = v.picklist(sourceIds);
const settingName = v.custom<SettingName>((value) => typeof value === 'string' && isSettingName(value));

const message = v.variant('type', [
  v.object({ type: v.literal('ready'), batch: v.nullable(batch), at: v.exactOptional(index) }),
  v.object({ type: v.literal('gap'), batch, have: v.number() }),
  v.object({ type: v.literal('choose'), batch }),
  v.object({ type: v.literal('focused') }),
  v.object({
    type: v.literal('batchAction'),
    request,
    batch,
    action: v.picklist(batchActions),
    consent: v.exactOptional(
      v.object({
        service: source,
        origin: v.pipe(v.string(), v.maxLength(500)),
        cost: v.exactOptional(v.pipe(v.number(), v.minValue(0))),
      }),
    ),
  }),
  v.object({
    type: v.literal('rowAction'),
    request,
    batch,
    jobs: v.pipe(v.array(index), v.maxLength(1_000_000)),
    action: v.picklist(rowActions),
    wide: v.exactOptional(v.literal(true)),
  }),
  v.object({
    type: v.literal('nextStep'),
    request,
    step: v.picklist(nextSteps),
    setting: v.exactOptional(settingName),
    source: v.exactOptional(source),
  }),
  v.object({ type: v.literal('press'), request, of: request }),
  v.object({
    type: v.literal('plan'),
    request,
    plan: batch,
    answer: v.picklist(['start', 'forget']),
    agreed: v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(100)),
  }),
  v.object({ type: v.literal('setting'), request, name: settingName, value: v.unknown() }),
  v.object({
    type: v.literal('dropped'),
    request,
    text: v.pipe(v.string(), v.maxLength(20_000_000)),
    name: v.pipe(v.string(), v.maxLength(500)),
  }),
]);

/** The message, or undefined when it is not one of the protocol. */
export function parseMessage(data: unknown): FromPage | undefined {
  const parsed = v.safeParse(message, data);
  return parsed.success ? parsed.output : undefined;
}
