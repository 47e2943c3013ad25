/** Packets of attacks: built by hand and fast, without checksums, as somebody who attacks would. */
import { put16, put32 } from "../../../captures/wire/octets.ts";

/** The number of an IPv4 address. */
export function ip(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** An IPv4 datagram. */
export function ipv4(
  source: number,
  destination: number,
  protocol: number,
  payload: Uint8Array,
  fragment = 0,
  identification = 0,
): Uint8Array {
  const bytes = new Uint8Array(20 + payload.length);
  bytes[0] = 0x45;
  put16(bytes, 2, bytes.length);
  put16(bytes, 4, identification);
  put16(bytes, 6, fragment);
  bytes[8] = 64;
  bytes[9] = protocol;
  put32(bytes, 12, source);
  put32(bytes, 16, destination);
  bytes.set(payload, 20);
  return bytes;
}

/** A UDP header with its payload. */
export function udpOf(from: number, to: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length);
  put16(bytes, 0, from);
  put16(bytes, 2, to);
  put16(bytes, 4, bytes.length);
  bytes.set(payload, 8);
  return bytes;
}

/** A UDP datagram over IPv4. */
export function udp(
  source: number,
  destination: number,
  from: number,
  to: number,
  payload: Uint8Array,
): Uint8Array {
  return ipv4(source, destination, 17, udpOf(from, to, payload));
}

/** An AVP of RFC 2661, mandatory unless told; `hidden` sets H. */
export function avp(type: number, value: Uint8Array | number, hidden = false): Uint8Array {
  const octets = typeof value === "number" ? Uint8Array.of(value >> 8 & 255, value & 255) : value;
  const bytes = new Uint8Array(6 + octets.length);
  put16(bytes, 0, 0x8000 | (hidden ? 0x4000 : 0) | bytes.length);
  put16(bytes, 4, type);
  bytes.set(octets, 6);
  return bytes;
}

/** Octets one behind the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A control message of L2TP. */
export function control(
  tunnel: number,
  session: number,
  ns: number,
  nr: number,
  ...avps: readonly Uint8Array[]
): Uint8Array {
  const body = join(...avps), bytes = new Uint8Array(12 + body.length);
  put16(bytes, 0, 0xc802);
  put16(bytes, 2, bytes.length);
  put16(bytes, 4, tunnel);
  put16(bytes, 6, session);
  put16(bytes, 8, ns & 0xffff);
  put16(bytes, 10, nr & 0xffff);
  bytes.set(body, 12);
  return bytes;
}

/** A data message of L2TP. */
export function data(tunnel: number, session: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(6 + payload.length);
  put16(bytes, 0, 2);
  put16(bytes, 2, tunnel);
  put16(bytes, 4, session);
  bytes.set(payload, 6);
  return bytes;
}

/** The AVPs of an SCCRQ or SCCRP that assigns a Tunnel ID. */
export function introduction(type: 1 | 2, tunnel: number, name = "attacker"): Uint8Array {
  return join(
    avp(0, type),
    avp(2, 0x0100),
    avp(7, new TextEncoder().encode(name)),
    avp(3, new Uint8Array([0, 0, 0, 3])),
    avp(9, tunnel),
  );
}
