/** What the end of a run of whisper.cpp without a result means: its own words decide, because its exit codes say little. */
import { failure, type Failure } from '../model/failure';
import type { ProcessResult } from '../model/ports';
import { given, shortWords } from './parts';

/** The file begins with other bytes than a model does. */
const magicFaults = /bad magic|invalid model magic/i;
/** In order: the first that fits is the cause, the lines after it only say that it had consequences. */
const modelFaults =
  /bad magic|invalid model|not all tensors loaded|unknown tensor|wrong (?:size|shape) in model|failed to (?:load|open|read) (?:the )?model|failed to initialize whisper context|no such file[^\n]{0,200}model/i;
const memoryFaults =
  /out of memory|failed to allocate|OutOfDeviceMemory|not enough memory|cannot allocate|bad_alloc/i;
const programFaults =
  /unknown argument|unrecognized (?:argument|option)|unknown option|^usage:|cannot execute|exec format error|illegal instruction|error while loading shared libraries|GLIBC_|no kernel image|invalid device function/im;
const anyFault = /error|failed|unknown|unable|invalid/i;

/** `forAll` where the model, the memory or the program is at fault: every other sound would end in the same way. */
export function whisperFailure(result: ProcessResult, hasFile: boolean): Failure {
  const { exitCode, stderr } = result;
  const more = { subject: 'whisper-cli', ...given('status', exitCode) };
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = (fault: RegExp): string | undefined => lines.find((one) => fault.test(one));
  const memory = hasFile ? undefined : line(memoryFaults);
  if (memory !== undefined)
    return failure(
      'tool-missing',
      `whisper.cpp has too little memory for this model: ${shortWords(memory)}`,
      {
        ...more,
        subject: 'whisper-memory',
        forAll: true,
      },
    );
  const model = hasFile ? undefined : line(modelFaults);
  if (model !== undefined)
    return failure('tool-missing', modelWords(model), {
      ...more,
      subject: 'whisper-model',
      forAll: true,
    });
  const said = lines.findLast((one) => anyFault.test(one));
  const words = said === undefined ? '' : ` ${shortWords(said)}`;
  const program = hasFile ? undefined : line(programFaults);
  const isSilent =
    exitCode !== null && !hasFile && `${stderr}${result.stdout}`.trim() === '' && exitCode !== 10;
  if (program !== undefined || isSilent || result.signal === 'SIGILL')
    return failure(
      'tool-missing',
      program === undefined
        ? `The program wrote no result and says nothing (${exitCode === null ? String(result.signal) : `exit code ${exitCode}`}).`
        : `The program does not work as whisper-cli: ${shortWords(program)}`,
      { ...more, subject: 'whisper-program', forAll: true },
    );
  if (exitCode === null)
    return failure('tool-failed', `whisper.cpp was ended by ${result.signal ?? 'the system'}.`, more);
  if (hasFile) return failure('tool-failed', `whisper.cpp wrote a result that cannot be read.${words}`, more);
  return failure('tool-failed', `whisper.cpp wrote no result (exit code ${exitCode}).${words}`, more);
}

/** `line`: what the engine says of the model. */
function modelWords(line: string): string {
  const said = shortWords(line);
  return magicFaults.test(line)
    ? `The file at whisper.model is no whisper.cpp model (not a ggml model: ${said}).`
    : `whisper.cpp cannot use this model: ${said}`;
}
