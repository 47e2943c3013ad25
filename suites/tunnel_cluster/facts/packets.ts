/** What every tap shows of L2TP and of the cluster's own messages, in one streaming pass. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumOctets,
  sumPseudoHeader,
} from "../../../captures/wire/checksum.ts";
import { get16, hex } from "../../../captures/wire/octets.ts";
import { CLUSTER_PORT, ClusterMessage, OFFSET } from "../../../captures/wire/tunnel_cluster.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { assignedTunnelId, messageTypeOf } from "../../../peers/tunnel_cluster/request.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import type { Accumulator, Pass, Tap } from "../../evidence.ts";

const UDP = 17;
/** Packets that are kept of each tap. */
const KEPT = 4096;

/** One packet of L2TP at one tap. */
export interface L2tpPacket {
  tap: string;
  time: number;
  /** Whether it left the node of the tap, told by the frame's source MAC. */
  sourceMac: string;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  ttl: number;
  /** Whether both checksums are right; a UDP checksum of zero is. */
  checksumsRight: boolean;
  unchecked: boolean;
  /** Message Type, 0 for a zero-length body, -1 for data. */
  type: number;
  tunnelId: number;
  sessionId: number;
  ns: number;
  nr: number;
  /** Tunnel ID that it assigns, or -1. */
  assigned: number;
  /** Octets of L2TP in hexadecimal. */
  octets: string;
  frame: FrameRef;
}

/** What the taps show. */
export interface PacketFacts {
  packets: L2tpPacket[];
  /** Reports of load by member number: how many. */
  reports: Map<number, number>;
  /** Rows of Table 1, as the trace of a NAT tells them. */
  rows: Row[];
  /** Tunnels that an endpoint holds to be up, as its trace tells. */
  up: Map<string, number>;
}

/** One row of Table 1. */
export interface Row {
  farAddress: string;
  farPort: number;
  localAddress: string;
  localPort: number;
}

/** The pass over all taps. */
export const packetFacts: Pass<PacketFacts> = {
  name: "tunnel_cluster/packets",
  begin: () => new PacketAccumulator(),
};

class PacketAccumulator implements Accumulator<PacketFacts> {
  readonly #walker = new HeaderWalker();
  readonly #kept = new Map<string, number>();
  readonly #facts: PacketFacts = {
    ...{ packets: [], reports: new Map(), rows: [], up: new Map() },
  };

  frame(frame: Frame, tap: Tap) {
    const w = this.#walker, { bytes } = frame;
    if (!w.walk(frame) || w.ipVersion !== 4 || w.protocol !== UDP || w.l4 < 0) return;
    if (w.fragmentOffset > 0 || w.end - w.l4 < 14) return;
    const at = w.l4 + 8;
    if (w.destinationPort === CLUSTER_PORT) return this.#report(bytes, at, w.end, tap);
    if ((get16(bytes, at) & 15) !== 2) return;
    const kept = this.#kept.get(tap.name) ?? 0;
    if (kept >= KEPT) return;
    this.#kept.set(tap.name, kept + 1);
    this.#facts.packets.push(this.#packet(frame, tap, at));
  }

  trace(record: TraceRecord) {
    if (record.event === "control_connection_up") {
      this.#facts.up.set(record.node, (this.#facts.up.get(record.node) ?? 0) + 1);
    }
    if (record.event !== "row" || this.#facts.rows.length >= KEPT) return;
    this.#facts.rows.push({
      ...{ farAddress: String(record.far_address), farPort: Number(record.far_port) },
      ...{ localAddress: String(record.local_address), localPort: Number(record.local_port) },
    });
  }

  end(): PacketFacts {
    return this.#facts;
  }

  #report(bytes: Uint8Array, at: number, end: number, tap: Tap) {
    if (tap.name !== "lan-m" || end - at < 16) return;
    if (bytes[at + OFFSET.message] !== ClusterMessage.report) return;
    const member = get16(bytes, at + OFFSET.member);
    this.#facts.reports.set(member, (this.#facts.reports.get(member) ?? 0) + 1);
  }

  #packet(frame: Frame, tap: Tap, at: number): L2tpPacket {
    const { bytes, view } = frame, w = this.#walker;
    const control = (bytes[at] & 0x80) !== 0 && w.end - at >= 12;
    const ids = control || (bytes[at] & 0x40) !== 0 ? at + 4 : at + 2;
    const sum = complement(addSums(
      sumPseudoHeader(sumAddresses4(bytes, view, w.l3), UDP, w.end - w.l4),
      sumOctets(bytes, view, w.l4, w.end),
    ));
    const unchecked = get16(bytes, w.l4 + 6) === 0;
    const header = complement(sumOctets(bytes, view, w.l3, w.l4));
    return {
      ...{ tap: tap.name, time: frame.seconds + frame.nanoseconds / 1e9 },
      sourceMac: hex(bytes, frame.start + 6, frame.start + 12),
      ...{ source: formatAddress(bytes, w.l3 + 12, w.l3 + 16), sourcePort: w.sourcePort },
      destination: formatAddress(bytes, w.l3 + 16, w.l3 + 20),
      ...{ destinationPort: w.destinationPort, ttl: bytes[w.l3 + 8], unchecked },
      checksumsRight: header === 0 && (unchecked || sum === 0),
      type: control ? messageTypeOf(bytes, at, w.end) : -1,
      ...{ tunnelId: get16(bytes, ids), sessionId: get16(bytes, ids + 2) },
      ns: control ? get16(bytes, at + 8) : -1,
      nr: control ? get16(bytes, at + 10) : -1,
      assigned: control ? assignedTunnelId(bytes, at, w.end) : -1,
      octets: hex(bytes, at, w.end),
      frame: { capture: tap.name, number: frame.number },
    };
  }
}
