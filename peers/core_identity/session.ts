import { HeaderWalker } from "../../captures/walk.ts";
import { viewOf } from "../../captures/wire/octets.ts";

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
  if (!walker.walkIp(datagram, viewOf(datagram), 0, datagram.length)) {
    const none = { source: "", destination: "", sourcePort: -1, destinationPort: -1 };
    return { protocol: -1, ...none, fragment: -1, dscp: 0 };
  }
  const fragmented = walker.isFragment;
  return {
    protocol: walker.protocol,
    source: walker.source(datagram),
    destination: walker.destination(datagram),
    sourcePort: fragmented ? -1 : walker.sourcePort,
    destinationPort: fragmented ? -1 : walker.destinationPort,
    fragment: fragmented ? walker.identification(datagram) : -1,
    dscp: walker.dscp(datagram),
  };
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
