/** The key of a flow, in words of 32 bits; one object is filled again for each segment. */

/** Words that a key has at most: link header, addresses, ports and flow id. */
const MOST = 64;

/** A key under construction. */
export class FlowKey {
  readonly words: Uint32Array = new Uint32Array(MOST);
  length = 0;
  hash = 0;

  /** Begins anew. */
  clear(): void {
    this.length = 0;
    this.hash = 0x9e37;
  }

  /** Adds a number of 32 bits. */
  number(value: number): void {
    this.words[this.length++] = value;
    const mixed = Math.imul(this.hash ^ value, 0x9e3779b1);
    this.hash = mixed ^ mixed >>> 15;
  }

  /** Adds octets. */
  octets(bytes: Uint8Array, at: number, end: number): void {
    for (; at + 4 <= end; at += 4) {
      this.number(bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]);
    }
    if (at === end) return;
    // How many octets the last word has must tell, too.
    let rest = end - at;
    while (at < end) rest = rest << 8 | bytes[at++];
    this.number(rest);
  }

  /** Whether it is the key that was kept in so many words. */
  is(words: Uint32Array, length: number): boolean {
    if (length !== this.length) return false;
    for (let i = 0; i < length; i++) if (words[i] !== this.words[i]) return false;
    return true;
  }
}
