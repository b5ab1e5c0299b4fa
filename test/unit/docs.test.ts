// The pages for users are true: their links lead somewhere, and what they list is what the program has.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { directives } from '../../src/intake/directives';
import { sourceIds } from '../../src/model/transcript';
import { commandNames, exitTable } from '../../src/terminal/commandTable';

const root = join(import.meta.dirname, '..', '..');
const page = (name: string): string => readFileSync(join(root, name), 'utf8');
const pages = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.github/SUPPORT.md'],
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];

/** As GitHub names a heading's place. */
const anchors = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the pages for users', () => {
  it('have no link that leads nowhere', () => {
    for (const name of pages)
      for (const [, target = ''] of page(name).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? name : join(dirname(name), path);
        assert.ok(existsSync(join(root, file)), `${name}: ${target}`);
        if (anchor !== undefined) assert.ok(anchors(page(file)).includes(anchor), `${name}: ${target}`);
      }
  });

  it('are all named in the README', () => {
    for (const name of pages.filter((path) => path.startsWith('docs/')))
      assert.ok(page('README.md').includes(`](${name})`), name);
  });

  it('name every command and exit code of the terminal program', () => {
    const text = page('docs/terminal.md');
    for (const name of commandNames.filter((command) => command !== 'run'))
      assert.match(text, new RegExp(`^bulk-transcribe ${name}\\b`, 'm'));
    const codes = [...text.matchAll(/^\| (\w+) +\| /gm)].map(([, code]) => code);
    assert.deepEqual(
      codes,
      ['exit', ...exitTable.map(([code]) => String(code))].filter((code) => code !== 'exit'),
    );
  });

  it('name every directive of a list, and every source', () => {
    for (const name of Object.keys(directives))
      assert.match(page('docs/lists.md'), new RegExp(`^\\| .*\`@${name}\\b`, 'm'));
    for (const name of sourceIds) assert.match(page('README.md'), new RegExp(`^\\| \`${name}\` `, 'm'));
  });
});
