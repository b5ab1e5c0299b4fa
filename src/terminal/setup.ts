/** `doctor`: what Check Setup found, one line a subject, each with its next step. */
import { speechStep } from '../sources/speechSetup/step';
import type { SetupLine } from '../sources/setupLine';
import { keyVariables, plainText } from './screen';

const marks = { ok: '✓', warn: '!', off: '–', error: '✗' } as const;

function nextStepOf({ subject, nextStep }: SetupLine): string | undefined {
  if (nextStep === speechStep)
    return subject === 'openai'
      ? 'Run: bulk-transcribe setup speech --service NAME, or --server URL for a server of yours'
      : 'Run: bulk-transcribe setup speech';
  return nextStep?.replace(/\b([Ss])et the key\b/, `$1et ${keyVariables[subject] ?? 'the key'}`);
}

export function setupText(line: SetupLine): string {
  const { subject, state, text } = line;
  const nextStep = nextStepOf(line);
  const next = nextStep === undefined ? '' : `\n${' '.repeat(19)}→ ${plainText(nextStep)}`;
  return `${marks[state]} ${plainText(subject).padEnd(16)} ${plainText(text)}${next}`;
}

/** As `--json` has it. */
export function setupJson(line: SetupLine): string {
  const { subject, state, text } = line;
  const nextStep = nextStepOf(line);
  return `${JSON.stringify({ type: 'setup', subject, state, text, ...(nextStep === undefined ? {} : { next_step: nextStep }) })}\n`;
}
