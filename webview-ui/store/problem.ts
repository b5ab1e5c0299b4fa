/** What went wrong with something that the user asked for, and what the host offers to do about it. */
import type { ToPage } from '../../src/protocol';

export interface Problem {
  readonly text: string;
  readonly offer?: { readonly words: string; readonly request: number };
}

export function problemOf(reply: Extract<ToPage, { type: 'reply' }>): Problem | undefined {
  const { problem: text, next: words, request } = reply;
  if (text === undefined) return undefined;
  return words === undefined ? { text } : { text, offer: { words, request } };
}
