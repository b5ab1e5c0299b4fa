/** No file of the product reaches itself through what it imports, types included: each can be read on its own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The files by what they import of each other, whether values or types. */
function importsOf(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...files].map(([file, text]) => {
      const named = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)];
      const paths = named.map((match) => resolve(dirname(file), match[1] ?? ''));
      const found = paths.map((path) => [path, `${path}.ts`, `${path}.tsx`].find((name) => files.has(name)));
      return [file, found.filter((name) => name !== undefined)];
    }),
  );
}

/** Circles of imports, each as the files on the way from one back to itself. */
function circles(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at !== -1) found.push([...way.slice(at), file]);
    if (at !== -1 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

describe('Imports', () => {
  it('go in no circle', () => {
    const files = [...filesBelow('src'), ...filesBelow('webview-ui')];
    const imports = importsOf(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])));
    const links = [...imports.values()].reduce((sum, { length }) => sum + length, 0);
    assert.ok(links > files.length, `${links} imports found in ${files.length} files`);
    const found = circles(imports).map((circle) => circle.map((file) => relative(root, file)).join(' > '));
    assert.deepEqual(found, []);
  });

  it('would be found going in one', () => {
    const files = new Map([
      ['/a.ts', "import type { B } from './b';"],
      ['/b.ts', "export { c } from './c';"],
      ['/c.ts', "import './a';"],
    ]);
    assert.deepEqual(circles(importsOf(files)), [['/a.ts', '/b.ts', '/c.ts', '/a.ts']]);
  });
});
