/**
 * What the end of a run of whisper.cpp without a result means: its own words decide, because its exit codes say little.
 */
import { failure, type Failure } from '../model/failure';
import type { ProcessResult } from '../model/ports';
import { given, shortWords } from './parts';

/** The file begins with other bytes than a model does. */
const magicFaults = /bad magic|invalid model magic/i;
/** The first line that fits is the cause, the lines after it only say that it had consequences. */
const modelFaults =
  /bad magic|invalid model|not all tensors loaded|unknown tensor|wrong (?:size|shape) in model|failed to (?:load|open|read) (?:the |VAD |Core ML )?model|whisper_init\w{0,60}: failed to open|failed to initialize whisper context|no such file[^\n]{0,200}model/i;
const memoryFaults =
  /out of memory|failed to allocate|OutOfDeviceMemory|not enough (?:memory|space in the context)|cannot allocate|insufficient memory|bad_alloc/i;
const programFaults =
  /unknown argument|unrecognized (?:argument|option)|unknown option|^usage:|cannot execute|exec format error|bad CPU type|permission denied|not recognized as|illegal instruction|error while loading shared libraries|library not loaded|symbol not found|GLIBC(?:XX)?_|binary '[^']{0,40}' is deprecated|no kernel image|invalid device function|CUDA driver version|incompatible ?driver/im;
/** Windows' own codes for a program that cannot run here: no such instruction, no DLL, no such function in a DLL. */
const windowsFaults: ReadonlySet<number> = new Set([0xc000001d, 0xc0000135, 0xc0000139]);
const languageFaults = /unknown language/i;
const anyFault = /error|failed|unknown|unable|invalid|assert/i;
/** Says only that there was a cause. */
const consequence = /failed to (?:process audio|initialize whisper context)/i;

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
  const language = hasFile ? undefined : line(languageFaults);
  if (language !== undefined) return failure('unsupported', `whisper.cpp: ${shortWords(language)}`, more);
  const said =
    lines.findLast((one) => anyFault.test(one) && !consequence.test(one)) ??
    lines.findLast((one) => anyFault.test(one)) ??
    lines.at(-1);
  const words = said === undefined ? '' : ` ${shortWords(said)}`;
  const broken = hasFile ? undefined : programWords(result, line(programFaults));
  if (broken !== undefined)
    return failure('tool-missing', broken, { ...more, subject: 'whisper-program', forAll: true });
  if (exitCode === null)
    return failure('tool-failed', `whisper.cpp was ended by ${result.signal ?? 'the system'}.`, more);
  if (hasFile) return failure('tool-failed', `whisper.cpp wrote a result that cannot be read.${words}`, more);
  return failure('tool-failed', `whisper.cpp wrote no result (exit code ${exitCode}).${words}`, more);
}

/** Why the program is not one that works here; undefined where nothing says so. `line`: what it or the system says. */
function programWords(
  { exitCode, signal, stdout, stderr }: ProcessResult,
  line?: string,
): string | undefined {
  if (line !== undefined) return `The program does not work as whisper-cli: ${shortWords(line)}`;
  if (signal === 'SIGILL' || (exitCode !== null && windowsFaults.has(exitCode >>> 0)))
    return `The program cannot run on this computer (${signal ?? `exit code ${String(exitCode)}`}).`;
  const isSilent = exitCode !== null && exitCode !== 10 && `${stderr}${stdout}`.trim() === '';
  return isSilent ? `The program wrote no result and says nothing (exit code ${exitCode}).` : undefined;
}

/** `line`: what the engine says of the model. */
function modelWords(line: string): string {
  const said = shortWords(line);
  return magicFaults.test(line)
    ? `The file at whisper.model is no whisper.cpp model (not a ggml model: ${said}).`
    : `whisper.cpp cannot use this model: ${said}`;
}
