/** Why a segment may not be joined to those before it, under the rules of an implementation. */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import type { Flows } from "./flows.ts";
import type { CoalescingRules } from "./implementations.ts";
import type { JoinRule } from "./join_rules.ts";
import { Bit, Column, type PacketColumns } from "./packet_columns.ts";

const { fin, syn, rst, psh, ack, urg, ece, cwr } = TcpFlag;
/** How identifications go on: not known of one segment, rising, or all the same. */
const UNKNOWN = 0, RISING = 1, FIXED = 2;

/** What else of a device bears on what it may join. */
export interface JoinSetting {
  readonly rules: CoalescingRules;
  /** Octets of the largest datagram that it makes. */
  readonly sizeLimit: number;
  /** Whether outer addresses belong to the key of a flow. */
  readonly outerKey: boolean;
}

/** The segments of a unit as they were joined so far; one object is used for unit after unit. */
export class UnitSoFar {
  first = -1;
  last = -1;
  count = 0;
  /** Octets of the datagram that they make. */
  total = 0;
  readonly #rows: PacketColumns;
  readonly #flows: Flows;
  readonly #setting: JoinSetting;
  #innerId = UNKNOWN;
  #outerId = UNKNOWN;

  constructor(rows: PacketColumns, flows: Flows, setting: JoinSetting) {
    this.#rows = rows;
    this.#flows = flows;
    this.#setting = setting;
  }

  /** Begins anew with a segment. */
  begin(row: number): void {
    this.first = this.last = row;
    this.count = 1;
    this.total = this.#rows.total(row);
    this.#innerId = this.#outerId = UNKNOWN;
  }

  /** Joins a segment, whatever stands against it. */
  join(row: number): void {
    if (this.count === 1) {
      this.#innerId = this.#rule(row, false);
      this.#outerId = this.#rule(row, true);
    }
    this.last = row;
    this.count++;
    this.total += this.#rows.length(row);
  }

  #rule(row: number, outer: boolean): number {
    return this.#rows.id(row, outer) === this.#rows.id(this.last, outer) ? FIXED : RISING;
  }

  /** Notes in `out` what stands against a segment that has octets; empties it first. */
  against(row: number, out: JoinRule[]): void {
    out.length = 0;
    this.#key(row, out);
    this.#place(row, out);
    this.#flags(row, out);
    this.#options(row, out);
    this.#health(row, out);
    this.#ip(row, false, out);
    if (((this.#rows.bits(row) & this.#rows.bits(this.last)) & Bit.tunnel) !== 0) {
      this.#ip(row, true, out);
    }
  }

  #differ(row: number, column: number, half?: "high" | "low"): boolean {
    const word = this.#rows.get(row, column) ^ this.#rows.get(this.last, column);
    return half === undefined ? word !== 0 : (half === "high" ? word >>> 16 : word & 0xffff) !== 0;
  }

  #key(row: number, out: JoinRule[]): void {
    const rows = this.#rows, flows = this.#flows, { rules, outerKey } = this.#setting;
    const a = rows.get(this.last, Column.flow), b = rows.get(row, Column.flow);
    const isOne = a === b || flows.sameFormat(a, b);
    if (a !== b) {
      if (!isOne) out.push("join_format");
      else if (!flows.sameFlowId(a, b)) out.push("join_flow_id");
      if (!flows.sameAddresses(a, b)) out.push("join_inner_addresses");
      if (!flows.samePorts(a, b)) out.push("join_inner_ports");
    }
    if (!isOne) return;
    // The flow id is a part of the opaque field: where it differs that is reason enough.
    if (this.#differ(row, Column.opaque) && !out.includes("join_flow_id")) out.push("join_opaque");
    if (outerKey && this.#differ(row, Column.place, "low")) out.push("join_outer_addresses");
    if (rules.link && this.#differ(row, Column.place, "high")) out.push("join_link_addresses");
  }

  #place(row: number, out: JoinRule[]): void {
    const rows = this.#rows, { rules, sizeLimit } = this.#setting;
    const length = rows.length(row), before = rows.length(this.last);
    const ahead = rows.sequence(row) - (rows.sequence(this.last) + before) | 0;
    if (ahead > 0) out.push("join_gap");
    else if (ahead < 0) out.push("join_overlap");
    if (rules.even) {
      const usual = rows.length(this.first);
      if (before < usual) out.push("join_after_shorter");
      else if (length > usual) out.push("join_longer");
    }
    if (this.total + length > sizeLimit) out.push("join_size_limit");
  }

  #flags(row: number, out: JoinRule[]): void {
    const rows = this.#rows, { rules } = this.#setting;
    const a = rows.flags(this.last), b = rows.flags(row), either = a | b, differ = a ^ b;
    if ((either & syn) !== 0) out.push("join_syn");
    if ((either & rst) !== 0) out.push("join_rst");
    if ((either & urg) !== 0) out.push("join_urg");
    if (rules.joinsFin ? rules.pushEnds && (a & fin) !== 0 : (either & fin) !== 0) {
      out.push("join_fin");
    }
    if (rules.pushEnds && (a & psh) !== 0) out.push("join_after_psh");
    if (rules.ecnFlags === "none") {
      if ((either & ece) !== 0) out.push("join_ece");
      if ((either & cwr) !== 0) out.push("join_cwr");
    } else if (rules.ecnFlags !== "open") {
      if ((differ & ece) !== 0) out.push("join_ece");
      const isCwr = (differ & cwr) !== 0 && (rules.ecnFlags === "same" || (b & cwr) !== 0);
      if (isCwr) out.push("join_cwr");
    }
    if (rules.otherFlags !== "open") {
      const reserved = rules.otherFlags === "same" &&
        (rows.get(row, Column.tcp) ^ rows.get(this.last, Column.tcp)) & 0x0f00;
      if ((differ & ack) !== 0 || reserved) out.push("join_other_flags");
    }
    const rise = rows.get(row, Column.acknowledgment) - rows.get(this.last, Column.acknowledgment) |
      0;
    if (rise < 0) out.push("join_acknowledgment_falls");
    else if (rise > 0 && rules.acknowledgment === "same") out.push("join_acknowledgment");
    if (rules.sameWindow && rows.window(row) !== rows.window(this.last)) out.push("join_window");
  }

  #options(row: number, out: JoinRule[]): void {
    const rows = this.#rows, { options } = this.#setting.rules;
    const a = rows.bits(this.last), b = rows.bits(row), stamps = Bit.timestamps;
    if (((a ^ b) & stamps) !== 0) return void out.push("join_timestamp_absent");
    const others = ((a | b) & Bit.otherOptions) !== 0;
    if (options === "none" ? others || (b & stamps) !== 0 : options === "timestamps" && others) {
      return void out.push("join_tcp_options");
    }
    // Where timestamps alone are joined, what pads them is nobody's concern.
    if (this.#differ(row, Column.options) && (options !== "timestamps" || others)) {
      out.push("join_tcp_options");
    }
    const rise = rows.get(row, Column.tsval) - rows.get(this.last, Column.tsval) | 0;
    if (rise < 0) out.push("join_timestamp_falls");
    else if (options === "same" && (rise > 0 || this.#differ(row, Column.tsecr))) {
      out.push("join_timestamp");
    }
  }

  /** What only sound packets are joined for. */
  #health(row: number, out: JoinRule[]): void {
    const rows = this.#rows, either = rows.bits(this.last) | rows.bits(row);
    const { rules } = this.#setting;
    if ((either & (Bit.outerLength | Bit.innerLength)) !== 0) out.push("join_length");
    if ((either & Bit.innerFragment) !== 0) out.push("join_inner_fragment");
    if ((either & Bit.outerFragment) !== 0) out.push("join_outer_fragment");
    if (!rules.checksums) return;
    if ((either & Bit.wrong) !== 0) out.push("join_tcp_checksum");
    if ((either & (Bit.innerSum | Bit.outerSum)) !== 0) out.push("join_ip_checksum");
    if ((either & Bit.opaqueWrong) !== 0) out.push("join_opaque_checksum");
  }

  #ip(row: number, outer: boolean, out: JoinRule[]): void {
    const rows = this.#rows, { last } = this, { rules } = this.#setting;
    const a = rows.bits(last), b = rows.bits(row);
    if (rules.ttl === "same" && rows.ttl(last, outer) !== rows.ttl(row, outer)) {
      out.push(outer ? "join_outer_ttl" : "join_inner_ttl");
    }
    const tos = rows.tos(last, outer) ^ rows.tos(row, outer);
    if (rules.dscp && tos >> 2 !== 0) out.push(outer ? "join_outer_dscp" : "join_inner_dscp");
    const marked = (rows.tos(last, outer) | rows.tos(row, outer)) & 3;
    if (rules.ecn === "same" ? (tos & 3) !== 0 : rules.ecn === "none" && marked !== 0) {
      out.push(outer ? "join_outer_ecn" : "join_inner_ecn");
    }
    const v6 = outer ? Bit.outerV6 : Bit.innerV6, extra = outer ? Bit.outerExtra : Bit.innerExtra;
    if ((b & v6) === 0) return this.#ip4(row, outer, extra, out);
    if (((a | b) & extra) !== 0) {
      const differs = this.#differ(row, Column.extra, "high");
      const isBarred = rules.extensions === "none" || rules.extensions === "same" && differs;
      if (isBarred && !out.includes("join_extension_headers")) out.push("join_extension_headers");
    }
    const labels = rules.flowLabel && this.#differ(row, Column.extra, "low");
    if (labels && !out.includes("join_flow_label")) out.push("join_flow_label");
  }

  #ip4(row: number, outer: boolean, extra: number, out: JoinRule[]): void {
    const rows = this.#rows, { last } = this, { rules } = this.#setting;
    const a = rows.bits(last), b = rows.bits(row), df = outer ? Bit.outerDf : Bit.innerDf;
    const hasOptions = rules.noIpOptions && ((a | b) & extra) !== 0;
    if (hasOptions && !out.includes("join_ip_options")) out.push("join_ip_options");
    const isDf = rules.df === "same" ? ((a ^ b) & df) !== 0 : (a & b & df) === 0;
    if (rules.df !== "open" && isDf) out.push(outer ? "join_outer_df" : "join_inner_df");
    if (rules.id === "open" || rules.id === "unless_df" && (b & df) !== 0) return;
    const rise = rows.id(row, outer) - rows.id(last, outer) & 0xffff;
    const so = outer ? this.#outerId : this.#innerId;
    // Until it heeded them Linux joined whatever identifications outer headers had under DF (T3).
    if (outer && rules.id === "steady" && (b & df) !== 0) return;
    const mayBeFixed = rules.id === "steady" && so !== RISING;
    if (rise === 1 && so !== FIXED || rise === 0 && mayBeFixed) return;
    out.push(outer ? "join_outer_id" : "join_inner_id");
  }
}
