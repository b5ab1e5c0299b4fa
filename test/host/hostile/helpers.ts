/** What the tests of the hostile folder have in common. */
import * as assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { run, untilState, watch, workspaceRoot, writeList } from '../suite/helpers';

export const list = (name: string): vscode.Uri => vscode.Uri.file(join(workspaceRoot(), name));

/** Time in which something that must not happen would have happened: another batch runs from start to end. */
export async function meanwhile(): Promise<void> {
  const id = randomBytes(6).toString('hex').slice(0, 11);
  const name = `meanwhile-${id}`;
  await run('transcribeList', await writeList(`${name}.urls`, [watch(id)]));
  assert.equal((await untilState(name, 'finished')).completed, 1);
}
