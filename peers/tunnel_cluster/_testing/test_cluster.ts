/** A cluster's network for tests: machines by address, virtual time, links that can be cut. */
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { seededRandom } from "../../../captures/random.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../../machine.ts";
import { EndpointMachine } from "../endpoint.ts";
import { MasterMachine } from "../master.ts";

const SILENT: PeerEnvironment = { random: () => 0.5, trace() {} };

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
  /** How often each message of the cluster arrives, and how many were sent. */
  copies = 1;
  messages = 0;

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
    this.messages++;
    for (let i = 0; i < this.copies; i++) {
      node.machine.receive("cluster", packet, this.now, { address: from.address, port: 49700 });
    }
  }
}

/** The destination of an IPv4 datagram. */
export function destinationOf(datagram: Uint8Array): string {
  return formatIpv4(datagram, 16);
}

/** A master and endpoints, registered; the priority of an endpoint by its number. */
export function makeCluster(
  master: Record<string, unknown> = {},
  takeOver = false,
  endpoints = 3,
  priority = (member: number) => member - 1,
) {
  const cluster = new TestCluster();
  const wan = (address: string) => [
    { port: "local", address, udp: 1701 },
    { port: "cluster", address, udp: 49700 },
  ];
  const head = cluster.add(
    new MasterMachine({
      masterAddress: MASTER_ADDRESS,
      wan: wan("10.0.0.1").slice(1),
      quorumOf: takeOver ? endpoints : 0,
      ...master,
    }, SILENT),
    "10.0.0.1",
  );
  const numbers = Array.from({ length: endpoints }, (_, i) => i + 1);
  const nodes = numbers.map((member) => {
    const others = [0, ...numbers.filter((n) => n !== member)];
    const config = {
      ...{ member, priority: priority(member), wan: wan(`10.0.0.${10 + member}`) },
      members: others.map((n) => ({
        member: n,
        address: n === 0 ? "10.0.0.1" : `10.0.0.${10 + n}`,
      })),
      ...(takeOver ? { takeOver: { masterAddress: MASTER_ADDRESS } } : {}),
    };
    const lns = () => ({ receive() {}, transmit: () => undefined, deadline: () => Infinity });
    const environment = { ...SILENT, random: seededRandom(member) };
    return cluster.add(new EndpointMachine(config, environment, lns), `10.0.0.${10 + member}`);
  });
  cluster.until(10);
  return { cluster, head, nodes };
}

/** Where a node forwards a datagram to. */
export function ask(cluster: TestCluster, node: Node, datagram: Uint8Array): string[] {
  const before = node.forwarded.length;
  node.machine.receive("lan", datagram, cluster.now);
  cluster.settle();
  return node.forwarded.slice(before).map(destinationOf);
}
