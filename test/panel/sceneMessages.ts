/** What the host sends about a scene. */
import { packRows, type BatchHead, type ToPage } from '../../src/protocol';
import { now } from './sceneNames';
import type { Scene } from './scenes';

export function batchHead(from: Scene): BatchHead {
  const { state, owner } = from;
  return {
    id: state.id,
    name: state.name,
    phase: state.phase,
    counts: { ...state.counts },
    total: state.total,
    ...(owner === undefined ? {} : { owner }),
  };
}

/**
 * The snapshot as the host sends it, in slices of `slice` rows; the one that holds the job `lead` goes first,
 * and a last one without rows makes it whole.
 */
export function snapshot(from: Scene, seq = 0, slice = 5000, time = now, lead = 0): ToPage[] {
  const { jobs, ...head } = from.state;
  const base = { type: 'snapshot', batch: head.id, snapshot: seq + 1, total: jobs.length } as const;
  const starts = Array.from({ length: Math.max(1, Math.ceil(jobs.length / slice)) }, (_, k) => k * slice);
  const leading = Math.floor(lead / slice) * slice;
  starts.sort((a, b) => Number(b === leading) - Number(a === leading));
  const slices = starts.map((first): ToPage => ({
    ...base,
    rows: packRows(jobs.slice(first, first + slice)),
    ...(first === leading
      ? {
          head,
          now: time,
          ...(from.resumed ? { resumed: from.resumed } : {}),
          ...(from.owner === undefined ? {} : { owner: from.owner }),
        }
      : {}),
  }));
  return [...slices, { ...base, rows: packRows([]), head, seq }];
}

/** Messages as one text, which is the quickest way into the page; `window.read` there makes them again. */
export function asText(messages: readonly ToPage[]): string {
  return JSON.stringify(messages, (_, value: unknown) =>
    value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') } : value,
  );
}

export const settingsMessage: ToPage = {
  type: 'settings',
  values: {
    workers: { value: 5 },
    parallel: { value: true },
    adaptive: { value: true },
    onError: { value: 'continue' },
    order: { value: 'list' },
    'rate.youtube.perHour': { value: 300 },
    'rate.deapi.perMinute': { value: 300 },
    sources: { value: ['subtitleFile', 'youtube', 'yt-dlp', 'deapi', 'openai', 'whisper'] },
  },
};

export const sourcesMessage: ToPage = {
  type: 'sources',
  outputFolder: 'transcripts',
  sources: [
    { id: 'youtube', ready: true, detail: 'ready, no key needed' },
    { id: 'yt-dlp', ready: false, detail: 'not found', step: { words: 'Install…', step: 'install' } },
    { id: 'deapi', ready: false, detail: 'no key', step: { words: 'Set key…', step: 'setApiKey' } },
    {
      id: 'openai',
      ready: false,
      detail: 'no endpoint',
      step: { words: 'Set up…', step: 'openSettings', setting: 'openai.endpoint' },
    },
    {
      id: 'whisper',
      ready: false,
      detail: 'no program',
      step: { words: 'Set up…', step: 'openSettings', setting: 'whisper.path' },
    },
  ],
};
