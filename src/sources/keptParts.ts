/**
 * The parts of a sound whose words are known already, kept from one attempt to the next (KeptSteps). They belong to
 * this very sound, and to the engine, model and wishes with which they were heard: a change of any makes them void.
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Plain } from '../model/plain';
import type { Files } from '../model/ports';
import type { KeptSteps } from '../model/source';
import type { Sound } from './audio';
import type { Stretch } from './audioCuts';
import type { Speech } from './speech';

export interface DonePart {
  /** What the part is responsible for. */
  readonly stretch: Stretch;
  /** Its words, with times of the whole sound. */
  readonly speech: Speech;
}

/** Two parts whose borders are nearer are the same: shorter than any speech. */
const sameSeconds = 0.01;

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const stepSchema = v.object({
  type: v.literal('part'),
  key: v.string(),
  start: seconds,
  end: seconds,
  blurred: v.optional(v.literal(true)),
  language: v.optional(v.string()),
  left: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  cues: v.array(
    v.object({ start: seconds, end: seconds, text: v.string(), speaker: v.optional(v.string()) }),
  ),
});

export class KeptParts {
  private key: Promise<string> | undefined;
  private known: Promise<readonly DonePart[]> | undefined;

  /** `by`: engine, model and wishes, in any form that JSON can write. `steps` absent: nothing is kept. */
  constructor(
    private readonly files: Pick<Files, 'readPieces'>,
    private readonly steps: KeptSteps | undefined,
    private readonly sound: Pick<Sound, 'path' | 'seconds'>,
    private readonly by: readonly unknown[],
  ) {}

  /** The part that begins at this second; undefined where it is still to be heard. */
  async from(start: number): Promise<DonePart | undefined> {
    const known = await (this.known ??= this.read());
    return known.find(({ stretch }) => Math.abs(stretch.start - start) < sameSeconds);
  }

  /** True once it is on disk. */
  async add({ stretch, speech }: DonePart): Promise<boolean> {
    if (this.steps === undefined) return false;
    const { start, end, blurred } = stretch;
    const { cues, language, left } = speech;
    return this.steps.add({
      type: 'part',
      key: await this.keyOf(),
      start,
      end,
      ...(blurred === true ? { blurred } : {}),
      ...(language === undefined ? {} : { language }),
      ...(left === undefined ? {} : { left }),
      cues,
    });
  }

  /** A name for the first `count` parts, for the record of what was paid. */
  async idOf(count: number): Promise<string> {
    return `${(await this.keyOf()).slice(0, 24)}-${count}`;
  }

  private async read(): Promise<readonly DonePart[]> {
    const steps = (await this.steps?.read()) ?? [];
    // The hash of a long sound takes a second.
    if (steps.length === 0) return [];
    const key = await this.keyOf();
    return steps.flatMap((step) => readPart(step, key, this.sound.seconds));
  }

  private keyOf(): Promise<string> {
    return (this.key ??= this.hash());
  }

  private async hash(): Promise<string> {
    const hash = createHash('sha256').update(JSON.stringify(this.by));
    for await (const piece of this.files.readPieces(this.sound.path)) hash.update(piece);
    return hash.digest('hex');
  }
}

function readPart(step: Plain, key: string, length: number): readonly DonePart[] {
  const read = v.safeParse(stepSchema, step);
  if (!read.success || read.output.key !== key) return [];
  const { start, end, blurred, cues, language, left } = read.output;
  if (end <= start || end > length + sameSeconds) return [];
  return [
    {
      stretch: { start, end, ...(blurred === true ? { blurred } : {}) },
      speech: {
        cues: cues.map(({ speaker, ...cue }) => (speaker === undefined ? cue : { ...cue, speaker })),
        ...(language === undefined ? {} : { language }),
        ...(left === undefined ? {} : { left }),
      },
    },
  ];
}
