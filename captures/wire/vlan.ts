/**
 * The tag of IEEE 802.1Q (and 802.1ad), behind the EtherType that announces it (0x8100, 0x88a8).
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | PCP |D|     VLAN identifier   |      EtherType or length      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * Source: IEEE Std 802.1Q-2022, clause 9.6.
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, put16 } from "./octets.ts";

/** Octets of the tag without the EtherType before it, with the one behind it. */
export const LENGTH = 4;

/** Offsets of the fields, in octets. */
export const OFFSET = { control: 0, type: 2 } as const;

/** An 802.1Q tag. */
export interface Vlan {
  /** Priority code point, 0 to 7. */
  priority: number;
  /** Drop eligible indicator. */
  dropEligible: boolean;
  /** VLAN identifier, 0 to 4095. */
  identifier: number;
  /** EtherType of what follows. */
  type: number;
}

/** Decodes the tag at `start`. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Vlan> {
  if (end - start < LENGTH) return cutShort("802.1Q tag", start, end, LENGTH);
  const control = get16(bytes, start + OFFSET.control);
  return decoded({
    priority: control >>> 13,
    dropEligible: (control & 0x1000) !== 0,
    identifier: control & 0x0fff,
    type: get16(bytes, start + OFFSET.type),
  }, start + LENGTH);
}

/** Writes the tag at `at`; returns where it ends. */
export function encodeInto(record: Vlan, bytes: Uint8Array, at: number): number {
  const dropEligible = record.dropEligible ? 0x1000 : 0;
  put16(
    bytes,
    at + OFFSET.control,
    (record.priority << 13) | dropEligible | (record.identifier & 0x0fff),
  );
  put16(bytes, at + OFFSET.type, record.type);
  return at + LENGTH;
}

/** The octets of the tag. */
export function encode(record: Vlan): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  encodeInto(record, bytes, 0);
  return bytes;
}
