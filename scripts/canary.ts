/**
 * npm run canary [-- --endpoint ORIGIN] [--out FILE]
 * Asks the real YouTube for fixed videos (canary.json) as each client and compares the answers with those expected.
 * Writes a table in Markdown; ends with 1 when YouTube answers otherwise, 3 when it blocks this network, which
 * says nothing about the clients.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { readSettings } from '../src/model/settings';
import { systemClock } from '../src/platform/clock';
import { NodeHttp } from '../src/platform/http';
import { DirectRoute } from '../src/platform/httpRoute';
import { PlayerAsking } from '../src/sources/youtube/asking';
import { clientsOf } from '../src/sources/youtube/clients';
import { askEach } from '../src/sources/youtube/diagnosis';
import type { ClientLine } from '../src/sources/youtube/diagnosis';
import { DirectRouter } from '../test/helpers/directRouter';

const video = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[\w-]{11}$/)),
  what: v.string(),
  /** States of Check Setup or failure codes that are as they should be. */
  expect: v.array(v.string()),
});
export type CanaryVideo = v.InferOutput<typeof video>;

export interface CanaryResult {
  readonly video: CanaryVideo;
  readonly lines: readonly ClientLine[];
}

/** Whether a client's answer is one of those expected. A client that asks everybody to sign in is passed over. */
export function isExpected(expected: readonly string[], { state, code }: ClientLine): boolean {
  return expected.includes(state) || (code !== undefined && expected.includes(code));
}

/** `same`: as expected. `changed`: some client is answered otherwise. `blocked`: this network is not answered. */
export function verdictOf(
  results: readonly CanaryResult[],
  passedOver: ReadonlySet<string>,
): 'same' | 'changed' | 'blocked' {
  const all = results.flatMap(({ video: { expect }, lines }) => lines.map((line) => ({ expect, line })));
  if (all.some(({ line }) => line.state === 'is blocked' || line.state === 'cannot be reached'))
    return 'blocked';
  const changed = all.some(({ expect, line }) => !passedOver.has(line.client) && !isExpected(expect, line));
  return changed ? 'changed' : 'same';
}

/** The table for an issue: a line a video and client, those that are not as expected marked. */
export function tableOf(results: readonly CanaryResult[]): string {
  const cell = (text: string): string => text.replace(/[|\r\n`]/g, ' ').slice(0, 160);
  const rows = results.flatMap(({ video: { id, what, expect }, lines }) =>
    lines.map((line) => {
      const mark = isExpected(expect, line) ? '' : '**changed** ';
      return `| ${id} (${cell(what)}) | ${line.client} | ${mark}${line.state} | ${line.code ?? ''} | ${cell(line.words ?? '')} |`;
    }),
  );
  return ['| video | client | answer | code | words |', '| --- | --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}

export async function runCanary(endpoint: string | undefined): Promise<readonly CanaryResult[]> {
  const videos = v.parse(
    v.array(video),
    JSON.parse(readFileSync(join(import.meta.dirname, 'canary.json'), 'utf8')),
  );
  const { settings } = readSettings(endpoint === undefined ? {} : { 'youtube.endpoint': endpoint });
  const http = new NodeHttp(new DirectRouter(new DirectRoute('own')));
  const asking = new PlayerAsking({ http, clock: systemClock });
  const { signal } = new AbortController();
  const asker = { settings, signal, identity: 'canary', sent: () => undefined };
  const results: CanaryResult[] = [];
  for (const one of videos)
    results.push({ video: one, lines: await askEach(asking, clientsOf(settings).clients, asker, one.id) });
  http.close();
  return results;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { endpoint: { type: 'string' }, out: { type: 'string' } } });
  const results = await runCanary(values.endpoint);
  const accounts = clientsOf(readSettings({}).settings).clients.filter(({ limits = [] }) =>
    limits.includes('account'),
  );
  const verdict = verdictOf(results, new Set(accounts.map(({ name }) => name)));
  const text = `YouTube's answers: ${verdict}.\n\n${tableOf(results)}`;
  console.log(text);
  if (values.out !== undefined) writeFileSync(values.out, text);
  process.exitCode = verdict === 'same' ? 0 : verdict === 'changed' ? 1 : 3;
}

if (process.argv[1]?.endsWith('canary.ts') === true) void main();
