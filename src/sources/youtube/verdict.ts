/**
 * What follows from the answers of several clients: each is weighed by what it proves, not by its place. What
 * says nothing about the video never makes its row final.
 */
import type { YouTubeClient } from './clients';
import type { Refusal } from './playability';

export interface ClientAnswer {
  readonly client: YouTubeClient;
  readonly refusal: Refusal;
  /** The client listed captions: the video may be watched, they just could not be had. */
  readonly listed?: boolean;
}

/** The less first. What one client has shown is not taken back by what another says; only a block is. */
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

/** The answer that tells most; of equals the first. Undefined: nobody was asked. */
export function mostTelling(answers: readonly ClientAnswer[]): ClientAnswer | undefined {
  let best: ClientAnswer | undefined;
  for (const answer of answers)
    if (best === undefined || order.indexOf(weightOf(answer)) > order.indexOf(weightOf(best))) best = answer;
  return best;
}

function weightOf({ client, refusal, listed }: ClientAnswer): Weight {
  const { code } = refusal.failure;
  // A client that saw captions proves that the video is there and may be watched.
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
