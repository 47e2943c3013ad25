import { plain } from "./usage.ts";

/** Tells on standard error what is going on: one living line on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #live: boolean;
  readonly #total: number;
  #done = 0;
  #shown = "";

  /** @param total Steps in all. */
  constructor(total: number, live: boolean = Deno.stderr.isTerminal()) {
    this.#total = total;
    this.#live = live;
  }

  /** Begins a step. */
  begin(text: string): void {
    this.#show(`[${this.#done + 1}/${this.#total}] ${text}`);
  }

  /** Ends a step; elsewhere than on a terminal this is the line that stays. */
  end(text: string): void {
    this.#done++;
    if (this.#live) this.#show(`[${this.#done}/${this.#total}] ${text}`);
    else write(`[${this.#done}/${this.#total}] ${plain(text)}\n`);
  }

  /** Adds detail to the step that is under way; shown on a terminal only. */
  detail(text: string): void {
    if (this.#live) this.#show(`[${this.#done + 1}/${this.#total}] ${text}`);
  }

  /** Removes the living line. */
  clear(): void {
    if (this.#live && this.#shown !== "") write("\r\x1b[2K");
    this.#shown = "";
  }

  #show(text: string): void {
    if (!this.#live) return;
    const width = Math.max(20, columns() - 1);
    this.#shown = plain(text).slice(0, width);
    write(`\r\x1b[2K${this.#shown}`);
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

function write(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody is listening to the progress: that is no reason to stop.
  }
}
