/**
 * Control messages of core-identity tunnels: establishment with processor information both ways,
 * liveness, updates and reports (catalogue D0-03, D0-08, D0-13, D0-15).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---+---+-+-+-+-+-------------------------------+
 * |Version|Type=2 | 0   0 |0|A|0|0|           Message             |
 * +-------+-------+---+---+-+-+-+-+-------------------------------+
 * |      Aggregated Tunnel ID     |           Tunnel ID           |
 * +-------------------------------+-------------------------------+
 * |                    Control Sequence Number                    |
 * +---------------------------------------------------------------+
 * |                 Acknowledged Sequence Number                  |
 * +-------------------------------+-------------------------------+
 * |           Core Count          |  Processor Information Version|
 * +-------------------------------+-------------------------------+
 * |         Attribute Type        |        Attribute Length       |  repeated; Length counts
 * +-------------------------------+-------------------------------+  the value only
 * :                        Attribute Value                        :
 * +---------------------------------------------------------------+
 * :          Packet Nonce (64) and Packet Tag (128), when A = 1   :
 * +---------------------------------------------------------------+
 * ```
 *
 * Core Count is the number of cores that the sender of the message offers for data, 1 to 65535;
 * 0 means that the message carries no processor information. All fields in network byte order.
 *
 * @see seed 000 [0043], [0060], [0068]-[0070]
 */
import { PacketType, SEAL_LENGTH } from "./core_identity.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, put16, put32 } from "./octets.ts";

/** A: nonce and tag end the message. */
const AUTHENTICATED = 4;

/** Values of the Message field. */
export const Message = {
  hello: 1,
  helloAck: 2,
  confirm: 3,
  keepalive: 4,
  keepaliveAck: 5,
  update: 6,
  updateAck: 7,
  report: 8,
  reportAck: 9,
  close: 10,
} as const;

/** Values of the Attribute Type field. */
export const AttributeType = {
  /** 16-bit core count of each processing unit, in order. */
  processingUnits: 1,
  /** The identity of each core in order: 64 bits each. */
  identities: 2,
  /** 16-bit indices of cores that must not be selected. */
  excluded: 3,
  /** 16-bit indices of cores to be taken first. */
  preferred: 4,
  /** A rule: field (8: 1 DSCP, 2 IP protocol), value (8), then 16-bit indices reserved for it. */
  reserved: 5,
  /** 16-bit load of each core in order. */
  loads: 6,
  /** Class in ASCII, such as `F7`. */
  class: 7,
  /**
   * The one core identity, 64 bits, that packets of this aggregated tunnel are to carry to whoever sends
   * the message: in HELLO ACK, and in HELLO where the initiator has one as well ([0055], [0060]).
   */
  aggregateIdentity: 8,
  /**
   * A session, in a REPORT: IP version (8), Protocol (8), Source Port (16), Destination Port (16), both
   * addresses; the ports are 0 where the session has none (D0-03).
   */
  session: 9,
  /** The identity of the core that the session of a REPORT is bound to: 64 bits. */
  sessionIdentity: 10,
} as const;

/** One attribute, value as it stands on the wire. */
export interface Attribute {
  type: number;
  value: Uint8Array;
}

/** One control message, any bits, legal or not. */
export interface ControlMessage {
  version: number;
  /** 4 bits: `PacketType.control`. */
  type: number;
  /** The octet of flags; bit 2 (value 4) is A. */
  flags: number;
  message: number;
  aggregateId: number;
  tunnelId: number;
  sequence: number;
  /** Sequence number of the message that this one answers; 0 when it answers none. */
  acknowledged: number;
  coreCount: number;
  informationVersion: number;
  attributes: Attribute[];
  /** Nonce and tag, 24 octets, when A is set. */
  trailer?: Uint8Array;
}

/** Octets of a control message without attributes. */
export const CONTROL_LENGTH = 20;
/** Where the Core Count stands, in octets of the UDP payload. */
export const CORE_COUNT_OFFSET = 16;

/** The name of a message: `helloAck`, or its number when it has none. */
export function messageName(message: number): string {
  return Object.entries(Message).find(([, value]) => value === message)?.[0] ?? `${message}`;
}

/**
 * Decodes the control message that fills `bytes[start..end)`. Every Type is read by this layout: see
 * `core_identity.ts`.
 */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<ControlMessage> {
  const short = (needed: number) => cutShort("control message", start, end, needed);
  if (end - start < CONTROL_LENGTH) return short(CONTROL_LENGTH);
  const flags = bytes[start + 1];
  const tail = flags & AUTHENTICATED ? SEAL_LENGTH : 0, last = end - tail;
  if (last - start < CONTROL_LENGTH) return short(CONTROL_LENGTH + tail);
  const attributes: Attribute[] = [];
  let at = start + CONTROL_LENGTH;
  while (at < last) {
    const stop = at + 4 + (last - at < 4 ? 0 : get16(bytes, at + 2));
    if (stop > last) return short(stop - start + tail);
    attributes.push({ type: get16(bytes, at), value: bytes.subarray(at + 4, stop) });
    at = stop;
  }
  const message: ControlMessage = {
    version: bytes[start] >> 4,
    type: bytes[start] & 15,
    flags,
    message: get16(bytes, start + 2),
    aggregateId: get16(bytes, start + 4),
    tunnelId: get16(bytes, start + 6),
    sequence: get32(bytes, start + 8),
    acknowledged: get32(bytes, start + 12),
    coreCount: get16(bytes, start + CORE_COUNT_OFFSET),
    informationVersion: get16(bytes, start + 18),
    attributes,
  };
  if (tail > 0) message.trailer = bytes.subarray(last, end);
  return decoded(message, end);
}

/** The octets of the message; a trailer that the record lacks is zeros. */
export function encode(message: ControlMessage): Uint8Array {
  const tail = message.flags & AUTHENTICATED ? SEAL_LENGTH : 0;
  const size = message.attributes.reduce((sum, a) => sum + 4 + a.value.length, CONTROL_LENGTH);
  const out = new Uint8Array(size + tail);
  out[0] = message.version << 4 | message.type & 15;
  out[1] = message.flags;
  put16(out, 2, message.message);
  put16(out, 4, message.aggregateId);
  put16(out, 6, message.tunnelId);
  put32(out, 8, message.sequence);
  put32(out, 12, message.acknowledged);
  put16(out, CORE_COUNT_OFFSET, message.coreCount);
  put16(out, 18, message.informationVersion);
  let at = CONTROL_LENGTH;
  for (const { type, value } of message.attributes) {
    put16(out, at, type);
    put16(out, at + 2, value.length);
    out.set(value, at + 4);
    at += 4 + value.length;
  }
  if (message.trailer !== undefined) out.set(message.trailer.subarray(0, tail), size);
  return out;
}

/** As `decode`, for facts that do not read by a view yet. @deprecated */
export function decodeControl(bytes: Uint8Array, start = 0, end = bytes.length) {
  const { record, end: offset, problem } = decode(bytes, start, end);
  if (record !== undefined && record.type === PacketType.control) {
    return { ok: true as const, packet: record };
  }
  return { ok: false as const, offset, problem: problem ?? `type ${record?.type} is not control` };
}

/** As `encode`, with the type filled in, for tests of such facts. @deprecated */
export function encodeControl(message: Omit<ControlMessage, "type">): Uint8Array {
  return encode({ ...message, type: PacketType.control });
}
