/**
 * Writes down what the user is looking at. What they chose is written at once, because VS Code may throw the
 * page away at any moment; what changes with every pixel is written when it has come to rest, or the page goes.
 */
const restMs = 150;

export class Keeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private changedAt = 0;

  constructor(private readonly write: () => void) {
    const going = (): void => this.flush();
    document.addEventListener('visibilitychange', going);
    window.addEventListener('pagehide', going);
    window.addEventListener('blur', going);
  }

  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.write();
  }

  /** Writes what is waiting to come to rest: the page may be covered next, and what it says then is lost. */
  flush(): void {
    if (this.timer !== undefined) this.now();
  }

  atRest(): void {
    this.changedAt = performance.now();
    // One timer for a whole scroll, not one a frame.
    this.timer ??= setTimeout(() => this.look(), restMs);
  }

  private look(): void {
    const left = this.changedAt + restMs - performance.now();
    if (left > 0) this.timer = setTimeout(() => this.look(), left);
    else this.now();
  }
}
