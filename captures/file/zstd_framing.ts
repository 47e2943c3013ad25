/**
 * Follows the frames and blocks of zstd-compressed data without decompressing it: the decompressor at
 * hand does not say when its input ended too early, and a capture must not be shortened unnoticed.
 *
 * ```
 * frame:  magic (4), descriptor (1), window (0-1), dictionary (0-4), content size (0-8), blocks,
 *         checksum (0 or 4)
 * block:  last (1 bit), type (2 bits), size (21 bits), octets
 * ```
 *
 * All numbers are little-endian. Source: RFC 8878 §3.1.
 */

/** What the next octets are. */
type State = "magic" | "skippable" | "descriptor" | "fields" | "block" | "content" | "checksum";

/** Octets of a frame header behind the descriptor. */
function headerFields(descriptor: number): number {
  const single = (descriptor & 0x20) !== 0;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6];
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  return (single ? 0 : 1) + dictionary + contentSize;
}

/** Takes compressed octets in order; says whether they could end here. */
export class ZstdFraming {
  #state: State = "magic";
  /** Octets of the present state that are still to come. */
  #left = 4;
  /** The number that the present state's octets make up, as far as it matters. */
  #value = 0;
  #shift = 0;
  #hasChecksum = false;
  #lastBlock = false;

  /** Whether the octets so far end with a whole frame. */
  get complete(): boolean {
    return this.#state === "magic" && this.#left === 4;
  }

  /** Takes octets up to the end of a frame, or all of them; returns how many. */
  push(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length) {
      const numeric = this.#state !== "content" && this.#state !== "fields" &&
        this.#state !== "checksum";
      const take = numeric ? 1 : Math.min(this.#left, chunk.length - at);
      if (numeric) {
        this.#value += chunk[at] * 2 ** this.#shift;
        this.#shift += 8;
      }
      at += take;
      this.#left -= take;
      while (this.#left === 0) this.#advance(this.#value);
      if (this.complete) break;
    }
    return at;
  }

  #expect(state: State, octets: number): void {
    this.#state = state;
    this.#left = octets;
    this.#value = this.#shift = 0;
  }

  /** The octets of a state are all there: what comes next? */
  #advance(value: number): void {
    switch (this.#state) {
      case "magic":
        // Skippable frames have a size and nothing that matters; others begin with a descriptor.
        if ((value & 0xfffffff0) === 0x184d2a50) return this.#expect("skippable", 4);
        return this.#expect("descriptor", 1);
      case "skippable":
        this.#lastBlock = true;
        this.#hasChecksum = false;
        return this.#expect("content", value);
      case "descriptor":
        this.#hasChecksum = (value & 4) !== 0;
        return this.#expect("fields", headerFields(value));
      case "fields":
        return this.#expect("block", 3);
      case "block": {
        this.#lastBlock = (value & 1) === 1;
        const repeated = ((value >> 1) & 3) === 1;
        return this.#expect("content", repeated ? 1 : value >> 3);
      }
      case "content":
        if (!this.#lastBlock) return this.#expect("block", 3);
        return this.#hasChecksum ? this.#expect("checksum", 4) : this.#expect("magic", 4);
      case "checksum":
        return this.#expect("magic", 4);
    }
  }
}
