/** Control messages of L2TP that scenarios send by hand. */
import { avp } from "../../captures/wire/l2tp_attributes.ts";
import { encode, MessageType, withLength } from "../../captures/wire/l2tp_message.ts";
import type { Avp } from "../../captures/wire/l2tp_avp.ts";

/** A control message of a type for a tunnel. */
export function control(type: number, tunnelId: number, more: readonly Avp[] = []): Uint8Array {
  return encode(withLength({
    header: { flags: 0xc800, version: 2, length: 0, tunnelId, sessionId: 0, ns: 0, nr: 0 },
    avps: [avp("messageType", type), ...more],
  }));
}

/** A legal SCCRQ that assigns a Tunnel ID. */
export function sccrq(tunnelId: number): Uint8Array {
  return control(MessageType.SCCRQ, 0, [
    avp("protocolVersion", { version: 1, revision: 0 }),
    avp("hostName", new TextEncoder().encode("stranger")),
    avp("framingCapabilities", 3),
    avp("assignedTunnelId", tunnelId),
  ]);
}
