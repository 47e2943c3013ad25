/**
 * What the WAN taps show, in one streaming pass: for each sending device its sessions with their
 * identities and tunnels, its sequence numbers, its processor information. State per session.
 */
import type { Frame } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { CORE_IDENTITY_PORT, PacketType } from "../../../captures/wire/core_identity.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import type { Accumulator, Evidence, FactCollector, Tap } from "../../kit/evidence.ts";
import { seriesOf } from "../../engine/capture_series.ts";
import { DataReader } from "./data_reader.ts";
import { configured, type DeviceNode, deviceNodes, labKey, Owners } from "./nodes.ts";
import { DirectionState } from "./wan_direction.ts";
import { timeOf, WanPacket } from "./wan_packet.ts";
import type { WanDirection } from "./wan_types.ts";

const UDP = 17;

/** What the WAN taps show. */
export interface WanFacts {
  directions: WanDirection[];
  taps: number;
  /** The direction of a device; a device that sent nothing has an empty one. */
  of(node: string): WanDirection | undefined;
}

/** The pass over the WAN taps. */
export const wanFacts: FactCollector<WanFacts> = {
  name: "core_identity/wan",
  begin: (evidence) => new WanAccumulator(evidence),
};

class WanAccumulator implements Accumulator<WanFacts> {
  readonly #nodes: DeviceNode[];
  readonly #owners: Owners;
  readonly #walker = new HeaderWalker();
  readonly #packet: WanPacket;
  readonly #directions: DirectionState[];
  readonly #ports: Set<number>;
  /** Interfaces by tap; the tap of the frame before, and its interface. */
  readonly #places = new Map<Tap, string>();
  #tap: Tap | undefined;
  #place = "";
  /** Captures without a lab: owners of addresses are learned, and every tap may show what was sent. */
  readonly #learns: boolean;
  readonly #nodesTapped: Set<string>;

  constructor(evidence: Evidence) {
    this.#nodes = deviceNodes(evidence);
    this.#owners = new Owners(this.#nodes);
    this.#learns = evidence.world === "captures";
    this.#nodesTapped = new Set(evidence.taps.map((tap) => tap.node));
    this.#packet = new WanPacket(new DataReader(labKey(evidence)));
    this.#ports = new Set(this.#nodes.flatMap(({ name }) => {
      const wan = configured(evidence, name, "wan") as { udp?: number }[] | undefined;
      return (Array.isArray(wan) ? wan : []).map((w) => w?.udp ?? CORE_IDENTITY_PORT);
    }));
    if (this.#learns) {
      this.#ports.add(Number(configured(evidence, "", "udp_port") ?? CORE_IDENTITY_PORT));
    }
    const names = this.#nodes.map((node) => node.name);
    this.#directions = this.#nodes.map((node) => new DirectionState(node, names));
  }

  wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  frame(frame: Frame, tap: Tap) {
    if (tap !== this.#tap) this.#enter(tap);
    const w = this.#walker;
    if (!w.walk(frame) || w.protocol !== UDP || w.l4 < 0 || w.end - w.l4 < 8) return;
    if (w.fragmentOffset > 0 || w.moreFragments || !this.#ports.has(w.destinationPort)) return;
    const v4 = w.ipVersion === 4, length = v4 ? 4 : 16;
    const source = w.l3 + (v4 ? 12 : 8);
    const start = w.l4 + 8, type = start < w.end ? frame.bytes[start] & 15 : -1;
    let from = this.#owners.of(frame.bytes, source, length);
    if (from < 0 && this.#learns) from = this.#learn(frame, source, length, start, w.end, type);
    if (from < 0) return;
    const direction = this.#directions[from];
    const { name, initiator } = this.#nodes[from];
    // A tap in the middle of a lone capture shows both what was sent and what will arrive.
    const sent = name === tap.node || this.#learns && !this.#nodesTapped.has(name);
    if (type === PacketType.control) {
      if (sent) direction.control(frame, tap, start, w.end);
    } else if (type === PacketType.data) {
      const packet = this.#packet;
      if (!packet.reader.read(frame.bytes, frame.view, start, w.end, initiator)) {
        if (sent) direction.unreadable(frame, tap);
        return;
      }
      packet.frame = frame;
      packet.tap = tap;
      if (!sent) return direction.arrived(packet);
      packet.place = this.#place;
      packet.time = timeOf(frame);
      packet.initiator = initiator;
      packet.to = this.#owners.of(frame.bytes, source + length, length);
      direction.data(packet);
    }
  }

  #enter(tap: Tap) {
    const known = this.#places.get(tap);
    this.#tap = tap;
    this.#place = known ?? seriesOf(tap);
    if (known === undefined) this.#places.set(tap, this.#place);
  }

  #learn(frame: Frame, source: number, length: number, start: number, end: number, type: number) {
    let opens: boolean | undefined;
    if (type === PacketType.control && end - start >= 4) {
      const message = frame.view.getUint16(start + 2);
      opens = message === Message.hello || message === Message.confirm
        ? true
        : message === Message.helloAck
        ? false
        : undefined;
    } else if (type !== PacketType.data) return -1;
    return this.#owners.learn(frame.bytes, source, source + length, length, opens);
  }

  /** Why the facts will not be whole; undefined when they will. */
  excess(): string | undefined {
    return this.#directions.map((d) => d.excess).find((why) => why !== undefined);
  }

  end(): WanFacts {
    const directions = this.#directions.map((d) => d.settle());
    return {
      directions,
      taps: this.#places.size,
      of: (node) => directions.find((d) => d.node === node),
    };
  }
}
