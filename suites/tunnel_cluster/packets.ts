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

/** A zero-length body for Tunnel ID 0. */
export const ZLB = Uint8Array.of(0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 1, 0, 1);

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

/** An AVP that nobody knows, with M set. */
export const UNKNOWN_AVP: Avp = {
  ...{ mandatory: true, hidden: false, reserved: 0, vendor: 0, type: 1000, length: 7 },
  value: Uint8Array.of(0),
};

/** Octets of a Challenge Response that prove nothing, in hexadecimal. */
export const WRONG_PROOF = "5a".repeat(16);

/** Source ports by which bad messages are known: one for each of `bad`, in its order, and others. */
export const BAD = { first: 9000, unknownAvp: 9100, fragments: 9200 } as const;

/**
 * Messages that are to be discarded without a word: SCCRQs of versions other than 2, cut short, with a
 * Length that cannot be, without L or S, with O.
 */
export function bad(): Uint8Array[] {
  const good = sccrq(0x6101);
  const word = (at: number, value: number) => {
    const out = good.slice();
    put16(out, at, value);
    return out;
  };
  const versions = Array.from({ length: 16 }, (_, version) => version).filter((v) => v !== 2);
  return [
    ...versions.map((version) => word(0, 0xc800 | version)),
    ...[8, 11, 19].map((length) => good.subarray(0, length)),
    ...[0, 5, 11, 4000].map((length) => word(2, length)),
    ...[0x8802, 0xc002, 0xca02].map((flags) => word(0, flags)),
  ];
}

/** Where a datagram goes that is not sent from the stranger's port 1701 to the master. */
interface Way {
  source?: string;
  sourcePort?: number;
  destination?: string;
  destinationPort?: number;
  identification?: number;
  /** Differentiated services codepoint. */
  dscp?: number;
  dontFragment?: boolean;
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
