// The icons of the package: those that the page names are in it, and the others are not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usedCodicons } from '../../../scripts/codicons.js';

const folder = join(import.meta.dirname, '..', '..', '..', 'node_modules/@vscode/codicons/dist');
const font = readFileSync(join(folder, 'codicon.ttf'));
const css = readFileSync(join(folder, 'codicon.css'), 'utf8');

const sumOf = (content: Buffer): number => {
  let sum = 0;
  for (let at = 0; at < content.length; at += 4) sum = (sum + content.readUInt32BE(at)) >>> 0;
  return sum;
};
const iconsOf = (text: string): string[] =>
  [...text.matchAll(/^\.codicon-([\w-]+):before/gm)].map(([, name = '']) => name);

describe('the icons of the package', () => {
  it('are those that the page names in a string of its own, and those whose character its styles have', () => {
    const page =
      'f("play",{icon:`debug-pause`}),"not an add",class:"codicon codicon-search",x.close;a::before{content:"\\eab2"}';
    const used = usedCodicons(font, css, page);
    assert.deepEqual(iconsOf(used.css).sort(), ['debug-pause', 'play', 'search']);
    assert.ok(used.css.includes('@font-face') && used.css.includes('codicon-modifier-spin'));
    // The outlines of three icons, and the tables of the whole font.
    assert.ok(used.font.length < font.length / 10, `${used.font.length} bytes`);
    assert.ok(usedCodicons(font, css, '"play"').font.length < used.font.length);
  });

  it('make a whole font, whose sums fit', () => {
    for (const page of ['', '"play" "warning" "circle-filled"', iconsOf(css).join('" "')]) {
      const used = usedCodicons(font, css, page).font;
      assert.equal(used.length % 4, 0);
      assert.equal(sumOf(used), 0xb1b0afba);
    }
  });
});
