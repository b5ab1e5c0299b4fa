/**
 * What YouTube answers each client about a video: for Check Setup with one known to exist, for the canary
 * with fixed ones, and in a failure's message for the clients that an attempt has used.
 */
import { toFailure } from '../../model/failure';
import { shortWords } from '../parts';
import type { Asker, PlayerAsking } from './asking';
import type { YouTubeClient } from './clients';
import { isRefusal } from './player';
import type { ClientAnswer } from './verdict';

/** The oldest video there is, with captions in many languages. */
export const knownGoodId = 'jNQXAC9IVRw';

export type ClientState =
  | 'works'
  | 'lists no captions'
  | 'wants a proof token'
  | 'is retired'
  | 'asks to sign in'
  | 'is blocked'
  | 'cannot be reached'
  | 'is refused'
  | 'was not asked';

export interface ClientLine {
  readonly client: string;
  readonly state: ClientState;
  /** The failure code of a refusal. */
  readonly code?: string;
  /** YouTube's own message where it refused. */
  readonly words?: string;
}

/**
 * One line and one request for each client; after a block the others are skipped, which would prolong it.
 */
export async function askEach(
  asking: PlayerAsking,
  clients: readonly YouTubeClient[],
  asker: Asker,
  id = knownGoodId,
): Promise<readonly ClientLine[]> {
  const lines: ClientLine[] = [];
  for (const client of clients) {
    const blocked = lines.some(({ state }) => state === 'is blocked' || state === 'cannot be reached');
    lines.push(
      blocked ? { client: client.name, state: 'was not asked' } : await lineOf(asking, client, asker, id),
    );
  }
  return lines;
}

async function lineOf(
  asking: PlayerAsking,
  client: YouTubeClient,
  asker: Asker,
  id: string,
): Promise<ClientLine> {
  try {
    const answer = await asking.ask(asker, id, client);
    if (isRefusal(answer)) {
      const { code, message } = answer.failure;
      const words = shortWords(message, 120);
      return { client: client.name, state: stateOf(answer.proves, code), code, words };
    }
    const gated = answer.tracks.some(({ url }) => /[?&]exp=[^&]*xp[ev]/.test(url));
    const state = answer.tracks.length === 0 ? 'lists no captions' : gated ? 'wants a proof token' : 'works';
    return { client: client.name, state };
  } catch (error) {
    const { code, message } = toFailure(error);
    return { client: client.name, state: 'cannot be reached', code, words: shortWords(message, 120) };
  }
}

function stateOf(proves: ClientAnswer['refusal']['proves'], code: string): ClientState {
  if (code === 'network') return 'cannot be reached';
  if (proves === 'session') return 'asks to sign in';
  if (proves === 'client') return code === 'po-token' ? 'wants a proof token' : 'is retired';
  return proves === 'block' ? 'is blocked' : 'is refused';
}

/**
 * In one line, clients with the same answer together: `works: android, ios; is retired: tv (Please
 * update)`.
 */
export function inOneLine(lines: readonly ClientLine[]): string {
  const groups = new Map<string, string[]>();
  for (const { client, state, words } of lines) {
    const key = `${state}|${words ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), client]);
  }
  return [...groups]
    .map(([key, names]) => {
      const [state = '', words = ''] = key.split('|', 2);
      return `${state}: ${names.join(', ')}${words === '' ? '' : ` (${words})`}`;
    })
    .join('; ');
}

/** What an attempt got from each client, in one line. */
export function heardInOneLine(answers: readonly ClientAnswer[]): string {
  return inOneLine(
    answers.map(({ client, refusal }) => ({
      client: client.name,
      state: stateOf(refusal.proves, refusal.failure.code),
      words: shortWords(refusal.failure.message, 80),
    })),
  );
}
