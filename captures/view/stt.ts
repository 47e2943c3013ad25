/** A view of a segment of Stateless Transport Tunneling, from its TCP header on. */
import { get16, get32, get64, put16, put32 } from "../wire/octets.ts";
import { LENGTH, OFFSET } from "../wire/stt.ts";
import * as tcp from "../wire/tcp.ts";
import { PacketView } from "./packet_view.ts";

/**
 * A segment in place. Point it at the TCP header of a datagram, with the end of the datagram's payload.
 * Ports are not looked at: whether it is STT at all is said by whoever configured that.
 */
export class SttView extends PacketView {
  /** First octet behind the TCP header: the STT header, or what continues an STT frame. */
  part = 0;
  /** First octet behind the STT header, where there is one; else `part`. */
  data = 0;
  /** Whether the segment begins an STT frame, and holds its whole header. */
  hasHeader = false;

  /** As `PacketView.at`. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    if (this.point(bytes, start, end) < tcp.MIN_LENGTH) return false;
    const header = bytes[start + tcp.OFFSET.dataOffset] >> 4 << 2;
    this.part = start + header;
    if (header < tcp.MIN_LENGTH || this.part > this.limit) return false;
    this.hasHeader = this.offset === 0 && this.limit - this.part >= LENGTH;
    this.data = this.hasHeader ? this.part + LENGTH : this.part;
    return true;
  }

  /** Octets of the STT frame, its header included. */
  get frameLength(): number {
    return get16(this.bytes, this.start + tcp.OFFSET.sequence);
  }

  set frameLength(value: number) {
    put16(this.bytes, this.start + tcp.OFFSET.sequence, value);
  }

  /** Octets of the STT frame in front of this segment. */
  get offset(): number {
    return get16(this.bytes, this.start + tcp.OFFSET.sequence + 2);
  }

  /** After this the view must be pointed anew, as only a segment of offset 0 has an STT header. */
  set offset(value: number) {
    put16(this.bytes, this.start + tcp.OFFSET.sequence + 2, value);
  }

  /** Tells the STT frames of two hosts apart. */
  get frameNumber(): number {
    return get32(this.bytes, this.start + tcp.OFFSET.acknowledgment);
  }

  set frameNumber(value: number) {
    put32(this.bytes, this.start + tcp.OFFSET.acknowledgment, value);
  }

  /** Whether the segment lies within its STT frame. */
  get isWithin(): boolean {
    return this.offset + this.end - this.part <= this.frameLength;
  }

  /** Of the STT header, -1 where there is none. */
  get version(): number {
    return this.#octet(OFFSET.version);
  }

  set version(value: number) {
    this.#write(OFFSET.version, value);
  }

  /** See `SttFlag`; -1 where there is no STT header. */
  get flags(): number {
    return this.#octet(OFFSET.flags);
  }

  set flags(value: number) {
    this.#write(OFFSET.flags, value);
  }

  /** Octets from `data` to the inner transport header; -1 where there is no STT header. */
  get l4Offset(): number {
    return this.#octet(OFFSET.l4Offset);
  }

  set l4Offset(value: number) {
    this.#write(OFFSET.l4Offset, value);
  }

  /** Octets of payload that the inner TCP is to be split into; -1 where there is no STT header. */
  get maximumSegmentSize(): number {
    return this.hasHeader ? get16(this.bytes, this.part + OFFSET.maximumSegmentSize) : -1;
  }

  set maximumSegmentSize(value: number) {
    this.#mustHaveHeader();
    put16(this.bytes, this.part + OFFSET.maximumSegmentSize, value);
  }

  /** 64 bits; -1 where there is no STT header. */
  get contextId(): bigint {
    return this.hasHeader ? get64(this.bytes, this.part + OFFSET.contextId) : -1n;
  }

  #octet(offset: number): number {
    return this.hasHeader ? this.bytes[this.part + offset] : -1;
  }

  #write(offset: number, value: number): void {
    this.#mustHaveHeader();
    this.bytes[this.part + offset] = value;
  }

  #mustHaveHeader(): void {
    if (!this.hasHeader) throw new RangeError("Cannot write field as there is no STT header");
  }
}
