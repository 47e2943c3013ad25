/** Takes datagrams out of packets: verifies these, puts pieces together, decrypts (steps 707, 808, 809). */
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import { SEAL_LENGTH } from "../../captures/wire/core_identity.ts";
import type { NodeConfig } from "./config.ts";
import { datagramAssociated, directionOf, openPacket } from "./protection.ts";
import { Reassembly } from "./reassembly.ts";
import type { NodeRules } from "./rules.ts";
import { Seal, SealUse } from "./seal.ts";

/** Why there is no datagram yet, or none at all. */
export type NoDatagram = "waiting" | "malformed" | "damaged";

/** The packets of all peers of a node, or of those that one of its cores gets. */
export class Decapsulation {
  /** The packet as it was taken last, with its header decrypted; undefined where it was altered. */
  data: CoreIdentityDataView | undefined;
  readonly #seal: Seal | undefined;
  readonly #direction: number;
  readonly #reassembly: Reassembly;
  readonly #clear = new CoreIdentityDataView();

  constructor(config: NodeConfig, rules: NodeRules) {
    this.#seal = sealOf(config, 0);
    this.#direction = directionOf(!config.initiate);
    this.#reassembly = new Reassembly(rules.acceptsPieceFrom);
  }

  /**
   * Takes one packet.
   * @param view stands on it.
   * @param peer names its sender.
   * @returns The datagram that it completes, or why there is none.
   */
  take(view: CoreIdentityDataView, peer: string, now: number): Uint8Array | NoDatagram {
    const data = this.data = this.#verified(view);
    if (data === undefined) return "damaged";
    const whole = this.#reassembly.add(peer, data, now);
    if (typeof whole === "string") return whole;
    return data.sealed ? this.#open(whole, data) ?? "damaged" : whole;
  }

  /** The packet with a clear header; undefined when anything that protects it was altered. */
  #verified(packet: CoreIdentityDataView): CoreIdentityDataView | undefined {
    if (!packet.authenticated && !packet.headerEncrypted) return packet;
    if (this.#seal === undefined || !packet.authenticated) return undefined;
    const { bytes, start, limit } = packet;
    const octets = bytes.subarray(start, limit);
    const clear = openPacket(octets, packet, this.#seal, this.#direction);
    return clear !== undefined && this.#clear.at(clear) ? this.#clear : undefined;
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
