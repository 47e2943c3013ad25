/** What scenarios send by hand: control messages of L2TP, and the datagrams around them. */
import { udpDatagram } from "../../captures/wire/build.ts";
import { avp } from "../../captures/wire/l2tp_attributes.ts";
import type { Avp } from "../../captures/wire/l2tp_avp.ts";
import { encode, MessageType, withLength } from "../../captures/wire/l2tp_message.ts";
import { put16 } from "../../captures/wire/octets.ts";
import { ADDRESS } from "./topologies.ts";

/** A control message of a type for a tunnel. */
export function control(type: number, tunnelId: number, more: readonly Avp[] = []): Uint8Array {
  return encode(withLength({
    header: { flags: 0xc800, version: 2, length: 0, tunnelId, sessionId: 0, ns: 0, nr: 0 },
    avps: [avp("messageType", type), ...more],
  }));
}

/** A legal SCCRQ that assigns a Tunnel ID, by a host of this name. */
export function sccrq(tunnelId: number, host = "stranger", more: readonly Avp[] = []): Uint8Array {
  return control(MessageType.SCCRQ, 0, [
    avp("protocolVersion", { version: 1, revision: 0 }),
    avp("hostName", new TextEncoder().encode(host)),
    avp("framingCapabilities", 3),
    avp("assignedTunnelId", tunnelId),
    ...more,
  ]);
}

/** Where a datagram goes that is not sent from the stranger's port 1701 to the master. */
interface Way {
  source?: string;
  sourcePort?: number;
  destination?: string;
  destinationPort?: number;
  identification?: number;
}

/** A UDP datagram from the stranger, or from whom it pretends to be, to the master address. */
export function datagram(payload: Uint8Array, way: Way = {}): Uint8Array {
  return udpDatagram({
    ...{ source: ADDRESS.stranger, sourcePort: 1701 },
    ...{ destination: ADDRESS.master, destinationPort: 1701, payload },
    ...way,
  });
}

/** The datagram with a UDP checksum of zero: there is none (RFC 768). */
export function unchecked(datagram: Uint8Array): Uint8Array {
  const out = datagram.slice();
  put16(out, 26, 0);
  return out;
}
