/**
 * What each device of a lab did with the datagrams that it had to carry, in one streaming pass: what
 * entered at its LAN is held against what left on its WAN, and the other way round. Both sides are
 * seen at the device itself, so that what a link loses is nobody's fault.
 */
import type { Frame } from "../../../captures/frame.ts";
import { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { PacketType } from "../../../captures/wire/core_identity.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { keyOf, masksIdentities } from "./declared.ts";
import { type Crossing, type CrossingBounds, DeviceCrossings } from "./device_crossings.ts";
import { LanSides, Way } from "./lan_sides.ts";
import { type DeviceNode, deviceNodes, Owners } from "./nodes.ts";
import { Secrets } from "./secrets.ts";
import { timeOf } from "./sighting.ts";
import { WanPacket } from "./wan_packet.ts";

/** What the devices did. */
export interface CrossingFacts {
  of(role: string, way: Crossing["way"]): Crossing[];
}

/** The pass over LAN and WAN taps. */
export const crossingFacts: FactCollector<CrossingFacts> = {
  name: "core_identity/crossings",
  begin: (evidence) => new CrossingCollector(evidence),
};

/** Datagrams that are held against those of the other side, in each direction of each device. */
const DATAGRAMS = 1 << 19;

class CrossingCollector extends Collector<CrossingFacts> {
  readonly #isLab: boolean;
  readonly #nodes: DeviceNode[];
  readonly #owners: Owners;
  readonly #devices: DeviceCrossings[];
  readonly #sides: LanSides;
  readonly #packet: WanPacket;
  readonly #control = new CoreIdentityControlView();
  readonly #taps: readonly Tap[];
  /** The tap of the frame before, its place, and the index of its device or -1. */
  #tap: Tap | undefined;
  #place = 0;
  #device = -1;

  constructor(evidence: Evidence) {
    super();
    // Which hosts are behind which device is known from a topology alone.
    this.#isLab = evidence.topology !== undefined;
    this.#taps = evidence.taps;
    this.#nodes = deviceNodes(evidence);
    this.#owners = new Owners(this.#nodes);
    const sides = this.#sides = new LanSides(evidence);
    const key = keyOf(evidence);
    const secrets = key === undefined ? undefined : new Secrets(key);
    this.#packet = new WanPacket(secrets, masksIdentities(evidence));
    const bounds: CrossingBounds = {
      crossing: this.bound("datagrams through one device", DATAGRAMS),
      datagrams: this.bound("datagrams in pieces under way", 1 << 17),
      octets: this.bound("KiB of datagrams in pieces under way", 1 << 16),
      pages: this.bound("jumps of global sequence numbers", 1 << 14),
      aggregates: this.bound("packets of new aggregated tunnels", 256),
      tunnels: this.bound("messages of new tunnels", 1 << 14),
    };
    this.#devices = this.#nodes.map(({ name, role }) =>
      new DeviceCrossings(evidence, { name, role }, sides, bounds)
    );
  }

  override wants(): boolean {
    return this.#isLab;
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    if (tap !== this.#tap) this.#enter(tap);
    if (this.#device < 0) return;
    if (tap.side === "wan") return this.#wan(frame, walk);
    const device = this.#devices[this.#device], way = this.#sides.way(frame, walk, tap);
    if (way === Way.none) device.answers(frame.bytes, walk);
    else if (way === Way.enters) device.fromHost(frame, walk, this.#place);
    else device.toHost(frame, walk, this.#place);
  }

  #enter(tap: Tap) {
    this.#tap = tap;
    this.#place = this.#taps.indexOf(tap);
    this.#device = this.#nodes.findIndex(({ name }) => name === tap.node);
  }

  #wan(frame: Frame, walk: HeaderWalker) {
    const { bytes } = frame, start = walk.udpPayload;
    const from = this.#owners.of(bytes, walk.sourceStart, walk.addressLength);
    const to = this.#owners.of(bytes, walk.destinationStart, walk.addressLength);
    const sent = from === this.#device;
    if (from < 0 || to < 0 || !sent && to !== this.#device) return;
    const device = this.#devices[this.#device];
    if (walk.isFragment) return device.fragment(sent);
    if (start < 0) return;
    if ((bytes[start] & 15) === PacketType.control) {
      const control = this.#control;
      if (!control.at(bytes, start, walk.end)) return;
      const { message } = control;
      if (message === Message.confirm || message === Message.keepalive) {
        device.confirmed(control.aggregateId << 16 | control.tunnelId, timeOf(frame));
      }
      return;
    }
    const packet = this.#packet;
    packet.frame = frame;
    packet.initiator = this.#nodes[from].initiator;
    if (!packet.read(start, walk.end)) return;
    if (sent) device.intoTunnel(packet, this.#place);
    else device.outOfTunnel(packet, this.#place);
  }

  facts(): CrossingFacts {
    const crossings = this.#devices.flatMap((device) => device.settle());
    return {
      of: (role, way) => crossings.filter((one) => one.role === role && one.way === way),
    };
  }
}
