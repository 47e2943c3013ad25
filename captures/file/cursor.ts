/** Reads a capture frame by frame as it is asked to, where `readCapture` would hand them over. */
import type { Frame } from "../frame.ts";
import { DecompressedSource } from "./decompressed.ts";
import { emptyFrame } from "./format_reader.ts";
import { Intake } from "./intake.ts";
import { compressionOf } from "./sniff.ts";
import { type CaptureSource, type OctetSource, openSource, readHead } from "./sources.ts";
import type { CaptureSummary } from "./summary.ts";

/** Columns of the table of frames that one filling of the buffer held. */
const START = 0, END = 1, ORIGINAL = 2, SECONDS = 3, NANOSECONDS = 4, LINK = 5, INTERFACE = 6;
const UNTIMED = 7;
const COLUMNS = 8;

/** Stands on one frame of a capture after the other. */
export class CaptureCursor {
  /** The frame that the cursor stands on; overwritten by `advance`. */
  readonly frame: Frame = emptyFrame();
  readonly #intake: Intake;
  readonly #octets: OctetSource;
  #decompressed: DecompressedSource | undefined;
  #compression: CaptureSummary["compression"] = "none";
  #table = new Float64Array(COLUMNS * 256);
  #count = 0;
  #next = 0;
  #open = true;
  #wanted = true;

  /**
   * Opens a capture.
   * @param capacity Octets of the buffer, unless a record needs more.
   * @throws {Deno.errors.NotFound} And the like, when a file cannot be opened.
   */
  constructor(source: CaptureSource, capacity: number) {
    this.#octets = openSource(source);
    this.#intake = new Intake(this.#octets.name, (frame) => this.#note(frame), capacity);
  }

  /** Moves to the next frame of the buffer; false when the buffer must be filled first. */
  step(): boolean {
    if (this.#next === this.#count) return false;
    const { frame } = this, table = this.#table, at = this.#next++ * COLUMNS;
    frame.number++;
    frame.start = table[at + START];
    frame.end = table[at + END];
    frame.originalLength = table[at + ORIGINAL];
    frame.seconds = table[at + SECONDS];
    frame.nanoseconds = table[at + NANOSECONDS];
    frame.untimed = table[at + UNTIMED] === 1;
    frame.linkType = table[at + LINK];
    frame.interfaceId = table[at + INTERFACE];
    return true;
  }

  /**
   * Fills the buffer and moves to the next frame; false at the end.
   * @throws {NotACapture} When the source does not begin like a capture.
   */
  async fill(): Promise<boolean> {
    while (!this.step()) {
      if (!this.#wanted) return false;
      this.#next = this.#count = 0;
      this.#wanted = await this.#read();
    }
    return true;
  }

  /** Sums up, once there is no further frame. */
  finish(): CaptureSummary {
    if (this.#decompressed?.problem !== undefined) {
      this.#intake.broken(this.#decompressed.problem);
    }
    return this.#intake.finish(this.#compression);
  }

  /** Closes the source; a second call does nothing. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await (this.#decompressed ?? this.#octets).close();
  }

  /** Reads once; returns whether more is wanted. */
  async #read(): Promise<boolean> {
    if (this.#intake.untouched) {
      const head = await readHead(this.#octets);
      const compression = this.#compression = compressionOf(head);
      if (compression === "none") return this.#intake.push(head);
      this.#decompressed = new DecompressedSource(this.#octets, compression, head);
    }
    const octets = await (this.#decompressed ?? this.#octets).read(this.#intake.room());
    return octets !== null && this.#intake.filled(octets);
  }

  #note(frame: Frame): void {
    const at = this.#count++ * COLUMNS;
    if (at === this.#table.length) {
      const larger = new Float64Array(at * 2);
      larger.set(this.#table);
      this.#table = larger;
    }
    const table = this.#table;
    table[at + START] = frame.start;
    table[at + END] = frame.end;
    table[at + ORIGINAL] = frame.originalLength;
    table[at + SECONDS] = frame.seconds;
    table[at + NANOSECONDS] = frame.nanoseconds;
    table[at + UNTIMED] = frame.untimed ? 1 : 0;
    table[at + LINK] = frame.linkType;
    table[at + INTERFACE] = frame.interfaceId;
    this.frame.bytes = frame.bytes;
    this.frame.view = frame.view;
  }
}
