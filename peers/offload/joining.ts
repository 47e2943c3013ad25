/** Comparisons of two segments octet by octet, in place. */
import { get32 } from "../../captures/wire/octets.ts";
import { ADJUSTED } from "../../captures/wire/opaque.ts";
import type { Traits } from "./implementations.ts";
import type { Segment } from "./segment.ts";

/** NOP, NOP, timestamp of 10 octets (RFC 7323 appendix A). */
const ALIGNED_TIMESTAMP = 0x0101_080a, ALIGNED_OCTETS = 12;

/** Whether octets are the same. */
export function sameOctets(
  a: DataView,
  at: number,
  b: DataView,
  from: number,
  octets: number,
): boolean {
  let i = 0;
  for (; i + 4 <= octets; i += 4) if (a.getInt32(at + i) !== b.getInt32(from + i)) return false;
  for (; i < octets; i++) if (a.getUint8(at + i) !== b.getUint8(from + i)) return false;
  return true;
}

/** Whether a segment has an aligned timestamp, and no other TCP option. */
export function isTimestampAlone(s: Segment): boolean {
  return s.payload - s.options === ALIGNED_OCTETS &&
    get32(s.bytes, s.options) === ALIGNED_TIMESTAMP;
}

/** First octet of TSval, of a segment that has an aligned timestamp. */
export function timestampAt(s: Segment): number {
  return s.options + 4;
}

/** Whether TCP options are the same, or timestamps alone where these may differ. */
export function optionsJoin(held: Segment, next: Segment, traits: Traits): boolean {
  const octets = held.payload - held.options;
  if (octets !== next.payload - next.options) return false;
  if (octets === 0) return true;
  // Both were held for nothing else.
  if (traits.options === "timestamps") return true;
  return sameOctets(held.view, held.options, next.view, next.options, octets);
}

/** Whether opaque fields are the same, but for what their format has adjusted. */
export function isOpaqueEqual(held: Segment, next: Segment): boolean {
  const { format } = held, octets = held.opaqueEnd - held.opaque;
  if (format !== next.format || octets !== next.opaqueEnd - next.opaque) return false;
  const a = held.bytes, b = next.bytes, at = held.opaque, from = next.opaque;
  if (sameOctets(held.view, at, next.view, from, octets)) return true;
  if (format === undefined || format.adjusts.length === 0) return false;
  for (let i = 0; i < octets; i++) {
    if (a[at + i] !== b[from + i] && !isAdjusted(held, i)) return false;
  }
  // A checksum that is not used differs from any that is.
  if (!format.adjusts.includes("udp_checksum")) return true;
  const { offset } = ADJUSTED.udp_checksum;
  return isZero16(a, at + offset) === isZero16(b, from + offset);
}

/** Whether the octet `offset` of the field is one that its format has adjusted. */
function isAdjusted({ format }: Segment, offset: number): boolean {
  for (const what of format!.adjusts) {
    const part = ADJUSTED[what];
    if (offset >= part.offset && offset < part.offset + part.octets) return true;
  }
  return false;
}

function isZero16(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && bytes[at + 1] === 0;
}
