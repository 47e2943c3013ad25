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
import { type Decoded, PacketType, SEAL_LENGTH } from "./core_identity.ts";

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
} as const;

/** One attribute, value as it stands on the wire. */
export interface Attribute {
  type: number;
  value: Uint8Array;
}

/** One control message, any bits, legal or not. */
export interface ControlMessage {
  version: number;
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

/** Reads a control message from `bytes[start, end)`. Never throws. */
export function decodeControl(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): Decoded<ControlMessage> {
  const stop = (offset: number, problem: string) => ({ ok: false as const, offset, problem });
  const length = end - start;
  if (length < CONTROL_LENGTH) {
    return stop(end, `control message needs ${CONTROL_LENGTH} octets, ${length} left`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  const type = view.getUint8(0) & 15, flags = view.getUint8(1);
  if (type !== PacketType.control) return stop(start, `type ${type} is not control`);
  const tail = flags & 4 ? SEAL_LENGTH : 0;
  const last = length - tail;
  if (last < CONTROL_LENGTH) return stop(end, `packet nonce and tag need 24 octets`);
  const attributes: Attribute[] = [];
  let at = CONTROL_LENGTH;
  while (at < last) {
    if (last - at < 4) {
      return stop(start + at, `attribute header needs 4 octets, ${last - at} left`);
    }
    const size = view.getUint16(at + 2);
    if (last - at - 4 < size) {
      return stop(start + at, `attribute needs ${size} octets, ${last - at - 4} left`);
    }
    attributes.push({
      type: view.getUint16(at),
      value: bytes.subarray(start + at + 4, start + at + 4 + size),
    });
    at += 4 + size;
  }
  const packet: ControlMessage = {
    version: view.getUint8(0) >> 4,
    flags,
    message: view.getUint16(2),
    aggregateId: view.getUint16(4),
    tunnelId: view.getUint16(6),
    sequence: view.getUint32(8),
    acknowledged: view.getUint32(12),
    coreCount: view.getUint16(CORE_COUNT_OFFSET),
    informationVersion: view.getUint16(18),
    attributes,
  };
  if (tail > 0) packet.trailer = bytes.subarray(start + last, end);
  return { ok: true, packet };
}

/** Writes a control message: the exact inverse of `decodeControl`. */
export function encodeControl(message: ControlMessage): Uint8Array {
  const tail = message.flags & 4 ? SEAL_LENGTH : 0;
  const size = message.attributes.reduce((sum, a) => sum + 4 + a.value.length, CONTROL_LENGTH);
  const out = new Uint8Array(size + tail);
  const view = new DataView(out.buffer);
  out[0] = message.version << 4 | PacketType.control;
  out[1] = message.flags;
  view.setUint16(2, message.message);
  view.setUint16(4, message.aggregateId);
  view.setUint16(6, message.tunnelId);
  view.setUint32(8, message.sequence);
  view.setUint32(12, message.acknowledged);
  view.setUint16(CORE_COUNT_OFFSET, message.coreCount);
  view.setUint16(18, message.informationVersion);
  let at = CONTROL_LENGTH;
  for (const { type, value } of message.attributes) {
    view.setUint16(at, type);
    view.setUint16(at + 2, value.length);
    out.set(value, at + 4);
    at += 4 + value.length;
  }
  if (message.trailer !== undefined) out.set(message.trailer.subarray(0, tail), size);
  return out;
}
