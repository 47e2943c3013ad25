/** A cluster's network for tests: machines by address, virtual time, links that can be cut. */
import { formatIpv4 } from "../../captures/wire/address.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import type { Endpoint, Machine, Transmission } from "../machine.ts";

/** The master address of the tests. */
export const MASTER_ADDRESS = "203.0.113.1";

/** A control message: flags, Tunnel ID, and AVPs in hexadecimal behind a Message Type. */
export function controlMessage(type: number, tunnelId = 0, avps = ""): Uint8Array {
  const body = Uint8Array.fromHex(`80080000000000${type.toString(16).padStart(2, "0")}${avps}`);
  const out = new Uint8Array(12 + body.length);
  out.set([0xc8, 0x02, 0, out.length, tunnelId >> 8, tunnelId & 255]);
  out.set(body, 12);
  return out;
}

/** An SCCRQ that assigns this Tunnel ID. */
export function sccrq(tunnelId: number): Uint8Array {
  return controlMessage(1, 0, `800800000009${tunnelId.toString(16).padStart(4, "0")}`);
}

/** A request in IP from `source` to the master address. */
export function request(source: Endpoint, tunnelId = 1, destination = MASTER_ADDRESS): Uint8Array {
  return udpDatagram({
    ...{ source: source.address, sourcePort: source.port, destination, destinationPort: 1701 },
    payload: sccrq(tunnelId),
  });
}

/** One device of the test network. */
export interface Node {
  machine: Machine;
  /** Address on the cluster's network, by which messages of the cluster find it. */
  address: string;
  /** What it sent on `lan`. */
  forwarded: Uint8Array[];
  /** Whether the cluster's network reaches it. */
  reachable: boolean;
}

/** Carries the messages of the cluster between machines, without delay. */
export class TestCluster {
  now = 0;
  readonly nodes: Node[] = [];

  add(machine: Machine, address: string): Node {
    const node: Node = { machine, address, forwarded: [], reachable: true };
    this.nodes.push(node);
    return node;
  }

  /** Lets time pass until `at`, in steps of what is due. */
  until(at: number) {
    for (;;) {
      this.settle();
      const due = Math.min(...this.nodes.map(({ machine }) => machine.deadline()));
      if (due > at) break;
      this.now = Math.max(this.now, due);
    }
    this.now = at;
    this.settle();
  }

  /** Carries everything that is to be sent now. */
  settle() {
    for (let moved = true; moved;) {
      moved = false;
      for (const node of this.nodes) {
        for (let t = node.machine.transmit(this.now); t; t = node.machine.transmit(this.now)) {
          this.#carry(node, t);
          moved = true;
        }
      }
    }
  }

  #carry(from: Node, { port, packet, to }: Transmission) {
    if (port !== "cluster") {
      from.forwarded.push(packet);
      return;
    }
    const node = this.nodes.find(({ address }) => address === to?.address);
    if (node === undefined || node !== from && !(node.reachable && from.reachable)) return;
    node.machine.receive("cluster", packet, this.now, { address: from.address, port: 49700 });
  }
}

/** The destination of an IPv4 datagram. */
export function destinationOf(datagram: Uint8Array): string {
  return formatIpv4(datagram, 16);
}
