/**
 * Writes a capture again with comments on some of its frames, as Wireshark shows them.
 *
 * A pcapng file stays what it was, block by block, in the byte order of its sections: only the blocks
 * of those frames grow by an option. A pcap file, which can hold no comment, becomes pcapng.
 *
 * Source: draft-ietf-opsawg-pcapng §3.5 (opt_comment), §4.3.
 */
import { DecompressedSource } from "./decompressed.ts";
import { maxFrame } from "./format_reader.ts";
import type { Output } from "./output.ts";
import { BlockType, BYTE_ORDER_MAGIC, OptionCode, padded } from "./pcapng_blocks.ts";
import { MAX_BLOCK } from "./pcapng_reader.ts";
import { PcapngWriter } from "./pcapng_writer.ts";
import { readCapture } from "./read.ts";
import { compressionOf } from "./sniff.ts";
import { type OctetSource, openSource, readHead } from "./sources.ts";

/** Comments by number of the frame, counted from 1 in the order of the file. */
export type FrameComments = ReadonlyMap<number, readonly string[]>;

/**
 * Copies the capture at a path to an output with these comments.
 * @returns Numbers of the frames that could take no comment: those of simple packet blocks.
 * @throws {NotACapture} When the file does not begin like a capture.
 * @throws {Deno.errors.NotFound} And the like, when it cannot be opened.
 */
export async function annotate(
  path: string,
  comments: FrameComments,
  output: Output,
): Promise<number[]> {
  const file = openSource(path);
  let source: OctetSource = file;
  try {
    let head = await readHead(file);
    const compression = compressionOf(head);
    if (compression !== "none") {
      source = new DecompressedSource(file, compression, head);
      head = await readHead(source);
    }
    if (head.length >= 4 && new DataView(head.buffer).getUint32(0) === BlockType.section) {
      return await new BlockCopier(comments, output).copy(source, head);
    }
  } finally {
    await source.close();
  }
  await rewrite(path, comments, output);
  return [];
}

/** Writes the frames of a pcap file as pcapng. */
async function rewrite(path: string, comments: FrameComments, output: Output): Promise<void> {
  const writer = new PcapngWriter(output);
  let interfaces = 0;
  await readCapture(path, (frame) => {
    const { number, linkType, seconds, nanoseconds, bytes, start, end, originalLength } = frame;
    if (interfaces === 0) {
      interfaces = 1;
      writer.addInterface({ name: "", linkType, snapLength: maxFrame(linkType) });
    }
    const comment = comments.get(number)?.join("\n");
    writer.write(0, seconds, nanoseconds, bytes, start, end, originalLength, comment);
  });
  writer.flush();
}

/** Octets that are read at a time. */
const CHUNK = 1 << 18;

/** Copies blocks; what makes no sense, and everything behind it, is copied as it is. */
class BlockCopier {
  readonly #comments: FrameComments;
  readonly #output: Output;
  readonly #bare: number[] = [];
  #little = true;
  #packets = 0;

  constructor(comments: FrameComments, output: Output) {
    this.#comments = comments;
    this.#output = output;
  }

  async copy(source: OctetSource, head: Uint8Array): Promise<number[]> {
    let buffer = new Uint8Array(CHUNK);
    buffer.set(head);
    let end = head.length;
    for (let more = true; more;) {
      const at = this.#blocks(buffer, end);
      buffer.copyWithin(0, at, end);
      end -= at;
      if (end === buffer.length) {
        const larger = new Uint8Array(2 * end);
        larger.set(buffer);
        buffer = larger;
      }
      const octets = await source.read(buffer.subarray(end));
      more = octets !== null;
      end += octets ?? 0;
    }
    this.#output.write(buffer.subarray(0, end));
    return this.#bare;
  }

  /** Copies the whole blocks at the beginning of a buffer; returns where the first partial one is. */
  #blocks(bytes: Uint8Array, end: number): number {
    const view = new DataView(bytes.buffer);
    let at = 0;
    while (at + 12 <= end) {
      const type = view.getUint32(at, this.#little);
      // The number of a section header reads the same in both byte orders.
      if (type === BlockType.section) {
        this.#little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      }
      const total = view.getUint32(at + 4, this.#little);
      const next = at + padded(total);
      if (total < 12 || total > MAX_BLOCK) {
        this.#output.write(bytes.subarray(at, end));
        return end;
      }
      if (next > end) break;
      this.#block(type, bytes, view, at, next);
      at = next;
    }
    return at;
  }

  #block(type: number, bytes: Uint8Array, view: DataView, at: number, next: number): void {
    const plain = () => this.#output.write(bytes.subarray(at, next));
    const isSimple = type === BlockType.simplePacket;
    if (type !== BlockType.enhancedPacket && type !== BlockType.packet && !isSimple) return plain();
    const comments = this.#comments.get(++this.#packets);
    if (comments === undefined) return plain();
    if (isSimple) {
      this.#bare.push(this.#packets);
      return plain();
    }
    const options = at + 28 + padded(view.getUint32(at + 20, this.#little));
    if (options > next - 4) return plain();
    this.#output.write(this.#withComments(bytes.subarray(at, next), options - at, comments));
  }

  /** A packet block with comments before the options that it has. */
  #withComments(block: Uint8Array, options: number, comments: readonly string[]): Uint8Array {
    const little = this.#little;
    const texts = comments.map((text) => new TextEncoder().encode(text).subarray(0, 0xfff0));
    const had = block.length - 4 - options;
    const added = texts.reduce((sum, text) => sum + 4 + padded(text.length), had === 0 ? 4 : 0);
    const out = new Uint8Array(block.length + added);
    const view = new DataView(out.buffer);
    out.set(block.subarray(0, options));
    let to = options;
    for (const text of texts) {
      view.setUint16(to, OptionCode.comment, little);
      view.setUint16(to + 2, text.length, little);
      out.set(text, to + 4);
      to += 4 + padded(text.length);
    }
    // Options end with one of length 0: theirs, or where there was none, ours.
    out.set(block.subarray(options, block.length - 4), had === 0 ? to + 4 : to);
    view.setUint32(4, out.length, little);
    view.setUint32(out.length - 4, out.length, little);
    return out;
  }
}
