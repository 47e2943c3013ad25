/**
 * FIG. 8: the receiver decapsulates and decrypts before it selects a core (steps 808 to 810). What a core
 * gets is a packet that holds the whole datagram in clear.
 */
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import { encode, IdentityKind, PacketType, VERSION } from "../../captures/wire/core_identity.ts";
import type { PeerEnvironment } from "../machine.ts";
import type { NodeConfig } from "./config.ts";
import { Decapsulation } from "./decapsulation.ts";
import { unreadable } from "./protection.ts";
import type { NodeRules } from "./rules.ts";

/** The packets of all peers, before any core has them. */
export class Intake {
  readonly #environment: PeerEnvironment;
  readonly #decapsulation: Decapsulation;
  readonly #packet = new CoreIdentityDataView();

  constructor(config: NodeConfig, rules: NodeRules, environment: PeerEnvironment) {
    this.#environment = environment;
    this.#decapsulation = new Decapsulation(config, rules);
  }

  /** The datagram that a packet completes, as a packet for a core; undefined where it completes none. */
  take(packet: Uint8Array, port: string, peer: string, now: number): Uint8Array | undefined {
    const view = this.#packet;
    if (!view.at(packet)) {
      this.#environment.trace("malformed", { port, problem: unreadable(packet) });
      return undefined;
    }
    const datagram = this.#decapsulation.take(view, peer, now),
      { data = view } = this.#decapsulation;
    if (typeof datagram === "string") {
      if (datagram !== "waiting") {
        this.#environment.trace("malformed", { port, problem: `the datagram is ${datagram}` });
      }
      return undefined;
    }
    return encode({
      ...{ version: VERSION, type: PacketType.data, kind: IdentityKind.none },
      ...{ placement: data.placement, headerEncrypted: false, authenticated: false },
      ...{ sealed: false, clearLength: 0, reserved: 0 },
      ...{ aggregateId: data.aggregateId, tunnelId: data.tunnelId },
      ...{ tunnelSequence: data.tunnelSequence, globalSequence: data.globalSequence },
      ...{ datagramNumber: data.datagramNumber, pieceOffset: 0, datagramLength: datagram.length },
      piece: datagram,
    });
  }
}
