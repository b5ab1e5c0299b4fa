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
    [
      'a model that is not there',
      3,
      "whisper_init_from_file_with_params_no_state: failed to open 'models/x.bin'\nerror: failed to initialize whisper context\n",
      'whisper-model',
      /failed to open 'models/,
    ],
    [
      'a Core ML model that is not there',
      3,
      "whisper_init_state: failed to load Core ML model from 'x.mlmodelc'\nerror: failed to initialize whisper context\n",
      'whisper-model',
      /Core ML/,
    ],
    [
      'too little memory of a Mac',
      3,
      'error: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)\nwhisper_full_with_state: failed to encode\n',
      'whisper-memory',
      /Insufficient Memory/,
    ],
    [
      'a library that is not there on a Mac',
      134,
      'dyld[123]: Library not loaded: @rpath/libwhisper.1.dylib\n',
      'whisper-program',
      /libwhisper/,
    ],
    ['a library of another system', 1, "version `GLIBCXX_3.4.32' not found", 'whisper-program', /GLIBCXX/],
    [
      'the name of long ago',
      1,
      "WARNING: The binary 'main' is deprecated.\n",
      'whisper-program',
      /deprecated/,
    ],
    [
      'a driver that is too old',
      1,
      'CUDA error: CUDA driver version is insufficient for CUDA runtime version\n',
      'whisper-program',
      /CUDA driver/,
    ],
    ['a file that may not be run', 126, 'whisper-cli: Permission denied\n', 'whisper-program', /Permission/],
    ['no such instruction on Windows', 3221225501, 'loading\n', 'whisper-program', /cannot run/],
    ['a DLL that is not there', -1073741515, '', 'whisper-program', /cannot run/],
    ['another program', 2, 'usage: whisper [-h]\nerror: unrecognized arguments', 'whisper-program', /usage/],
    ['a program that says nothing', 0, '', 'whisper-program', /says nothing/],
  ] as const)
    it(`holds for all videos where it is ${what}, in its own words`, () => {
      const fail = ended(exit, words);
      assert.deepEqual([fail.code, fail.forAll, fail.subject], ['tool-missing', true, subject]);
      assert.match(fail.message, said);
    });

  it('names the cause that the engine says, not its consequence', () => {
    const fail = ended(10, 'whisper_full_with_state: failed to encode\nerror: failed to process audio\n');
    assert.match(fail.message, /failed to encode/);
    assert.match(ended(134, 'x\nGGML_ASSERT: ggml.c:4567: a != NULL\n').message, /GGML_ASSERT/);
  });

  it('leaves a language that it does not know to the next source', () => {
    const fail = ended(0, "error: unknown language 'yue'\n\nusage: whisper-cli [options]\n");
    assert.deepEqual([fail.code, fail.forAll], ['unsupported', undefined]);
    assert.match(fail.message, /unknown language 'yue'/);
  });

  it('is about the one sound otherwise', () => {
    for (const fail of [ended(10, 'error: failed to process audio'), ended(null, '', 'SIGKILL')])
      assert.deepEqual([fail.code, fail.forAll], ['tool-failed', undefined]);
  });
});
