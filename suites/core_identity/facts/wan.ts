/**
 * What the WAN taps show, in one streaming pass: for each sending device its sessions with their
 * identities and tunnels, its sequence numbers, its processor information. State per session.
 */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { PacketType } from "../../../captures/wire/core_identity.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { CORE_IDENTITY_PORT } from "../../../captures/wire/udp_port.ts";
import { seriesOf } from "../../kit/capture_series.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { keyOf, masksIdentities } from "./declared.ts";
import { type DeviceNode, deviceNodes, Owners } from "./nodes.ts";
import { Secrets } from "./secrets.ts";
import { MAX_FLOWS } from "./tuples.ts";
import { DirectionState } from "./wan_direction.ts";
import { timeOf } from "./sighting.ts";
import { WanPacket } from "./wan_packet.ts";
import type { WanDirection } from "./wan_types.ts";

/** What the WAN taps show. */
export interface WanFacts {
  directions: WanDirection[];
  /** What the devices of a role sent: of each, or with captures alone of all together. */
  of(role: string): WanDirection[];
}

/** The pass over the WAN taps. */
export const wanFacts: FactCollector<WanFacts> = {
  name: "core_identity/wan",
  begin: (evidence) => new WanCollector(evidence),
};

class WanCollector extends Collector<WanFacts> {
  readonly #nodes: DeviceNode[];
  readonly #owners: Owners;
  readonly #packet: WanPacket;
  readonly #directions: DirectionState[];
  /** Interfaces by tap; the tap of the frame before, its interface, and its node's index. */
  readonly #places = new Map<Tap, string>();
  #tap: Tap | undefined;
  #place = "";
  #node = -1;
  /** Captures without a lab: owners of addresses are learned, and every tap may show what was sent. */
  readonly #learns: boolean;
  /** Whether it is known who opens tunnels: from the lab, or from what told of the ends first. */
  #isSure: boolean;
  readonly #nodesTapped: Set<string>;

  constructor(evidence: Evidence) {
    super();
    this.#nodes = deviceNodes(evidence);
    this.#owners = new Owners(this.#nodes);
    this.#learns = evidence.world === "captures";
    this.#isSure = !this.#learns;
    this.#nodesTapped = new Set(evidence.taps.map((tap) => tap.node));
    const key = keyOf(evidence);
    const secrets = key === undefined ? undefined : new Secrets(key);
    this.#packet = new WanPacket(secrets, masksIdentities(evidence));
    const names = this.#nodes.map((node) => node.name);
    // Evidence may name as many devices as it likes: they share what two would have.
    const share = (limit: number) => Math.ceil(limit / Math.max(1, this.#nodes.length / 2));
    const bounds = {
      flows: this.bound("packets of new sessions", share(MAX_FLOWS)),
      paths: this.budget("sessions on so many tunnels", 1 << 18),
      tunnels: this.bound("packets of new tunnels", share(1 << 13)),
      aggregates: this.bound("packets of new aggregated tunnels", share(256)),
      pages: this.bound("jumps of global sequence numbers", share(1 << 12)),
      pieces: this.bound("datagrams in pieces under way", share(1 << 16)),
      arrivals: this.bound("arrivals of stamped datagrams", share(400_000)),
      reports: this.bound("reports of sessions", share(65_536)),
      announcements: this.bound("announcements of cores", share(10_000)),
      announced: this.bound("announcements of so many cores", share(1 << 17)),
      setups: this.bound("messages of new tunnels", share(1 << 13)),
      asked: this.bound("control messages that ask for an answer", share(1 << 16)),
    };
    this.#directions = this.#nodes.map((node) => new DirectionState(node, names, bounds));
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    if (tap !== this.#tap) this.#enter(tap);
    const start = walk.udpPayload, { bytes } = frame;
    const length = walk.addressLength, source = walk.sourceStart;
    const type = start < 0 ? 0 : bytes[start] & 15;
    let from = this.#owners.of(bytes, source, length);
    if (from < 0 && this.#learns) from = this.#learn(frame, walk, start, type);
    if (from < 0) return;
    const direction = this.#directions[from];
    if (walk.isFragment) {
      direction.facts.fragments++;
      return;
    }
    const { name, initiator } = this.#nodes[from];
    // A tap in the middle of a lone capture shows both what was sent and what will arrive.
    const sent = name === tap.node || this.#learns && !this.#nodesTapped.has(name);
    if (type === PacketType.control) {
      direction.control(frame, walk, tap, this.#place, sent, this.#isSure);
      if (!sent && !this.#learns && this.#node >= 0) {
        this.#directions[this.#node].asked(frame, start, walk.end, this.#place);
      }
    } else if (type === PacketType.data) {
      const packet = this.#packet;
      packet.frame = frame;
      packet.initiator = initiator;
      if (!packet.read(start, walk.end)) {
        if (sent) direction.unreadable(frame, tap);
        return;
      }
      if (!sent) return direction.arrived(packet, this.#node);
      packet.tap = tap;
      packet.place = this.#place;
      packet.time = timeOf(frame);
      packet.destinationStart = walk.destinationStart;
      packet.destinationEnd = walk.destinationStart + length;
      packet.to = this.#owners.of(bytes, walk.destinationStart, length);
      direction.data(packet);
    } else if (sent && start >= 0 && get16(bytes, walk.l4 + 2) === CORE_IDENTITY_PORT) {
      direction.stranger(frame, tap);
    }
  }

  #enter(tap: Tap) {
    const known = this.#places.get(tap);
    this.#tap = tap;
    this.#place = known ?? seriesOf(tap);
    this.#node = this.#nodes.findIndex(({ name }) => name === tap.node);
    if (known === undefined) this.#places.set(tap, this.#place);
  }

  /** Learns from what tells who is who: messages that both ends send do not. */
  #learn({ bytes }: Frame, walk: HeaderWalker, start: number, type: number): number {
    let opens: boolean | undefined;
    if (type === PacketType.control) {
      const message = get16(bytes, start + 2);
      if (message === Message.hello || message === Message.confirm) opens = true;
      else if (message === Message.helloAck) opens = false;
      else return -1;
    } else if (type !== PacketType.data) return -1;
    const { sourceStart, destinationStart, addressLength } = walk;
    if (opens !== undefined && this.#nodes.every(({ wan }) => wan.length === 0)) {
      this.#isSure = true;
    }
    return this.#owners.learn(bytes, sourceStart, destinationStart, addressLength, opens);
  }

  facts(): WanFacts {
    const directions = this.#directions.map((direction) => direction.settle());
    return { directions, of: (role) => directions.filter((sent) => sent.role === role) };
  }
}
