/**
 * The Address Resolution Protocol for addresses of any length.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Hardware type         |         Protocol type         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  HW length    | Proto length  |           Operation           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Sender hardware address (HW length), protocol address, then  |
 * |  target hardware address, protocol address                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: RFC 826.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Octets before the addresses. */
export const FIXED_LENGTH = 8;

/** Offsets of the fields, in octets. */
export const OFFSET = {
  hardwareType: 0,
  protocolType: 2,
  hardwareLength: 4,
  protocolLength: 5,
  operation: 6,
  addresses: 8,
} as const;

/** Operations. */
export const ArpOperation = { request: 1, reply: 2 } as const;

/** An ARP packet. The four addresses have as many octets as the two lengths say. */
export interface Arp {
  /** 1 for Ethernet. */
  hardwareType: number;
  /** EtherType of the addresses that are resolved. */
  protocolType: number;
  /** Octets, 0 to 255. */
  hardwareLength: number;
  protocolLength: number;
  operation: number;
  senderHardware: Uint8Array;
  senderProtocol: Uint8Array;
  targetHardware: Uint8Array;
  targetProtocol: Uint8Array;
}

/** Decodes the packet at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Arp> {
  if (end - start < FIXED_LENGTH) return cutShort("ARP header", start, end, FIXED_LENGTH);
  const hardware = bytes[start + OFFSET.hardwareLength];
  const protocol = bytes[start + OFFSET.protocolLength];
  const length = FIXED_LENGTH + 2 * (hardware + protocol);
  if (end - start < length) return cutShort("ARP addresses", start, end, length);
  let at = start + OFFSET.addresses;
  const take = (octets: number) => bytes.slice(at, at += octets);
  return decoded({
    hardwareType: get16(bytes, start + OFFSET.hardwareType),
    protocolType: get16(bytes, start + OFFSET.protocolType),
    hardwareLength: hardware,
    protocolLength: protocol,
    operation: get16(bytes, start + OFFSET.operation),
    senderHardware: take(hardware),
    senderProtocol: take(protocol),
    targetHardware: take(hardware),
    targetProtocol: take(protocol),
  }, start + length);
}

/** The octets of the packet. */
export function encode(record: Arp): Uint8Array {
  const parts = [
    record.senderHardware,
    record.senderProtocol,
    record.targetHardware,
    record.targetProtocol,
  ];
  const length = parts.reduce((sum, part) => sum + part.length, FIXED_LENGTH);
  const bytes = new Uint8Array(length);
  put16(bytes, OFFSET.hardwareType, record.hardwareType);
  put16(bytes, OFFSET.protocolType, record.protocolType);
  bytes[OFFSET.hardwareLength] = record.hardwareLength;
  bytes[OFFSET.protocolLength] = record.protocolLength;
  put16(bytes, OFFSET.operation, record.operation);
  let at: number = OFFSET.addresses;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
