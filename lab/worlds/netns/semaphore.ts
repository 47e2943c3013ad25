/**
 * Lets only so much through at a time; who finds no room waits, first come, first served, but for those
 * who are urgent: they come before all others.
 */
export class Semaphore {
  readonly #width: number;
  #room: number;
  readonly #waiting: { weight: number; urgent: boolean; admit: () => void }[] = [];

  /** @param width What may be inside in all; at least 1. */
  constructor(width: number) {
    this.#room = this.#width = Math.max(1, width);
  }

  /**
   * Resolves inside, with what must be called to leave; calling it again does nothing.
   * @param weight Room that is taken; all of it at most.
   * @param urgent Whether it goes before all who are not.
   */
  async enter(weight = 1, urgent = false): Promise<() => void> {
    const taken = Math.min(weight, this.#width);
    const behind = this.#waiting.findLastIndex((one) => one.urgent || !urgent) + 1;
    if (behind === 0 && taken <= this.#room) this.#room -= taken;
    else {
      await new Promise<void>((admit) =>
        this.#waiting.splice(behind, 0, { weight: taken, urgent, admit })
      );
    }
    let inside = true;
    return () => {
      if (inside) this.#leave(taken);
      inside = false;
    };
  }

  #leave(weight: number): void {
    this.#room += weight;
    while (this.#waiting.length > 0 && this.#waiting[0].weight <= this.#room) {
      const { weight, admit } = this.#waiting.shift()!;
      this.#room -= weight;
      admit();
    }
  }
}
