import type { Flow } from "../../../suites/kit/scenario.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { ipVersion } from "../../kernel/address.ts";
import { setOption } from "../../kernel/options.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { UdpSocket } from "../../kernel/udp_socket.ts";
import type { Reactor } from "./reactor.ts";

/** Sockets that only send and are kept open at most: scenarios may have thousands of flows. */
const KEPT = 256;

/** First address of a node for an IP version. */
export function addressOf(topology: Topology, node: string, version: 4 | 6): string {
  const own = topology.links.flatMap((link) => link.ends).filter((end) => end.node === node)
    .flatMap((end) => end.addresses).find((address) => ipVersion(address) === version);
  if (own === undefined) throw new RangeError(`Cannot send IPv${version} from or to "${node}"`);
  return own.split("/")[0];
}

/** Told every datagram that a listening socket takes. */
export type Listener = (node: string, port: number, socket: UdpSocket, payload: Uint8Array) => void;

interface Entry {
  socket: UdpSocket;
  dscp: number;
  listens: boolean;
}

/** UDP sockets of all hosts: real ones, each in its host's namespace. */
export class HostSockets {
  #entries = new Map<string, Entry>();
  #buffer = new Uint8Array(65_536);

  constructor(
    readonly topology: Topology,
    readonly reactor: Reactor,
    readonly listener: Listener,
  ) {}

  /** The socket that sends a flow's datagrams, with its DSCP. */
  sender({ from, sourcePort, family = 4, dscp = 0 }: Flow): UdpSocket {
    const entry = this.#entry(from, sourcePort, family);
    if (entry.dscp !== dscp) {
      setOption(entry.socket.fd, family === 4 ? "IP_TOS" : "IPV6_TCLASS", dscp << 2);
      entry.dscp = dscp;
    }
    return entry.socket;
  }

  /** Listens for a flow's datagrams until `close`. */
  listen({ to, destinationPort, family = 4 }: Flow): void {
    const entry = this.#entry(to, destinationPort, family);
    if (entry.listens) return;
    entry.listens = true;
    const { socket } = entry;
    this.reactor.watch(socket.fd, () => {
      for (let n = socket.receive(this.#buffer); n >= 0; n = socket.receive(this.#buffer)) {
        this.listener(to, destinationPort, socket, this.#buffer.subarray(0, n));
      }
    });
  }

  close(): void {
    for (const { socket, listens } of this.#entries.values()) {
      if (listens) this.reactor.forget(socket.fd);
      socket.close();
    }
    this.#entries.clear();
  }

  #entry(node: string, port: number, version: 4 | 6): Entry {
    const key = `${node}|${version}|${port}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= KEPT) this.#closeOldest();
    const address = addressOf(this.topology, node, version);
    const socket = inNamespace(namespacePath(node), () => UdpSocket.open({ address, port }));
    const entry = { socket, dscp: 0, listens: false };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Closes the oldest socket that only sends. */
  #closeOldest(): void {
    for (const [key, { socket, listens }] of this.#entries) {
      if (listens) continue;
      socket.close();
      this.#entries.delete(key);
      return;
    }
  }
}
