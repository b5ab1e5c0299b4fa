/**
 * Looks at every regular expression of src and webview-ui for one whose time grows faster than its text: a page, a
 * subtitle file or a service could stop the process with it. Those that never meet long text of others are in
 * expressions.json, each with the reason.
 *   npm run check:expressions     exit code 1 where a dangerous one is not reviewed, or a review is out of date
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkSync } from 'recheck/lib/browser.js';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const reviewedPath = join(root, 'scripts', 'expressions.json');
/** What takes longer than this is too complex to be judged; it is only named, ms. */
const timeoutMs = 5_000;

/** Each expression as it is written, with the first place where it is. */
function expressions(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of ['src', 'webview-ui'])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(name) || name.includes('node_modules')) continue;
      const path = join(root, folder, name);
      const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node) && !found.has(node.text)) {
          const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
          found.set(node.text, `${relative(root, path)}:${line + 1}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
  return found;
}

/** Why the expression is dangerous; `unknown`: the checker had not enough time. Undefined: it is safe. */
function fault(literal: string): { readonly unknown: boolean; readonly why: string } | undefined {
  const end = literal.lastIndexOf('/');
  const result = checkSync(literal.slice(1, end), literal.slice(end + 1), { timeout: timeoutMs });
  if (result.status === 'safe') return undefined;
  return result.status === 'vulnerable'
    ? { unknown: false, why: `${result.complexity.summary}, for example ${result.attack.pattern}` }
    : { unknown: true, why: `could not be judged (${result.error.kind})` };
}

function reviews(): ReadonlyMap<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(reviewedPath, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${reviewedPath} holds no object.`);
  return new Map(Object.entries(parsed).map(([literal, reason]) => [literal, String(reason)]));
}

const reviewed = reviews();
const all = expressions();
let wrong = 0;
for (const literal of reviewed.keys())
  if (!all.has(literal)) {
    wrong += 1;
    console.error(`expressions.json: ${literal} is no longer there. Remove its line.`);
  }
for (const [literal, place] of all) {
  if (reviewed.has(literal)) continue;
  const found = fault(literal);
  if (found === undefined) continue;
  if (!found.unknown) wrong += 1;
  console.error(`${place}: ${literal}\n  ${found.why}`);
}
if (wrong > 0)
  console.error(
    `${wrong} to look at. Write an expression that has one way to match, or name in scripts/expressions.json why its text is short.`,
  );
else console.log(`${all.size} expressions: ${reviewed.size} of them reviewed, no other is dangerous.`);
process.exitCode = wrong > 0 ? 1 : 0;
