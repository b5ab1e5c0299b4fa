/**
 * A request to abort a job. Its AbortSignal is created only when somebody asks for it: most jobs are never
 * aborted, and a signal is the largest object that a short job would leave behind.
 */
export class Abortion {
  private controller: AbortController | undefined;
  private wished = false;
  /** Called once, when the abort is requested. */
  onAbort: () => void = () => undefined;

  get aborted(): boolean {
    return this.wished;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.wished) this.controller.abort();
    }
    return this.controller.signal;
  }

  abort(): void {
    if (this.wished) return;
    this.wished = true;
    this.controller?.abort();
    this.onAbort();
  }
}
