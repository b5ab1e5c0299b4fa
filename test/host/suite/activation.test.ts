/** Runs first, by its name: what activation takes before anything else of ours was asked for. */
import * as assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

describe('activation', () => {
  it('happens when it is first needed, and not before', async () => {
    const extension = vscode.extensions.getExtension('bulk-transcribe.bulk-transcribe');
    assert.ok(extension);
    assert.equal(extension.isActive, false);
    const before = performance.now();
    await extension.activate();
    const ms = performance.now() - before;
    // A figure, never a condition: it depends on the machine and what else it does.
    console.log(`      activation took ${ms.toFixed(1)} ms`);
    const file = process.env.BULK_TRANSCRIBE_TEST_ACTIVATION;
    if (file !== undefined) writeFileSync(file, JSON.stringify({ ms }));
    assert.equal(extension.isActive, true);
  });
});
