/** Authentication of tunnels, each end for itself: RFC 2661 §5.1.1 and §4.4.3. */
import { MessageType } from "../../captures/wire/l2tp_message.ts";
import { chapMd5 } from "../../captures/wire/ppp_chap_md5.ts";
import type { Fault } from "./fault.ts";
import type { ReceivedMessage } from "./read_message.ts";
import type { ControlConnectionRules } from "./rules/control_connection.ts";

/** The secrets and the challenges of one tunnel. */
export class TunnelAuthentication {
  /** What the peer was challenged with. */
  challenge: Uint8Array | undefined;
  readonly #secret: Uint8Array | undefined;
  readonly #rules: ControlConnectionRules;
  #received: Uint8Array | undefined;

  constructor(
    secret: Uint8Array | undefined,
    wanted: boolean,
    rules: ControlConnectionRules,
    random: () => number,
  ) {
    this.#secret = secret;
    this.#rules = rules;
    if (rules.challenges(wanted, secret !== undefined)) this.challenge = rules.challenge(random);
  }

  /** Takes in the challenge of an SCCRQ or SCCRP; a fault when it cannot be answered. */
  challenged({ values }: ReceivedMessage): Fault | undefined {
    this.#received = values.challenge;
    const cannot = this.#received !== undefined && this.#secret === undefined;
    return cannot ? this.#rules.authenticationFault : undefined;
  }

  /** The response that an SCCRP or SCCCN must carry, if the peer challenged. */
  response(message: "SCCRP" | "SCCCN"): Uint8Array | undefined {
    if (this.#received === undefined || this.#secret === undefined) return undefined;
    return this.#rules.challengeResponse(MessageType[message], this.#secret, this.#received);
  }

  /** Checks the response that an SCCRP or SCCCN carries; a fault when it is not the right one. */
  verify(message: "SCCRP" | "SCCCN", { values }: ReceivedMessage): Fault | undefined {
    if (this.challenge === undefined || this.#secret === undefined) return undefined;
    const type = MessageType[message];
    // Recomputed with the unchanged rule: a fault in answering is not one in checking.
    const expected = this.#expected(type);
    const good = this.#rules.authenticates(expected, values.challengeResponse);
    return good ? undefined : this.#rules.authenticationFault;
  }

  #expected(type: number): Uint8Array {
    return chapMd5(type, this.#secret!, this.challenge!);
  }
}
