/**
 * Views of attributes as cluster messages and core-identity control messages have them.
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |         Attribute Type        |        Attribute Length       |  Length counts the value only
 * +-------------------------------+-------------------------------+
 * :                        Attribute Value                        :
 * +---------------------------------------------------------------+
 * ```
 */
import { get16, get32, put16 } from "../wire/octets.ts";
import { PacketView } from "./packet_view.ts";

/** Octets of an attribute without a value. */
const HEADER_LENGTH = 4;

/** One attribute in place. Its value is a list of numbers of whatever size its type gives it. */
export class AttributeView extends PacketView {
  /** As `PacketView.at`; false as well where the value is cut short. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const octets = this.point(bytes, start, end);
    if (octets < HEADER_LENGTH || octets < HEADER_LENGTH + this.length) return false;
    this.end = start + HEADER_LENGTH + this.length;
    return true;
  }

  /** Attribute Type. */
  get type(): number {
    return get16(this.bytes, this.start);
  }

  set type(value: number) {
    put16(this.bytes, this.start, value);
  }

  /** Attribute Length: octets of the value. */
  get length(): number {
    return get16(this.bytes, this.start + 2);
  }

  set length(value: number) {
    put16(this.bytes, this.start + 2, value);
  }

  /** First octet of the value; it goes up to `end`. */
  get valueStart(): number {
    return this.start + HEADER_LENGTH;
  }

  /** Octets of the value that there are. */
  get valueLength(): number {
    return this.end - this.valueStart;
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
    this.#mustHold(2);
    put16(this.bytes, this.valueStart, value);
  }

  /** The value as a number; -1 when it has not four octets. */
  get value32(): number {
    return this.valueLength === 4 ? get32(this.bytes, this.valueStart) : -1;
  }

  /** The octet of the value at an offset; -1 beyond its end. */
  octetAt(offset: number): number {
    return this.#holds(offset, 1) ? this.bytes[this.valueStart + offset] : -1;
  }

  /** The 16 bits of the value at an offset in octets; -1 where they are not all there. */
  get16At(offset: number): number {
    return this.#holds(offset, 2) ? get16(this.bytes, this.valueStart + offset) : -1;
  }

  /** The 32 bits of the value at an offset in octets; -1 where they are not all there. */
  get32At(offset: number): number {
    return this.#holds(offset, 4) ? get32(this.bytes, this.valueStart + offset) : -1;
  }

  #holds(offset: number, octets: number): boolean {
    return offset >= 0 && offset + octets <= this.valueLength;
  }

  #mustHold(octets: number) {
    if (this.valueLength >= octets) return;
    throw new RangeError(
      `Cannot write ${octets * 8} bits as the attribute's value must have ${octets} octets: ` +
        `got ${this.valueLength}`,
    );
  }
}

/** A message that ends with attributes; they are gone through with one cursor, `attribute`. */
export abstract class AttributesView extends PacketView {
  /** The attribute found last; where nothing was found, where the search stopped. */
  readonly attribute: AttributeView = new AttributeView();
  /** A second cursor, so that a look at one attribute does not disturb whoever goes through all. */
  readonly #other = new AttributeView();
  /** Octets between `start` and the first attribute. */
  protected abstract readonly headerLength: number;

  /** One past the last octet that attributes may take. */
  get attributesEnd(): number {
    return this.end;
  }

  /** Puts `attribute` on the first one; false where none can be read. */
  firstAttribute(): boolean {
    return this.attribute.at(this.bytes, this.start + this.headerLength, this.attributesEnd);
  }

  /** Puts `attribute` on the one behind that it stands on; false where none can be read. */
  nextAttribute(): boolean {
    return this.attribute.at(this.bytes, this.attribute.end, this.attributesEnd);
  }

  /** Puts `attribute` on the first one of a type; false where there is none. */
  findAttribute(type: number): boolean {
    let more = this.firstAttribute();
    while (more && this.attribute.type !== type) more = this.nextAttribute();
    return more;
  }

  /** Whether the attributes can be read up to `attributesEnd`. Does not move `attribute`. */
  get attributesAddUp(): boolean {
    const other = this.#other, stop = this.attributesEnd;
    let at = this.start + this.headerLength;
    while (at < stop && other.at(this.bytes, at, stop)) at = other.end;
    return at === stop;
  }

  /** The value of the first attribute of a type that has two octets; -1 where there is none. */
  value16Of(type: number): number {
    return this.#find(type, 2) ? this.#other.value16 : -1;
  }

  /** The value of the first attribute of a type that has four octets; -1 where there is none. */
  value32Of(type: number): number {
    return this.#find(type, 4) ? this.#other.value32 : -1;
  }

  /** The octets, in place, of the first attribute of a type that has so many: an object. */
  octetsOf(type: number, octets: number): Uint8Array | undefined {
    return this.#find(type, octets) ? this.#other.value : undefined;
  }

  #find(type: number, octets: number): boolean {
    const other = this.#other, stop = this.attributesEnd;
    let more = other.at(this.bytes, this.start + this.headerLength, stop);
    while (more && (other.type !== type || other.valueLength !== octets)) {
      more = other.at(this.bytes, other.end, stop);
    }
    return more;
  }
}
