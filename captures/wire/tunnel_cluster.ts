/**
 * Messages within a cluster of tunnel endpoints: registration, load status, draining, inactivation,
 * heartbeat and take-over. Source 004 names these exchanges (L102-L104, L161) and leaves their form
 * open: it is the project's (catalogue D4-09, D4-11, D4-13, D4-14).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |Ver = 1|0 0 I D|    Message    |             Length            |
 * +-------+-------+---------------+-------------------------------+
 * |            Member             |              Term             |
 * +-------------------------------+-------------------------------+
 * |                        Sequence Number                        |
 * +---------------------------------------------------------------+
 * |                 Acknowledged Sequence Number                  |
 * +-------------------------------+-------------------------------+
 * |         Attribute Type        |        Attribute Length       |  repeated; Length counts
 * +-------------------------------+-------------------------------+  the value only
 * :                        Attribute Value                        :
 * +---------------------------------------------------------------+
 * ```
 *
 * UDP port 49700 on the cluster's network, all fields in network byte order. Length counts the whole
 * message. Member numbers the sender within its cluster, 0 being a master that is no endpoint. Term
 * counts masters: who takes over begins a new one, and messages of an older term have no effect.
 *
 * ```text
 *  endpoint                master                 endpoint           another endpoint
 *     | register             |                       | claim (term + 1)      |
 *     |--------------------->|                       |---------------------->|
 *     |          registerAck |                       |                  vote |
 *     |<---------------------|                       |<----------------------|
 *     | report (each second) |                       | heartbeat (term + 1)  |
 *     |--------------------->|                       |---------------------->|
 *     |            heartbeat |
 *     |<---------------------|                  A report acknowledges the last heartbeat:
 *     | leave                |                  that renews the master's lease.
 *     |--------------------->|
 * ```
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

export { CLUSTER_PORT } from "./udp_port.ts";
/** The version described here. */
export const CLUSTER_VERSION = 1;
/** Octets of a message without attributes. */
export const LENGTH = 16;
/** Offsets of the fields, in octets. */
export const OFFSET = {
  version: 0,
  message: 1,
  length: 2,
  member: 4,
  term: 6,
  sequence: 8,
  acknowledged: 12,
} as const;

/** Values of the Message field. */
export const ClusterMessage = {
  /** Endpoint to master: here I am, at these addresses. */
  register: 1,
  registerAck: 2,
  /** Endpoint to master: load status, and a sign of life (D4-09, D4-14). */
  report: 3,
  /** Master to endpoint: a sign of life. */
  heartbeat: 4,
  /** Master to endpoint: take no new tunnels, keep those you have; and the reverse (D4-11). */
  deactivate: 5,
  activate: 6,
  /** Endpoint to master: going out of service at once. */
  leave: 7,
  /** Endpoint to endpoints: I would be master in this term; and the answer of who agrees (D4-13). */
  claim: 8,
  vote: 9,
} as const;

/** Bits of the flags, the low half of the first octet. */
export const ClusterFlag = {
  /** The endpoint lets its tunnels end and wants no new ones. */
  draining: 1,
  /** The endpoint is inactive for a time. */
  inactive: 2,
} as const;

/** Values of the Attribute Type field. */
export const ClusterAttribute = {
  /** Address, 4 or 16 octets, that requests are forwarded to. */
  localAddress: 1,
  /** Address, 4 or 16 octets, that the endpoint replies from. */
  globalAddress: 2,
  /** 16 bits: load in hundredths of a per cent, 0 to 10000. */
  load: 3,
  /** 32 bits: tunnels that stand. */
  tunnels: 4,
  /** 32 bits: sessions that stand. */
  sessions: 5,
  /** 16 bits: the lower, the sooner this endpoint takes over. */
  priority: 6,
  /** Address, 4 or 16 octets, of the cluster. */
  masterAddress: 7,
} as const;

/** One attribute, value as it stands on the wire. */
export interface ClusterAttributeRecord {
  type: number;
  value: Uint8Array;
}

/** One message, any bits, legal or not. */
export interface ClusterRecord {
  version: number;
  /** Four bits, see `ClusterFlag`. */
  flags: number;
  message: number;
  /** Octets of the whole message. */
  length: number;
  member: number;
  term: number;
  sequence: number;
  /** Sequence number of the message that this one answers; 0 when it answers none. */
  acknowledged: number;
  attributes: readonly ClusterAttributeRecord[];
  /** Octets behind the last whole attribute; none in a legal message. */
  rest: Uint8Array;
}

/** Decodes the message at `start`. What Length leaves out is not read. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<ClusterRecord> {
  if (end - start < LENGTH) return cutShort("cluster message", start, end, LENGTH);
  const length = get16(bytes, start + OFFSET.length);
  if (end - start < length) return cutShort("cluster message", start, end, length);
  const stop = start + Math.max(LENGTH, length);
  const attributes: ClusterAttributeRecord[] = [];
  let at = start + LENGTH;
  while (stop - at >= 4) {
    const size = get16(bytes, at + 2);
    if (stop - at - 4 < size) break;
    attributes.push({ type: get16(bytes, at), value: bytes.subarray(at + 4, at + 4 + size) });
    at += 4 + size;
  }
  return decoded({
    version: bytes[start] >> 4,
    flags: bytes[start] & 15,
    message: bytes[start + OFFSET.message],
    length,
    member: get16(bytes, start + OFFSET.member),
    term: get16(bytes, start + OFFSET.term),
    sequence: get32(bytes, start + OFFSET.sequence),
    acknowledged: get32(bytes, start + OFFSET.acknowledged),
    attributes,
    rest: bytes.subarray(at, stop),
  }, stop);
}

/** Octets of a record as `encode` writes it, whatever its Length says. */
function sizeOf({ attributes, rest }: Pick<ClusterRecord, "attributes" | "rest">): number {
  return attributes.reduce((sum, { value }) => sum + 4 + value.length, LENGTH + rest.length);
}

/** The octets of the message: the exact inverse of `decode`. */
export function encode(record: ClusterRecord): Uint8Array {
  const bytes = new Uint8Array(sizeOf(record));
  bytes[OFFSET.version] = record.version << 4 | record.flags & 15;
  bytes[OFFSET.message] = record.message;
  put16(bytes, OFFSET.length, record.length);
  put16(bytes, OFFSET.member, record.member);
  put16(bytes, OFFSET.term, record.term);
  put32(bytes, OFFSET.sequence, record.sequence);
  put32(bytes, OFFSET.acknowledged, record.acknowledged);
  let at = LENGTH;
  for (const { type, value } of record.attributes) {
    put16(bytes, at, type);
    put16(bytes, at + 2, value.length);
    bytes.set(value, at + 4);
    at += 4 + value.length;
  }
  bytes.set(record.rest, at);
  return bytes;
}

/** The record with its Length filled in. */
export function withLength(record: ClusterRecord): ClusterRecord {
  return { ...record, length: sizeOf(record) };
}

/** Whether a record is one that this version understands: its Length and attributes add up. */
export function isWellFormed(record: ClusterRecord): boolean {
  return record.version === CLUSTER_VERSION && record.length >= LENGTH && record.rest.length === 0;
}

/** The value of the first attribute of a type that has the length, or one of the lengths, asked for. */
export function attributeOf(
  record: ClusterRecord,
  type: number,
  ...lengths: readonly number[]
): Uint8Array | undefined {
  return record.attributes.find((a) => a.type === type && lengths.includes(a.value.length))?.value;
}

/** The value of an attribute of 16 or 32 bits. */
export function numberOf(record: ClusterRecord, type: number, octets: 2 | 4): number | undefined {
  const value = attributeOf(record, type, octets);
  if (value === undefined) return undefined;
  return octets === 2 ? get16(value, 0) : get32(value, 0);
}

/** An attribute of 16 or 32 bits. */
export function numberAttribute(
  type: number,
  octets: 2 | 4,
  value: number,
): ClusterAttributeRecord {
  const bytes = new Uint8Array(octets);
  if (octets === 2) put16(bytes, 0, value);
  else put32(bytes, 0, value);
  return { type, value: bytes };
}
