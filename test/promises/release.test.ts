// The dry run of a release, with the real packers: what would be published installs, runs and matches its checksums.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmArguments } from '../../scripts/npm.mjs';

const root = join(import.meta.dirname, '..', '..');

describe('The dry run of a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  const out = join(folder, 'release');
  const node = (args: readonly string[], cwd = folder): string => {
    const env = { ...process.env, BULK_TRANSCRIBE_STATE: join(folder, 'state') };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return `${stdout}${stderr}`;
  };
  let said = '';

  before(() => {
    said = node(['--import', 'tsx', 'scripts/release.ts', '--dry-run', '--out', out], root);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('says what it would publish, and what is still missing', () => {
    assert.match(said, /Visual Studio Marketplace, as .+\.vsix/);
    assert.match(said, /Open VSX, as the same: .+\.vsix/);
    assert.match(said, /npm, as .+\.tgz/);
    const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly repository: { readonly url: string };
    };
    assert.equal(repository.url === '', said.includes('Stops a release: repository.url'));
  });

  it('has a checksum for each file that people download', () => {
    const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
    const files = readdirSync(out).filter((name) => /\.(vsix|tgz)$/.test(name));
    assert.ok(files.length >= 2);
    assert.deepEqual(
      sums,
      files.sort().map(
        (name) =>
          `${createHash('sha256')
            .update(readFileSync(join(out, name)))
            .digest('hex')}  ${name}`,
      ),
    );
  });

  it('makes a terminal program that npm installs without other packages', () => {
    const tarball = readdirSync(out).find((name) => name.endsWith('.tgz'));
    assert.ok(tarball);
    const choices = ['--offline', '--no-audit', '--no-fund', '--omit=optional', '--prefix', folder];
    node(npmArguments(['install', ...choices, join(out, tarball)]));
    const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(installed, ['bulk-transcribe']);
    const program = join(folder, 'node_modules', 'bulk-transcribe', 'dist', 'cli.js');
    assert.match(node([program, '--help']), /bulk-transcribe \[run\]/);
    // Its input is at its end already: it loads what the protocol needs, and ends.
    assert.equal(node([program, 'mcp']), '');
  });
});
