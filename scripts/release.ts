/**
 * `npm run release -- [--dry-run] [--tag v1.2.3] [--out FOLDER]`: makes all files of a release in FOLDER (release/):
 * the .vsix, the terminal program as npm publishes it, the release notes, and SHA256SUMS. It publishes nothing; the
 * workflow does, with these files. What stops a release ends it with 1; a dry run says it and makes the files anyway.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { npmArguments } from './npm.mjs';
import { manifestOf, pageReadme, type Manifest } from './pageReadme';

const root = join(import.meta.dirname, '..');

/** The text under `## [version]` of a changelog in the form of Keep a Changelog, or undefined without one. */
export function changelogSection(changelog: string, version: string): string | undefined {
  const parts = changelog.split(/^## /m);
  const part = parts.find((text) => text.startsWith(`[${version}]`));
  const text = part?.slice(part.indexOf('\n') + 1).trim();
  return text === '' ? undefined : text;
}

/** What stops a release, each with its next step. @param tag such as `v1.2.3`; without one it is not looked at. */
export function releaseProblems(manifest: Manifest, changelog: string, tag?: string): readonly string[] {
  const { version, repository } = manifest;
  const problems: string[] = [];
  if (repository.url === '')
    problems.push(
      'repository.url in package.json is empty. Fill in the address of the repository: provenance, the links of the ' +
        "extension's page and its pictures need it.",
    );
  if (tag !== undefined && tag !== `v${version}`)
    problems.push(`The tag is ${tag}, and package.json has version ${version}. Make them the same.`);
  if (changelogSection(changelog, version) === undefined)
    problems.push(
      `CHANGELOG.md has nothing under "## [${version}]". Rename "## [Unreleased]" to it, with the date.`,
    );
  return problems;
}

/** The package.json of the terminal program alone: its libraries are bundled, so npm installs none of them. */
export function npmManifest(manifest: Manifest): Record<string, unknown> {
  const kept = ['name', 'version', 'description', 'license', 'repository', 'keywords', 'bin'];
  const optional = 'optionalDependencies' in manifest ? ['optionalDependencies'] : [];
  return {
    ...Object.fromEntries([...kept, ...optional].map((field) => [field, manifest[field]])),
    engines: { node: (manifest.engines as { readonly node: string }).node },
    files: ['dist'],
  };
}

/** Lines as `sha256sum --check` reads them, sorted by name. */
export function checksums(files: Readonly<Record<string, Uint8Array>>): string {
  return Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .join('');
}

function run(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  console.error(`${stdout}${stderr}`);
  process.exit(1);
}

/** The built files that belong to the terminal program, as .npmignore lists them. */
function shippedByNpm(): readonly string[] {
  const lines = readFileSync(join(root, '.npmignore'), 'utf8').matchAll(/^!dist\/(.+)$/gm);
  return [...lines].map(([, name = '']) => name);
}

/** Packs the terminal program and answers the name of the .tgz in `out`. */
function packForNpm(manifest: Manifest, out: string): string {
  const stage = join(root, 'out', `npm-${process.pid}`);
  try {
    const dist = join(stage, 'dist');
    mkdirSync(dist, { recursive: true });
    const built = join(stage, 'built');
    run(['esbuild.js', '--production', '--out', built], root);
    for (const name of shippedByNpm()) copyFileSync(join(built, name), join(dist, name));
    rmSync(built, { recursive: true });
    writeFileSync(join(stage, 'README.md'), pageReadme(root));
    copyFileSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(npmManifest(manifest), undefined, 2)}\n`);
    const said = run(npmArguments(['pack', '--json', '--pack-destination', out]), stage);
    const [packed] = JSON.parse(said) as readonly { readonly filename: string }[];
    if (packed === undefined) throw new Error('npm packed nothing.');
    return packed.filename;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function main(args: readonly string[]): void {
  const value = (name: string): string | undefined =>
    args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
  const dryRun = args.includes('--dry-run');
  const out = resolve(value('--out') ?? join(root, 'release'));
  const manifest = manifestOf(root);
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const problems = releaseProblems(manifest, changelog, value('--tag'));
  for (const problem of problems) console.error(`${dryRun ? 'Stops a release' : 'Stopped'}: ${problem}`);
  if (problems.length > 0 && !dryRun) {
    process.exitCode = 1;
    return;
  }
  mkdirSync(out, { recursive: true });
  for (const old of readdirSync(out)) if (/\.(vsix|tgz|md)$|^SHA256SUMS$/.test(old)) rmSync(join(out, old));
  const { name, version } = manifest;
  const package_ = ['--import', 'tsx', join('scripts', 'package.ts')];
  run([...package_, '--out', join(out, `${name}-${version}.vsix`)], root);
  run(['--import', 'tsx', join('scripts', 'packagePlatforms.ts'), '--out', out], root);
  const tarball = packForNpm(manifest, out);
  const files = readdirSync(out).sort();
  writeFileSync(
    join(out, 'SHA256SUMS'),
    checksums(Object.fromEntries(files.map((file) => [file, readFileSync(join(out, file))]))),
  );
  writeFileSync(
    join(out, 'notes.md'),
    `${changelogSection(changelog, version) ?? changelogSection(changelog, 'Unreleased') ?? ''}\n`,
  );
  const packages = files.filter((file) => file.endsWith('.vsix'));
  console.log(`In ${out}: ${[...files, 'SHA256SUMS', 'notes.md'].join(', ')}`);
  console.log(
    `Visual Studio Marketplace, as ${manifest.publisher}.${name} ${version}: ${packages.join(', ')}`,
  );
  console.log(`Open VSX, as the same: ${packages.join(', ')}`);
  console.log(`npm, as ${name}@${version}: ${tarball}`);
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
