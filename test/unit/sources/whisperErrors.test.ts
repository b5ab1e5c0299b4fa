import assert from 'node:assert/strict';
import { whisperFailure } from '../../../src/sources/whisperErrors';

const ended = (exitCode: number | null, stderr: string, signal: string | null = null) =>
  whisperFailure({ exitCode, signal, stdout: '', stderr }, false);

describe('A run of whisper.cpp without a result', () => {
  for (const [what, exit, words, subject, said] of [
    [
      'a file that is no model',
      3,
      'whisper_model_load: invalid model data (bad magic)\nerror: failed to initialize whisper context\n',
      'whisper-model',
      /bad magic/,
    ],
    [
      'too little memory',
      3,
      'cudaMalloc failed: out of memory\nerror: failed to initialize whisper context\n',
      'whisper-memory',
      /cudaMalloc failed/,
    ],
    [
      'too little memory for the program itself',
      134,
      "terminate called after throwing an instance of 'std::bad_alloc'\n",
      'whisper-memory',
      /bad_alloc/,
    ],
    [
      'a program for another graphics card',
      1,
      'CUDA error: no kernel image is available for execution on the device\n',
      'whisper-program',
      /no kernel image/,
    ],
    ['another program', 2, 'usage: whisper [-h]\nerror: unrecognized arguments', 'whisper-program', /usage/],
    ['a program that says nothing', 0, '', 'whisper-program', /says nothing/],
  ] as const)
    it(`holds for all videos where it is ${what}, in its own words`, () => {
      const fail = ended(exit, words);
      assert.deepEqual([fail.code, fail.forAll, fail.subject], ['tool-missing', true, subject]);
      assert.match(fail.message, said);
    });

  it('is about the one sound otherwise', () => {
    for (const fail of [ended(10, 'error: failed to process audio'), ended(null, '', 'SIGKILL')])
      assert.deepEqual([fail.code, fail.forAll], ['tool-failed', undefined]);
  });
});
