/** Room for many short copies: an array of octets of its own costs several times what it holds. */

/** Octets of one stretch of room, and of the first: most captures of a lab are small. */
const STRETCH = 1 << 18, FIRST = 1 << 12;

/** Keeps copies of octets one behind the other. */
export class Arena {
  #room = new Uint8Array(0);
  #used = 0;
  /** Octets of the next stretch. */
  #next = FIRST;

  /** A copy of `bytes[start..end)`, which nobody overwrites. */
  keep(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const octets = end - start;
    if (octets > STRETCH >> 3) return bytes.slice(start, end);
    if (this.#used + octets > this.#room.length) {
      this.#room = new Uint8Array(Math.max(this.#next, octets));
      this.#used = 0;
      this.#next = Math.min(2 * this.#next, STRETCH);
    }
    const copy = this.#room.subarray(this.#used, this.#used + octets);
    copy.set(bytes.subarray(start, end));
    this.#used += octets;
    return copy;
  }
}
