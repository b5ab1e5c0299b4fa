import assert from 'node:assert/strict';
import { settingNames } from '../../../src/model/settings';
import { commandNames, exitTable, optionRows, shells } from '../../../src/terminal/commandTable';
import { completion, helpText, manPage, usage, usageWords } from '../../../src/terminal/helpText';

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

  it('of one command has its own options and those of all, and no others', () => {
    const text = helpText('export');
    for (const option of ['--format F', '--force', '--out DIR', '--json']) assert.ok(text.includes(option));
    for (const other of ['--template', '--trust', '--redis']) assert.ok(!text.includes(other), other);
    assert.match(
      text,
      /^Usage: bulk-transcribe export <batch folder> --format F\nWrite a batch as one file\.\n/,
    );
    for (const name of commandNames) assert.ok(helpText(name).includes(name), name);
  });

  it('lists every setting with its default and what it may be', () => {
    const text = helpText('settings');
    for (const name of settingNames) assert.ok(text.includes(`  ${name}=`), name);
    assert.match(text, /\n {2}workers=5 \(1 to 20\)\n {6}How many videos/);
    assert.match(text, /\n {2}onError="continue" \(continue, stop, retryAtEnd\)\n/);
  });

  it('answers a wrong call with the problem and three lines, an empty one with everything', () => {
    assert.equal(
      usageWords('export takes one batch folder.', 'export'),
      'export takes one batch folder.\nUsage: bulk-transcribe export <batch folder> --format F\n' +
        'Its options: bulk-transcribe help export\n',
    );
    assert.ok(usageWords('Name a list file.').startsWith(usage));
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
