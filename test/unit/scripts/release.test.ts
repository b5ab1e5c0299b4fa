// What a release needs, and what of package.json reaches npm.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checksums, changelogSection, npmManifest, releaseProblems } from '../../../scripts/release';

const manifest = {
  name: 'bulk-transcribe',
  version: '1.2.3',
  publisher: 'somebody',
  repository: { type: 'git', url: 'https://example.org/somebody/bulk-transcribe.git' },
  engines: { vscode: '^1.101.0', node: '>=20.19.0' },
  description: 'd',
  license: 'MIT',
  keywords: ['transcript'],
  bin: { 'bulk-transcribe': 'dist/cli.js' },
  main: './dist/extension.js',
  dependencies: { 'p-limit': '1.0.0' },
  devDependencies: { mocha: '1.0.0' },
  scripts: { test: 'x' },
};
const changelog =
  '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n\n- New.\n\n## [1.2.2]\n\n- Old.\n';

describe('A release', () => {
  it('goes when tag, version, changelog and address agree', () => {
    assert.deepEqual(releaseProblems(manifest, changelog, 'v1.2.3'), []);
  });

  it('stops without the address of the repository, and says which field it is', () => {
    const without = { ...manifest, repository: { type: 'git', url: '' } };
    const [problem, ...others] = releaseProblems(without, changelog, 'v1.2.3');
    assert.match(problem ?? '', /repository\.url in package\.json is empty/);
    assert.deepEqual(others, []);
  });

  it('stops when the tag is of another version', () => {
    assert.match(releaseProblems(manifest, changelog, 'v1.2.4').join(), /tag is v1\.2\.4.*version 1\.2\.3/);
  });

  it('stops when the changelog says nothing about the version', () => {
    for (const text of ['', changelog.replace('1.2.3', '1.3.0'), changelog.replace('- New.', '')])
      assert.match(releaseProblems(manifest, text).join(), /CHANGELOG\.md has nothing/);
  });

  it('takes the text of its version alone for its notes', () => {
    assert.equal(changelogSection(changelog, '1.2.3'), '- New.');
    assert.equal(changelogSection(changelog, '1.2'), undefined);
  });

  it('installs no library from npm, because they are bundled', () => {
    const published = npmManifest(manifest);
    assert.deepEqual(Object.keys(published).sort(), [
      ...['bin', 'description', 'engines', 'files', 'keywords', 'license', 'name', 'repository', 'version'],
    ]);
    assert.deepEqual(published.engines, { node: '>=20.19.0' });
    const engine = { 'engine-linux-x64': '1.2.3' };
    assert.deepEqual(npmManifest({ ...manifest, optionalDependencies: engine }).optionalDependencies, engine);
  });

  it('ships to npm every file of its own that the terminal program loads on use', () => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const shipped = readFileSync(join(root, '.npmignore'), 'utf8').split('\n');
    const built = readFileSync(join(root, 'esbuild.js'), 'utf8');
    const apart = [...built.matchAll(/path: '\.\/(\w+\.js)', external: true/g)].map(([, file]) => file);
    assert.ok(apart.length >= 2, 'esbuild.js names them in another way');
    for (const file of ['cli.js', 'whisperEngine.js', 'ThirdPartyNotices.txt', ...apart])
      assert.ok(shipped.includes(`!dist/${file}`), `${file} is missing in .npmignore`);
  });

  it('has checksums that sha256sum reads', () => {
    assert.equal(
      checksums({ 'b.tgz': new Uint8Array(), 'a.vsix': new TextEncoder().encode('a') }),
      'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.vsix\n' +
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.tgz\n',
    );
  });
});

describe('The workflows', () => {
  it('name each action by its hash, with the version beside it', () => {
    const folder = join(import.meta.dirname, '..', '..', '..', '.github', 'workflows');
    for (const name of readdirSync(folder))
      for (const [, action] of readFileSync(join(folder, name), 'utf8').matchAll(/uses: (.+)$/gm))
        assert.match(action ?? '', /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
  });
});
