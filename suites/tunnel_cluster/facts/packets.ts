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
import { CLUSTER_PORT } from "../../../captures/wire/tunnel_cluster.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { assignedTunnelId, messageTypeOf } from "../../../peers/tunnel_cluster/request.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import type { Accumulator, FactCollector, Tap } from "../../kit/evidence.ts";
import { type ClusterPacket, clusterPacket } from "./cluster_messages.ts";

const UDP = 17, L2TP_PORT = 1701;
/** Packets that are kept of each tap. */
const KEPT = 4096;
/** Lines that are kept of all traces. */
const TRACES_KEPT = 16_384;

/** One packet of L2TP at one tap. */
export interface L2tpPacket {
  tap: string;
  time: number;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  ttl: number;
  /** Whether both checksums are right; a UDP checksum of zero is. A first fragment's is not told. */
  checksumsRight: boolean;
  unchecked: boolean;
  /** Message Type, 0 for a zero-length body, -1 for data, -2 for another version than 2. */
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

/** A datagram at one tap. */
export type Sighting = Pick<L2tpPacket, "tap" | "time" | "source" | "destination" | "frame">;

/** One fragment of a UDP datagram at one tap. */
export interface Fragment extends Sighting {
  identification: number;
  /** Octets. */
  offset: number;
}

/** What the taps and the traces show. */
export interface PacketFacts {
  packets: L2tpPacket[];
  messages: ClusterPacket[];
  /** Messages of the cluster that are malformed, of another version, or of a load that cannot be. */
  strays: Sighting[];
  fragments: Fragment[];
  traces: TraceRecord[];
}

/** The pass over all taps. */
export const packetFacts: FactCollector<PacketFacts> = {
  name: "tunnel_cluster/packets",
  begin: () => new PacketAccumulator(),
};

class PacketAccumulator implements Accumulator<PacketFacts> {
  readonly #walker = new HeaderWalker();
  readonly #kept = new Map<string, number>();
  readonly #facts: PacketFacts = {
    packets: [],
    messages: [],
    fragments: [],
    strays: [],
    traces: [],
  };

  frame(frame: Frame, tap: Tap) {
    const w = this.#walker, { bytes } = frame;
    if (!w.walk(frame) || w.ipVersion !== 4 || w.protocol !== UDP || w.l4 < 0) return;
    const kept = this.#kept.get(tap.name) ?? 0;
    if (kept >= KEPT) return;
    this.#kept.set(tap.name, kept + 1);
    const where = {
      ...{ tap: tap.name, time: frame.seconds + frame.nanoseconds / 1e9 },
      source: formatAddress(bytes, w.l3 + 12, w.l3 + 16),
      destination: formatAddress(bytes, w.l3 + 16, w.l3 + 20),
      frame: { capture: tap.name, number: frame.number },
    };
    if (w.moreFragments || w.fragmentOffset > 0) {
      const identification = get16(bytes, w.l3 + 4);
      this.#facts.fragments.push({ ...where, identification, offset: w.fragmentOffset });
    }
    if (w.fragmentOffset > 0 || w.end - w.l4 < 14) return;
    const at = w.l4 + 8;
    if (w.destinationPort === CLUSTER_PORT) {
      const message = clusterPacket(bytes, at, w.end, where);
      if (message !== undefined) this.#facts.messages.push(message);
      if (message === undefined || message.load > 10_000) this.#facts.strays.push(where);
    } else if (
      (bytes[at + 1] & 15) === 2 || w.sourcePort === L2TP_PORT || w.destinationPort === L2TP_PORT
    ) {
      this.#facts.packets.push(this.#packet(frame, where, at));
    }
  }

  trace(record: TraceRecord) {
    if (this.#facts.traces.length < TRACES_KEPT) this.#facts.traces.push(record);
  }

  end(): PacketFacts {
    return this.#facts;
  }

  #packet(
    frame: Frame,
    where: Sighting,
    at: number,
  ): L2tpPacket {
    const { bytes, view } = frame, w = this.#walker;
    const known = (bytes[at + 1] & 15) === 2;
    const control = known && (bytes[at] & 0x80) !== 0 && w.end - at >= 12;
    const ids = control || (bytes[at] & 0x40) !== 0 ? at + 4 : at + 2;
    const sum = complement(addSums(
      sumPseudoHeader(sumAddresses4(bytes, view, w.l3), UDP, w.end - w.l4),
      sumOctets(bytes, view, w.l4, w.end),
    ));
    const unchecked = get16(bytes, w.l4 + 6) === 0;
    const header = complement(sumOctets(bytes, view, w.l3, w.l4));
    return {
      ...{ ...where, sourcePort: w.sourcePort, destinationPort: w.destinationPort },
      ...{ ttl: bytes[w.l3 + 8], unchecked },
      checksumsRight: header === 0 && (unchecked || sum === 0),
      type: control ? messageTypeOf(bytes, at, w.end, !w.moreFragments) : known ? -1 : -2,
      ...{ tunnelId: get16(bytes, ids), sessionId: get16(bytes, ids + 2) },
      ns: control ? get16(bytes, at + 8) : -1,
      nr: control ? get16(bytes, at + 10) : -1,
      assigned: control ? assignedTunnelId(bytes, at, w.end) : -1,
      octets: hex(bytes, at, w.end),
    };
  }
}
