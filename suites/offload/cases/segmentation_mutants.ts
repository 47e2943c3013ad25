/** Cards that segment plain TCP wrongly. Rules G1 to G23. */
import { put16, put32 } from "../../../captures/wire/octets.ts";
import { SEGMENTATION_RULES } from "../../../peers/offload/rules.ts";
import { CWR, ECE, FIN, PSH } from "../../../peers/offload/tcp_flags.ts";
import { cardMutant, type MutantRow, segmenting, writing } from "./mutations.ts";

const { flags, identification, segmentPayload, count, sequence } = SEGMENTATION_RULES;

const ROWS: readonly MutantRow[] = [
  [
    "last_segment_is_lost",
    "Loses the last segment of a packet",
    "TSO-001",
    segmenting({ count: (payload, size) => Math.max(count(payload, size) - 1, 1) }),
  ],
  [
    "uneven_segments",
    "Sends a first segment that is shorter than the others",
    "TSO-001",
    segmenting({ segmentPayload: (...of) => Math.max(segmentPayload(...of) + 8, 1) }),
  ],
  [
    "sequence_stays",
    "Repeats the sequence number in the second segment",
    "TSO-002",
    segmenting({
      sequence: (first, offset, index) => index === 1 ? first : sequence(first, offset, index),
    }),
  ],
  [
    "window_of_zero",
    "Sends all segments but the first with a window of 0",
    "TSO-002",
    writing((bytes, at, { tcp }) => put16(bytes, at(tcp) + 14, 0)),
  ],
  [
    "fin_on_all",
    "Copies FIN and PSH to every segment",
    "TSO-003",
    segmenting({ flags: (own, index) => index > 0 ? own & ~CWR : own }),
  ],
  [
    "push_on_first",
    "Leaves PSH in the first segment, and takes it from the last",
    "TSO-003",
    segmenting({
      flags: (own, index, total) =>
        index === 0 ? flags(own, index, total) | own & PSH : flags(own, index, total) & ~PSH,
    }),
  ],
  [
    "fin_is_lost",
    "Loses FIN",
    "TSO-003",
    segmenting({ flags: (...of) => flags(...of) & ~FIN }),
  ],
  [
    "cwr_in_the_middle",
    "Leaves CWR in all segments but the last, as the masks of one controller do",
    "TSO-004",
    segmenting({
      flags: (own, index, total) => flags(own, index, total) | (index < total - 1 ? own & CWR : 0),
    }),
  ],
  [
    "cwr_is_lost",
    "Clears CWR in the first segment too",
    "TSO-004",
    segmenting({ flags: (...of) => flags(...of) & ~CWR }),
  ],
  [
    "ece_on_first_alone",
    "Leaves ECE in the first segment alone",
    "TSO-005",
    segmenting({
      flags: (own, index, total) => flags(own, index, total) & (index > 0 ? ~ECE : 255),
    }),
  ],
  [
    "timestamp_goes_on",
    "Adds one to the timestamp of each segment",
    "TSO-007",
    writing((bytes, at, { tcp, options, payload }) => {
      if (payload - options === 12) bytes[at(tcp) + 20 + 7]++;
    }),
  ],
  [
    "options_cleared",
    "Writes NOPs in the place of options in all segments but the first",
    "TSO-007",
    writing((bytes, at, { options, payload }) => {
      bytes.fill(1, at(options), at(payload));
    }),
  ],
  [
    "ip_options_cleared",
    "Writes the end of the list in the place of IPv4 options",
    "TSO-008",
    writing((bytes, at, { inner, tcp }) => {
      if (bytes[at(inner)] >> 4 === 4) bytes.fill(0, at(inner) + 20, at(tcp));
    }),
  ],
  [
    "extension_header_changed",
    "Clears the flow label of all segments but the first",
    "TSO-008",
    writing((bytes, at, { inner }) => {
      if (bytes[at(inner)] >> 4 === 6) put32(bytes, at(inner), 0x6000_0000);
    }),
  ],
  [
    "id_stays",
    "Gives all segments the Identification of the packet",
    "TSO-009",
    segmenting({ identification: (_rule, first) => first }),
  ],
  [
    "id_wraps_at_15_bits",
    "Lets Identification go on modulo 2^15",
    "TSO-009",
    segmenting({ identification: (_rule, ...of) => identification("increment15", ...of) }),
  ],
  [
    "id_of_16_bits",
    "Lets Identification go on modulo 2^16 though 15 bits are declared",
    "TSO-010",
    segmenting({ identification: (_rule, ...of) => identification("increment", ...of) }),
  ],
  [
    "fixed_without_df",
    "Keeps Identification where DF is clear",
    "TSO-011",
    segmenting({
      identification: (rule, first, index, df, header) =>
        df ? identification(rule, first, index, df, header) : first,
    }),
  ],
  [
    "length_of_packet",
    "Leaves the IP length of the packet in its segments",
    "TSO-012",
    segmenting({
      datagramOctets: (octets, template, header) => header === "inner" ? template : octets,
    }),
  ],
  [
    "stale_header_checksum",
    "Leaves the header checksum of the packet in its segments",
    "TSO-012",
    segmenting({ headerChecksum: (_right, template) => template }),
  ],
  [
    "tcp_checksum_of_packet",
    "Leaves the TCP checksum of the packet in its segments",
    "TSO-013",
    segmenting({ tcpChecksum: (_right, template) => template }),
  ],
  [
    "length_in_checksum",
    "Counts the length of the packet, not that of the segment, into the TCP checksum",
    "TSO-013",
    segmenting({ tcpChecksum: (right, _template, index) => index > 0 ? right ^ 0x0101 : right }),
  ],
  [
    "cuts_small_packets",
    "Cuts packets that need no segmentation",
    "TSO-014",
    segmenting({
      exceeds: (payload) => payload > 40,
      segmentPayload: (mtu, headers, mss) => Math.min(mtu - headers, mss, 40),
    }),
  ],
  [
    "sends_the_last_first",
    "Sends the last segment first",
    "TSO-016",
    segmenting({ position: (turn, total) => (turn + total - 1) % total }),
  ],
  [
    "segments_fragments",
    "Segments a fragment as if it were a whole datagram",
    "TSO-017",
    { classifier: { fragmentBits: () => 0 } },
  ],
  [
    "never_off",
    "Segments though it is told not to",
    "TSO-023",
    { nic: { segments: () => true } },
  ],
];

/** In the order of their rules. */
export const SEGMENTATION_MUTANTS = ROWS.map(cardMutant);
