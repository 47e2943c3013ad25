/** RFC 2661 §5.4, §8.1: data on its way in: long frames, and numbers that leave a gap or come again. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { lcpAnswered, lcpRequest, talk, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { pppOf } from "../facts/data.ts";
import { type Part, section } from "./bench.ts";
import { DataBit, numberedRequest, request } from "./data_steps.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData, loses, opensWitness } from "./packets.ts";

/** Octets of PPP frames that every end takes (RFC 1661 §6.1), and that buffers were found to be shorter than. */
const SIZES = [600, 1030, 1300, 1400];
/** Those of frames that fill a datagram of 1500 octets, of which all but the first is padding. */
const PADDED = [600, 1040, 1440];
/** Those of a frame with as much information as a link takes, which no datagram of 1500 octets holds. */
const LARGEST = 1504, IN_FRAGMENTS = 50;
/** An LCP option that nobody knows, and the octets that an option has at most. */
const UNKNOWN_OPTION = 0xee, LONGEST_OPTION = 255;

/** An LCP Configure-Request of so many octets, PPP header included, by options that nobody knows. */
function longRequest(identifier: number, size: number): string {
  const octets = Uint8Array.fromHex(lcpRequest(identifier));
  const frame = new Uint8Array(size);
  frame.set(octets);
  const length = size - 4;
  frame.set([length >>> 8, length & 0xff], 6);
  for (let at = 8; at < size;) {
    const left = size - at;
    // No option is left a single octet, which is none.
    const option = left > LONGEST_OPTION ? Math.min(LONGEST_OPTION, left - 2) : left;
    frame.set([UNKNOWN_OPTION, option], at);
    at += option;
  }
  return frame.toHex();
}

/**
 * One without options in a frame of so many octets: what stands behind its Length is padding, which is
 * ignored (RFC 1661 §5).
 */
function padded(identifier: number, octets: number): string {
  return lcpRequest(identifier).padEnd(2 * octets, "0");
}

/** That of a frame as long as most, with a number: readers of the two headers may differ. */
const NUMBERED = 21;

/** Long frames by identifier. */
const LONG = [
  ...SIZES.map((size, i) => ({ id: i + 1, payload: longRequest(i + 1, size) })),
  ...PADDED.map((size, i) => ({ id: i + 11, payload: padded(i + 11, size) })),
];
const LONG_IDS = [...LONG.map(({ id }) => id), NUMBERED];

/** Runs of numbers, each behind a gap, of which the last wraps. */
const RUNS = [[0, 2], [32_000, 8], [64_000, 8], [65_529, 12]] as const;
const ASKED = RUNS.flatMap(([first, count], run) =>
  Array.from({ length: count }, (_, i) => ({ ns: first + i & 0xffff, run, i }))
);
/**
 * Messages behind a gap that a device may drop, which waits for what is missing: Linux takes up a flow
 * again with the sixth in order.
 */
const MAY_BE_LOST = 6;
/** LCP identifiers of those that must be answered. */
const DUE = ASKED.flatMap(({ run, i }, at) => run > 0 && i >= MAY_BE_LOST ? [at + 1] : []);
/** Of one whose number has passed, which may be lost, and of the next. */
const REPEATED = 61, AFTER = 62, LAST = ASKED.at(-1)!.ns;

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call }) => ({
    name: "data/long_frames",
    title: "PPP frames that fill a datagram of 1500 octets are taken",
    covers: ["L2TP-129"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...LONG.flatMap(({ id, payload }): StepInput[] => [
        { do: "data", tunnel: "a", session: "a1", payload },
        lcpAnswered("a1", id),
      ]),
      request(NUMBERED, DataBit.sequence, { ns: 0, payload: padded(NUMBERED, SIZES[3]) }),
      lcpAnswered("a1", NUMBERED),
    ],
    stimulus(c) {
      const requests = SIZES.map((_, i) => c.lcpRequest(i + 1));
      const isLong = requests.every((m) => m && pppOf(m).packet[4] === UNKNOWN_OPTION);
      return c.needsCall("a", "a1") ?? c.needsLcp(100, ...LONG_IDS) ?? c.speaks("a", "a1") ??
        (isLong ? { requests } : inconclusive("no long frames of the tester were captured"));
    },
    judge: (c) => c.answersLcp("a", "a1", 100, ...LONG_IDS),
  })),
  ...both(({ tunnel, call }) => ({
    name: "data/in_fragments",
    title: "A PPP frame of 1500 octets of information is taken though it comes in fragments",
    covers: ["L2TP-030"],
    needs: ["ppp"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      request(IN_FRAGMENTS, 0, { payload: padded(IN_FRAGMENTS, LARGEST) }),
      lcpAnswered("a1", IN_FRAGMENTS),
      ...talk("a", "a1", 101),
    ],
    stimulus(c) {
      const first = c.control.fragments.filter(({ from }) => from === c.testerNode);
      return c.needsCall("a", "a1") ?? c.needsLcp(100, 101) ?? c.speaks("a", "a1") ??
        (first.length > 0 ? first : inconclusive("no data came in fragments"));
    },
    judge: (c, first) =>
      gravest(
        c.answersLcp("a", "a1", 100, 101),
        c.lcpAnswer("a", "a1", IN_FRAGMENTS) === undefined
          ? fail("the frame that came in fragments answered", "it is not", frameRefs(...first))
          : undefined,
      ),
  })),
  ...both(({ tunnel, call }) => ({
    name: "data/gaps",
    title: "Numbered data goes on behind gaps, behind number 65535, and behind a repetition",
    covers: ["L2TP-130"],
    needs: ["sequencing"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...ASKED.flatMap(({ ns, run, i }, at): StepInput[] => [
        request(at + 1, DataBit.sequence, { ns }),
        ...(run === 0 || i >= MAY_BE_LOST ? [lcpAnswered("a1", at + 1)] : []),
      ]),
      request(REPEATED, DataBit.sequence, { ns: LAST - 2 }),
      wait(50),
      ...numberedRequest(AFTER, LAST + 1),
    ],
    stimulus: (c) =>
      c.needsCall("a", "a1") ?? c.needsLcp(100, ...DUE, REPEATED, AFTER) ??
        (c.lcpAnswer("a", "a1", 1) === undefined
          ? inconclusive("numbered data without a gap is not answered either")
          : { due: [...DUE, AFTER] }),
    judge: (c, { due }) => c.answersLcp("a", "a1", ...due),
  })),
];

/** The number of a data message; -1 where it has none. */
function numberOf(packet: Uint8Array): number {
  if (!isData(packet) || (packet[0] & 0x08) === 0) return -1;
  return get16(packet, (packet[0] & 0x40) !== 0 ? 8 : 6);
}

/** Loses numbered data of a flow for ever once a number is odd beside the one that is next. */
function stallsAt(isOdd: (number: number, next: number) => boolean): L2tpOverrides {
  const flows = new Map<string, { next: number; stalled: boolean }>();
  return loses((packet) => {
    if (opensWitness(packet)) flows.clear();
    const number = numberOf(packet);
    if (number < 0) return false;
    const at = (packet[0] & 0x40) !== 0 ? 4 : 2, key = packet.subarray(at, at + 4).toHex();
    const flow = flows.get(key) ?? { next: -1, stalled: false };
    flows.set(key, flow);
    flow.stalled ||= flow.next >= 0 && isOdd(number, flow.next);
    flow.next = number + 1 & 0xffff;
    return flow.stalled;
  });
}

const ahead = (number: number, next: number) => (number - next) & 0xffff;

const MUTANTS = [
  ...[1024, 1400].flatMap((most) =>
    mutantOfBoth(
      `frames_of_${most}`,
      `Loses data of more than ${most} octets`,
      "L2TP-129",
      loses((packet) => isData(packet) && packet.length > most),
      ["L2TP-030", "L2TP-139"],
    )
  ),
  ...mutantOfBoth(
    "long_frames_without_numbers",
    "Loses numbered data of more than 500 octets",
    "L2TP-129",
    loses((packet) => numberOf(packet) >= 0 && packet.length > 500),
  ),
  ...mutantOfBoth(
    "no_fragments_of_data",
    "Loses data that comes in fragments",
    "L2TP-030",
    loses((packet) => isData(packet) && packet.length > 1472),
  ),
  ...mutantOfBoth(
    "waits_for_ever",
    "Waits for ever for numbered data that is missing",
    "L2TP-130",
    stallsAt((number, next) => ahead(number, next) > 0 && ahead(number, next) < 0x8000),
    ["L2TP-085", "L2TP-089"],
  ),
  ...mutantOfBoth(
    "stalls_at_repetition",
    "Loses numbered data for ever behind a number that has passed",
    "L2TP-130",
    stallsAt((number, next) => ahead(number, next) >= 0x8000),
    ["L2TP-085", "L2TP-089"],
  ),
  ...mutantOfBoth(
    "numbers_do_not_wrap",
    "Takes no data behind number 65535",
    "L2TP-130",
    stallsAt((number, next) => number === 0 && next === 0),
  ),
];

/** §5.4, on receipt. */
export const DATA_RECEIVED = section("§5.4 Using Sequence Numbers on receipt", PARTS, {
  mutants: MUTANTS,
});
