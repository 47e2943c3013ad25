/**
 * The Link Aggregation Control Protocol, one of the slow protocols (EtherType 8809).
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+---------------+---------------+
 * |  Subtype = 1  | Version = 1   |   TLV type    |  TLV length   |  TLVs, Length of all of each
 * +---------------+---------------+---------------+---------------+
 * |        System priority        |                               |  1 actor and 2 partner,
 * +-------------------------------+            System             |  20 octets each
 * |                                                               |
 * +-------------------------------+-------------------------------+
 * |              Key              |         Port priority         |
 * +-------------------------------+---------------+---------------+
 * |             Port              |     State     |   Reserved …  |  3 octets
 * +-------------------------------+---------------+---------------+
 * ```
 *
 * Collector information (3) has 16 octets, the first two a delay. The terminator (0, of length 0)
 * ends the list; behind it a LACPDU is filled up to 110 octets.
 *
 * Source: IEEE Std 802.1AX-2020, clause 6.4.2; slow protocols: IEEE Std 802.3-2022, annex 57A.
 */
import { formatMac } from "./address.ts";
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16 } from "./octets.ts";

/** Octets before the first TLV, and of a TLV without its value. */
export const LENGTH = 2, TLV_LENGTH = 2;

/** Subtypes of slow protocols. */
export const SlowSubtype = { lacp: 1, marker: 2, oam: 3, organisation: 10 } as const;

/** Types of TLVs. */
export const LacpTlv = { terminator: 0, actor: 1, partner: 2, collector: 3 } as const;

/** Bits of the state, from the lowest. */
export const STATES = [
  "activity",
  "short timeout",
  "aggregation",
  "synchronization",
  "collecting",
  "distributing",
  "defaulted",
  "expired",
] as const;

/** A LACPDU up to its terminator, any bits. */
export interface Lacp {
  subtype: number;
  version: number;
  tlvs: readonly { type: number; length: number; value: Uint8Array }[];
}

/** Decodes the LACPDU at `start`: its TLVs up to the terminator, which is among them, or the end. */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<Lacp> {
  const short = (needed: number) => cutShort("LACPDU", start, end, needed);
  if (end - start < LENGTH) return short(LENGTH);
  const tlvs = [];
  let at = start + LENGTH;
  for (;;) {
    if (end - at < TLV_LENGTH) return short(at + TLV_LENGTH - start);
    const type = bytes[at], length = bytes[at + 1];
    const stop = at + Math.max(TLV_LENGTH, length);
    if (stop > end) return short(stop - start);
    tlvs.push({ type, length, value: bytes.slice(at + TLV_LENGTH, stop) });
    at = stop;
    if (type === LacpTlv.terminator) break;
  }
  return decoded({ subtype: bytes[start], version: bytes[start + 1], tlvs }, at);
}

/** The octets of the LACPDU up to its terminator. */
export function encode({ subtype, version, tlvs }: Lacp): Uint8Array {
  return Uint8Array.of(
    subtype,
    version,
    ...tlvs.flatMap(({ type, length, value }) => [type, length, ...value]),
  );
}

/** What an actor's or partner's value says. */
export interface LacpPort {
  systemPriority: number;
  /** MAC address. */
  system: string;
  key: number;
  portPriority: number;
  port: number;
  /** Eight bits: see `STATES`. */
  state: number;
}

/** Reads the value of an actor or partner; undefined when it is too short. */
export function readPort(value: Uint8Array): LacpPort | undefined {
  if (value.length < 15) return undefined;
  return {
    systemPriority: get16(value, 0),
    system: formatMac(value, 2),
    key: get16(value, 8),
    portPriority: get16(value, 10),
    port: get16(value, 12),
    state: value[14],
  };
}
