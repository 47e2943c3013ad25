/** Pairs of segments that differ in an IP header: that in front of TCP, or the outer one of a tunnel. */
import type { SegmentIp } from "../../../captures/wire/build_segment.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { Shape } from "./shape.ts";
import type { Variation } from "./variations.ts";

/** Which of the IP headers of a segment. */
export type Where = "inner" | "outer";

type Change = (ip: Partial<SegmentIp>, index: number) => Partial<SegmentIp>;

/** So many segments whose IP headers are changed, each by its index. */
function headers(where: Where, count: number, change: Change): Variation {
  return (train) =>
    train(count).map((shape, i) => ({
      ...shape,
      [where]: { ...shape[where], ...change(shape[where], i) },
    }));
}

/** Three segments of which the second has another header. */
function second(where: Where, change: Partial<SegmentIp>): Variation {
  return headers(where, 3, (_, i) => i === 1 ? change : {});
}

/** Spoils octets of one of the headers of the second of three segments. */
function spoiled(where: Where, act: (bytes: Uint8Array, header: number) => void): Variation {
  return (train) =>
    train(3).map((shape, i): Shape =>
      i !== 1 ? shape : { ...shape, spoil: (layout) => act(layout.bytes, layout[where]) }
    );
}

/** Identification by index, from that of the first segment on. */
function ids(where: Where, dontFragment: boolean, steps: readonly number[], from?: number) {
  return headers(where, steps.length, ({ identification = 0 }, i) => ({
    dontFragment,
    // What the train adds is taken off again, as the steps say all.
    identification: (from ?? identification - i) + steps[i] & 0xffff,
  }));
}

/** NOP, NOP, NOP, end of the list: options that say nothing. */
const NO_OPTIONS = Uint8Array.of(1, 1, 1, 0);
/** PadN over a whole options header of IPv6. */
const PADDING = (fill: number) => Uint8Array.of(1, 4, fill, fill, fill, fill);

/** A destination options header that says nothing. @param fill Octets that nobody looks at. */
export const padded = (fill: number): Partial<SegmentIp> => ({
  extensions: [{ protocol: IP_PROTOCOL.DESTINATION_OPTIONS, content: PADDING(fill) }],
});

/** A fragment header that is whole: offset 0, no more fragments. */
const ATOMIC = {
  extensions: [{ protocol: IP_PROTOCOL.FRAGMENT, content: Uint8Array.of(0, 0, 0, 0, 0, 7) }],
};

/** IPv4: rules 52 to 63, T2 to T4. */
export function ipv4Variations(where: Where): Readonly<Record<string, Variation>> {
  return {
    options: second(where, { options: NO_OPTIONS }),
    options_in_all: headers(where, 3, () => ({ options: NO_OPTIONS })),
    more_fragments: second(where, { moreFragments: true }),
    fragment_offset: second(where, { fragmentOffset: 8 }),
    ttl_lower: second(where, { ttl: 63 }),
    ttl_higher: second(where, { ttl: 65 }),
    dscp: second(where, { dscp: 10 }),
    ecn: second(where, { ecn: 1 }),
    congestion: headers(where, 3, (_, i) => ({ ecn: i === 1 ? 3 : 2 })),
    ecn_in_all: headers(where, 3, () => ({ ecn: 2 })),
    dont_fragment: second(where, { dontFragment: false }),
    dont_fragment_set: headers(where, 3, (_, i) => ({ dontFragment: i === 1 })),
    id_rises: ids(where, true, [0, 1, 2]),
    id_rises_fragmentable: ids(where, false, [0, 1, 2]),
    id_stays: ids(where, true, [0, 0, 0]),
    id_stays_fragmentable: ids(where, false, [0, 0, 0]),
    id_skips: ids(where, true, [0, 2, 4]),
    id_skips_fragmentable: ids(where, false, [0, 2, 4]),
    id_falls: ids(where, true, [1, 0]),
    id_wraps: ids(where, true, [0, 1, 2], 0xfffe),
    id_rises_then_stays: ids(where, true, [0, 1, 1]),
    id_stays_then_rises: ids(where, true, [0, 0, 1]),
    header_checksum: spoiled(where, (bytes, at) => void (bytes[at + 10] ^= 0x20)),
    length_beyond: spoiled(where, (bytes, at) => void (bytes[at + 3] += 3)),
    length_short: spoiled(where, (bytes, at) => void (bytes[at + 3] -= 3)),
    short_header: spoiled(where, (bytes, at) => void (bytes[at] = 0x44)),
  };
}

/** IPv6: rules 65 to 70. */
export function ipv6Variations(where: Where): Readonly<Record<string, Variation>> {
  return {
    traffic_class: second(where, { dscp: 10 }),
    ecn: second(where, { ecn: 1 }),
    flow_label: second(where, { flowLabel: 0x12345 }),
    hop_limit_lower: second(where, { ttl: 63 }),
    hop_limit_higher: second(where, { ttl: 65 }),
    destination_options: headers(where, 3, () => padded(0)),
    destination_options_differ: headers(where, 3, (_, i) => padded(i)),
    destination_options_second: second(where, padded(0)),
    fragment_header: second(where, ATOMIC),
    length_beyond: spoiled(where, (bytes, at) => void (bytes[at + 5] += 3)),
    length_short: spoiled(where, (bytes, at) => void (bytes[at + 5] -= 3)),
    other_version: spoiled(where, (bytes, at) => void (bytes[at] = 0x50)),
  };
}

/** Another flow, and each segment as that of another: rule 64, OFL-046. */
export function flowVariations(family: 4 | 6): Readonly<Record<string, Variation>> {
  const other = (address: string) => family === 4 ? `10.9.0.${address}` : `fd00:9::${address}`;
  return {
    other_source: second("inner", { source: other("7") }),
    other_destination: second("inner", { destination: other("8") }),
    other_source_port: (train) =>
      train(3).map((shape, i) => ({ ...shape, sourcePort: shape.sourcePort + (i === 1 ? 1 : 0) })),
    other_destination_port: (train) =>
      train(3).map((shape, i) => ({
        ...shape,
        destinationPort: shape.destinationPort + (i === 1 ? 1 : 0),
      })),
  };
}
