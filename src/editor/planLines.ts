/** What a plan says besides its one sentence: the end with more workers, the money, the files, the window. Pure. */
import { hereWords, type Forecast } from '../engine/pace/forecast';
import { formatMoney } from '../model/costWords';
import type { Settings } from '../model/settings';
import type { Source } from '../model/source';
import { isSourceId, type SourceId } from '../model/transcript';
import { serviceHere } from '../model/serviceAt';
import { formatCount, formatTime, joinAnd } from '../model/words';
import { charges } from './nextSource';

/** The sources of the chain that are ready now. */
export async function readySources(
  { sources }: { readonly sources: readonly Source[] },
  settings: Settings,
): Promise<ReadonlySet<SourceId>> {
  const wanted = sources.filter(({ id }) => settings.sources.includes(id));
  const ready = await Promise.all(
    wanted.map(async (source) => {
      const found = await source.readiness(settings).catch(() => undefined);
      return found?.ready === true ? [source.id] : [];
    }),
  );
  return new Set(ready.flat());
}

export interface PlanContext {
  readonly settings: Settings;
  readonly ready: ReadonlySet<SourceId>;
  /** The folder that holds the batch folders, as people read it. */
  readonly where: string;
  /** Minutes that an hour of sound takes on this computer; undefined: it is not transcribed here. */
  readonly hourMinutes?: number | undefined;
  /** Epoch ms. */
  readonly now: number;
}

export function planLines(
  { advice, ms }: Forecast,
  { settings, ready, where, hourMinutes, now }: PlanContext,
): readonly string[] {
  return [
    ...(advice
      ? [`${formatCount(advice.workers)} workers would finish at ${formatTime(now + advice.ms, now)}.`]
      : []),
    costLine(settings, ready),
    ...(hourMinutes === undefined
      ? []
      : [`A video without captions is transcribed here: ${hereWords(hourMinutes)}`]),
    ...(ms < 60_000
      ? []
      : ['Closing this window pauses it, and Resume continues. A terminal needs no window.']),
    ...aloneLine(settings),
    `The transcripts are written to ${where}, in a folder of their own.`,
  ];
}

/** Whoever has named a Redis expects other machines to help. */
function aloneLine({ 'cluster.redisUrl': url }: Settings): readonly string[] {
  if (url === '') return [];
  return [
    `It runs on this computer alone. Other machines help with a batch of the terminal program: bulk-transcribe … --redis ${url}`,
  ];
}

function costLine(settings: Settings, ready: ReadonlySet<SourceId>): string {
  const names = settings.sources.filter(isSourceId).filter((id) => charges(id, settings) && ready.has(id));
  if (names.length === 0) return 'It costs nothing: no paid service is set up.';
  const services = joinAnd(names.map((id) => serviceHere(id, settings['openai.endpoint'])));
  const most = settings['paid.maxCost'];
  const asked =
    most === 0
      ? 'nothing is sent before you agree to the amount'
      : `up to ${formatMoney(most)} is spent without asking, as paid.maxCost says`;
  return `Captions cost nothing. A video without captions is offered to ${services}, which charges for it; ${asked}.`;
}
