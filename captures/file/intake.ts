/**
 * The buffer between a source of octets and the reader of their format: constant in size, with the
 * tail of an incomplete record carried over to the next filling.
 */
import { viewOf } from "../wire/octets.ts";
import type { FormatReader, FrameSink } from "./format_reader.ts";
import { FILE_HEADER, isPcap, PcapReader } from "./pcap_reader.ts";
import { isPcapng, PcapngReader } from "./pcapng_reader.ts";
import { describeHead } from "./sniff.ts";
import { type CaptureSummary, NotACapture } from "./summary.ts";

/** Octets of the buffer: enough to make a system call cheap, few enough to stay in the cache. */
export const INTAKE_CAPACITY = 1 << 19;

/** Takes octets in order and delivers frames. */
export class Intake {
  readonly #sink: FrameSink;
  readonly #name: string;
  #reader: FormatReader | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = viewOf(this.#bytes);
  /** Octets in the buffer that no record has been made of yet, and where they begin. */
  #kept = 0;
  #begin = 0;
  /** Offset of the buffer's first octet in the file. */
  #offset = 0;
  /** Why the source ended early, such as damage to its compression. */
  #sourceProblem: string | undefined;

  readonly #capacity: number;

  /**
   * @param name What to call the source in messages.
   * @param capacity Octets of the buffer, unless a record needs more.
   */
  constructor(name: string, sink: FrameSink, capacity: number = INTAKE_CAPACITY) {
    this.#name = name;
    this.#sink = sink;
    this.#capacity = capacity;
  }

  /** Whether not one octet has come yet. */
  get untouched(): boolean {
    return this.#bytes.length === 0;
  }

  /** Where the source may write its next octets; call `filled` then. Frames before are gone then. */
  room(): Uint8Array {
    if (this.#begin > 0) {
      this.#bytes.copyWithin(0, this.#begin, this.#begin + this.#kept);
      this.#begin = 0;
    }
    const needed = this.#reader?.needed ?? 0;
    const capacity = Math.max(this.#capacity, needed);
    if (this.#bytes.length < capacity) this.#resize(capacity);
    return this.#bytes.subarray(this.#kept);
  }

  /** Takes the octets that were written into the room; returns whether more are wanted. */
  filled(octets: number): boolean {
    return this.#take(this.#kept + octets);
  }

  /** Takes octets that lie elsewhere; returns whether more are wanted. */
  push(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length;) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      if (!this.filled(part.length)) return false;
      at += part.length;
    }
    return true;
  }

  /** Takes a whole source that lies in memory, where it is. */
  whole(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    const reader = this.#reader = this.#recognise(bytes.length);
    if (reader === undefined) {
      this.#kept = bytes.length;
      return;
    }
    const at = reader.consume(bytes, this.#view, 0, bytes.length);
    // The rest is looked at by `finish` and by nobody else.
    this.#offset = at;
    this.#bytes = bytes.subarray(at);
    this.#view = viewOf(this.#bytes);
    this.#kept = this.#bytes.length;
    if (reader.problem !== undefined) reader.problem.offset = at;
  }

  /** Notes that the source ended before its end. */
  broken(reason: string): void {
    this.#sourceProblem = reason;
  }

  /**
   * Sums up once there is nothing more to take.
   * @throws {NotACapture} When the octets did not even begin like a capture.
   */
  finish(compression: CaptureSummary["compression"]): CaptureSummary {
    const reader = this.#reader ?? this.#recognise(this.#kept);
    if (reader === undefined) throw this.#notACapture();
    const summary: CaptureSummary = {
      format: reader.format,
      compression,
      packets: reader.packets,
      octets: reader.octets,
      interfaces: reader.interfaces,
      comments: reader.comments.comments,
      commentsLeftOut: reader.comments.leftOut,
    };
    const problem = reader.problem ?? this.#endProblem(reader);
    if (problem !== undefined) summary.problem = problem;
    return summary;
  }

  #endProblem(reader: FormatReader) {
    const why = this.#sourceProblem;
    if (this.#kept === 0 && why === undefined) return undefined;
    const cut = this.#kept > 0
      ? reader.incomplete(this.#view, this.#begin, this.#begin + this.#kept)
      : "file ends early";
    return { offset: this.#offset, message: why === undefined ? cut : `${cut} (${why})` };
  }

  #take(end: number): boolean {
    this.#reader ??= this.#recognise(end);
    if (this.#reader === undefined) {
      this.#kept = end;
      if (end < FILE_HEADER) return true;
      throw this.#notACapture();
    }
    const at = this.#reader.consume(this.#bytes, this.#view, 0, end);
    const { problem } = this.#reader;
    if (problem !== undefined) {
      problem.offset += this.#offset;
      return false;
    }
    this.#begin = at;
    this.#kept = end - at;
    this.#offset += at;
    return true;
  }

  /** The reader for what the buffer begins with; undefined when there are too few octets or none fits. */
  #recognise(octets: number): FormatReader | undefined {
    if (octets < FILE_HEADER) return undefined;
    if (isPcap(this.#view, 0)) return new PcapReader(this.#sink);
    return isPcapng(this.#view, 0) ? new PcapngReader(this.#sink) : undefined;
  }

  #notACapture(): NotACapture {
    const why = this.#sourceProblem === undefined ? "" : ` (${this.#sourceProblem})`;
    return new NotACapture(
      `Cannot read ${this.#name} as a capture as it must begin like a pcap or pcapng file: got ` +
        describeHead(this.#bytes.subarray(0, Math.min(64, this.#kept))) + why,
    );
  }

  #resize(capacity: number): void {
    const bytes = new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(0, this.#kept));
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }
}
