/** Turns frames into rows of `PacketColumns`. */
import type { Frame } from "../../../captures/frame.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { SegmentView } from "../../../captures/view/segment.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { sumOctets } from "../../../captures/wire/checksum.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import { ADJUSTED, type OpaqueFormat } from "../../../captures/wire/opaque.ts";
import { TcpOption } from "../../../captures/wire/tcp.ts";
import type { PairDeclaration } from "./declaration.ts";
import { digestOf, hashOf } from "./digest.ts";
import type { FlowKey, Flows } from "./flows.ts";
import { Bit, Column, frameWord, type PacketColumns } from "./packet_columns.ts";
import { RepairedPacket } from "./repair.ts";
import {
  adjustedBits,
  extras,
  flowLabel,
  isSumWrong,
  opaqueHash,
  tcpSumBits,
  tos,
  ttl,
} from "./segment_fields.ts";

/** Octets of an Ethernet frame up to which it may be padded, a tag and a trailer included. */
const PADDED = 72;
/** No segment, in `FlowKey.format`. */
const ORDINARY = -2;
/** The greatest number of microseconds. */
const FURTHEST = 0x7fff_ffff;
/** Octets that an opaque field has at most. */
const LONGEST = 512;

/** Reads frames of both sides of a device. */
export class PacketReader {
  readonly #formats: readonly OpaqueFormat[];
  /** By format: 0 for octets that it has adjusted. */
  readonly #masks: readonly Uint8Array[];
  readonly #flows: Flows;
  readonly #segment = new SegmentView();
  readonly #repaired = new RepairedPacket();
  readonly #key: FlowKey = {
    ...{ format: 0, flowId: 0, addresses: 0, addressesToo: 0, ports: 0 },
    ...{ source: 0, destination: 0 },
  };

  readonly #open: readonly OpaqueFormat[];

  constructor({ formats, openFormats = [] }: PairDeclaration, flows: Flows) {
    this.#open = openFormats;
    this.#formats = this.#segment.formats = formats;
    this.#flows = flows;
    this.#masks = formats.map(({ adjusts }) => {
      const mask = new Uint8Array(LONGEST).fill(255);
      for (const name of adjusts) {
        const { offset, octets } = ADJUSTED[name];
        mask.fill(0, offset, offset + octets);
      }
      return mask;
    });
  }

  /**
   * Adds the packet in a frame that is whole.
   * @param readings Whether one that is longer than its header says is added as what it may be, too.
   */
  read(
    frame: Frame,
    walk: HeaderWalker,
    capture: number,
    rows: PacketColumns,
    readings: boolean,
  ): void {
    const { bytes, view, end } = frame, { l3 } = walk, segment = this.#segment;
    const row = rows.add();
    if (row < 0) return;
    this.#common(frame, capture, rows, row);
    let seen: number;
    if (l3 >= 0 && segment.at(bytes, l3, end)) {
      this.#fill(frame, l3, rows, row, bytes, view, 0);
      seen = segment.end;
    } else if (l3 >= 0 && this.#repair(bytes, l3, end, false)) {
      this.#fillRepaired(frame, l3, rows, row, 0);
      seen = l3 + this.#repaired.length;
    } else return this.#ordinary(frame, walk, rows, row);
    if (!readings || seen === end || end - frame.start <= PADDED) return;
    if (!this.#repair(bytes, l3, end, true)) return;
    const second = rows.add();
    if (second < 0) return;
    this.#common(frame, capture, rows, second);
    this.#fillRepaired(frame, l3, rows, second, Bit.reading);
  }

  #repair(bytes: Uint8Array, l3: number, end: number, whole: boolean): boolean {
    const repaired = this.#repaired;
    return repaired.of(bytes, l3, end, this.#formats, whole) &&
      this.#segment.at(repaired.bytes, 0, repaired.length);
  }

  #fillRepaired(frame: Frame, l3: number, rows: PacketColumns, row: number, bits: number): void {
    const { bytes, view, bits: lies } = this.#repaired;
    this.#fill(frame, l3, rows, row, bytes, view, lies | bits);
  }

  #common(
    { number, seconds, nanoseconds }: Frame,
    capture: number,
    rows: PacketColumns,
    row: number,
  ) {
    const time = seconds + nanoseconds / 1e9;
    if (Number.isNaN(rows.origin)) rows.origin = time;
    const since = Math.round((time - rows.origin) * 1e6);
    rows.set(row, Column.frame, frameWord(capture, number));
    rows.set(row, Column.time, Math.max(-FURTHEST, Math.min(FURTHEST, since)));
  }

  /** What is no segment is known by the digest of all of it. */
  #ordinary(frame: Frame, walk: HeaderWalker, rows: PacketColumns, row: number): void {
    const { bytes } = frame, key = this.#key, isIp = walk.l3 >= 0;
    const start = isIp ? walk.l3 : frame.start;
    let { end } = frame;
    // What pads a short frame is not the device's; a header that lies says nothing of padding.
    if (isIp && walk.end > start && walk.end < end && end - frame.start <= PADDED) end = walk.end;
    else while (end > start && bytes[end - 1] === 0) end--;
    key.format = ORDINARY;
    key.flowId = key.ports = 0;
    const from = isIp ? walk.sourceStart : start, to = Math.min(end, from + 2 * walk.addressLength);
    key.addresses = hashOf(bytes, from, isIp ? to : Math.min(end, start + 14));
    key.addressesToo = key.addresses ^ 0x55;
    const between = isIp ? from + walk.addressLength : start + 6;
    key.destination = isIp ? hashOf(bytes, between, to) : hashOf(bytes, start, between);
    key.source = isIp
      ? hashOf(bytes, from, between)
      : hashOf(bytes, between, Math.min(end, start + 12));
    rows.set(row, Column.flow, this.#flows.of(key));
    const digest = digestOf(bytes, start, end);
    rows.set(row, Column.sequence, digest);
    rows.set(row, Column.digest, digest);
    rows.set(row, Column.total, end - start);
    rows.set(row, Column.headers, end - start);
  }

  /** @param bytes Those that the segment's view stands on; `frame` has them as they were captured. */
  #fill(
    frame: Frame,
    l3: number,
    rows: PacketColumns,
    row: number,
    bytes: Uint8Array,
    view: DataView,
    given: number,
  ): void {
    const segment = this.#segment, { outer, inner, tcp, payload, end, opaque, opaqueEnd } = segment;
    const length = end - payload, start = segment.start;
    let bits = given | Bit.segment;
    bits |= this.#header(bytes, inner, Bit.innerV6, Bit.innerDf, tcp, Bit.innerExtra);
    // Header checksums are those of the octets that came.
    if (isSumWrong(frame, l3 + inner - start)) bits |= Bit.innerSum;
    const key = this.#key, v6 = (bits & Bit.innerV6) !== 0;
    const addresses = inner + (v6 ? 8 : 12), ports = addresses + (v6 ? 32 : 8);
    key.addresses = hashOf(bytes, addresses, ports);
    key.addressesToo = hashOf(bytes, addresses, ports, 0x5bd1);
    key.ports = get32(bytes, tcp) | 0;
    const between = addresses + ports >> 1;
    key.source = hashOf(bytes, addresses, between);
    key.destination = hashOf(bytes, between, ports);
    key.format = -1;
    key.flowId = 0;
    let ids = v6 ? 0 : get16(bytes, inner + 4), ips = ttl(bytes, inner) << 16 | tos(bytes, inner);
    let extra = (bits & Bit.innerExtra) === 0 ? 0 : extras(bytes, inner, tcp);
    let label = v6 ? flowLabel(bytes, inner) : 0, place = 0;
    const sum = sumOctets(bytes, view, payload, end);
    if (outer >= 0) {
      bits |= Bit.tunnel |
        this.#header(bytes, outer, Bit.outerV6, Bit.outerDf, opaque, Bit.outerExtra);
      if (isSumWrong(frame, l3)) bits |= Bit.outerSum;
      const outer6 = (bits & Bit.outerV6) !== 0;
      if (!outer6) ids |= get16(bytes, outer + 4) << 16;
      else label ^= Math.imul(flowLabel(bytes, outer), 31);
      ips |= ttl(bytes, outer) << 24 | tos(bytes, outer) << 8;
      if ((bits & Bit.outerExtra) !== 0) extra ^= Math.imul(extras(bytes, outer, opaque), 31);
      place = hashOf(bytes, outer + (outer6 ? 8 : 12), outer + (outer6 ? 40 : 20)) & 0xffff;
      const format = segment.format!;
      key.format = this.#formats.indexOf(format);
      const { flowId } = format;
      if (flowId !== undefined) {
        const at = opaque + flowId.offset;
        key.flowId = hashOf(bytes, at, at + flowId.octets);
      }
      rows.set(row, Column.opaque, opaqueHash(bytes, opaque, opaqueEnd, this.#masks[key.format]));
      const isJudged = format.adjusts.length > 0 && !this.#open.includes(format);
      if (isJudged) bits |= adjustedBits(format, segment, bytes, view, sum);
    }
    if (frame.linkType === LINK_TYPE.ETHERNET) {
      place |= hashOf(frame.bytes, frame.start, l3) << 16;
    }
    bits |= tcpSumBits(segment, bytes, view, sum);
    if (payload > segment.options) bits |= this.#options(bytes, segment, rows, row);
    rows.set(row, Column.flow, this.#flows.of(key));
    rows.set(row, Column.sequence, get32(bytes, tcp + 4));
    rows.set(row, Column.acknowledgment, get32(bytes, tcp + 8));
    rows.set(row, Column.sizes, length << 16 | get16(bytes, tcp + 14));
    rows.set(row, Column.tcp, get16(bytes, tcp + 16) << 16 | get16(bytes, tcp + 12));
    rows.set(row, Column.ids, ids);
    rows.set(row, Column.ips, ips);
    rows.set(row, Column.extra, extra << 16 | (label ^ label >>> 16) & 0xffff);
    rows.set(row, Column.place, place);
    rows.set(row, Column.digest, digestOf(bytes, payload, end));
    rows.set(row, Column.total, end - start);
    rows.set(row, Column.bits, bits);
    const checksum = tcp + 16 - start + l3;
    const until = Math.min(l3 + payload - start, frame.end);
    const before = hashOf(frame.bytes, l3, checksum);
    rows.set(row, Column.headers, hashOf(frame.bytes, checksum + 2, until, before));
  }

  #header(bytes: Uint8Array, at: number, v6: number, df: number, next: number, extra: number) {
    if (bytes[at] >> 4 === 6) return v6 | (next > at + 40 ? extra : 0);
    return ((bytes[at + 6] & 0x40) !== 0 ? df : 0) | ((bytes[at] & 15) > 5 ? extra : 0);
  }

  /** Walks the TCP options; gives their bits. */
  #options(
    bytes: Uint8Array,
    { options, payload }: SegmentView,
    rows: PacketColumns,
    row: number,
  ): number {
    let bits = 0, hash = payload - options, at = options;
    const take = (octet: number) => hash = Math.imul(hash ^ octet, 0x01000193) ^ hash >>> 15;
    while (at < payload) {
      const kind = bytes[at];
      take(kind);
      if (kind === TcpOption.noOperation || kind === TcpOption.end) {
        at++;
        continue;
      }
      const octets = at + 1 < payload ? bytes[at + 1] : 0;
      const isStamp = kind === TcpOption.timestamps && octets === 10 && at + 10 <= payload;
      if (isStamp && (bits & Bit.timestamps) === 0) {
        bits |= Bit.timestamps;
        rows.set(row, Column.tsval, get32(bytes, at + 2));
        rows.set(row, Column.tsecr, get32(bytes, at + 6));
        at += 10;
        continue;
      }
      bits |= Bit.otherOptions;
      // An option that lies about its length is all that there is from there on.
      const next = octets < 2 || at + octets > payload ? payload : at + octets;
      for (at++; at < next; at++) take(bytes[at]);
    }
    rows.set(row, Column.options, hash | 1);
    return bits;
  }
}
