/** Cards that coalesce plain TCP wrongly: sizes, sequence, time, acknowledgments. Rules 1 to 25. */
import { get16, get32, put16, put32 } from "../../../captures/wire/octets.ts";
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { FIN, PSH } from "../../../peers/offload/tcp_flags.ts";
import type { Unit } from "../../../peers/offload/unit.ts";
import { cardMutant, coalescing, type MutantRow, swapping } from "./mutations.ts";

const { flagsJoin } = COALESCING_RULES;

/** What is written into the headers of units that were joined. */
const writing = (write: (unit: Unit) => void) => coalescing({ unitHeaders: write });

const ROWS: readonly MutantRow[] = [
  [
    "sequence_of_second",
    "Gives a unit the sequence number of its second segment",
    "RSC-001",
    writing(({ segment: { bytes, tcp }, first }) =>
      put32(bytes, tcp + 4, get32(bytes, tcp + 4) + first >>> 0)
    ),
  ],
  [
    "id_of_last",
    "Gives a unit the Identification of its last segment",
    "RSC-001",
    writing(({ segment: { bytes, inner }, count }) => {
      if (bytes[inner] >> 4 === 4) put16(bytes, inner + 4, get16(bytes, inner + 4) + count - 1);
    }),
  ],
  [
    "acknowledges_payload",
    "Gives a unit an acknowledgment number that is higher by one",
    "RSC-126",
    writing(({ segment: { bytes, tcp } }) =>
      put32(bytes, tcp + 8, get32(bytes, tcp + 8) + 1 >>> 0)
    ),
  ],
  [
    "turns_df_over",
    "Turns DF of a unit over",
    "RSC-126",
    writing(({ segment: { bytes, inner } }) => {
      if (bytes[inner] >> 4 === 4) bytes[inner + 6] ^= 0x40;
    }),
  ],
  [
    "loses_octets_at_joins",
    "Loses the first octet of every segment that joins",
    "RSC-001",
    coalescing({ joinsFrom: ({ payload }) => payload + 1 }),
  ],
  [
    "goes_on_behind_shorter",
    "Goes on behind a segment that is shorter than the first",
    "RSC-002",
    coalescing({ closesUnit: (_octets, _first, flags) => (flags & (PSH | FIN)) !== 0 }),
  ],
  [
    "joins_longer",
    "Joins segments that are longer than the first",
    "RSC-003",
    coalescing({ sizeJoins: () => true }),
  ],
  [
    "rest_opens_a_unit",
    "Opens a unit with the short rest of a full one, and joins what is longer to it",
    "RSC-011",
    coalescing({ sizeJoins: (first, octets) => octets <= first || first > 300 }),
  ],
  [
    "joins_padding",
    "Joins what pads short frames as if it were payload",
    "RSC-004",
    coalescing({
      holdsPadding: () => true,
      joinsTo: ({ end, frame, frameEnd }) => frameEnd - frame <= 60 ? frameEnd : end,
    }),
  ],
  [
    "joins_trailers",
    "Joins what stands behind the datagram of long frames as if it were payload",
    "RSC-050",
    coalescing({
      holdsPadding: () => true,
      joinsTo: ({ frame, frameEnd, end }) => frameEnd - frame > 60 ? frameEnd : end,
      unitOctets: (octets) => octets,
    }),
  ],
  [
    "joins_across_a_gap",
    "Joins what comes behind a gap of an octet or two",
    "RSC-005",
    coalescing({ sequenceFollows: (expected, next) => (next - expected >>> 0) <= 2 }),
  ],
  [
    "compares_sixteen_bits",
    "Compares the low 16 bits of sequence numbers alone",
    "RSC-005",
    coalescing({ sequenceFollows: (expected, next) => (expected & 0xffff) === (next & 0xffff) }),
  ],
  [
    "appends_what_precedes",
    "Appends a segment that came late to the one that follows it",
    "RSC-006",
    coalescing({
      sequenceFollows: (expected, next) => expected === next || (expected - next >>> 0) === 200,
    }),
  ],
  [
    "joins_duplicates",
    "Joins a segment that it has joined already",
    "RSC-007",
    coalescing({
      sequenceFollows: (expected, next) => expected === next || (expected - next >>> 0) === 100,
    }),
  ],
  [
    "joins_overlaps",
    "Joins a segment that begins before the unit ends",
    "RSC-008",
    coalescing({ sequenceFollows: (expected, next) => (expected - next >>> 0) <= 40 }),
  ],
  [
    "wraps_to_zero",
    "Begins at 0 where a unit goes across the wrap of sequence numbers",
    "RSC-009",
    writing(({ segment: { bytes, tcp, length } }) => {
      const first = get32(bytes, tcp + 4);
      if (first + length > 0xffff_ffff) put32(bytes, tcp + 4, 0);
    }),
  ],
  [
    "limits_payload_alone",
    "Holds payload without headers to the limit of a datagram",
    "RSC-010",
    coalescing({ withinLimit: (octets, limit) => octets <= limit + 40 }),
  ],
  [
    "one_octet_too_many",
    "Takes one octet too many, so that the length of the unit is 0",
    "RSC-010",
    coalescing({ withinLimit: (octets, limit) => octets <= limit + 1 }),
  ],
  [
    "ignores_declared_size",
    "Goes on to 65,535 octets whatever size it is set to",
    "RSC-010",
    coalescing({ withinLimit: (octets) => octets <= 65_535 }),
  ],
  [
    "no_destination_port",
    "Knows flows without their destination port",
    "RSC-014",
    coalescing({ portsKey: ({ bytes, tcp }, key) => key.octets(bytes, tcp, tcp + 2) }),
  ],
  [
    "loses_what_is_evicted",
    "Loses units that have to go for others",
    "RSC-015",
    coalescing({
      delivered: (emit, bytes, start, end, _count, why) =>
        why === "evicted" ? undefined : emit(bytes, start, end),
    }),
  ],
  [
    "doubles_what_is_evicted",
    "Delivers twice what has to go for others",
    "RSC-017",
    coalescing({
      delivered(emit, bytes, start, end, _count, why) {
        emit(bytes, start, end);
        if (why === "evicted") emit(bytes, start, end);
      },
    }),
  ],
  [
    "holds_four_times_as_long",
    "Holds units for four times as long as it is set to",
    "RSC-016",
    coalescing({ holdsFor: (timer) => timer * 4 }),
  ],
  [
    "holds_until_the_next",
    "Holds a unit until another packet of its flow comes",
    "RSC-016",
    coalescing({ holdsFor: () => 600_000 }),
  ],
  [
    "absorbs_acknowledgments",
    "Swallows acknowledgments that say nothing new",
    "RSC-018",
    coalescing({
      absorbs: (held, next) =>
        held.acknowledgment === next.acknowledgment && held.window === next.window,
    }),
  ],
  [
    "swallows_duplicates",
    "Swallows a duplicate acknowledgment among data",
    "RSC-019",
    coalescing({ absorbs: (held, next) => held.acknowledgment === next.acknowledgment }),
  ],
  [
    "absorbs_higher_acknowledgments",
    "Takes acknowledgments of more octets into the unit before them",
    "RSC-020",
    coalescing({
      absorbs: (held, next) => held.acknowledgment !== next.acknowledgment,
      acknowledgmentJoins: (held, next) => (next - held >>> 0) < 0x8000_0000,
    }),
  ],
  [
    "absorbs_window_updates",
    "Takes window updates into the unit before them",
    "RSC-021",
    coalescing({
      absorbs: (held, next) => held.window !== next.window,
      windowJoins: () => true,
    }),
  ],
  [
    "joins_acknowledgment_and_data",
    "Joins data to a pure acknowledgment before it",
    "RSC-025",
    coalescing({
      holdsLength: () => true,
      sizeJoins: (first, octets) => first === 0 || octets <= first,
    }),
  ],
  [
    "joins_higher_acknowledgments",
    "Joins data with a higher acknowledgment number",
    "RSC-022",
    coalescing({ acknowledgmentJoins: (held, next) => (next - held >>> 0) < 0x8000_0000 }),
  ],
  [
    "joins_lower_acknowledgments",
    "Joins data with a lower acknowledgment number",
    "RSC-023",
    coalescing({ acknowledgmentJoins: (held, next) => (held - next >>> 0) < 0x8000_0000 }),
  ],
  [
    "joins_other_windows",
    "Joins data with another window",
    "RSC-024",
    coalescing({ windowJoins: () => true }),
  ],
  [
    "joins_smaller_windows",
    "Joins data with a smaller window",
    "RSC-024",
    coalescing({ windowJoins: (held, next) => next <= held }),
  ],
  [
    "reorders_flows",
    "Delivers each second frame of a flow before the first",
    "RSC-071",
    swapping(),
  ],
  [
    "bypasses_what_is_held",
    "Hands up what it does not hold past what it holds of the flow",
    "RSC-073",
    coalescing({ flushesFirst: () => false }),
  ],
  [
    "flags_bypass",
    "Hands up segments with SYN, RST or URG past what it holds of the flow",
    "RSC-073",
    coalescing({ flushesFirst: (reason) => reason !== "flags" }),
  ],
  [
    "ip_options_bypass",
    "Hands up segments with IPv4 options past what it holds of the flow",
    "RSC-073",
    coalescing({ flushesFirst: (reason) => reason !== "ip_options" }),
  ],
  [
    "reversed_to_one",
    "Joins segments of one flow that came in reverse order, as it sorts them",
    "RSC-113",
    swapping(),
  ],
  [
    "cuts_at_other_sizes",
    "Joins segments that no segmentation would make of the unit",
    "RSC-078",
    coalescing({ sizeJoins: () => true, flagsJoin }),
  ],
];

/** In the order of their rules. */
export const PLAIN_COALESCING_MUTANTS = ROWS.map(cardMutant);
