/** A view of L2TP messages, control and data; the header's diagram stands in `wire/l2tp.ts`. */
import { CONTROL_FLAGS, L2tpFlag, lengthOf, VERSION } from "../wire/l2tp.ts";
import { ATTRIBUTES } from "../wire/l2tp_attributes.ts";
import { get16, put16 } from "../wire/octets.ts";
import { AvpView } from "./l2tp_avp.ts";
import { PacketView } from "./packet_view.ts";

/** The bits that say whether a header is one of a control message: T, L, S, O and the version. */
const CONTROL_MASK = CONTROL_FLAGS | L2tpFlag.offset | 15;
/** Place of a field that the header does not have. */
const ABSENT = -1;

/**
 * An L2TP message in place (RFC 2661 §3.1, §4.1, §6). Every version is read by this layout, as in
 * `wire/l2tp.ts`: look at `version` first.
 *
 * Which fields there are is decided by the flags as `at` found them: one whose flag is clear is -1
 * and cannot be written. Writing flags afterwards moves no field.
 *
 * AVPs are gone through with one cursor, `avp`:
 *
 * ```ts
 * for (let more = l2tp.firstAvp(); more; more = l2tp.nextAvp()) count(l2tp.avp.vendor, l2tp.avp.type);
 * ```
 */
export class L2tpView extends PacketView {
  /** First octet behind the header and its offset pad: of the first AVP or of the PPP frame. */
  headerEnd = 0;
  /** The AVP that `firstAvp`, `nextAvp` or `findAvp` found; where one of them said false, where it stopped. */
  readonly avp: AvpView = new AvpView();
  /** A second cursor, so that a look at one attribute does not disturb whoever goes through all. */
  readonly #other = new AvpView();
  #length = ABSENT;
  #tunnelId = 0;
  #ns = ABSENT;
  #offsetSize = ABSENT;

  /** As `PacketView.at`; false where header or offset pad are cut short. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const octets = this.point(bytes, start, end);
    if (octets < 2) return false;
    const flags = get16(bytes, start);
    const header = lengthOf(flags);
    if (octets < header) return false;
    const ids = start + ((flags & L2tpFlag.length) !== 0 ? 4 : 2);
    const behind = start + header;
    const pad = (flags & L2tpFlag.offset) !== 0 ? get16(bytes, behind - 2) : 0;
    if (octets < header + pad) return false;
    this.#length = (flags & L2tpFlag.length) !== 0 ? start + 2 : ABSENT;
    this.#tunnelId = ids;
    this.#ns = (flags & L2tpFlag.sequence) !== 0 ? ids + 4 : ABSENT;
    this.#offsetSize = (flags & L2tpFlag.offset) !== 0 ? behind - 2 : ABSENT;
    this.headerEnd = behind + pad;
    if (this.#length !== ABSENT) {
      const declared = Math.min(this.limit, start + get16(bytes, this.#length));
      this.end = Math.max(this.headerEnd, declared);
    }
    return true;
  }

  /** The first 16 bits: flags and version. */
  get word(): number {
    return get16(this.bytes, this.start);
  }

  set word(value: number) {
    put16(this.bytes, this.start, value);
  }

  /** The first 12 bits, in the upper bits of 16: see `L2tpFlag`. */
  get flags(): number {
    return this.word & 0xfff0;
  }

  set flags(value: number) {
    this.word = (value & 0xfff0) | this.version;
  }

  /** Ver, four bits. */
  get version(): number {
    return this.bytes[this.start + 1] & 15;
  }

  set version(value: number) {
    this.word = this.flags | (value & 15);
  }

  /** T: a control message. */
  get isControl(): boolean {
    return (this.word & L2tpFlag.type) !== 0;
  }

  /** P: a data message that is to be preferred. */
  get hasPriority(): boolean {
    return (this.word & L2tpFlag.priority) !== 0;
  }

  /**
   * Whether the header is one that RFC 2661 §3.1 gives a control message: version 2, T, L and S set,
   * O clear. P and the reserved bits do not matter.
   */
  get isControlHeader(): boolean {
    return (this.word & CONTROL_MASK) === (CONTROL_FLAGS | VERSION);
  }

  /** Length: octets of the whole message as it says, which may be more or fewer than there are. */
  get length(): number {
    return this.#get(this.#length);
  }

  set length(value: number) {
    this.#put("Length", this.#length, value);
  }

  /** Whether Length, where there is one, leaves room for the header and ends with what is there. */
  get isWhole(): boolean {
    if (this.#length === ABSENT) return true;
    const stop = this.start + this.length;
    return stop >= this.headerEnd && stop <= this.limit;
  }

  /** Tunnel ID. */
  get tunnelId(): number {
    return get16(this.bytes, this.#tunnelId);
  }

  set tunnelId(value: number) {
    put16(this.bytes, this.#tunnelId, value);
  }

  /** Session ID. */
  get sessionId(): number {
    return get16(this.bytes, this.#tunnelId + 2);
  }

  set sessionId(value: number) {
    put16(this.bytes, this.#tunnelId + 2, value);
  }

  /** Ns. */
  get ns(): number {
    return this.#get(this.#ns);
  }

  set ns(value: number) {
    this.#put("Ns", this.#ns, value);
  }

  /** Nr. */
  get nr(): number {
    return this.#ns === ABSENT ? ABSENT : get16(this.bytes, this.#ns + 2);
  }

  set nr(value: number) {
    this.#put("Nr", this.#ns === ABSENT ? ABSENT : this.#ns + 2, value);
  }

  /** Offset Size: octets of the pad behind it. */
  get offsetSize(): number {
    return this.#get(this.#offsetSize);
  }

  set offsetSize(value: number) {
    this.#put("Offset Size", this.#offsetSize, value);
  }

  /**
   * The value of the Message Type AVP, 0 for a zero-length body (ZLB), or -1: a data message, one with
   * a Length that leaves no room for its header, or one that begins with anything but a Message Type
   * AVP of vendor 0, in clear, with a value of two octets.
   */
  get messageType(): number {
    if (!this.isControl) return -1;
    if (this.#length !== ABSENT && this.start + this.length < this.headerEnd) return -1;
    if (this.headerEnd === this.end) return 0;
    const first = this.#other;
    if (!first.at(this.bytes, this.headerEnd, this.end) || first.hidden) return -1;
    const named = first.vendor === 0 && first.type === ATTRIBUTES.messageType.type;
    return named ? first.value16 : -1;
  }

  /** The value of the Assigned Tunnel ID AVP; -1 where there is none in clear. */
  get assignedTunnelId(): number {
    return this.value16Of(ATTRIBUTES.assignedTunnelId.type);
  }

  /** The value of the Assigned Session ID AVP; -1 where there is none in clear. */
  get assignedSessionId(): number {
    return this.value16Of(ATTRIBUTES.assignedSessionId.type);
  }

  /** Where the AVPs begin: a data message has none. */
  get #avps(): number {
    return this.isControl ? this.headerEnd : this.end;
  }

  /** Puts `avp` on the first AVP; false where none can be read. */
  firstAvp(): boolean {
    return this.avp.at(this.bytes, this.#avps, this.end);
  }

  /** Puts `avp` on the AVP behind the one that it stands on; false where none can be read. */
  nextAvp(): boolean {
    return this.avp.at(this.bytes, this.avp.end, this.end);
  }

  /** Puts `avp` on the first AVP of an attribute, hidden or not; false where there is none. */
  findAvp(type: number, vendor = 0): boolean {
    let more = this.firstAvp();
    while (more && (this.avp.type !== type || this.avp.vendor !== vendor)) more = this.nextAvp();
    return more;
  }

  /** Whether the AVPs can be read to the end of the message. Does not move `avp`. */
  get avpsAddUp(): boolean {
    let at = this.#avps;
    while (at < this.end && this.#other.at(this.bytes, at, this.end)) at = this.#other.end;
    return at === this.end;
  }

  /** The value of the first AVP of an attribute that is in clear; -1 unless it has two octets. */
  value16Of(type: number, vendor = 0): number {
    return this.#findClear(type, vendor) ? this.#other.value16 : -1;
  }

  /** The value of the first AVP of an attribute that is in clear; -1 unless it has four octets. */
  value32Of(type: number, vendor = 0): number {
    return this.#findClear(type, vendor) ? this.#other.value32 : -1;
  }

  /** The octets, in place, of the first AVP of an attribute that is in clear: an object. */
  octetsOf(type: number, vendor = 0): Uint8Array | undefined {
    return this.#findClear(type, vendor) ? this.#other.value : undefined;
  }

  #findClear(type: number, vendor: number): boolean {
    const other = this.#other;
    let more = other.at(this.bytes, this.#avps, this.end);
    while (more && (other.hidden || other.type !== type || other.vendor !== vendor)) {
      more = other.at(this.bytes, other.end, this.end);
    }
    return more;
  }

  #get(at: number): number {
    return at === ABSENT ? ABSENT : get16(this.bytes, at);
  }

  #put(name: string, at: number, value: number) {
    if (at === ABSENT) throw new RangeError(`Cannot write ${name} as the header has none`);
    put16(this.bytes, at, value);
  }
}
