/**
 * What follows from the answers of several clients: each is weighed by what it proves, not by its position.
 * An answer that says nothing about the video never makes its row final.
 */
import type { YouTubeClient } from './clients';
import type { Refusal } from './playability';

export interface ClientAnswer {
  readonly client: YouTubeClient;
  readonly refusal: Refusal;
  /** The client listed captions: the video may be watched, but they could not be fetched. */
  readonly listed?: boolean;
}

/**
 * Lower ranks weigh less. What one client has shown is not undone by another's answer, except by a block.
 */
const order = [
  'nothing',
  'answer',
  'client',
  'turn',
  'hint',
  'unknown',
  'session',
  'captions',
  'fact',
  'token',
  'block',
] as const;
type Weight = (typeof order)[number];

/** The most telling answer; the first of equal ones. Undefined: no client was asked. */
export function mostTelling(answers: readonly ClientAnswer[]): ClientAnswer | undefined {
  let best: ClientAnswer | undefined;
  for (const answer of answers)
    if (best === undefined || order.indexOf(weightOf(answer)) > order.indexOf(weightOf(best))) best = answer;
  return best;
}

function weightOf({ client, refusal, listed }: ClientAnswer): Weight {
  const { code } = refusal.failure;
  // A client that saw captions proves that the video exists and may be watched.
  if (listed === true) return code === 'po-token' ? 'token' : 'captions';
  const { limits = [] } = client;
  switch (refusal.proves) {
    case 'session':
      return limits.includes('account') ? 'nothing' : 'session';
    case 'hint':
      return limits.includes('kids') ? 'nothing' : 'hint';
    case 'unknown':
    case 'client':
    case 'turn':
    case 'answer':
      return refusal.proves;
    case 'block':
      return 'block';
    case 'video':
    case 'account':
    case 'list':
      return 'fact';
  }
}
