// What goes into the packages for single platforms.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxedEngine, enginePackage, enginePlatforms } from '../../../src/platform/whisper/boxed';
import { engineFile, engineNotice } from '../../../scripts/engine';

const root = join(import.meta.dirname, '..', '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly optionalDependencies: Readonly<Record<string, string>>;
};

describe('the speech engine in a package', () => {
  it('is asked for by the terminal program on each platform, all in one exact version', () => {
    const names = enginePlatforms.map(enginePackage).toSorted();
    const { optionalDependencies } = manifest;
    assert.deepEqual(
      Object.keys(optionalDependencies).filter((name) => name.startsWith(enginePackage(''))),
      names,
    );
    assert.equal(new Set(names.map((name) => optionalDependencies[name])).size, 1);
    assert.match(optionalDependencies[names[0] ?? ''] ?? '', /^\d+\.\d+\.\d+$/);
  });

  it('is the installed one where this is the platform, with the names of its authors', () => {
    const engine = engineFile(`${process.platform}-${process.arch}`);
    assert.equal(engine.version, manifest.optionalDependencies[engine.name]);
    assert.ok(engine.content.length > 1_000_000);
    assert.match(engineNotice(engine), /whisper\.cpp\n\nCopyright \(c\) .*Permission is hereby granted/s);
  });

  it('is none for a platform that the lock does not know', () => {
    assert.throws(() => engineFile('plan9-x64'), /package-lock\.json has no @fugood\/node-whisper-plan9-x64/);
    assert.equal(boxedEngine(root), undefined);
  });
});
