/** Reads several captures at a time, their frames in the order of their times. */
import type { Frame } from "../frame.ts";
import { CaptureCursor } from "./cursor.ts";
import { type CaptureSource, isRepeatable } from "./sources.ts";
import type { CaptureSummary } from "./summary.ts";

/** Octets of all buffers together, and of one at least. */
const CAPACITY = 1 << 22, LEAST = 1 << 15;

/** Takes a frame, and the position of the capture that it is from. It must copy what it keeps. */
export type MergeSink = (frame: Frame, source: number) => void;

/** A capture under way. */
interface Head {
  source: number;
  cursor: CaptureCursor;
}

/** A capture that is still to be opened, and the time of its first frame. */
interface Pending {
  source: number;
  seconds: number;
  nanoseconds: number;
  /** The open cursor, standing on its first frame, of what cannot be opened twice. */
  cursor?: CaptureCursor;
}

/**
 * Reads captures to their ends: the frames of each in the order of the file, and of all that are to
 * come the one with the least time first; with equal times the capture that was named first. A frame
 * without a time stays behind the one before it, and without any comes first. A capture is open only while it has its turn, so that any number of files
 * may be merged.
 * @returns For each capture what reading it showed, or why it could not be read. What the sink
 * throws ends the reading.
 */
export async function mergeCaptures(
  sources: readonly CaptureSource[],
  sink: MergeSink,
): Promise<(CaptureSummary | Error)[]> {
  const merge = new Merge(sources);
  try {
    await merge.begin();
    await merge.run(sink);
    return merge.results;
  } finally {
    await merge.close();
  }
}

class Merge {
  readonly results: (CaptureSummary | Error)[] = [];
  readonly #sources: readonly CaptureSource[];
  readonly #capacity: number;
  #pending: Pending[] = [];
  readonly #heads: Head[] = [];

  constructor(sources: readonly CaptureSource[]) {
    this.#sources = sources;
    this.#capacity = Math.max(LEAST, Math.min(1 << 18, Math.floor(CAPACITY / sources.length)));
  }

  /** Looks at the first frame of every capture. */
  async begin(): Promise<void> {
    for (let source = 0; source < this.#sources.length; source++) {
      const cursor = await this.#start(source);
      if (cursor === undefined) continue;
      const { seconds, nanoseconds } = cursor.frame;
      const again = isRepeatable(this.#sources[source]);
      this.#pending.push({ source, seconds, nanoseconds, ...(again ? {} : { cursor }) });
      if (again) await cursor.close();
    }
    this.#pending.sort((a, b) =>
      a.seconds - b.seconds || a.nanoseconds - b.nanoseconds || a.source - b.source
    );
    this.#pending.reverse();
  }

  async run(sink: MergeSink): Promise<void> {
    for (;;) {
      await this.#admit();
      const head = this.#least();
      if (head === undefined) return;
      if (!this.#deliver(head, sink) && !await this.#refill(head)) await this.#end(head);
    }
  }

  async close(): Promise<void> {
    for (const { cursor } of [...this.#heads, ...this.#pending]) await cursor?.close();
  }

  /** Opens the captures whose first frame is due before any that is open. */
  async #admit(): Promise<void> {
    for (let next = this.#pending.at(-1); next !== undefined; next = this.#pending.at(-1)) {
      const least = this.#least();
      if (least !== undefined && isBefore(least.cursor.frame, next)) return;
      this.#pending.pop();
      const cursor = next.cursor ?? await this.#start(next.source);
      if (cursor !== undefined) this.#heads.push({ source: next.source, cursor });
    }
  }

  /** Delivers from one capture for as long as it is its turn; false when its buffer is empty. */
  #deliver(head: Head, sink: MergeSink): boolean {
    const { cursor, source } = head;
    const other = this.#least(head)?.cursor.frame, pending = this.#pending.at(-1);
    do {
      sink(cursor.frame, source);
      if (!cursor.step()) return false;
    } while (
      (other === undefined || isBefore(cursor.frame, other)) &&
      (pending === undefined || isBefore(cursor.frame, pending))
    );
    return true;
  }

  #least(except?: Head): Head | undefined {
    let least: Head | undefined;
    for (const head of this.#heads) {
      if (head === except) continue;
      if (least === undefined || precedes(head, least)) least = head;
    }
    return least;
  }

  /** A cursor on the first frame of a capture; undefined, with its result noted, without any. */
  async #start(source: number): Promise<CaptureCursor | undefined> {
    let cursor: CaptureCursor | undefined;
    try {
      cursor = new CaptureCursor(this.#sources[source], this.#capacity);
      if (await cursor.fill()) return cursor;
      this.results[source] = cursor.finish();
    } catch (error) {
      this.results[source] = error instanceof Error ? error : new Error(String(error));
    }
    await cursor?.close();
    return undefined;
  }

  /** Fills the buffer of a capture; false when it has come to its end. */
  async #refill({ cursor, source }: Head): Promise<boolean> {
    try {
      if (await cursor.fill()) return true;
      this.results[source] = cursor.finish();
    } catch (error) {
      this.results[source] = error instanceof Error ? error : new Error(String(error));
    }
    return false;
  }

  async #end(head: Head): Promise<void> {
    this.#heads.splice(this.#heads.indexOf(head), 1);
    await head.cursor.close();
  }
}

/** Whether a time is before another one. */
function isBefore(
  a: { seconds: number; nanoseconds: number },
  b: { seconds: number; nanoseconds: number },
): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

function precedes(a: Head, b: Head): boolean {
  if (isBefore(a.cursor.frame, b.cursor.frame)) return true;
  return !isBefore(b.cursor.frame, a.cursor.frame) && a.source < b.source;
}
