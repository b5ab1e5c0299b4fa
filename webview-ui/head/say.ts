/** What the sentence under the bar is made of: words, what its links do, and what it needs to know. */
import type { NextSource, ResumedNote } from '../../src/protocol';
import type { ParkedJobs } from '../store/parkedJobs';
import type { Problem } from '../store/problem';
import type { Deed } from '../store/steps';

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
  readonly problem?: Problem | undefined;
  readonly resumed?: ResumedNote | undefined;
  readonly parked: ParkedJobs;
  /** What can go on with what is blocked. */
  readonly next?: NextSource | undefined;
}

/** The user's word that a block is over. */
export const tryNow: Say['actions'][number] = {
  words: 'Try now',
  deed: { do: 'batch', action: 'tryNow' },
};

export const plain = (icon: string, text: string): Say => ({ icon, tone: 'dim', text, actions: [] });
export const warn = (text: string, actions: Say['actions'], tail?: string): Say => ({
  icon: 'warning',
  tone: 'wait',
  need: true,
  text,
  actions,
  ...(tail === undefined ? {} : { tail }),
});
