/** A view of one AVP; its diagram stands in `wire/l2tp_avp.ts`. */
import { get16, get32, put16 } from "../wire/octets.ts";
import { AVP_LENGTH } from "../wire/l2tp_avp.ts";
import { PacketView } from "./packet_view.ts";

const MANDATORY = 0x80, HIDDEN = 0x40;

/** An Attribute-Value Pair in place (RFC 2661 §4.1). */
export class AvpView extends PacketView {
  /** As `PacketView.at`; false as well for a Length of less than six, behind which nothing can be read. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const octets = this.point(bytes, start, end);
    if (octets < AVP_LENGTH) return false;
    const { length } = this;
    if (length < AVP_LENGTH || length > octets) return false;
    this.end = start + length;
    return true;
  }

  /** M: whoever does not know the attribute must not go on. */
  get mandatory(): boolean {
    return (this.bytes[this.start] & MANDATORY) !== 0;
  }

  set mandatory(value: boolean) {
    this.#bit(MANDATORY, value);
  }

  /** H: the value is hidden with the shared secret. */
  get hidden(): boolean {
    return (this.bytes[this.start] & HIDDEN) !== 0;
  }

  set hidden(value: boolean) {
    this.#bit(HIDDEN, value);
  }

  /** Four bits that must be zero. */
  get reserved(): number {
    return (this.bytes[this.start] >> 2) & 15;
  }

  set reserved(value: number) {
    this.bytes[this.start] = (this.bytes[this.start] & 0xc3) | ((value & 15) << 2);
  }

  /** Ten bits: octets of the AVP, header included. */
  get length(): number {
    return get16(this.bytes, this.start) & 0x3ff;
  }

  set length(value: number) {
    put16(this.bytes, this.start, (get16(this.bytes, this.start) & 0xfc00) | (value & 0x3ff));
  }

  /** Vendor ID: 0 for the attributes of the IETF. */
  get vendor(): number {
    return get16(this.bytes, this.start + 2);
  }

  set vendor(value: number) {
    put16(this.bytes, this.start + 2, value);
  }

  /** Attribute Type. */
  get type(): number {
    return get16(this.bytes, this.start + 4);
  }

  set type(value: number) {
    put16(this.bytes, this.start + 4, value);
  }

  /** First octet of the Attribute Value; it goes up to `end`. */
  get valueStart(): number {
    return this.start + AVP_LENGTH;
  }

  /** Octets of the value. */
  get valueLength(): number {
    return this.end - this.start - AVP_LENGTH;
  }

  /** The value's octets in place: an object, which lasts as long as they do. */
  get value(): Uint8Array {
    return this.bytes.subarray(this.valueStart, this.end);
  }

  /** The value as a number; -1 when it has not two octets. */
  get value16(): number {
    return this.valueLength === 2 ? get16(this.bytes, this.valueStart) : -1;
  }

  /** Writes the first two octets of the value. @throws RangeError when there are fewer. */
  set value16(value: number) {
    if (this.valueLength < 2) {
      throw new RangeError(
        `Cannot write a 16-bit value as the AVP's value must have two octets: got ${this.valueLength}`,
      );
    }
    put16(this.bytes, this.valueStart, value);
  }

  /** The value as a number; -1 when it has not four octets. */
  get value32(): number {
    return this.valueLength === 4 ? get32(this.bytes, this.valueStart) : -1;
  }

  #bit(bit: number, set: boolean) {
    if (set) this.bytes[this.start] |= bit;
    else this.bytes[this.start] &= ~bit;
  }
}
