/**
 * Reads packets whose IP headers do not say what they are: lengths that lie, and fragments. What a
 * device made of them can be told only if they are read as if they told the truth.
 */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { get16, put16 } from "../../../captures/wire/octets.ts";
import { isOpaqueFormat, type OpaqueFormat, opaqueLength } from "../../../captures/wire/opaque.ts";
import { Bit } from "./packet_columns.ts";

const LARGEST = 0xffff, IPV4 = 20, IPV6 = 40;
/** More fragments and the offset. */
const FRAGMENT = 0x3fff;

/** A copy of a packet with the lengths that it has, and no fragment. */
export class RepairedPacket {
  /** The copy, and behind it what is left of others. */
  readonly bytes = new Uint8Array(LARGEST + 1);
  readonly view = new DataView(this.bytes.buffer);
  length = 0;
  /** What was repaired: bits of `Column.bits`. */
  bits = 0;
  #headerEnd = 0;
  #protocol = 0;

  /**
   * Copies the datagram at `start` and repairs it.
   * @param whole Whether every octet up to `end` belongs to it, whatever its headers say.
   * @returns Whether anything was repaired.
   */
  of(
    bytes: Uint8Array,
    start: number,
    end: number,
    formats: readonly OpaqueFormat[],
    whole: boolean,
  ): boolean {
    this.bits = 0;
    this.length = end - start;
    if (this.length > LARGEST || this.length < IPV4) return false;
    this.bytes.set(bytes.subarray(start, end));
    if (!this.#header(0, whole, true)) return false;
    const at = this.#headerEnd;
    for (const format of formats) {
      if (!isOpaqueFormat(format, this.#protocol, this.bytes, at, this.length)) continue;
      const octets = opaqueLength(format, this.bytes, at, this.length);
      if (octets < 0 || !this.#holdsTcp(at + octets)) continue;
      return this.#header(at + octets, true, false) && this.bits !== 0;
    }
    // A plain packet has no outer header.
    const { outerLength, outerFragment, innerLength, innerFragment } = Bit;
    if ((this.bits & outerLength) !== 0) this.bits ^= outerLength | innerLength;
    if ((this.bits & outerFragment) !== 0) this.bits ^= outerFragment | innerFragment;
    return this.bits !== 0;
  }

  /** Whether an IP header at `at` may announce TCP: several formats may fit what is in front of it. */
  #holdsTcp(at: number): boolean {
    const { bytes } = this, room = this.length - at, version = bytes[at] >> 4;
    if (version === 4) return room >= IPV4 && bytes[at + 9] === IP_PROTOCOL.TCP;
    return version === 6 && room >= IPV6;
  }

  #header(at: number, whole: boolean, outer: boolean): boolean {
    const { bytes } = this, room = this.length - at;
    const lies = outer ? Bit.outerLength : Bit.innerLength;
    if (room >= IPV4 && bytes[at] >> 4 === 4) {
      const header = (bytes[at] & 15) << 2, total = get16(bytes, at + 2);
      if (header < IPV4 || header > room) return false;
      if (total !== room) {
        if (whole || total < header || total > room) {
          this.bits |= lies;
          put16(bytes, at + 2, room);
        } else this.length = at + total;
      }
      const flags = get16(bytes, at + 6);
      if ((flags & FRAGMENT) !== 0) {
        this.bits |= outer ? Bit.outerFragment : Bit.innerFragment;
        put16(bytes, at + 6, flags & ~FRAGMENT);
      }
      this.#headerEnd = at + header;
      this.#protocol = bytes[at + 9];
      return true;
    }
    if (room < IPV6 || bytes[at] >> 4 !== 6) return false;
    const payload = get16(bytes, at + 4);
    if (payload !== room - IPV6) {
      if (whole || payload > room - IPV6) {
        this.bits |= lies;
        put16(bytes, at + 4, room - IPV6);
      } else this.length = at + IPV6 + payload;
    }
    this.#headerEnd = at + IPV6;
    this.#protocol = bytes[at + 6];
    return this.#protocol !== IP_PROTOCOL.FRAGMENT;
  }
}
