import { c, checked, int32 } from "./libc.ts";

/** Levels and names of the socket options that the lab sets. */
export const Option = {
  REUSEADDR: [1, 2],
  SNDBUF: [1, 7],
  RCVBUF: [1, 8],
  NO_CHECK: [1, 11],
  REUSEPORT: [1, 15],
  SNDBUFFORCE: [1, 32],
  RCVBUFFORCE: [1, 33],
  TIMESTAMPNS: [1, 35],
  REUSEPORT_PROGRAM: [1, 51],
  IP_TOS: [0, 1],
  IP_MTU_DISCOVER: [0, 10],
  IPV6_MTU_DISCOVER: [41, 23],
  IPV6_V6ONLY: [41, 26],
  IPV6_TCLASS: [41, 67],
  TCP_NODELAY: [6, 1],
  SOCKET_ERROR: [1, 4],
  PACKET_RX_RING: [263, 5],
  PACKET_STATISTICS: [263, 6],
  PACKET_AUXDATA: [263, 8],
  PACKET_VERSION: [263, 10],
  PACKET_VNET_HDR: [263, 15],
  PACKET_IGNORE_OUTGOING: [263, 23],
} as const;

/** One of them. */
export type OptionName = keyof typeof Option;

/** Sets a socket option to an integer or to octets. */
export function setOption(fd: number, name: OptionName, value: number | Uint8Array): void {
  checked(trySet(fd, name, value), `set socket option ${name}`);
}

/** Sets a socket option if the kernel allows it; returns whether it did. */
export function tryOption(fd: number, name: OptionName, value: number): boolean {
  return trySet(fd, name, value) === 0;
}

function trySet(fd: number, name: OptionName, value: number | Uint8Array): number {
  const [level, option] = Option[name];
  const octets = typeof value === "number" ? int32(value) : value as Uint8Array<ArrayBuffer>;
  return c.setsockopt(fd, level, option, octets, octets.length);
}

/** Reads `length` octets of a socket option. */
export function getOption(fd: number, name: OptionName, length: number): Uint8Array {
  const [level, option] = Option[name];
  const value = new Uint8Array(length);
  checked(c.getsockopt(fd, level, option, value, int32(length)), `read socket option ${name}`);
  return value;
}

/**
 * Makes the kernel's queues of a socket as large as it lets us, so that a burst waits instead of
 * being dropped while our side is busy.
 */
export function enlargeBuffers(fd: number, octets: number): void {
  if (!tryOption(fd, "RCVBUFFORCE", octets)) tryOption(fd, "RCVBUF", octets);
  if (!tryOption(fd, "SNDBUFFORCE", octets)) tryOption(fd, "SNDBUF", octets);
}
