/** Cards that join what flags, options or damage keep apart, or write wrong ones. Rules 26 to 51. */
import { get16, put16 } from "../../../captures/wire/octets.ts";
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from "../../../peers/offload/tcp_flags.ts";
import { allowing, cardMutant, coalescing, type MutantRow } from "./mutations.ts";

const { flagsJoin } = COALESCING_RULES;

/** The frames of plain IPv4, IPv6 and TCP as octets: where their headers begin. */
const IP = 14, TCP4 = IP + 20;

/** A card that writes other octets into frames on their way out. */
const mending = (concerns: (frame: Uint8Array) => boolean, write: (frame: Uint8Array) => void) => ({
  wire: {
    egress: <T extends { packet: Uint8Array }>(t: T): T[] => {
      if (!concerns(t.packet)) return [t];
      const packet = t.packet.slice();
      write(packet);
      return [{ ...t, packet }];
    },
  },
});

const isPlain4 = (frame: Uint8Array) =>
  frame[12] === 8 && frame[IP] === 0x45 && frame[IP + 9] === 6 && frame.length > TCP4 + 19;

const ROWS: readonly MutantRow[] = [
  [
    "ignores_push",
    "Goes on behind PSH",
    "RSC-026",
    coalescing({
      closesUnit: (octets, first, flags) => (flags & FIN) !== 0 || octets < first,
    }),
  ],
  [
    "push_of_large_segments",
    "Holds a first segment with PSH, where it is of 100 octets or more",
    "RSC-027",
    coalescing({
      closesUnit: (octets, first, flags) =>
        (flags & FIN) !== 0 || octets < first || (flags & PSH) !== 0 && octets < 100,
    }),
  ],
  [
    "ignores_fin",
    "Goes on behind FIN",
    "RSC-028",
    coalescing({
      closesUnit: (octets, first, flags) => (flags & PSH) !== 0 || octets < first,
    }),
  ],
  [
    "loses_fin",
    "Loses FIN of a segment that joins",
    "RSC-028",
    coalescing({ unitFlags: (held, next) => held | next & PSH }),
  ],
  [
    "swallows_empty_fin",
    "Swallows FIN without payload",
    "RSC-029",
    coalescing({ absorbs: (_held, next) => (next.flags & FIN) !== 0 }),
  ],
  ["joins_syn", "Joins segments with SYN", "RSC-030", allowing(SYN)],
  ["joins_rst", "Joins segments with RST", "RSC-031", allowing(RST)],
  ["joins_urg", "Joins segments with URG", "RSC-032", allowing(URG)],
  [
    "ignores_ack",
    "Joins segments with and without ACK",
    "RSC-033",
    coalescing({ flagsJoin: (held, next, traits) => flagsJoin(held | ACK, next | ACK, traits) }),
  ],
  ["ignores_ece", "Joins segments with and without ECE", "RSC-035", allowing(ECE)],
  [
    "ignores_lost_ece",
    "Joins segments without ECE to one that has it",
    "RSC-035",
    coalescing({
      flagsJoin: (held, next, traits) => flagsJoin(held & ~(~next & ECE), next, traits),
    }),
  ],
  [
    "ignores_cwr",
    "Joins segments with CWR to others without, and loses it",
    "RSC-036",
    allowing(CWR),
  ],
  [
    "cwr_to_the_unit",
    "Gives a unit CWR that any of its segments has",
    "RSC-037",
    coalescing({
      ...allowing(CWR).coalescing,
      unitFlags: (held, next) => held | next & (FIN | PSH | CWR),
    }),
  ],
  [
    "ignores_reserved_bits",
    "Joins segments whose reserved bits differ",
    "RSC-038",
    coalescing({
      flagsJoin: (held, next, traits) => flagsJoin(held & 0x1ff, next & 0x1ff, traits),
    }),
  ],
  [
    "ignores_timestamps",
    "Joins segments whose timestamps have grown",
    "RSC-040",
    coalescing({
      tcpOptionsJoin: (held, next) =>
        held.payload - held.options === next.payload - next.options &&
        held.bytes[held.options] === next.bytes[next.options],
    }),
  ],
  [
    "timestamps_fall",
    "Joins segments whose timestamps fall",
    "RSC-041",
    coalescing({ timestampFollows: () => true }),
  ],
  [
    "timestamps_as_numbers",
    "Compares timestamps as numbers, not modulo 2^32",
    "RSC-041",
    coalescing({
      timestampFollows: (held, next) => next >= held || held - next < 5,
    }),
  ],
  [
    "sorts_options",
    "Joins segments with the same options in another order",
    "RSC-042",
    coalescing({
      tcpOptionsJoin: (held, next) => sorted(held) === sorted(next),
    }),
  ],
  [
    "ignores_options_that_are_missing",
    "Joins segments of which one has options and the other none",
    "RSC-043",
    coalescing({
      tcpOptionsJoin: (held, next, traits) =>
        held.payload === held.options || next.payload === next.options ||
        COALESCING_RULES.tcpOptionsJoin(held, next, traits),
    }),
  ],
  [
    "ignores_options",
    "Joins segments whatever their options",
    "RSC-122",
    coalescing({ tcpOptionsJoin: () => true }),
  ],
  [
    "clears_options",
    "Writes NOPs in the place of the options of a unit",
    "RSC-125",
    coalescing({
      unitHeaders: ({ segment: { bytes, options, payload } }) => {
        bytes.fill(1, options, payload);
      },
    }),
  ],
  [
    "push_is_lost",
    "Loses PSH of segments that join",
    "RSC-118",
    coalescing({ unitFlags: (held, next) => held | next & FIN }),
  ],
  [
    "mends_data_offset",
    "Mends the Data Offset of segments where it is impossible",
    "RSC-046",
    mending(
      (frame) => isPlain4(frame) && frame[TCP4 + 12] >> 4 < 5,
      (frame) => void (frame[TCP4 + 12] = 0x50),
    ),
  ],
  [
    "no_tcp_checksum",
    "Joins segments with a wrong TCP checksum, and mends it",
    "RSC-047",
    coalescing({ holdsTcpChecksum: () => true }),
  ],
  [
    "drops_wrong_checksums",
    "Drops segments with a wrong TCP checksum",
    "RSC-047",
    coalescing({
      delivered: (emit, bytes, start, end, _count, why) =>
        why === "checksum" ? undefined : emit(bytes, start, end),
    }),
  ],
  [
    "no_header_checksum",
    "Joins segments with a wrong IPv4 header checksum",
    "RSC-048",
    coalescing({ holdsHeaderChecksum: () => true }),
  ],
  [
    "mends_lengths",
    "Mends the IP length of datagrams that say more than there is",
    "RSC-051",
    mending(
      (frame) => isPlain4(frame) && get16(frame, IP + 2) > frame.length - IP,
      (frame) => put16(frame, IP + 2, frame.length - IP),
    ),
  ],
];

function sorted({ bytes, options, payload }: {
  bytes: Uint8Array;
  options: number;
  payload: number;
}): string {
  return [...bytes.subarray(options, payload)].toSorted((a, b) => a - b).join();
}

/** In the order of their rules. */
export const FLAG_MUTANTS = ROWS.map(cardMutant);
