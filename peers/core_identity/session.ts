import { HeaderWalker } from "../../captures/walk.ts";
import { formatAddress } from "../../captures/wire/address.ts";

/** What the classifier read of one datagram. */
export interface Classification {
  /** IP protocol number; -1 when the octets are no IP datagram. */
  protocol: number;
  source: string;
  destination: string;
  /** -1 where there is none to trust: no ports, or a fragment. */
  sourcePort: number;
  destinationPort: number;
  /** Identification of a fragmented datagram, -1 otherwise. */
  fragment: number;
  dscp: number;
}

const walker = new HeaderWalker();

/** Reads what a session key may be made of. Never throws: hostile octets give protocol -1. */
export function classify(datagram: Uint8Array): Classification {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  if (!walker.walkIp(datagram, view, 0, datagram.length)) {
    const none = { source: "", destination: "", sourcePort: -1, destinationPort: -1 };
    return { protocol: -1, ...none, fragment: -1, dscp: 0 };
  }
  const v4 = walker.ipVersion === 4;
  const fragmented = walker.moreFragments || walker.fragmentOffset > 0;
  return {
    protocol: walker.protocol,
    source: formatAddress(datagram.subarray(v4 ? 12 : 8, v4 ? 16 : 24)),
    destination: formatAddress(datagram.subarray(v4 ? 16 : 24, v4 ? 20 : 40)),
    sourcePort: fragmented ? -1 : walker.sourcePort,
    destinationPort: fragmented ? -1 : walker.destinationPort,
    fragment: fragmented ? fragmentIdentification(view, v4) : -1,
    dscp: v4 ? datagram[1] >> 2 : view.getUint16(0) >> 6 & 63,
  };
}

/** IPv4 Identification, or the Identification of an IPv6 Fragment header right behind the IP header. */
function fragmentIdentification(view: DataView, v4: boolean): number {
  if (v4) return view.getUint16(4);
  return view.byteLength >= 48 && view.getUint8(6) === 44 ? view.getUint32(44) : 0;
}

/**
 * The session key as text (D0-01, D0-02): `17 10.1.0.2:4000 > 10.2.0.2:5000`. Datagrams without ports
 * are keyed by addresses and protocol, and all fragments of one datagram by its identification too,
 * so that they stay together.
 */
export function sessionKey(
  c: Classification,
  criteria: { protocol: boolean; dscp: boolean },
): string {
  const v6 = c.source.includes(":");
  const side = (address: string, port: number) =>
    port < 0 ? address : v6 ? `[${address}]:${port}` : `${address}:${port}`;
  const protocol = criteria.protocol || c.sourcePort < 0 ? `${c.protocol} ` : "";
  const fragment = c.fragment < 0 ? "" : ` #${c.fragment}`;
  const dscp = criteria.dscp ? ` dscp ${c.dscp}` : "";
  return protocol + side(c.source, c.sourcePort) + " > " +
    side(c.destination, c.destinationPort) + fragment + dscp;
}

/** 32-bit FNV-1a of text: the hash that the session-hash policies declare. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
