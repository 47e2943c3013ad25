/** What every tap shows of L2TP and of the cluster's own messages. */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { CLUSTER_PORT, L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import type { Bound } from "../../kit/bounds.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import { type Evidence, type Tap, UNPLACED } from "../../kit/evidence.ts";
import { type ClusterPacket, clusterPacket, FULL_LOAD } from "./cluster_messages.ts";
import { isL2tp, keptOctets, type L2tpPacket, l2tpPacket, type Sighting } from "./l2tp_packets.ts";

/** What all taps together keep: entries, and octets of messages in hexadecimal. */
const ENTRIES = 65_536, DIGITS = 16_777_216;
/** What is kept of each tap, and how many taps. */
const LIMITS = {
  packets: 32_768,
  messages: 32_768,
  malformed: 4096,
  fragments: 4096,
  taps: 256,
  flows: 4096,
};

/** One fragment of a UDP datagram at one tap. */
export interface Fragment extends Sighting {
  identification: number;
  /** Octets. */
  offset: number;
}

/** What the taps show, each in the order of the taps, and at a tap of the frames. */
export interface PacketFacts {
  packets: readonly L2tpPacket[];
  messages: readonly ClusterPacket[];
  /** Messages of the cluster that are malformed, of another version, or of a load that cannot be. */
  malformed: readonly Sighting[];
  fragments: readonly Fragment[];
}

/** The collector of packets. */
export const packetFacts: FactCollector<PacketFacts> = {
  name: "tunnel_cluster/packets",
  begin: (evidence) => new PacketCollector(evidence),
};

/** What one tap has shown. */
class TapLog {
  readonly packets: BoundedLog<L2tpPacket>;
  readonly messages: BoundedLog<ClusterPacket>;
  readonly malformed: BoundedLog<Sighting>;
  readonly fragments: BoundedLog<Fragment>;

  constructor(bounds: Record<keyof Omit<typeof LIMITS, "taps" | "flows">, Bound>) {
    this.packets = new BoundedLog(bounds.packets);
    this.messages = new BoundedLog(bounds.messages);
    this.malformed = new BoundedLog(bounds.malformed);
    this.fragments = new BoundedLog(bounds.fragments);
  }
}

/** The two ends of a datagram, whichever of them it comes from. */
function flowOf({ bytes }: Frame, w: HeaderWalker): string {
  const from = `${w.source(bytes)}:${w.sourcePort}`;
  const to = `${w.destination(bytes)}:${w.destinationPort}`;
  return from < to ? `${from} ${to}` : `${to} ${from}`;
}

class PacketCollector extends Collector<PacketFacts> {
  readonly #bounds = {
    packets: this.bound("messages of L2TP at a tap", LIMITS.packets),
    messages: this.bound("messages of the cluster at a tap", LIMITS.messages),
    malformed: this.bound("malformed messages of the cluster at a tap", LIMITS.malformed),
    fragments: this.bound("fragments at a tap", LIMITS.fragments),
  };
  readonly #entries = this.budget("messages and fragments", ENTRIES);
  readonly #digits = this.budget("octets of messages", DIGITS / 2);
  readonly #taps = new BoundedTable<string, TapLog>(this.bound("taps", LIMITS.taps));
  /** Ends between which L2TP was seen on other ports than its own: data there is known by them. */
  readonly #flows = new BoundedTable<string, true>(this.bound("ways of L2TP", LIMITS.flows));
  /** Captures of which nobody says that a cluster is in them: their data would fill the memory. */
  readonly #isUndeclared: boolean;

  constructor({ taps }: Evidence) {
    super();
    this.#isUndeclared = taps.length > 0 && taps.every(({ node }) => node === UNPLACED);
  }

  override frame(frame: Frame, w: HeaderWalker, tap: Tap) {
    if (w.ipVersion !== 4 || w.protocol !== IP_PROTOCOL.UDP || w.l4 < 0) return;
    const { isFragment, udpPayload: at } = w, isFirst = at >= 0;
    const isMessage = isFirst && w.destinationPort === CLUSTER_PORT;
    const isPacket = isFirst && !isMessage && (isL2tp(frame, w) || this.#isKnownFlow(frame, w));
    if (!isFragment && !isMessage && !isPacket) return;
    if (this.#isUndeclared && isPacket && (frame.bytes[at] & 0x80) === 0) return;
    const log = this.#taps.obtain(tap.name, () => new TapLog(this.#bounds));
    if (log === undefined || !this.#entries.take()) return;
    const { bytes } = frame;
    const where = {
      ...{ tap: tap.name, time: frame.seconds + frame.nanoseconds / 1e9 },
      ...{ source: w.source(bytes), destination: w.destination(bytes) },
      frame: { capture: tap.name, number: frame.number },
    };
    if (isFragment) {
      const identification = w.identification(bytes);
      log.fragments.push({ ...where, identification, offset: w.fragmentOffset });
    }
    if (isMessage) {
      if (!this.#digits.take(w.end - at)) return;
      const message = clusterPacket(bytes, at, w.end, where);
      if (message !== undefined) log.messages.push(message);
      if (message === undefined || message.load > FULL_LOAD) log.malformed.push(where);
    } else if (isPacket && log.packets.admits() && this.#digits.take(keptOctets(w))) {
      log.packets.push(l2tpPacket(frame, w, where));
      if (w.sourcePort !== L2TP_PORT && w.destinationPort !== L2TP_PORT) {
        this.#flows.obtain(flowOf(frame, w), () => true);
      }
    }
  }

  #isKnownFlow(frame: Frame, w: HeaderWalker): boolean {
    return this.#flows.size > 0 && this.#flows.get(flowOf(frame, w)) !== undefined;
  }

  facts(): PacketFacts {
    const logs = [...this.#taps.values()];
    // L2TP that is no cluster's is none of ours, and may be very much.
    if (this.#isUndeclared && logs.every(({ messages }) => messages.items.length === 0)) {
      return { packets: [], messages: [], malformed: [], fragments: [] };
    }
    return {
      packets: logs.flatMap(({ packets }) => packets.items),
      messages: logs.flatMap(({ messages }) => messages.items),
      malformed: logs.flatMap(({ malformed }) => malformed.items),
      fragments: logs.flatMap(({ fragments }) => fragments.items),
    };
  }
}
