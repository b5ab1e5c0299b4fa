import assert from 'node:assert/strict';
import {
  addressOf,
  advisedModel,
  megabytes,
  minutesPerHour,
  vadModel,
  whisperModels,
} from '../../../../src/sources/speechSetup/models';

describe('the catalogue of models', () => {
  const files = [...whisperModels, vadModel];
  it('knows each file exactly, once', () => {
    for (const { fileName, bytes, sha256, sha1, repository, licence } of files) {
      assert.match(fileName, /^ggml-[a-z0-9.-]+(?:_\d)?\.bin$/);
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.match(sha1, /^[0-9a-f]{40}$/);
      assert.match(repository, /^[\w-]+\/[\w.-]+$/);
      assert.ok(Number.isSafeInteger(bytes) && bytes > 100_000 && bytes < 1_000_000_000);
      assert.equal(licence, 'MIT');
    }
    for (const field of ['fileName', 'sha256', 'sha1', 'bytes'] as const)
      assert.equal(new Set(files.map((file) => file[field])).size, files.length, field);
  });

  it('goes from the smallest to the most exact', () => {
    for (const field of ['bytes', 'memoryMB', 'coreSeconds'] as const) {
      const values = whisperModels.map((model) => model[field]);
      assert.deepEqual(
        values,
        values.toSorted((a, b) => a - b),
      );
    }
  });

  it('has one public address, and that of a mirror', () => {
    const [base] = whisperModels;
    assert.ok(base);
    const there = 'ggerganov/whisper.cpp/resolve/main/ggml-base-q5_1.bin';
    assert.equal(addressOf(base, ''), `https://huggingface.co/${there}`);
    assert.equal(
      addressOf(base, 'https://mirror.example.org/hf/ '),
      `https://mirror.example.org/hf/${there}`,
    );
  });

  it('advises by memory, cores and graphics', () => {
    const advised = (cores: number, memoryMB: number, graphics = false): string =>
      advisedModel({ cores, memoryMB, graphics }).name;
    assert.deepEqual(
      [advised(1, 512), advised(2, 2048), advised(4, 8192), advised(8, 32_768), advised(8, 2048)],
      ['base', 'small', 'small', 'large-v3-turbo', 'small'],
    );
    assert.equal(advised(4, 16_384, true), 'large-v3-turbo');
    for (const model of whisperModels)
      assert.ok(minutesPerHour(model, { cores: 64, memoryMB: 1, graphics: true }) >= 1);
  });

  it('writes sizes as they are known', () => {
    assert.deepEqual(
      files.map(({ bytes }) => megabytes(bytes)),
      ['57 MB', '181 MB', '547 MB', '0.8 MB'],
    );
  });
});
