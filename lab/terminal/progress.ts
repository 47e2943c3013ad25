/** Tells on standard error what is going on: a living view on a terminal, plain lines elsewhere. */
import process from "node:process";
import { createLogUpdate } from "log-update";
import { escapeControls } from "../../captures/escape.ts";
import type { Totals } from "../../suites/engine/tally.ts";
import { VERDICT_WORDS } from "../../suites/report/words.ts";
import { fitting, type Style, styleOf, VERDICT_FORMATS } from "./style.ts";

/** What is told of steps. */
const TOLD = ["pass", "fail", "inconclusive", "error"] as const;
/** Steps under way that are shown by name. */
const MOST_SHOWN = 6;
/** Milliseconds, and the part of the steps, after which the time that is left can be guessed. */
const GUESS_AFTER = 5000, GUESS_FROM = 0.05;
/** Milliseconds after which a view is drawn anew though nothing has happened. */
const TICK = 1000;

/** A step that is under way. */
export interface Step {
  /** Tells what it is about just now; shown on a terminal only. */
  detail(text: string): void;
  /** Ends it; `text` is a line of its own elsewhere than on a terminal, and there when it went wrong. */
  end(text: string, totals?: Totals): void;
}

/** A terminal with a view that changes, and lines above it that stay. */
export interface Screen extends Style {
  draw(view: string): void;
  keep(line: string): void;
  /** Takes the view away. */
  erase(): void;
}

/** The terminal at standard error; null where there is none. */
function screen(): Screen | null {
  if (!Deno.stderr.isTerminal()) return null;
  const update = createLogUpdate(process.stderr, { showCursor: true });
  return {
    // Asked each time, as a window changes its size.
    get columns() {
      return styleOf("stderr").columns;
    },
    paint: styleOf("stderr").paint,
    draw: (view) => update(view),
    keep: (line) => update.persist(line),
    erase() {
      update.clear();
      update.done();
    },
  };
}

/** The progress of a command that takes many steps, several of them at a time. */
export class Progress {
  readonly #screen: Screen | null;
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #began: number;
  readonly #totals = { pass: 0, fail: 0, inconclusive: 0, error: 0 };
  /** What is under way, the oldest first. */
  readonly #steps = new Set<{ text: string; detail?: string }>();
  #total: number;
  #done = 0;
  #told = "";
  #ticks: ReturnType<typeof setInterval> | undefined;

  /** @param total Steps in all. */
  constructor(
    total: number,
    { terminal = screen(), writer = write, now = () => performance.now() }: {
      /** Null where there is none. */
      terminal?: Screen | null;
      writer?: (text: string) => void;
      /** Milliseconds of a clock. */
      now?: () => number;
    } = {},
  ) {
    this.#total = total;
    this.#screen = terminal;
    this.#write = writer;
    this.#now = now;
    this.#began = now();
  }

  /** How many steps have ended. */
  get done(): number {
    return this.#done;
  }

  /** There are so many more steps than were known in the beginning. */
  more(steps: number): void {
    this.#total += steps;
  }

  /** Begins a step; others may be under way. */
  begin(text: string): Step {
    const step: { text: string; detail?: string } = { text };
    this.#steps.add(step);
    this.#draw();
    return {
      detail: (more) => {
        step.detail = more;
        this.#draw();
      },
      end: (result, totals) => {
        this.#steps.delete(step);
        this.end(result, totals);
      },
    };
  }

  /** Tells what goes on before the first step; shown on a terminal only. */
  tell(text: string): void {
    this.#told = text;
    this.#draw();
  }

  /** Tells the result of one more step, and what was judged in it. */
  end(text: string, totals?: Totals): void {
    this.#done++;
    this.#told = "";
    for (const word of TOLD) this.#totals[word] += totals?.[word] ?? 0;
    if (this.#screen === null) {
      this.#write(`[${this.#done}/${this.#total}] ${escapeControls(text)}\n`);
      return;
    }
    const gravest = (["error", "fail"] as const)
      .find((word) => (totals?.[word] ?? 0) > 0);
    if (gravest !== undefined) {
      const sign = `${VERDICT_WORDS[gravest].sign} `;
      this.#screen.keep(this.#screen.paint(
        VERDICT_FORMATS[gravest],
        fitting(sign + escapeControls(text), this.#screen),
      ));
    }
    this.#draw();
  }

  /** Removes the view. */
  clear(): void {
    clearInterval(this.#ticks);
    this.#ticks = undefined;
    this.#screen?.erase();
  }

  #draw(): void {
    const { columns, draw } = this.#screen ?? {};
    if (draw === undefined) return;
    if (this.#ticks === undefined) {
      this.#ticks = setInterval(() => this.#draw(), TICK);
      Deno.unrefTimer(this.#ticks);
    }
    // The last column stays free, as some terminals break the line behind it.
    const room = { columns: (columns ?? 80) - 1, paint: this.#screen!.paint };
    const steps = [...this.#steps].map(({ text, detail }) =>
      `  ${text}${detail === undefined ? "" : `: ${detail}`}`
    );
    const more = steps.length - MOST_SHOWN;
    const lines = [
      ...(this.#told === "" ? [] : [`  ${this.#told}`]),
      ...steps.slice(0, MOST_SHOWN),
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ];
    draw([
      this.#tally(room),
      ...lines.map((line) => room.paint("dim", fitting(escapeControls(line), room))),
    ].join("\n"));
  }

  /** How far it is, since when, and what was found. */
  #tally(style: Style): string {
    const elapsed = this.#now() - this.#began, part = this.#done / this.#total;
    const guess = elapsed > GUESS_AFTER && part > GUESS_FROM && part < 1
      ? [`about ${minutes(elapsed / part - elapsed)} left`]
      : [];
    const head = [`${this.#done} of ${this.#total}`, minutes(elapsed), ...guess];
    const found = TOLD.filter((word) => this.#totals[word] > 0);
    const plain = [...head, ...found.map((word) => `${this.#totals[word]} ${word}`)].join("  ");
    if (fitting(plain, style) !== plain) return fitting(plain, style);
    const counts = found.map((word) =>
      style.paint(VERDICT_FORMATS[word], `${this.#totals[word]} ${word}`)
    );
    return [...head, ...counts].join("  ");
  }
}

/** Milliseconds as minutes and seconds, with hours when there are any. */
function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000), hours = Math.floor(seconds / 3600);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  const [first, ...rest] = hours > 0 ? [hours, ...parts] : parts;
  return [first, ...rest.map((n) => String(n).padStart(2, "0"))].join(":");
}

function write(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody is listening to the progress: that is no reason to stop.
  }
}
