/** What a speech-to-text engine reports, whatever its form: stretches of speech and single words. Times in seconds. */

export interface HeardWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly speaker?: string;
}

/** One segment of an answer. */
export interface Heard {
  readonly start: number;
  readonly end: number;
  /** Without white space around it. */
  readonly text: string;
  /** As the service labels it. */
  readonly speaker?: string;
  readonly words?: readonly HeardWord[];
  /** The engine's probability that nothing is spoken in it, 0–1. */
  readonly noSpeech?: number;
  /** Mean logarithm of the probabilities of its tokens. */
  readonly logProb?: number;
  /** How many times smaller its text becomes when it is compressed. */
  readonly compression?: number;
  /** The service said no times: they are the whole sound's. */
  readonly isUntimed?: boolean;
}
