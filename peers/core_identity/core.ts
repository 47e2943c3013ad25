/**
 * One core of a receiver: it takes the packets that were steered to it and does all the work on them,
 * steps 707 to 708 and 907 to 908: decapsulate, verify, put together, decrypt, forward.
 */
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import type { NodeConfig } from "./config.ts";
import { Decapsulation, type NoDatagram } from "./decapsulation.ts";
import { unreadable } from "./protection.ts";
import type { NodeRules } from "./rules.ts";
import { classify } from "./session.ts";

/** What became of one packet; every word may stand in a trace. */
export type Result = NoDatagram | "forwarded" | "withheld";

/** One core. Its only output port is `lan`. */
export class CoreMachine implements Machine {
  readonly #config: NodeConfig;
  readonly #index: number;
  readonly #environment: PeerEnvironment;
  readonly #rules: NodeRules;
  readonly #decapsulation: Decapsulation;
  readonly #out: Transmission[] = [];
  readonly #packet = new CoreIdentityDataView();
  #datagrams = 0;
  /** A datagram that waits for the next one. */
  #held: Uint8Array | undefined;

  constructor(config: NodeConfig, index: number, environment: PeerEnvironment, rules: NodeRules) {
    this.#config = config;
    this.#index = index;
    this.#environment = environment;
    this.#rules = rules;
    this.#decapsulation = new Decapsulation(config, rules);
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (!this.#rules.receivesFrom(this.#config.initiate)) return;
    if (!this.#packet.at(packet)) {
      const problem = unreadable(packet);
      return this.#environment.trace("malformed", { core: this.#index, port, problem });
    }
    const peer = peerOf(this.#config, from);
    if (peer === undefined) return this.#environment.trace("stranger", { port, from });
    const datagram = this.#decapsulation.take(this.#packet, peer.name, now);
    const { data = this.#packet } = this.#decapsulation;
    const { result, session } = typeof datagram === "string"
      ? { result: datagram, session: "" }
      : this.#deliver(datagram, data);
    if (result === "damaged" && !this.#rules.recordsBeforeDecryption) return;
    this.#record(port, data, result, session);
  }

  transmit(): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return Infinity;
  }

  #deliver(opened: Uint8Array, data: CoreIdentityDataView): { result: Result; session: string } {
    const datagram = this.#rules.decapsulated(opened);
    const c = classify(datagram);
    const session = this.#rules.sessionKey(c, this.#config.criteria, data.datagramNumber);
    // An inner packet that is no IP datagram has no destination to be forwarded to.
    if (c.protocol < 0) return { result: "malformed", session: "" };
    if (!this.#rules.forwards(this.#datagrams++)) return { result: "withheld", session };
    this.#forward(datagram.slice());
    return { result: "forwarded", session };
  }

  #forward(packet: Uint8Array) {
    if (this.#rules.holdsBack(this.#datagrams) && this.#held === undefined) {
      this.#held = packet;
      return;
    }
    this.#out.push({ port: "lan", packet });
    if (this.#held !== undefined) this.#out.push({ port: "lan", packet: this.#held });
    this.#held = undefined;
  }

  #record(port: string, data: CoreIdentityDataView, result: Result, session: string) {
    this.#environment.trace("process", {
      core: this.#index,
      port,
      kind: data.kind,
      identity: data.identityStart < 0 ? "" : data.identity.toString(16),
      tunnel: data.tunnelId,
      global: data.globalSequence,
      datagram: data.datagramNumber,
      offset: data.pieceOffset,
      result,
      session,
    });
  }
}

/** The peer that owns the address a packet came from. */
export function peerOf(
  config: NodeConfig,
  from: Endpoint | undefined,
): NodeConfig["peers"][number] | undefined {
  return config.peers.find((peer) => peer.wan.some((w) => w.address === from?.address));
}
