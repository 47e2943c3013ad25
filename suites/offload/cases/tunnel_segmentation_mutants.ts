/** Cards that segment wrongly in tunnels: OFL-030 to OFL-044, OFL-074, OFL-082, rules G18 to G21. */
import { get16, put16 } from "../../../captures/wire/octets.ts";
import { SEGMENTATION_RULES } from "../../../peers/offload/rules.ts";
import { CWR } from "../../../peers/offload/tcp_flags.ts";
import { cardMutant, type MutantRow, segmenting, writing } from "./mutations.ts";

const { flags, identification, count } = SEGMENTATION_RULES;

const ROWS: readonly MutantRow[] = [
  [
    "opaque_not_counted",
    "Sizes segments as if there were no opaque field",
    "OFL-030",
    segmenting({
      segmentPayload: (mtu, headers, mss, opaque) => Math.min(mtu - headers + opaque, mss),
    }),
  ],
  [
    "always_1500",
    "Goes by an MTU of 1500 whatever it is set to",
    "OFL-031",
    segmenting({
      segmentPayload: (mtu, headers, mss) => Math.min(Math.min(mtu, 1500) - headers, mss),
    }),
  ],
  [
    "opaque_on_first_alone",
    "Leaves the opaque field in the first segment, and zeros in the others",
    "OFL-032",
    writing((bytes, at, { outer, opaque, opaqueEnd }) => {
      if (outer >= 0 && opaqueEnd > opaque) bytes.fill(0, at(opaqueEnd) - 2, at(opaqueEnd));
    }),
  ],
  [
    "opaque_behind_inner",
    "Puts the opaque field behind the inner IP header",
    "OFL-033",
    writing((bytes, at, { outer, opaque, opaqueEnd, inner }) => {
      if (outer < 0 || opaqueEnd === opaque) return;
      const field = bytes.slice(at(opaque), at(opaqueEnd));
      bytes.copyWithin(at(opaque), at(inner), at(inner) + 20);
      bytes.set(field, at(opaque) + 20);
    }),
  ],
  [
    "outer_length_of_packet",
    "Leaves the outer length of the packet in its segments",
    "OFL-034",
    segmenting({
      datagramOctets: (octets, template, header) => header === "outer" ? template : octets,
    }),
  ],
  [
    "inner_length_of_packet",
    "Leaves the inner length of the packet in its segments",
    "OFL-035",
    segmenting({
      datagramOctets: (octets, template, header) => header === "inner" ? template : octets,
    }),
  ],
  [
    "outer_id_stays",
    "Gives all segments the outer Identification of the packet",
    "OFL-036",
    segmenting({
      identification: (rule, first, index, df, header) =>
        header === "outer" ? first : identification(rule, first, index, df, header),
    }),
  ],
  [
    "outer_checksum_stale",
    "Leaves the outer header checksum of the packet in its segments",
    "OFL-037",
    segmenting({
      headerChecksum: (right, template, header) => header === "outer" ? template : right,
    }),
  ],
  [
    "inner_checksum_stale",
    "Leaves the inner header checksum of the packet in its segments",
    "OFL-037",
    segmenting({
      headerChecksum: (right, template, header) => header === "inner" ? template : right,
    }),
  ],
  [
    "sequence_by_datagrams",
    "Counts headers and opaque field into sequence numbers",
    "OFL-038",
    segmenting({ sequence: (first, offset, index) => first + offset + 60 * index >>> 0 }),
  ],
  [
    "tunnel_cwr_leaks",
    "Leaves CWR in the middle segments",
    "OFL-039",
    segmenting({
      flags: (own, index, total) => flags(own, index, total) | (index < total - 1 ? own & CWR : 0),
    }),
  ],
  [
    "tunnel_last_is_lost",
    "Loses the last segment",
    "OFL-040",
    segmenting({ count: (payload, size) => Math.max(count(payload, size) - 1, 1) }),
  ],
  [
    "empty_segment",
    "Sends an empty segment behind payload that fills its segments",
    "OFL-041",
    segmenting({ count: (payload, size) => Math.floor(payload / size) + 1 }),
  ],
  [
    "clears_df",
    "Clears DF of outer headers",
    "OFL-042",
    writing((bytes, at, { outer }) => {
      if (outer >= 0 && bytes[at(outer)] >> 4 === 4) bytes[at(outer) + 6] &= ~0x40;
    }),
  ],
  [
    "fragments_outer",
    "Sets More Fragments in the outer header of all segments but the first",
    "OFL-042",
    writing((bytes, at, { outer }) => {
      if (outer >= 0 && bytes[at(outer)] >> 4 === 4) bytes[at(outer) + 6] |= 0x20;
    }),
  ],
  [
    "ecn_is_lost",
    "Clears the inner ECN field",
    "OFL-042",
    writing((bytes, at, { inner }) => {
      if (bytes[at(inner)] >> 4 === 4) bytes[at(inner) + 1] &= 0xfc;
    }),
  ],
  [
    "adjusts_what_is_not_listed",
    "Adjusts the UDP length though the preset does not list it",
    "OFL-044",
    writing((bytes, at, { outer, format, opaque }) => {
      if (outer >= 0 && format?.protocol === 17 && format.adjusts.length === 0) {
        put16(bytes, at(opaque) + 4, 1400);
      }
    }),
  ],
  [
    "udp_length_stale",
    "Leaves the UDP length of the packet though the preset lists it",
    "OFL-044",
    segmenting({ udpLength: (_octets, template) => template }),
  ],
  [
    "gre_checksum_written",
    "Writes a GRE checksum into a preset that leaves it as it is",
    "OFL-074",
    writing((bytes, at, { outer, format, opaque }) => {
      if (outer >= 0 && format?.protocol === 47 && format.adjusts.length === 0) {
        put16(bytes, at(opaque) + 4, get16(bytes, at(opaque) + 4) ^ 0x5555);
      }
    }),
  ],
  [
    "udp_checksum_copied",
    "Copies the UDP checksum of the packet to its segments",
    "OFL-082",
    segmenting({ udpChecksum: (_right, template) => template }),
  ],
  [
    "outer_headers_changed",
    "Lowers the outer TTL of all segments but the first",
    "TSO-018",
    writing((bytes, at, { outer }) => {
      if (outer >= 0) bytes[at(outer) + (bytes[at(outer)] >> 4 === 4 ? 8 : 7)]--;
    }),
  ],
  [
    "zero_checksum_filled_in",
    "Writes a UDP checksum where the packet has none, and a wrong one",
    "TSO-019",
    segmenting({ udpChecksum: () => 0x1234 }),
  ],
  [
    "udp_length_of_packet",
    "Leaves the outer UDP length of the packet in its segments",
    "TSO-019",
    segmenting({ udpLength: (_octets, template) => template }),
  ],
  [
    "gre_checksum_copied",
    "Copies the GRE checksum of the packet to its segments",
    "TSO-020",
    segmenting({ greChecksum: (_right, template) => template }),
  ],
  [
    "mss_of_plain_tcp",
    "Takes nothing off the payload for a tunnel",
    "TSO-021",
    segmenting({
      segmentPayload: (mtu, headers, mss, opaque) =>
        Math.min(mtu - headers + opaque + (headers > 60 ? 20 : 0), mss),
    }),
  ],
];

/** In the order of their rules. */
export const TUNNEL_SEGMENTATION_MUTANTS = ROWS.map(cardMutant);
