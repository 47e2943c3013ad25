/** The octets of control messages of a node (D0-03, D0-08, D0-13). */
import { PacketType, VERSION } from "../../captures/wire/core_identity.ts";
import {
  type Attribute,
  AttributeType,
  encode,
  Message,
} from "../../captures/wire/core_identity_control.ts";
import { informationAttributes } from "../../captures/wire/core_identity_information.ts";
import { identityAttributes } from "./aggregate_identity.ts";
import type { AssociationHost } from "./association_host.ts";

/** What differs from message to message. */
export interface Said {
  peer: string;
  aggregateId: number;
  tunnelId: number;
  message: number;
  sequence: number;
  /** Sequence number of the message that it answers; 0 for none. */
  acknowledged: number;
  /** Version of the peer's processor information that an UPDATE ACK acknowledges. */
  heardVersion: number;
  /** Attributes of this message alone. */
  more: readonly Attribute[];
}

/** Encodes a message, with what this end tells of its cores where the message may carry that. */
export function controlPacket(host: AssociationHost, said: Said): Uint8Array {
  const { config, rules } = host, { message, tunnelId, acknowledged } = said;
  const carries = message === Message.hello || message === Message.helloAck ||
    message === Message.update;
  // One identity for all needs no list of cores to select from.
  const tells = carries && config.announce && config.class !== "F5" &&
    (message === Message.update || rules.announces(config.initiate, tunnelId));
  const information = host.information();
  return encode({
    version: VERSION,
    type: PacketType.control,
    flags: 0,
    message,
    aggregateId: said.aggregateId,
    tunnelId,
    sequence: said.sequence,
    acknowledged,
    coreCount: tells ? information.identities.length : 0,
    informationVersion: message === Message.updateAck ? said.heardVersion : information.version,
    attributes: rules.attributes([
      { type: AttributeType.class, value: new TextEncoder().encode(config.class) },
      ...said.more,
      ...identityAttributes(host, said.peer, message, tunnelId),
      ...(tells && !config.countOnly ? informationAttributes(information) : []),
    ]),
  });
}
