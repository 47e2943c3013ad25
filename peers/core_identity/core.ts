/**
 * One core of a receiver: it takes the packets that were steered to it and does all the work on them,
 * steps 707 to 708 and 907 to 908: decapsulate, verify, put together, decrypt, forward.
 */
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import { SEAL_LENGTH } from "../../captures/wire/core_identity.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import type { NodeConfig } from "./config.ts";
import { datagramAssociated, directionOf, openPacket, unreadable } from "./protection.ts";
import { Reassembly } from "./reassembly.ts";
import type { NodeRules } from "./rules.ts";
import { Seal, SealUse } from "./seal.ts";
import { classify } from "./session.ts";

/** What became of one packet; every word may stand in a trace. */
export type Result = "forwarded" | "waiting" | "malformed" | "damaged" | "withheld";

/** One core. Its only output port is `lan`. */
export class CoreMachine implements Machine {
  readonly #config: NodeConfig;
  readonly #index: number;
  readonly #environment: PeerEnvironment;
  readonly #rules: NodeRules;
  readonly #seal: Seal | undefined;
  readonly #direction: number;
  readonly #reassembly: Reassembly;
  readonly #out: Transmission[] = [];
  /** The packet as it came, and with its header decrypted. */
  readonly #packet = new CoreIdentityDataView();
  readonly #clear = new CoreIdentityDataView();
  #datagrams = 0;
  /** A datagram that waits for the next one. */
  #held: Uint8Array | undefined;

  constructor(config: NodeConfig, index: number, environment: PeerEnvironment, rules: NodeRules) {
    this.#config = config;
    this.#index = index;
    this.#environment = environment;
    this.#rules = rules;
    this.#seal = sealOf(config, 0);
    this.#direction = directionOf(!config.initiate);
    this.#reassembly = new Reassembly(rules.acceptsPieceFrom);
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (!this.#rules.receivesFrom(this.#config.initiate)) return;
    if (!this.#packet.at(packet)) {
      const problem = unreadable(packet);
      return this.#environment.trace("malformed", { core: this.#index, port, problem });
    }
    const peer = peerOf(this.#config, from);
    if (peer === undefined) return this.#environment.trace("stranger", { port, from });
    const data = this.#verified(packet);
    let result: Result = "damaged";
    let session = "";
    if (data !== undefined) {
      const whole = this.#reassembly.add(peer.name, data, now);
      if (typeof whole === "string") result = whole;
      else ({ result, session } = this.#deliver(whole, data));
    }
    if (result === "damaged" && !this.#rules.recordsBeforeDecryption) return;
    this.#record(port, data ?? this.#packet, result, session);
  }

  transmit(): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return Infinity;
  }

  /** The packet with a clear header; undefined when anything that protects it was altered. */
  #verified(packet: Uint8Array): CoreIdentityDataView | undefined {
    const data = this.#packet;
    if (!data.authenticated && !data.headerEncrypted) return data;
    if (this.#seal === undefined || !data.authenticated) return undefined;
    const clear = openPacket(packet, data, this.#seal, this.#direction);
    return clear !== undefined && this.#clear.at(clear) ? this.#clear : undefined;
  }

  #deliver(whole: Uint8Array, data: CoreIdentityDataView): { result: Result; session: string } {
    const opened = data.sealed ? this.#open(whole, data) : whole;
    if (opened === undefined) return { result: "damaged", session: "" };
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

  #open(whole: Uint8Array, data: CoreIdentityDataView): Uint8Array | undefined {
    const end = whole.length - SEAL_LENGTH;
    if (this.#seal === undefined || data.clearLength > end) return undefined;
    const clear = whole.subarray(0, data.clearLength);
    const plain = this.#seal.open(
      SealUse.datagram,
      this.#direction,
      whole.subarray(data.clearLength, end),
      datagramAssociated(data.aggregateId, data.datagramNumber, data.identity, clear),
      whole.subarray(end),
    );
    if (plain === undefined) return undefined;
    const datagram = new Uint8Array(clear.length + plain.length);
    datagram.set(clear);
    datagram.set(plain, clear.length);
    return datagram;
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

/** The key of a node, if it has one. */
export function sealOf(
  config: NodeConfig,
  epoch: number,
  nonce?: NodeRules["nonce"],
): Seal | undefined {
  if (config.key === undefined) return undefined;
  const octets = config.key.match(/../g)!.map((pair) => parseInt(pair, 16));
  return new Seal(new Uint8Array(octets), epoch, nonce);
}

/** The peer that owns the address a packet came from. */
export function peerOf(
  config: NodeConfig,
  from: Endpoint | undefined,
): NodeConfig["peers"][number] | undefined {
  return config.peers.find((peer) => peer.wan.some((w) => w.address === from?.address));
}
