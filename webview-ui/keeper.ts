/**
 * Writes down what the user is looking at. What they chose is written at once, because VS Code may throw the
 * page away at any moment; what changes with every pixel is written when it has come to rest, or the page goes.
 */
const restMs = 150;

export class Keeper {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly write: () => void) {
    const going = (): void => {
      if (this.#timer !== undefined) this.now();
    };
    document.addEventListener('visibilitychange', going);
    window.addEventListener('pagehide', going);
    window.addEventListener('blur', going);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.write();
  }

  atRest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), restMs);
  }
}
