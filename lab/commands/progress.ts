import { escapeControls } from "../../captures/escape.ts";

/** A step that is under way. */
export interface Step {
  /** Tells what it is about just now; shown on a terminal only. */
  detail(text: string): void;
  /** Ends it; elsewhere than on a terminal `text` is the line that stays. */
  end(text: string): void;
}

/** Tells on standard error what is going on: one living line on a terminal, plain lines elsewhere. */
export class Progress {
  readonly #live: boolean;
  #total: number;
  readonly #write: (text: string) => void;
  /** What is under way, the oldest first. */
  readonly #steps = new Set<{ text: string }>();
  #done = 0;
  #shown = "";

  /** @param total Steps in all. */
  constructor(total: number, live: boolean = Deno.stderr.isTerminal(), writer = write) {
    this.#total = total;
    this.#live = live;
    this.#write = writer;
  }

  /** There are so many more steps than were known in the beginning. */
  more(steps: number): void {
    this.#total += steps;
  }

  /** Begins a step; others may be under way. */
  begin(text: string): Step {
    const step = { text };
    this.#steps.add(step);
    this.#show(text);
    return {
      detail: (more) => this.#show(`${text}: ${more}`),
      end: (result) => {
        this.#steps.delete(step);
        this.end(result);
      },
    };
  }

  /** Tells what goes on before the first step; shown on a terminal only. */
  tell(text: string): void {
    this.#show(text);
  }

  /** Tells the result of one more step. */
  end(text: string): void {
    this.#done++;
    const [oldest] = this.#steps;
    if (!this.#live) this.#write(`[${this.#done}/${this.#total}] ${escapeControls(text)}\n`);
    else this.#show(oldest?.text ?? text);
  }

  /** Removes the living line. */
  clear(): void {
    if (this.#live && this.#shown !== "") this.#write("\r\x1b[2K");
    this.#shown = "";
  }

  #show(text: string): void {
    if (!this.#live) return;
    const parallel = this.#steps.size - 1;
    const others = parallel > 0 ? ` +${parallel}` : "";
    const width = Math.max(20, columns() - 1);
    this.#shown = escapeControls(`[${this.#done}/${this.#total}${others}] ${text}`).slice(0, width);
    this.#write(`\r\x1b[2K${this.#shown}`);
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
