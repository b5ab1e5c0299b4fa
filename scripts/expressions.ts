/**
 * Looks at every regular expression of src and webview-ui for one whose time grows faster than its text: a page, a
 * subtitle file or a service could stop the process with it. Those that never meet long text of others are in
 * expressions.json, each with the reason. The limits are steps and not time, so the result is the same on any machine.
 *   npm run check:expressions     exit code 1 where a dangerous one is not reviewed, or a review is out of date
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkSync, type Parameters } from 'recheck/lib/browser.js';
import { expressionsOf } from './expressionsOf';

const root = join(import.meta.dirname, '..');
const reviewedPath = join(root, 'scripts', 'expressions.json');
/**
 * An expression is dangerous where a text of 8,000 characters takes it 1,250 steps a character. Recheck's own limits
 * are higher and partly of time: its automata and its later generations of texts take minutes for some expressions.
 */
const limits: Parameters = {
  checker: 'fuzz',
  randomSeed: 0,
  seedingLimit: 100,
  incubationLimit: 8_000,
  maxGeneStringSize: 600,
  maxInitialGenerationSize: 100,
  maxGenerationSize: 30,
  maxIteration: 2,
  maxAttackStringSize: 8_000,
  attackLimit: 10_000_000,
  timeout: null,
  attackTimeout: null,
  incubationTimeout: null,
  seedingTimeout: null,
};
/** What these limits must find: expressions that were in the product once, or like those. */
const dangerous = [
  '/ +x/',
  '/^(\\s*)([\\s\\S]*?)(\\s*)$/',
  '/\\{\\{\\s*([^{}]*?)\\s*\\}\\}/g',
  '/\\s+[—–-]\\s[^.!?]{1,80}$/',
  '/^(?:\\w+\\s?)+$/',
  '/<!--[^]*?-->/g',
];
/** Without one of these nothing is repeated, and there is nothing to judge. */
const repetition = /[*+]|\{\d/;

/** Why the expression is dangerous, or could not be judged. Undefined: it is safe. */
function fault(literal: string): string | undefined {
  const end = literal.lastIndexOf('/');
  const source = literal.slice(1, end);
  if (!repetition.test(source)) return undefined;
  const result = checkSync(source, literal.slice(end + 1), limits);
  if (result.status === 'safe') return undefined;
  return result.status === 'vulnerable'
    ? `${result.complexity.summary}, for example ${result.attack.pattern}`
    : `could not be judged (${result.error.kind})`;
}

function reviews(): ReadonlyMap<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(reviewedPath, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${reviewedPath} holds no object.`);
  return new Map(Object.entries(parsed).map(([literal, reason]) => [literal, String(reason)]));
}

const reviewed = reviews();
const all = expressionsOf(
  ['src', 'webview-ui'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(root, folder, name)),
  ),
);
let wrong = 0;
for (const literal of dangerous)
  if (fault(literal) === undefined) {
    wrong += 1;
    console.error(`${literal} is dangerous, and was not found to be.`);
  }
for (const literal of reviewed.keys())
  if (!all.has(literal)) {
    wrong += 1;
    console.error(`expressions.json: ${literal} is no longer there. Remove its line.`);
  }
for (const [literal, { path, line }] of all) {
  const found = reviewed.has(literal) ? undefined : fault(literal);
  if (found === undefined) continue;
  wrong += 1;
  console.error(`${relative(root, path)}:${line}: ${literal}\n  ${found}`);
}
if (wrong > 0)
  console.error(
    `${wrong} to look at. Write an expression that has one way to match, or name in scripts/expressions.json why its text is short.`,
  );
else console.log(`${all.size} expressions: ${reviewed.size} of them reviewed, no other is dangerous.`);
process.exitCode = wrong > 0 ? 1 : 0;
