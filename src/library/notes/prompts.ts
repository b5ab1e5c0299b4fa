/**
 * What the model is told. The transcript stands between marks that nobody can know before, and is called data. Pure.
 */
import type { ChatMessage } from './chatModel';
import { betweenMarks, dataRule, flat } from './outsideText';
import type { TimedLine } from './pieces';

/** A title comes from outside as the transcript does. */
const longestName = 300;

/** What of a video a prompt says. */
export interface PromptFacts {
  readonly title: string;
  readonly channel: string;
  readonly hasTimes: boolean;
  /** Letters and digits that stand in no transcript by chance. */
  readonly mark: string;
  /** The filled template. */
  readonly instructions: string;
}

const system = (facts: PromptFacts): string =>
  [
    'You write notes about the transcript of one recording for somebody who studies it.',
    'Use only what the transcript says. Leave out what it does not say.',
    facts.hasTimes
      ? 'End each statement with the time at which it is said, copied from the transcript, in brackets: [12:34].'
      : 'The transcript has no times; write none.',
    'Put words between quotation marks only where they stand in the transcript exactly so.',
    'Write Markdown without HTML, links, pictures and tables of contents. Begin with the first heading, without a preface.',
    'Write in the language of the transcript, headings too, unless the instructions say otherwise.',
    dataRule('The transcript', facts.mark),
  ].join('\n');

/** One request for the whole transcript. */
export function wholePrompt(facts: PromptFacts, lines: readonly TimedLine[]): readonly ChatMessage[] {
  return [
    { role: 'system', text: system(facts) },
    { role: 'user', text: `${head(facts)}\n\n${facts.instructions}\n\n${between(facts, lines)}` },
  ];
}

/** Gathers from one piece what the notes need; `part` from 1. */
export function piecePrompt(
  facts: PromptFacts,
  lines: readonly TimedLine[],
  part: number,
  of: number,
): readonly ChatMessage[] {
  const task = [
    `This is part ${part} of ${of} of the transcript. The notes will be written later, from what you gather of each part.`,
    'Gather all that these instructions ask for and this part holds, as a list, one statement a line, each with its time:',
  ].join('\n');
  return [
    { role: 'system', text: system(facts) },
    { role: 'user', text: `${head(facts)}\n\n${task}\n\n${facts.instructions}\n\n${between(facts, lines)}` },
  ];
}

/** Writes the notes, or a shorter list where `isLast` is false, from what was gathered of the parts, in order. */
export function mergePrompt(
  facts: PromptFacts,
  gathered: readonly string[],
  isLast: boolean,
): readonly ChatMessage[] {
  const task = isLast
    ? `Write the notes from what was gathered of all parts of the transcript. Say each thing once; keep the times.\n\n${facts.instructions}`
    : 'Make one list of what was gathered of these parts. Say each thing once; keep all times and leave no subject out.';
  const lines = gathered.map((text) => ({ start: 0, text }));
  return [
    { role: 'system', text: system(facts) },
    { role: 'user', text: `${head(facts)}\n\n${task}\n\n${between(facts, lines)}` },
  ];
}

/** Asks for the rest of an answer that reached the model's longest. */
export function restPrompt(asked: readonly ChatMessage[], answer: string): readonly ChatMessage[] {
  return [
    ...asked,
    { role: 'assistant', text: answer },
    { role: 'user', text: 'Go on exactly where you stopped. Repeat nothing.' },
  ];
}

function head({ title, channel }: PromptFacts): string {
  const name = (text: string): string => flat(text).slice(0, longestName);
  return channel === '' ? `Title: ${name(title)}` : `Title: ${name(title)}\nBy: ${name(channel)}`;
}

function between({ mark }: PromptFacts, lines: readonly TimedLine[]): string {
  return betweenMarks(
    mark,
    lines.map(({ text }) => text),
  );
}
