/** Refusals of OpenAI-compatible services as they were seen, and what each means. One a line of the fixture. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FailureCode } from '../../src/model/failure';

export interface SeenRefusal {
  readonly what: string;
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: FailureCode;
  /** Part of the words that have to survive. */
  readonly says: string;
  /** Part of the next step, or of the sentence. */
  readonly next?: string;
  readonly forAll?: true;
}

const fixture = path.resolve(import.meta.dirname, '../fixtures/speech/refusals.jsonl');

export const seenRefusals: readonly SeenRefusal[] = readFileSync(fixture, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as SeenRefusal);
