/**
 * Every quota, once: its name, what one start of it stands for, and the settings its limits come from. The rate
 * limiter, the day caps, the forecast and the sentences on the pace read this table. A source that counts its
 * requests has a row here under its own name. How names are written and read: quotaNames.ts.
 */
import type { SettingName, Settings } from './settings';
import type { SourceId } from './transcript';

type SettingOf<T> = { [K in SettingName]: Settings[K] extends T ? K : never }[SettingName];
type NumberSetting = SettingOf<number>;

/** How a service with parts counts: each part apart, all requests together, or both. */
export type QuotaScope = 'perEndpoint' | 'shared' | 'both';

export interface QuotaRow {
  /** What one start stands for in a sentence. */
  readonly unit: 'video' | 'request';
  /** The service says what it allows an account; any other site blocks a network that asks too often. */
  readonly account?: true;
  /** The setting with the address it is spent at. Another address counts separately. */
  readonly endpoint?: SettingOf<string>;
  /** The window of `limit`; a minute unless given. */
  readonly window?: 'minute' | 'hour';
  /** Starts a window. This and the next four: 0 means unlimited. */
  readonly limit?: NumberSetting;
  readonly perDay?: NumberSetting;
  /** Starts under way at the same time. */
  readonly concurrency?: NumberSetting;
  /** Seconds between two starts. */
  readonly spacing?: NumberSetting;
  /** Starts that may follow each other closely after a rest. */
  readonly burst?: NumberSetting;
  /** The service says its limits in its answers. */
  readonly learns?: true;
  /** Kinds of requests that may count separately, as `<name>.<part>`; the bare name is then the account. */
  readonly parts?: readonly string[];
  /** The setting that says how parts and account count. */
  readonly scope?: SettingOf<QuotaScope>;
}

export const quotaTable = {
  youtube: {
    unit: 'video',
    endpoint: 'youtube.endpoint',
    window: 'hour',
    limit: 'rate.youtube.perHour',
    perDay: 'rate.youtube.perDay',
    concurrency: 'rate.youtube.concurrency',
    spacing: 'rate.youtube.spacing',
    burst: 'rate.youtube.burst',
  },
  deapi: {
    unit: 'request',
    account: true,
    endpoint: 'deapi.endpoint',
    limit: 'rate.deapi.perMinute',
    perDay: 'rate.deapi.perDay',
    burst: 'rate.deapi.burst',
    learns: true,
    parts: ['submit', 'poll', 'price'],
    scope: 'deapi.quotaScope',
  },
  openai: {
    unit: 'request',
    account: true,
    endpoint: 'openai.endpoint',
    limit: 'rate.openai.perMinute',
    perDay: 'rate.openai.perDay',
    concurrency: 'rate.openai.concurrency',
    burst: 'rate.openai.concurrency',
    learns: true,
  },
  whisper: { unit: 'request', account: true, concurrency: 'whisper.concurrency' },
  notes: { unit: 'request', account: true, endpoint: 'notes.endpoint', learns: true },
  /** Each other host has a quota of its own with these limits: `host:<name>`. */
  host: {
    unit: 'request',
    limit: 'rate.otherHosts.perMinute',
    concurrency: 'rate.otherHosts.concurrency',
    burst: 'rate.otherHosts.concurrency',
  },
} as const satisfies Readonly<Partial<Record<SourceId | 'host', QuotaRow>>>;
