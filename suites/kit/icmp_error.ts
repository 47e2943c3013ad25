/** ICMP errors about UDP datagrams: what a host or router says of those that did not arrive. */
import type { Frame } from "../../captures/frame.ts";
import type { HeaderWalker } from "../../captures/walk.ts";
import { get16, get32 } from "../../captures/wire/octets.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";

/** Octets of an ICMP header, and of a UDP header of which the ports are quoted. */
const ICMP_HEADER = 8, PORTS = 4;

/** Codes of Destination Unreachable (RFC 792, RFC 1812 §5.2.7.1; RFC 4443 §3.1). */
const CODES_4: Readonly<Record<number, string>> = {
  ...{ 0: "network unreachable", 1: "host unreachable", 3: "port unreachable: nobody listens" },
  ...{ 4: "fragmentation needed", 9: "network prohibited", 10: "host prohibited" },
  13: "prohibited by a filter",
};
const CODES_6: Readonly<Record<number, string>> = {
  ...{ 0: "no route", 1: "prohibited by a filter", 3: "address unreachable" },
  4: "port unreachable: nobody listens",
};

/**
 * What an ICMP error says, and the walker on the UDP datagram that it quotes; undefined where a
 * frame is none.
 */
export function icmpErrorOf(
  frame: Frame,
  walk: HeaderWalker,
  inner: HeaderWalker,
): string | undefined {
  const { protocol, l4, end, fragmentOffset } = walk, { bytes, view } = frame;
  const isIcmp = protocol === IP_PROTOCOL.ICMP || protocol === IP_PROTOCOL.ICMPV6;
  if (!isIcmp || l4 < 0 || fragmentOffset > 0 || end - l4 < ICMP_HEADER) return undefined;
  const text = meaningOf(protocol, bytes, l4);
  if (text === undefined || !inner.walkIp(bytes, view, l4 + ICMP_HEADER, end)) return undefined;
  const whole = inner.protocol === IP_PROTOCOL.UDP && inner.l4 >= 0 && end - inner.l4 >= PORTS;
  return whole && inner.fragmentOffset === 0 ? text : undefined;
}

/** What the ICMP error at `at` says; undefined for what is no error. */
function meaningOf(protocol: number, bytes: Uint8Array, at: number): string | undefined {
  const type = bytes[at], code = bytes[at + 1];
  if (protocol === IP_PROTOCOL.ICMP) {
    // The MTU of the next link (RFC 1191 §4), which old routers leave 0.
    if (type === 3 && code === 4) return CODES_4[code] + mtuText(get16(bytes, at + 6));
    if (type === 3) return CODES_4[code] ?? `unreachable, code ${code}`;
    return type === 11 ? "TTL expired" : undefined;
  }
  if (type === 1) return CODES_6[code] ?? `unreachable, code ${code}`;
  return type === 2 ? `packet too big${mtuText(get32(bytes, at + 4))}` : undefined;
}

function mtuText(mtu: number): string {
  return mtu === 0 ? "" : `, the next link has an MTU of ${mtu} octets`;
}
