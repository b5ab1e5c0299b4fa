/** What the sentence under the bar is made of: words, what its links do, and what it needs to know. */
import type { SettingName } from '../../src/model/settings';
import type { Quote } from '../../src/model/source';
import type { SourceId } from '../../src/model/transcript';
import { formatDuration, formatTime } from '../../src/model/words';
import type { BatchAction, NextStep, ResumedNote } from '../../src/protocol';
import type { ParkedJobs } from './parkedJobs';

/** What a link in the sentence, a row or a group does. */
export type Deed =
  | {
      readonly do: 'step';
      readonly step: NextStep;
      readonly setting?: SettingName;
      /** Whose key or account it is about. */
      readonly source?: SourceId;
    }
  | { readonly do: 'batch'; readonly action: BatchAction }
  | { readonly do: 'agree'; readonly consent: Pick<Quote, 'service' | 'origin' | 'cost'> }
  | { readonly do: 'workers'; readonly workers: number }
  | { readonly do: 'retry' }
  | { readonly do: 'dismiss' };

export interface Say {
  readonly icon: string;
  readonly tone: 'run' | 'dim' | 'wait' | 'ok';
  /** The user must act: the line is tinted. */
  readonly need?: boolean;
  readonly text: string;
  /** Left out where the panel is narrow. */
  readonly tail?: string;
  readonly actions: readonly { readonly words: string; readonly deed: Deed }[];
}

export interface SayContext {
  readonly now: number;
  readonly owner?: string | undefined;
  readonly problem?: string | undefined;
  readonly resumed?: ResumedNote | undefined;
  readonly parked: ParkedJobs;
}

/** "until 14:32", and where that is over within a minute how long: "12 s". */
export const untilWords = (until: number, now: number): string =>
  until - now > 60_000 ? `until ${formatTime(until, now)}` : formatDuration(Math.max(1000, until - now));

export const plain = (icon: string, text: string): Say => ({ icon, tone: 'dim', text, actions: [] });
export const warn = (text: string, actions: Say['actions'], tail?: string): Say => ({
  icon: 'warning',
  tone: 'wait',
  need: true,
  text,
  actions,
  ...(tail === undefined ? {} : { tail }),
});
