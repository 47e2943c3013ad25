/** A device of the memory world: a machine between its LAN port, its UDP ports and those of frames. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { icmpUnreachable, udpDatagram } from "../../../captures/wire/build.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import type { Machine } from "../../../peers/machine.ts";
import type { FramePort } from "../../devices/frame_ports.ts";
import type { IpNode } from "./ip_node.ts";
import type { Network } from "./network.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Interface } from "./wire.ts";

/** A UDP port of a device, as its configuration names it. */
export interface WanPort {
  port: string;
  address: string;
  udp: number;
}

const { UDP } = IP_PROTOCOL;

/** Where a machine is plugged in. */
export interface DevicePlace {
  network: Network;
  /** Name of its node. */
  node: string;
  wan: readonly WanPort[];
  frames: readonly FramePort[];
}

/** Plugs a machine into a node of the network. */
export class Device {
  readonly #machine: Machine;
  readonly #network: Network;
  readonly #node: IpNode;
  readonly #wan: readonly WanPort[];
  /** Interfaces that carry whole frames, by the machine's port. */
  readonly #frames: ReadonlyMap<string, Interface>;
  readonly #scheduler: Scheduler;
  readonly #walker = new HeaderWalker();
  readonly #claim: (claims: readonly string[]) => void;
  #claims: readonly string[] | undefined;
  /** When the machine is to be looked at again. */
  #due = Infinity;
  #dead = false;

  /** @param claim Told all that the machine claims whenever that has changed. */
  constructor(
    machine: Machine,
    { network, node, wan, frames }: DevicePlace,
    scheduler: Scheduler,
    claim: (claims: readonly string[]) => void = () => {},
  ) {
    this.#machine = machine;
    this.#network = network;
    this.#node = network.node(node);
    this.#wan = wan;
    this.#scheduler = scheduler;
    this.#claim = claim;
    this.#frames = new Map(
      frames.map((each) => [each.port, network.interface(node, each.interface)]),
    );
    for (const [port, iface] of this.#frames) {
      iface.port = (frame) => {
        if (this.#dead || machine.listens?.(scheduler.now) === false) return;
        machine.receive(port, frame, scheduler.now);
        this.wake();
      };
    }
    this.#node.local = {
      local: (datagram) => this.#fromWan(datagram),
      tunnelled: (datagram) => {
        machine.receive("lan", datagram, scheduler.now);
        this.wake();
      },
    };
  }

  /** Sends what the machine wants sent, and comes back when it asks to. */
  wake() {
    if (this.#dead) return;
    const { now } = this.#scheduler;
    for (let t = this.#machine.transmit(now); t !== undefined; t = this.#machine.transmit(now)) {
      if (t.port === "lan") {
        this.#node.forward(t.packet);
        continue;
      }
      const iface = this.#frames.get(t.port);
      if (iface !== undefined) {
        this.#network.sendFrame(iface, t.packet.slice());
        continue;
      }
      const wan = this.#wan.find((w) => w.port === t!.port);
      if (wan === undefined || t.to === undefined) continue;
      this.#node.send(udpDatagram({
        source: wan.address,
        sourcePort: wan.udp,
        destination: t.to.address,
        destinationPort: t.to.port,
        payload: t.packet,
        checksum: t.checksum,
        dscp: t.dscp,
      }));
    }
    const claims = this.#machine.claims?.();
    if (claims !== undefined && claims !== this.#claims) this.#claim(this.#claims = claims);
    const at = this.#machine.deadline();
    if (at >= this.#due || at === Infinity) return;
    this.#due = at;
    this.#scheduler.at(at, () => {
      if (this.#due !== at) return;
      this.#due = Infinity;
      this.wake();
    });
  }

  /** Ends the machine and its node at once. */
  unplug() {
    this.#dead = true;
    this.#node.dead = true;
  }

  #fromWan(datagram: Uint8Array) {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
    const w = this.#walker;
    if (!w.walkIp(datagram, view, 0, datagram.length) || w.l4 < 0) return;
    if (w.protocol !== UDP || w.end - w.l4 < 8) return;
    const v4 = w.ipVersion === 4;
    const to = formatAddress(datagram, v4 ? 16 : 24, v4 ? 20 : 40);
    const wan = this.#wan.find((p) => p.address === to && p.udp === w.destinationPort);
    if (wan === undefined) return;
    const from = {
      address: formatAddress(datagram, v4 ? 12 : 8, v4 ? 16 : 24),
      port: w.sourcePort,
    };
    if (this.#machine.listens?.(this.#scheduler.now) === false) {
      return this.#node.send(icmpUnreachable({ source: to, destination: from.address, datagram }));
    }
    const payload = datagram.subarray(w.l4 + 8, w.end);
    this.#machine.receive(wan.port, payload, this.#scheduler.now, from);
    this.wake();
  }
}
