/** Makes the lengths and checksums of a unit right, once it is delivered (L98; T20). */
import { get16, put16 } from "../../captures/wire/octets.ts";
import { ADJUSTED } from "../../captures/wire/opaque.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import type { CoalescingConfig } from "./config.ts";
import type { CoalescingRules } from "./coalescing_rules.ts";
import { adjusts, greChecksum, type Tunnelled, udpChecksum } from "./opaque_sums.ts";
import type { Header } from "./rules.ts";
import { headerChecksum, pseudoHeaderSum, tcpChecksum } from "./sums.ts";
import type { Unit } from "./unit.ts";

/** Finishes units. */
export class UnitFinish {
  readonly #rules: CoalescingRules;
  readonly #checksums: CoalescingConfig["checksums"];

  constructor(rules: CoalescingRules, checksums: CoalescingConfig["checksums"]) {
    this.#rules = rules;
    this.#checksums = checksums;
  }

  /** Makes lengths and checksums right. */
  finish(unit: Unit): void {
    const rules = this.#rules, { bytes, segment, payloadSum } = unit;
    const { view } = segment;
    const { outer, inner, tcp, payload, end } = segment;
    rules.unitHeaders(unit);
    if (outer >= 0) this.#length(unit, outer, "outer");
    this.#length(unit, inner, "inner");
    const first = get16(bytes, tcp + 16);
    let right = first;
    if (this.#checksums === "full") {
      right = tcpChecksum(bytes, view, inner, tcp, payload, end - tcp, payloadSum);
    } else if (this.#checksums === "partial") {
      right = pseudoHeaderSum(bytes, view, inner, IP_PROTOCOL.TCP, end - tcp);
    }
    put16(bytes, tcp + 16, rules.unitTcpChecksum(right, first));
    this.#checksum(unit, inner, "inner");
    if (outer < 0) return;
    this.#checksum(unit, outer, "outer");
    this.#opaque(unit, segment);
  }

  #length({ bytes, segment }: Unit, at: number, header: Header): void {
    const rules = this.#rules, octets = segment.end - at;
    if (bytes[at] >> 4 === 4) {
      put16(bytes, at + 2, rules.unitOctets(octets, get16(bytes, at + 2), header));
    } else {
      put16(bytes, at + 4, rules.unitOctets(octets, get16(bytes, at + 4) + 40, header) - 40);
    }
  }

  #checksum({ bytes, segment: { view } }: Unit, at: number, header: Header): void {
    if (bytes[at] >> 4 !== 4) return;
    const first = get16(bytes, at + 10);
    const right = headerChecksum(bytes, view, at);
    put16(bytes, at + 10, this.#rules.unitHeaderChecksum(right, first, header));
  }

  /** What the format has adjusted; checksums last, as they cover the rest. */
  #opaque(
    { bytes, payloadSum }: Unit,
    segment: Tunnelled & { format?: Unit["segment"]["format"] },
  ) {
    const { format, opaque, end } = segment, rules = this.#rules;
    if (format === undefined || format.adjusts.length === 0) return;
    if (adjusts(format, "udp_length")) {
      const at = opaque + ADJUSTED.udp_length.offset;
      put16(bytes, at, rules.unitUdpLength(end - opaque, get16(bytes, at)));
    }
    if (adjusts(format, "gre_checksum")) {
      const at = opaque + ADJUSTED.gre_checksum.offset, first = get16(bytes, at);
      put16(bytes, at, rules.unitGreChecksum(greChecksum(segment, payloadSum), first));
    }
    if (adjusts(format, "udp_checksum")) {
      const at = opaque + ADJUSTED.udp_checksum.offset, first = get16(bytes, at);
      put16(bytes, at, rules.unitUdpChecksum(udpChecksum(segment, payloadSum), first));
    }
  }
}
