/** RFC 2661 §3.1: the header of data messages. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { with16 } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { lcpAnswered, talk, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { seen } from "../facts/conversation.ts";
import { type Part, section } from "./bench.ts";
import { DataBit, request } from "./data_steps.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData, loses } from "./packets.ts";

const BITS = [DataBit.length, DataBit.sequence, DataBit.offset, DataBit.priority];
const VERSION = 2;
const COMBINATIONS = Array.from(
  { length: 16 },
  (_, n) => BITS.reduce((word, bit, i) => n >> i & 1 ? word | bit : word, VERSION),
);
const IDENTIFIERS = COMBINATIONS.map((_, i) => i + 1);
/** Octets of an offset that points past any packet of this suite. */
const PAST = 2000;

/** The same LCP request under each combination of header options, one after another. */
function combinations(nr: number): StepInput[] {
  // No number is left out: a device may wait for one that is.
  let ns = 0;
  return COMBINATIONS.flatMap((word, i): StepInput[] => [
    request(i + 1, word, {
      ns: word & DataBit.sequence ? ns++ : 0,
      ...{ nr: nr * i & 0xffff, offset: i % 3 },
    }),
    lcpAnswered("a1", i + 1),
  ]);
}

/** Cases in which each combination of header options must be understood. */
const COMBINED: readonly Part[] = ([
  ["data/header_options", "L2TP-085", 0],
  ["data/nr_ignored", "L2TP-089", 9973],
] as const).flatMap(([name, id, nr]) =>
  both(({ tunnel, call }) => ({
    name,
    title: nr === 0
      ? "Data is understood with every combination of L, S, O and P"
      : "Any Nr in a data message is ignored",
    covers: [id],
    steps: [...tunnel("a"), ...call("a", "a1"), ...talk("a", "a1", 100), ...combinations(nr)],
    stimulus(c) {
      const data = c.dataFromTester();
      const missing = COMBINATIONS.find((word) => !data.some((m) => m.word === word));
      const numbered = data.filter((m) => m.nr > 0).length;
      return c.needsCall("a", "a1") ?? c.needsLcp(100, ...IDENTIFIERS) ??
        (missing === undefined ? undefined : inconclusive(
          `no data message that begins with ${missing.toString(16).padStart(4, "0")} was captured`,
        )) ??
        (nr > 0 && numbered === 0 ? inconclusive("no data message had an Nr") : { data });
    },
    judge: (c) => c.answersLcp("a", "a1", 100, ...IDENTIFIERS),
  }))
);

/** First octets of data whose version is not 2. */
const OTHER_VERSIONS = [0, 1, 3, 15];
/** Every reserved bit of a data header. */
const RESERVED = 0x34f0;

const PARTS: readonly Part[] = [
  ...COMBINED,
  ...both(({ tunnel, call }) => ({
    name: "data/reserved_bits",
    title: "Data whose reserved bits are set is taken as if they were not",
    covers: ["L2TP-002"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      request(1, RESERVED),
      lcpAnswered("a1", 1),
    ],
    stimulus: (c) =>
      c.needsCall("a", "a1") ?? c.needsLcp(100, 1) ?? c.speaks("a", "a1") ??
        seen(
          c.dataFromTester().find(({ word }) => (word & RESERVED) === RESERVED),
          "data with reserved bits",
        ),
    judge: (c) => c.answersLcp("a", "a1", 100, 1),
  })),
  ...both(({ tunnel, call }) => ({
    name: "data/other_versions",
    title: "Data of other versions is dropped",
    covers: ["L2TP-003"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...OTHER_VERSIONS.map((word, i) => ({ ...request(i + 1, 0), word })),
      wait(300),
      ...talk("a", "a1", 101),
    ],
    stimulus(c) {
      const odd = c.control.others.get(c.testerNode);
      return c.needsCall("a", "a1") ?? c.needsLcp(100, 101) ?? c.speaks("a", "a1") ??
        (odd === undefined || odd.shown.length < OTHER_VERSIONS.length
          ? inconclusive("no data of other versions was captured")
          : odd);
    },
    judge(c, { shown }) {
      const at = OTHER_VERSIONS.findIndex((_, i) => c.lcpAnswer("a", "a1", i + 1) !== undefined);
      return gravest(
        at < 0 ? undefined : fail(
          `data of version ${OTHER_VERSIONS[at]} is dropped`,
          "it is answered",
          frameRefs(shown[at], c.lcpAnswer("a", "a1", at + 1)),
        ),
        c.answersLcp("a", "a1", 100, 101),
      );
    },
  })),
  ...both(({ tunnel, call }) => ({
    name: "data/offset",
    title: "The payload begins behind the offset, and one past the packet is dropped",
    covers: ["L2TP-086"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      // Both octets of the Offset Size count.
      ...[0, 1, 255, 300].flatMap((offset, i) => [
        request(i + 1, DataBit.offset, { offset }),
        lcpAnswered("a1", i + 1),
      ]),
      request(5, DataBit.offset, { offset: PAST, pad: 0 }),
      wait(200),
      ...talk("a", "a1", 6),
    ],
    stimulus: (c) =>
      c.needsCall("a", "a1") ?? c.needsLcp(100, 1, 2, 3, 4, 6) ??
        seen(c.dataFromTester().find((m) => m.pastEnd), "data message with an offset past its end"),
    judge(c, past) {
      const wrong = c.lcpAnswer("a", "a1", 5);
      return gravest(
        c.answersLcp("a", "a1", 100, 1, 2, 3, 4, 6),
        wrong && fail(
          "a payload past the packet is dropped",
          "it is answered",
          frameRefs(past, wrong),
        ),
      );
    },
  })),
];

/** Loses data with an Offset Size of more than 255. */
function losesLargeOffsets(packet: Uint8Array): boolean {
  if (!isData(packet) || (packet[0] & 0x02) === 0) return false;
  const at = 6 + ((packet[0] & 0x40) !== 0 ? 2 : 0) + ((packet[0] & 0x08) !== 0 ? 4 : 0);
  return packet[at] > 0 && get16(packet, at) < PAST;
}

/** Where Nr stands in a data message with sequence numbers. */
function dataNr(packet: Uint8Array): number {
  return get16(packet, 6 + 2 + ((packet[0] & 0x40) !== 0 ? 2 : 0));
}

/** Takes data of some versions for its own. */
const takes = (...versions: readonly number[]): L2tpOverrides => ({
  wire: {
    ingress: (packet) =>
      isData(packet) && versions.includes(packet[1] & 15)
        ? with16(packet, 0, get16(packet, 0) & 0xfff0 | VERSION)
        : packet,
  },
});

const MUTANTS = [
  ...mutantOfBoth("data_of_l2f", "Takes data of version 1 for its own", "L2TP-003", takes(1)),
  ...mutantOfBoth("data_of_v3", "Takes data of version 3 for its own", "L2TP-003", takes(3)),
  ...mutantOfBoth(
    "no_priority",
    "Loses data with P set",
    "L2TP-085",
    loses((packet) => isData(packet) && (packet[0] & 0x01) !== 0),
    ["L2TP-089"],
  ),
  ...mutantOfBoth("ignores_offset", "Does not skip the offset", "L2TP-086", {
    l2tp: { skipsOffset: false },
  }, ["L2TP-085", "L2TP-089"]),
  ...mutantOfBoth(
    "small_offsets",
    "Loses data with an Offset Size of more than 255",
    "L2TP-086",
    loses(losesLargeOffsets),
  ),
  ...mutantOfBoth(
    "minds_reserved_bits_of_data",
    "Loses data with a reserved bit",
    "L2TP-002",
    loses((packet) => isData(packet) && ((packet[0] & 0x34) | (packet[1] & 0xf0)) !== 0),
  ),
  ...mutantOfBoth(
    "minds_nr_of_data",
    "Loses data with an Nr",
    "L2TP-089",
    loses((packet) => isData(packet) && (packet[0] & 0x08) !== 0 && dataNr(packet) !== 0),
  ),
];

/** §3.1 as far as data messages go. */
export const DATA_HEADER = section("§3.1 L2TP Header Format: data", PARTS, { mutants: MUTANTS });
