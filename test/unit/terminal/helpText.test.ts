import assert from 'node:assert/strict';
import { commandNames, exitTable, optionRows, shells } from '../../../src/terminal/commandTable';
import { completion, manPage, usage } from '../../../src/terminal/helpText';

describe('the help of the terminal program', () => {
  it('names every command, option and exit code', () => {
    for (const text of [usage, manPage('1.2.3').replaceAll('\\-', '-')]) {
      for (const name of commandNames) assert.ok(text.includes(name), name);
      for (const [name, row] of optionRows)
        assert.ok(text.includes(`--${row.negated ? 'no-' : ''}${name}`), name);
      for (const [code] of exitTable) assert.ok(text.includes(String(code)));
      assert.ok(text.includes('BULK_TRANSCRIBE_STATE'));
    }
    for (const line of usage.split('\n')) assert.ok(line.length <= 118, line);
  });

  it('is a man page that begins no text with a request by accident', () => {
    const requests = new Set(['TH', 'SH', 'B', 'TP', 'br']);
    for (const line of manPage('1.2.3').split('\n'))
      if (/^['.]/.test(line)) assert.ok(requests.has(/^\.(\w+)/.exec(line)?.[1] ?? ''), line);
  });

  it('completes commands, options and their values in every shell', () => {
    for (const shell of shells) {
      const script = completion(shell);
      for (const word of [...commandNames, 'workers', 'longestFirst', 'jsonl'])
        assert.ok(script.includes(word), `${shell}: ${word}`);
    }
  });
});
