/** One line of Check Setup: whether a source, program, service, proxy or folder works, and what to do next. */

export interface SetupLine {
  /** A source's id, or `ffmpeg`, `graphics card`, `network`, `proxies`, `output folder`. */
  readonly subject: string;
  /**
   * `off`: not set up, which is fine; `warn`: works, or unknown at the moment; `error`: set up and not
   * working.
   */
  readonly state: 'ok' | 'warn' | 'off' | 'error';
  readonly text: string;
  readonly nextStep?: string;
}
