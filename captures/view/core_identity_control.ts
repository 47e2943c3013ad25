/** A view of core-identity control messages; the diagram stands in `wire/core_identity_control.ts`. */
import { PacketType, SEAL_LENGTH } from "../wire/core_identity.ts";
import { CONTROL_LENGTH, CORE_COUNT_OFFSET, Message } from "../wire/core_identity_control.ts";
import { get16, get32, put16, put32 } from "../wire/octets.ts";
import { AttributesView } from "./attributes.ts";

const A = 4;

/**
 * A control message in place, of whatever version. Its attributes may be broken: ask `attributesAddUp`.
 *
 * Where attributes end is decided by A as `at` found it; writing flags moves nothing.
 */
export class CoreIdentityControlView extends AttributesView {
  protected override readonly headerLength = CONTROL_LENGTH;
  #attributesEnd = 0;

  /** As `PacketView.at`; false as well where Type is not control, or nonce and tag are cut short. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const octets = this.point(bytes, start, end);
    if (octets < CONTROL_LENGTH || (bytes[start] & 15) !== PacketType.control) return false;
    const tail = this.authenticated ? SEAL_LENGTH : 0;
    this.#attributesEnd = this.end - tail;
    return octets >= CONTROL_LENGTH + tail;
  }

  override get attributesEnd(): number {
    return this.#attributesEnd;
  }

  /** Four bits. */
  get version(): number {
    return this.bytes[this.start] >> 4;
  }

  set version(value: number) {
    this.bytes[this.start] = value << 4 | this.type;
  }

  /** Four bits: `PacketType.control`, unless it was written since. */
  get type(): number {
    return this.bytes[this.start] & 15;
  }

  set type(value: number) {
    this.bytes[this.start] = this.version << 4 | value & 15;
  }

  /** The octet of flags; bit 2 (value 4) is A. */
  get flags(): number {
    return this.bytes[this.start + 1];
  }

  set flags(value: number) {
    this.bytes[this.start + 1] = value;
  }

  /** A: nonce and tag end the message. */
  get authenticated(): boolean {
    return (this.flags & A) !== 0;
  }

  /** See `Message`. */
  get message(): number {
    return get16(this.bytes, this.start + 2);
  }

  set message(value: number) {
    put16(this.bytes, this.start + 2, value);
  }

  /** Whether the message is one that may carry processor information: HELLO, HELLO ACK or UPDATE. */
  get isAnnouncement(): boolean {
    const { message } = this;
    return message === Message.hello || message === Message.helloAck || message === Message.update;
  }

  /** Aggregated Tunnel ID. */
  get aggregateId(): number {
    return get16(this.bytes, this.start + 4);
  }

  set aggregateId(value: number) {
    put16(this.bytes, this.start + 4, value);
  }

  /** Tunnel ID. */
  get tunnelId(): number {
    return get16(this.bytes, this.start + 6);
  }

  set tunnelId(value: number) {
    put16(this.bytes, this.start + 6, value);
  }

  /** Control Sequence Number. */
  get sequence(): number {
    return get32(this.bytes, this.start + 8);
  }

  set sequence(value: number) {
    put32(this.bytes, this.start + 8, value);
  }

  /** Acknowledged Sequence Number: that of the message which this one answers; 0 for none. */
  get acknowledged(): number {
    return get32(this.bytes, this.start + 12);
  }

  set acknowledged(value: number) {
    put32(this.bytes, this.start + 12, value);
  }

  /** Core Count; 0 where the message carries no processor information. */
  get coreCount(): number {
    return get16(this.bytes, this.start + CORE_COUNT_OFFSET);
  }

  set coreCount(value: number) {
    put16(this.bytes, this.start + CORE_COUNT_OFFSET, value);
  }

  /** Processor Information Version. */
  get informationVersion(): number {
    return get16(this.bytes, this.start + 18);
  }

  set informationVersion(value: number) {
    put16(this.bytes, this.start + 18, value);
  }

  /** Packet Nonce and Packet Tag in place; no octets where A is clear. An object. */
  get trailer(): Uint8Array {
    return this.bytes.subarray(this.#attributesEnd, this.end);
  }
}
