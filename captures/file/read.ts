/**
 * Reads captures of any size, in constant memory: pcap and pcapng, plain or compressed with gzip or
 * zstd.
 *
 * The loop over the frames is synchronous and reuses one `Frame`. A file that ends early or is damaged
 * yields everything before the damage and says where it is.
 */
import { Decompressor } from "./decompress.ts";
import type { FrameSink } from "./format_reader.ts";
import { Intake, INTAKE_CAPACITY } from "./intake.ts";
import { compressionOf } from "./sniff.ts";
import { type CaptureSource, type OctetSource, openSource, readHead, watched } from "./sources.ts";
import type { CaptureSummary } from "./summary.ts";

export type { FrameSink } from "./format_reader.ts";
export { type CaptureSource, isRepeatable } from "./sources.ts";
export * from "./summary.ts";

/**
 * Reads a capture to its end.
 * @param sink Called for every frame, in the order of the file; what it throws ends the reading.
 * @param watch Told the octets of the source as they are read, before those of their frames.
 * @throws {NotACapture} When the source does not begin like a capture.
 * @throws {Deno.errors.NotFound} And the like, when the file cannot be opened or read.
 */
export async function readCapture(
  source: CaptureSource,
  sink: FrameSink,
  watch?: (octets: Uint8Array) => void,
): Promise<CaptureSummary> {
  if (watch === undefined && source instanceof Uint8Array && compressionOf(source) === "none") {
    const intake = new Intake("the octets", sink);
    intake.whole(source);
    return intake.finish("none");
  }
  const octets = watched(openSource(source), watch);
  try {
    return await read(octets, sink);
  } finally {
    await octets.close();
  }
}

async function read(source: OctetSource, sink: FrameSink): Promise<CaptureSummary> {
  const head = await readHead(source);
  const compression = compressionOf(head);
  // A small file needs no large buffer; one octet more shows its end. Compressed, it says nothing.
  const whole = compression === "none" ? (source.size ?? Infinity) + 1 : Infinity;
  const intake = new Intake(source.name, sink, Math.min(INTAKE_CAPACITY, whole));
  if (compression !== "none") return decompress(source, intake, compression, head);
  if (!intake.push(head)) return intake.finish(compression);
  for (;;) {
    const got = source.read(intake.room());
    // Waiting only where there is something to wait for keeps the loop over a file synchronous.
    const octets = typeof got === "object" && got !== null ? await got : got;
    if (octets === null || !intake.filled(octets)) return intake.finish(compression);
  }
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
