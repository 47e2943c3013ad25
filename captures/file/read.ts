/**
 * Reads captures of any size, in constant memory: pcap and pcapng, plain or compressed with gzip or
 * zstd.
 *
 * The loop over the frames is synchronous and reuses one `Frame`. A file that ends early or is damaged
 * yields everything before the damage and says where it is.
 */
import { Decompressor } from "./decompress.ts";
import type { FrameSink } from "./format_reader.ts";
import { Intake } from "./intake.ts";
import { compressionOf } from "./sniff.ts";
import type { CaptureSummary } from "./summary.ts";

export type { FrameSink } from "./format_reader.ts";
export * from "./summary.ts";

/** A path (`-` for standard input), the octets themselves, or a stream of them. */
export type CaptureSource = string | Uint8Array | ReadableStream<Uint8Array>;

/** Gives octets in order. */
interface OctetSource {
  /** What to call it in messages. */
  name: string;
  /** Reads into the array; gives the number of octets, or null at the end. */
  read(into: Uint8Array): number | null | Promise<number | null>;
  close(): void | Promise<void>;
}

/**
 * Reads a capture to its end.
 * @param sink Called for every frame, in the order of the file; what it throws ends the reading.
 * @throws {NotACapture} When the source does not begin like a capture.
 * @throws {Deno.errors.NotFound} And the like, when the file cannot be opened or read.
 */
export async function readCapture(
  source: CaptureSource,
  sink: FrameSink,
): Promise<CaptureSummary> {
  if (source instanceof Uint8Array && compressionOf(source) === "none") {
    const intake = new Intake("the octets", sink);
    intake.whole(source);
    return intake.finish("none");
  }
  const octets = open(source);
  try {
    return await read(octets, sink);
  } finally {
    await octets.close();
  }
}

async function read(source: OctetSource, sink: FrameSink): Promise<CaptureSummary> {
  const intake = new Intake(source.name, sink);
  const head = await readHead(source);
  const compression = compressionOf(head);
  if (compression !== "none") return decompress(source, intake, compression, head);
  if (!intake.push(head)) return intake.finish(compression);
  for (;;) {
    const got = source.read(intake.room());
    // Waiting only where there is something to wait for keeps the loop over a file synchronous.
    const octets = typeof got === "object" && got !== null ? await got : got;
    if (octets === null || !intake.filled(octets)) return intake.finish(compression);
  }
}

/** The first octets, at least four unless the source has fewer. */
async function readHead(source: OctetSource): Promise<Uint8Array> {
  const head = new Uint8Array(4096);
  let end = 0;
  while (end < 4) {
    const got = await source.read(head.subarray(end));
    if (got === null) break;
    end += got;
  }
  return head.subarray(0, end);
}

async function decompress(
  source: OctetSource,
  intake: Intake,
  compression: "gzip" | "zstd",
  head: Uint8Array,
): Promise<CaptureSummary> {
  const decompressor = new Decompressor(compression, intake);
  try {
    let wanted = await decompressor.push(head);
    const chunk = new Uint8Array(1 << 16);
    while (wanted) {
      const octets = await source.read(chunk);
      if (octets === null) break;
      wanted = await decompressor.push(chunk.subarray(0, octets));
    }
    await decompressor.finish();
    return intake.finish(compression);
  } finally {
    decompressor.close();
  }
}

function open(source: CaptureSource): OctetSource {
  if (source instanceof Uint8Array) return openMemory(source);
  if (source instanceof ReadableStream) return openStream(source, "the stream");
  if (source === "-") {
    const read = (into: Uint8Array) => Deno.stdin.readSync(into);
    return { name: "standard input", read, close: () => {} };
  }
  const file = Deno.openSync(source);
  return {
    name: JSON.stringify(source),
    read: (into) => file.readSync(into),
    close: () => file.close(),
  };
}

function openMemory(bytes: Uint8Array): OctetSource {
  let at = 0;
  return {
    name: "the octets",
    read(into) {
      if (at === bytes.length) return null;
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
    close() {},
  };
}

function openStream(stream: ReadableStream<Uint8Array>, name: string): OctetSource {
  const reader = stream.getReader();
  let chunk: Uint8Array = new Uint8Array(0);
  return {
    name,
    async read(into) {
      while (chunk.length === 0) {
        const { value, done } = await reader.read();
        if (done) return null;
        chunk = value;
      }
      const part = chunk.subarray(0, into.length);
      into.set(part);
      chunk = chunk.subarray(part.length);
      return part.length;
    },
    close: () => reader.cancel(),
  };
}
