/** Room for many short copies: an array of octets of its own costs several times what it holds. */

/** Octets of one stretch of room, and of the first: most captures of a lab are small. */
const STRETCH = 1 << 18, FIRST = 1 << 12;

/** Keeps copies of octets one behind the other. */
export class Arena {
  /** The room of the last copy, which holds others too. */
  room: Uint8Array = new Uint8Array(0);
  #used = 0;
  /** Octets of the next stretch. */
  #next = FIRST;

  /** A copy of `bytes[start..end)`, which nobody overwrites. */
  keep(bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (end - start > STRETCH >> 3) return bytes.slice(start, end);
    const at = this.put(bytes, start, end);
    return this.room.subarray(at, at + end - start);
  }

  /**
   * Copies `bytes[start..end)` into `room`: for those who keep the room and a place in it, as a view of
   * its own costs more than a short copy.
   * @returns The first octet of the copy.
   */
  put(bytes: Uint8Array, start: number, end: number): number {
    const octets = end - start;
    if (this.#used + octets > this.room.length) {
      this.room = new Uint8Array(Math.max(this.#next, octets));
      this.#used = 0;
      this.#next = Math.min(2 * this.#next, STRETCH);
    }
    const at = this.#used, { room } = this;
    // A few octets are copied in less time than it takes to make a view of them.
    if (octets > 64) room.set(bytes.subarray(start, end), at);
    else for (let i = 0; i < octets; i++) room[at + i] = bytes[start + i];
    this.#used += octets;
    return at;
  }
}
