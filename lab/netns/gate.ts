/** Lets only so many through at a time; the others wait, first come, first served. */
export class Gate {
  #room: number;
  readonly #waiting: (() => void)[] = [];

  /** @param width How many may be inside; at least one. */
  constructor(width: number) {
    this.#room = Math.max(1, width);
  }

  /** Resolves inside, with what must be called to leave; calling it again does nothing. */
  async enter(): Promise<() => void> {
    if (this.#room > 0) this.#room--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#room++;
    else next();
  }
}
