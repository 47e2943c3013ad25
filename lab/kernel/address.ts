/** Socket addresses: text form on our side, the kernel's `sockaddr` octets on the other. */
import { formatAddress, parseAddress } from "../../captures/wire/address.ts";

/** Address families of the kernel. */
export const Family = { UNIX: 1, INET: 2, INET6: 10, PACKET: 17 } as const;

/** IP version of an address in text form. */
export function ipVersion(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}

/** `sockaddr_in` or `sockaddr_in6` of an address and a port. */
export function sockaddr(address: string, port: number): Uint8Array<ArrayBuffer> {
  const four = ipVersion(address) === 4;
  const out = new Uint8Array(four ? 16 : 28);
  const view = new DataView(out.buffer);
  view.setUint16(0, four ? Family.INET : Family.INET6, true);
  view.setUint16(2, port);
  out.set(parseAddress(address), four ? 4 : 8);
  return out;
}

/** Reads a `sockaddr_in` or `sockaddr_in6`. */
export function endpointOf(raw: Uint8Array): { address: string; port: number } {
  const six = (raw[0] | raw[1] << 8) === Family.INET6;
  return {
    address: six ? formatAddress(raw, 8, 24) : formatAddress(raw, 4, 8),
    port: raw[2] << 8 | raw[3],
  };
}

/** `sockaddr_ll`: an interface, and the Ethernet protocols that a packet socket wants. */
export function sockaddrLink(interfaceIndex: number, protocol: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(20);
  const view = new DataView(out.buffer);
  view.setUint16(0, Family.PACKET, true);
  view.setUint16(2, protocol);
  view.setInt32(4, interfaceIndex, true);
  return out;
}
