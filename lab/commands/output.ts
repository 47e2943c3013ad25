/** Characters that are gathered before they are written. */
const ENOUGH = 1 << 16;

/** Standard output for many lines: gathers them, as a write for each would cost more than the rest. */
export class Output {
  #text = "";

  /** Adds a line. */
  line(text: string): void {
    this.#text += text + "\n";
    if (this.#text.length > ENOUGH) this.flush();
  }

  /** Writes what was gathered. A reader that has gone away has seen enough: that is no error. */
  flush(): void {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = "";
    try {
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
      throw error;
    }
  }
}
