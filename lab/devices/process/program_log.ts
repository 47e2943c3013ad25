/** What a third party's program says: kept in a file, and its last lines at hand. */
import { escapeControls } from "../../../captures/escape.ts";

/** Lines that are quoted when it ends early, and letters of each. */
const LAST_LINES = 3, LONGEST_LINE = 200;
/** Octets that are kept at most. */
const LONGEST_LOG = 4 << 20;
/** What ends a log of which the rest was not kept. */
const CUT = new TextEncoder().encode("… the program said more than is kept\n");

/** The log of a program. */
export class ProgramLog {
  #said = 0;
  readonly #last: string[] = [];

  /** @param file Where it goes; closed with the log. */
  constructor(readonly file: Deno.FsFile) {}

  /** Keeps a line that may be anything. @param isQuoted Whether it may count among the last words. */
  note(line: string, isQuoted: boolean): void {
    if (isQuoted && line.trim() !== "") {
      this.#last.push(escapeControls(line.trim()).slice(0, LONGEST_LINE).toWellFormed());
      if (this.#last.length > LAST_LINES) this.#last.shift();
    }
    const octets = new TextEncoder().encode(`${line}\n`);
    this.#said += octets.length;
    try {
      if (this.#said <= LONGEST_LOG) this.file.writeSync(octets);
      else if (this.#said - octets.length <= LONGEST_LOG) this.file.writeSync(CUT);
    } catch {
      // A disk that is full shows in the captures; the device must be listened to all the same.
      this.#said = Infinity;
    }
  }

  /** What it said last, as the end of a sentence: where it ended early, mostly why. */
  lastWords(): string {
    return this.#last.length === 0 ? "" : `; its last words were: ${this.#last.join(" / ")}`;
  }

  close(): void {
    this.file.close();
  }
}
