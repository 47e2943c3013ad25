/** Two nodes on perfect wires in virtual time: what the tests of this folder play with. */
import type { Endpoint, TraceRecord } from "../../machine.ts";
import { CoreIdentityNode } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** One end of the pair. */
export interface End {
  node: CoreIdentityNode;
  addresses: string[];
  /** IP datagrams that came out at the LAN port. */
  lan: Uint8Array[];
  trace: TraceRecord[];
}

/** A sender with three WAN ports and a receiver with two, joined. */
export class Pair {
  readonly sender: End;
  readonly receiver: End;
  now = 0;
  /** How often each UDP payload arrives. */
  copies = 1;
  /** Every UDP payload on its way, to be looked at or altered; undefined loses it. */
  onWire = (packet: Uint8Array, _from: "sender" | "receiver"): Uint8Array | undefined => packet;

  constructor(
    config: { both?: object; sender?: object; receiver?: object } = {},
    rules: { sender?: Partial<NodeRules>; receiver?: Partial<NodeRules> } = {},
  ) {
    const s = ["10.3.1.1", "10.3.2.1", "10.3.3.1"], r = ["10.4.1.1", "10.4.2.1"];
    this.sender = end(s, r, "receiver", "10.2.0.0/16", {
      initiate: true,
      ...config.both,
      ...config.sender,
    }, rules.sender);
    this.receiver = end(r, s, "sender", "10.1.0.0/16", {
      ...config.both,
      ...config.receiver,
    }, rules.receiver);
  }

  /** Carries packets until both are silent, then moves time to `until` step by step. */
  run(until = this.now) {
    for (;;) {
      while (this.#carry("sender") || this.#carry("receiver"));
      const next = Math.min(this.sender.node.deadline(), this.receiver.node.deadline());
      if (next > until) break;
      this.now = Math.max(next, this.now + 0.001);
    }
    this.now = Math.max(this.now, until);
  }

  /** Hands a datagram to the sender's LAN port. */
  send(datagram: Uint8Array) {
    this.sender.node.receive("lan", datagram, this.now);
    this.run();
  }

  #carry(name: "sender" | "receiver"): boolean {
    const from = this[name], to = name === "sender" ? this.receiver : this.sender;
    const t = from.node.transmit(this.now);
    if (t === undefined) return false;
    if (t.port === "lan") from.lan.push(t.packet);
    else if (t.to !== undefined) {
      const packet = this.onWire(t.packet, name);
      const port = to.addresses.indexOf(t.to.address);
      const source: Endpoint = { address: from.addresses[Number(t.port.slice(3))], port: 49600 };
      for (let i = 0; packet !== undefined && i < this.copies; i++) {
        to.node.receive(`wan${port}`, packet, this.now, source);
      }
    }
    return true;
  }
}

function end(
  addresses: string[],
  others: string[],
  peer: string,
  prefix: string,
  config: object,
  rules?: Partial<NodeRules>,
): End {
  const trace: TraceRecord[] = [];
  let seed = 1;
  const node = new CoreIdentityNode(
    {
      wan: addresses.map((address, i) => ({ port: `wan${i}`, address })),
      peers: [{
        name: peer,
        aggregateId: 1,
        wan: others.map((address) => ({ address, port: 49600 })),
        prefixes: [prefix],
      }],
      ...config,
    },
    {
      random: () => (seed = seed * 16807 % 2147483647) / 2147483647,
      trace: (event, fields) => trace.push({ t: 0, node: peer, event, ...fields }),
    },
    rules,
  );
  return { node, addresses, lan: [], trace };
}
