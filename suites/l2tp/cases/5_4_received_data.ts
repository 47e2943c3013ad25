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
import { isData } from "./packets.ts";

/** Octets of PPP frames that every end takes (RFC 1661 §6.1), and that buffers were found to be shorter than. */
const SIZES = [600, 1030, 1300, 1400];
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

/** Identifiers of the requests in a row before and behind a gap, and the number behind it. */
const BEFORE = [1, 2, 3], BEHIND = Array.from({ length: 12 }, (_, i) => 11 + i);
const GAP = 20;
/** Requests whose numbers have passed already, and one of today. */
const REPEATED = 31, AFTER = 32;

/** Numbered requests in a row, none of which waits for its answer. */
const inARow = (identifiers: readonly number[], first: number): StepInput[] =>
  identifiers.flatMap((id, i) => [request(id, DataBit.sequence, { ns: first + i }), wait(20)]);

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call }) => ({
    name: "data/long_frames",
    title: "PPP frames of up to 1400 octets pass",
    covers: ["L2TP-129"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...SIZES.flatMap((size, i): StepInput[] => [
        { do: "data", tunnel: "a", session: "a1", payload: longRequest(i + 1, size) },
        lcpAnswered("a1", i + 1),
      ]),
    ],
    stimulus(c) {
      const requests = SIZES.map((_, i) => c.lcpRequest(i + 1));
      const isLong = requests.every((m) => m && pppOf(m).packet[4] === UNKNOWN_OPTION);
      return c.needsCall("a", "a1") ?? c.needsLcp(100) ?? c.speaks("a", "a1") ??
        (isLong ? { requests } : inconclusive("no long frames of the tester were captured"));
    },
    judge: (c) => c.answersLcp("a", "a1", 100, ...SIZES.map((_, i) => i + 1)),
  })),
  ...both(({ tunnel, call }) => ({
    name: "data/behind_a_gap",
    title: "Numbered data passes again behind a gap in its numbers",
    covers: ["L2TP-130"],
    needs: ["sequencing"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...BEFORE.flatMap((id, i) => numberedRequest(id, i)),
      ...inARow(BEHIND, GAP),
      lcpAnswered("a1", BEHIND.at(-1)!),
      // A number that has passed is a repetition, which may be lost; what goes on may not.
      request(REPEATED, DataBit.sequence, { ns: 1 }),
      wait(50),
      ...numberedRequest(AFTER, GAP + BEHIND.length),
    ],
    stimulus(c) {
      const last = c.lcpRequest(BEHIND.at(-1)!), answered = c.lcpAnswer("a", "a1", BEFORE[0]);
      return c.needsCall("a", "a1") ?? c.needsLcp(...BEFORE, ...BEHIND, REPEATED, AFTER) ??
        (last === undefined || last.ns < GAP || c.lcpRequest(AFTER)!.ns < GAP
          ? inconclusive("no numbered data behind a gap was captured")
          : answered === undefined
          ? c.lacksPpp() ?? inconclusive("the device did not answer numbered data before the gap")
          : { last });
    },
    judge(c, { last }) {
      // A receiver that waits for what is missing, or wants several in a row, takes the later ones.
      const later = BEHIND.slice(-3);
      const passes = later.some((id) => c.lcpAnswer("a", "a1", id) !== undefined);
      return gravest(
        passes ? undefined : fail(
          "one of the last three requests behind the gap is answered",
          "none of them is",
          frameRefs(c.lcpRequest(BEHIND[0]), last),
        ),
        c.answersLcp("a", "a1", AFTER),
      );
    },
  })),
];

/** Loses numbered data for ever once its numbers have left a gap, or gone back. */
function stallsAt(isOdd: (ns: number, expected: number) => boolean): L2tpOverrides {
  let expected = 0, stalled = false;
  return {
    wire: {
      ingress(packet) {
        if (!isData(packet) || (packet[0] & 0x08) === 0) return packet;
        const ns = get16(packet, 6 + ((packet[0] & 0x40) !== 0 ? 2 : 0));
        if (ns === 0) [expected, stalled] = [0, false];
        stalled ||= isOdd(ns, expected);
        expected = ns + 1;
        return stalled ? undefined : packet;
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth(
    "stalls_at_gap",
    "Loses numbered data for ever behind a gap",
    "L2TP-130",
    stallsAt((ns, expected) => ns > expected),
  ),
  ...mutantOfBoth(
    "stalls_at_repetition",
    "Loses numbered data for ever behind a number that has passed",
    "L2TP-130",
    stallsAt((ns, expected) => ns < expected),
  ),
];

/** §5.4, on receipt. */
export const DATA_RECEIVED = section("§5.4 Using Sequence Numbers on receipt", PARTS, {
  mutants: MUTANTS,
});
