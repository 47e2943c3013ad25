/** A view of messages within a cluster; the diagram stands in `wire/tunnel_cluster.ts`. */
import { get16, get32, put16, put32 } from "../wire/octets.ts";
import {
  CLUSTER_VERSION,
  ClusterAttribute,
  ClusterFlag,
  LENGTH,
  OFFSET,
} from "../wire/tunnel_cluster.ts";
import { AttributesView } from "./attributes.ts";

/** A cluster message in place, of whatever version. */
export class ClusterView extends AttributesView {
  protected override readonly headerLength = LENGTH;

  /** As `PacketView.at`; false as well where Length reaches beyond what is there. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const octets = this.point(bytes, start, end);
    if (octets < LENGTH || octets < this.length) return false;
    this.end = start + Math.max(LENGTH, this.length);
    return true;
  }

  /** Ver, four bits. */
  get version(): number {
    return this.bytes[this.start + OFFSET.version] >> 4;
  }

  set version(value: number) {
    this.bytes[this.start + OFFSET.version] = value << 4 | this.flags;
  }

  /** Four bits, see `ClusterFlag`. */
  get flags(): number {
    return this.bytes[this.start + OFFSET.version] & 15;
  }

  set flags(value: number) {
    this.bytes[this.start + OFFSET.version] = this.version << 4 | value & 15;
  }

  /** D: the endpoint lets its tunnels end and wants no new ones. */
  get draining(): boolean {
    return (this.flags & ClusterFlag.draining) !== 0;
  }

  /** I: the endpoint is inactive for a time. */
  get inactive(): boolean {
    return (this.flags & ClusterFlag.inactive) !== 0;
  }

  /** Message, see `ClusterMessage`. */
  get message(): number {
    return this.bytes[this.start + OFFSET.message];
  }

  set message(value: number) {
    this.bytes[this.start + OFFSET.message] = value;
  }

  /** Length: octets of the whole message as it says. */
  get length(): number {
    return get16(this.bytes, this.start + OFFSET.length);
  }

  set length(value: number) {
    put16(this.bytes, this.start + OFFSET.length, value);
  }

  /** Member: who sent it. */
  get member(): number {
    return get16(this.bytes, this.start + OFFSET.member);
  }

  set member(value: number) {
    put16(this.bytes, this.start + OFFSET.member, value);
  }

  /** Term. */
  get term(): number {
    return get16(this.bytes, this.start + OFFSET.term);
  }

  set term(value: number) {
    put16(this.bytes, this.start + OFFSET.term, value);
  }

  /** Sequence Number. */
  get sequence(): number {
    return get32(this.bytes, this.start + OFFSET.sequence);
  }

  set sequence(value: number) {
    put32(this.bytes, this.start + OFFSET.sequence, value);
  }

  /** Acknowledged Sequence Number: that of the message which this one answers; 0 for none. */
  get acknowledged(): number {
    return get32(this.bytes, this.start + OFFSET.acknowledged);
  }

  set acknowledged(value: number) {
    put32(this.bytes, this.start + OFFSET.acknowledged, value);
  }

  /** Whether this version understands the message: its Length and attributes add up. */
  get isWellFormed(): boolean {
    return this.version === CLUSTER_VERSION && this.length >= LENGTH && this.attributesAddUp;
  }

  /** Load in hundredths of a per cent; -1 where the message has none. */
  get load(): number {
    return this.value16Of(ClusterAttribute.load);
  }
}
