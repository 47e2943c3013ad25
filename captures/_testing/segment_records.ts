/** Segments in random formats of stateless tunnels, as properties ask for them. */
import fc from "fast-check";
import { formatIpv4, formatIpv6 } from "../wire/address.ts";
import type { ExtensionHeader, Segment, SegmentIp } from "../wire/build_segment.ts";
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { put16, put32 } from "../wire/octets.ts";
import {
  OPAQUE_FORMATS,
  type OpaqueFormat,
  opaqueFormatProblem,
  opaqueLength,
} from "../wire/opaque.ts";
import { addresses, bits, octets } from "./format_laws.ts";

/** Formats with names, and private ones of kinds that have none. */
export const FORMATS: readonly OpaqueFormat[] = [
  ...Object.values(OPAQUE_FORMATS),
  // OFL-084: made up, of configuration alone.
  {
    ...{ protocol: 253, length: { octets: 12 }, flowId: { offset: 7, octets: 3 }, adjusts: [] },
    formatId: { offset: 6, octets: 1, values: [0x7f] },
  },
  // D2-04: its first octet tells the length.
  {
    ...{ protocol: 254, length: { at: 0, mask: 0xff, unit: 1, more: 0 }, adjusts: [] },
    ...{
      formatId: { offset: 2, octets: 4, values: [0xfeedbeef] },
      flowId: { offset: 6, octets: 2 },
    },
  },
];

const parts = fc.record({ offset: fc.nat(20), octets: fc.integer({ min: 1, max: 6 }) });

/** Any format that a configuration may hold. */
export const formats: fc.Arbitrary<OpaqueFormat> = fc.record({
  // Not those of IP itself and of its extension headers.
  protocol: fc.constantFrom(17, 47, 50, 61, 99, 253, 255),
  length: fc.oneof(
    fc.record({ octets: fc.nat(80) }),
    fc.record({
      ...{ at: fc.nat(12), mask: fc.constantFrom(0xff, 0x3f, 0xf0, 0x0f), more: fc.nat(40) },
      unit: fc.integer({ min: 1, max: 4 }),
    }),
  ),
  formatId: fc.option(
    fc.record({ offset: fc.nat(20), octets: fc.integer({ min: 1, max: 4 }) }).chain((part) =>
      fc.array(bits(8 * part.octets), { minLength: 1, maxLength: 3 })
        .map((values) => ({ ...part, values }))
    ),
    { nil: undefined },
  ),
  flowId: fc.option(parts, { nil: undefined }),
  etherType: fc.option(fc.constantFrom(0, 2, 9, -2, -4), { nil: undefined }),
  adjusts: fc.constant([]),
}).filter((format) => opaqueFormatProblem(format) === undefined && !overlaps(format));

/** Whether what a format places in its field lies on one another. */
function overlaps({ length, formatId, etherType }: OpaqueFormat): boolean {
  const taken = new Set<number>();
  const take = (offset: number, count: number) => {
    for (let at = offset; at < offset + count; at++) {
      if (taken.has(at)) return true;
      taken.add(at);
    }
    return false;
  };
  const id = formatId !== undefined && take(formatId.offset, formatId.octets);
  const octet = !("octets" in length) && take(length.at, 1);
  if (etherType === undefined || id || octet) return id || octet;
  // From the end: in a field of variable length it may come to lie anywhere.
  if (etherType >= 0) return take(etherType, 2);
  return "octets" in length ? take(length.octets + etherType, 2) : true;
}

/** Octets that a field of this format may be, in front of an IP header of this version. */
export function opaqueFields(format: OpaqueFormat, family: 4 | 6): fc.Arbitrary<Uint8Array> {
  const { length, formatId, etherType } = format;
  const lengths = "octets" in length
    ? fc.constant({ octet: 0, count: length.octets })
    : bits(8).map((octet) => ({
      ...{ octet, count: (octet & length.mask) * length.unit + length.more },
    }));
  const values = formatId === undefined ? fc.constant(0) : fc.constantFrom(...formatId.values);
  return fc.tuple(lengths, values).chain(([{ octet, count }, value]) =>
    octets(count).map((random) => {
      // A length that cannot hold all is drawn again below.
      const bytes = new Uint8Array(count + 64);
      bytes.set(random);
      if (!("octets" in length)) bytes[length.at] = octet;
      if (etherType !== undefined) {
        put16(bytes, etherType < 0 ? count + etherType : etherType, family === 4 ? 0x0800 : 0x86dd);
      }
      if (formatId !== undefined) {
        const word = new Uint8Array(4);
        put32(word, 0, value);
        // GRE names the payload in its format id: whichever of the values was drawn, it must agree.
        if (etherType !== 2 || formatId.offset !== 0 || formatId.octets < 4) {
          bytes.set(word.subarray(4 - formatId.octets), formatId.offset);
        } else bytes.set(word.subarray(0, 2), 0);
      }
      return bytes.slice(0, count);
    })
  ).filter((bytes) => opaqueLength(format, bytes, 0, bytes.length) === bytes.length);
}

const extensions: fc.Arbitrary<ExtensionHeader> = fc.record({
  protocol: fc.constantFrom(IP_PROTOCOL.HOP_BY_HOP, IP_PROTOCOL.DESTINATION_OPTIONS),
  content: fc.constantFrom(6, 14, 22).chain((length) => octets(length)),
});
const words = fc.constantFrom(0, 4, 12, 40).chain((length) => octets(length));
const common = { dscp: bits(6), ecn: bits(2), ttl: bits(8) };

/** IP headers of this version that are no fragment. */
export function ipHeaders(family: 4 | 6): fc.Arbitrary<SegmentIp> {
  const ends = family === 4 ? addresses(4, formatIpv4) : addresses(16, formatIpv6);
  const both = { source: ends, destination: ends, ...common };
  return family === 6
    ? fc.record({
      ...{ ...both, flowLabel: bits(20) },
      extensions: fc.array(extensions, { maxLength: 2 }),
    })
    : fc.record({
      ...{ ...both, identification: bits(16), dontFragment: fc.boolean() },
      ...{ reservedFlag: fc.boolean(), options: words },
    });
}

const families = fc.constantFrom<(4 | 6)[]>(4, 6);
const segment = (ip: SegmentIp) =>
  fc.record({
    ...{ ip: fc.constant(ip), sourcePort: bits(16), destinationPort: bits(16) },
    ...{ sequence: bits(32), acknowledgment: bits(32), flags: bits(8), reserved: bits(4) },
    ...{ window: bits(16), urgentPointer: bits(16), options: words, payload: octets(0, 40) },
  });

/** Segments in this format, with any bits in every field. */
export function tunnelled(format: OpaqueFormat): fc.Arbitrary<Segment> {
  const { protocol, etherType } = format;
  const four = etherType === undefined && protocol === IP_PROTOCOL.IPV4;
  const six = etherType === undefined && protocol === IP_PROTOCOL.IPV6;
  return fc.tuple(four ? fc.constant<4>(4) : six ? fc.constant<6>(6) : families, families).chain(
    ([family, outer]) =>
      fc.tuple(ipHeaders(family), ipHeaders(outer), opaqueFields(format, family)).chain(
        ([inner, ip, opaque]) =>
          segment(inner).map((rest) => ({ ...rest, tunnel: { format, ip, opaque } })),
      ),
  );
}

/** Plain segments, with any bits in every field. */
export const plain: fc.Arbitrary<Segment> = families.chain((family) =>
  ipHeaders(family).chain((ip) => segment(ip))
);

/** Segments plain and in every format of `FORMATS`. */
export const segments: fc.Arbitrary<Segment> = fc.oneof(
  plain,
  ...FORMATS.map((format) => tunnelled(format)),
);
