/** The outside world of the terminal program, as its sessions see it; a test can be one. */

export interface Console {
  /** stdout, or stderr while `--json` has stdout for itself. */
  readonly words: (line: string) => void;
  /** stderr: why nothing was begun, and what was wrong in the settings. */
  readonly problem: (line: string) => void;
  /** Redraws the moving part under the words; empty text clears it. Absent when nothing can move. */
  readonly redraw?: (text: string) => void;
  readonly columns: () => number;
  readonly json?: (line: string) => void;
  /** Problems and the summary alone. */
  readonly quiet?: boolean;
  /** False where no stream is a terminal: nobody reads, and nobody can answer. */
  readonly attended?: boolean;
  /** Asks on the terminal; false, or absent, where nobody can answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Calls back at the first Ctrl-C or termination; returns how to stop listening. */
  onInterrupt(callback: () => void): () => void;
}
