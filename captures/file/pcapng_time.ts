/**
 * Times of a pcapng interface: 64-bit counts of its own resolution, with an offset in seconds.
 *
 * Source: draft-ietf-opsawg-pcapng §4.2 (if_tsresol, if_tsoffset).
 */

/** Turns counts into seconds and nanoseconds; its fields hold the last result. */
export class TimeConverter {
  /** Seconds since 1970-01-01 UTC. */
  seconds = 0;
  /** 0 to 999,999,999. */
  nanoseconds = 0;
  /** Ticks per second. */
  readonly resolution: number;
  readonly #ticks: bigint;
  readonly #toNanoseconds: number;
  readonly #offset: number;

  /**
   * @param code if_tsresol: a power of ten, or of two where the highest bit is set.
   * @param offset if_tsoffset: seconds to be added.
   */
  constructor(code = 6, offset = 0n) {
    const exponent = code & 0x7f;
    this.#ticks = (code & 0x80) !== 0 ? 1n << BigInt(exponent) : 10n ** BigInt(exponent);
    this.resolution = Number(this.#ticks);
    // The fast way needs ticks that are whole nanoseconds; 0 stands for the exact slow way.
    const decimal = (code & 0x80) === 0 && exponent <= 9;
    this.#toNanoseconds = decimal ? 1e9 / this.resolution : 0;
    this.#offset = Number(offset);
  }

  /** Converts a count given as its two 32-bit halves. */
  convert(high: number, low: number): void {
    if (this.#toNanoseconds === 0) return this.#convertExactly(high, low);
    const ticks = this.resolution;
    // The quotient is right or off by one, as the dividend is rounded to 53 bits. The remainder
    // modulo 2^32 is exact and shows which.
    let seconds = Math.floor((high * 0x100000000 + low) / ticks);
    let rest = (low - Math.imul(seconds, ticks)) | 0;
    if (rest < 0) {
      rest += ticks;
      seconds--;
    } else if (rest >= ticks) {
      rest -= ticks;
      seconds++;
    }
    this.seconds = seconds + this.#offset;
    this.nanoseconds = rest * this.#toNanoseconds;
  }

  #convertExactly(high: number, low: number): void {
    const count = (BigInt(high) << 32n) | BigInt(low);
    this.seconds = Number(count / this.#ticks) + this.#offset;
    this.nanoseconds = Number((count % this.#ticks) * 1_000_000_000n / this.#ticks);
  }
}
