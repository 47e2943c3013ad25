/** RFC 2661 §5.4, §8.1: data that arrives: large frames, and numbers with gaps and a wrap. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { lcpAnswered, talk } from "../../../peers/testing/l2tp_tester/steps.ts";
import { inconclusive } from "../../kit/verdict.ts";
import { type Part, section } from "./bench.ts";
import { DataBit, request } from "./data_steps.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData, loses, opensWitness } from "./packets.ts";

/** Octets of PPP frames that a datagram of 1500 octets holds. */
const SIZES = [600, 1040, 1440];

/**
 * An LCP Configure-Request without options in a frame of so many octets: what stands behind its Length
 * is padding, which is ignored (RFC 1661 §5).
 */
function padded(identifier: number, octets: number): string {
  const id = identifier.toString(16).padStart(2, "0");
  return `ff03c02101${id}0004`.padEnd(2 * octets, "0");
}

/** Runs of numbers, each behind a gap, of which the last wraps. */
const RUNS = [[0, 1], [32_000, 8], [64_000, 8], [65_529, 12]] as const;
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

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call }) => ({
    name: "data/large_frames",
    title: "Frames that fill a datagram of 1500 octets are taken",
    covers: ["L2TP-129"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...SIZES.flatMap((octets, i): StepInput[] => [
        request(i + 1, 0, { payload: padded(i + 1, octets) }),
        lcpAnswered("a1", i + 1),
      ]),
    ],
    stimulus(c) {
      const ids = SIZES.map((_, i) => i + 1);
      return c.needsCall("a", "a1") ?? c.needsLcp(100, ...ids) ??
        (c.lcpAnswer("a", "a1", 100) === undefined
          ? inconclusive("small frames are not answered either")
          : { ids });
    },
    judge: (c, { ids }) => c.answersLcp("a", "a1", ...ids),
  })),
  ...both(({ tunnel, call }) => ({
    name: "data/gaps",
    title: "Numbered data goes on behind gaps, and behind number 65535",
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
    ],
    stimulus: (c) =>
      c.needsCall("a", "a1") ?? c.needsLcp(100, ...DUE) ??
        (c.lcpAnswer("a", "a1", 1) === undefined
          ? inconclusive("numbered data without a gap is not answered either")
          : { due: DUE }),
    judge: (c, { due }) => c.answersLcp("a", "a1", ...due),
  })),
];

/** The number of a data message; -1 where it has none. */
function numberOf(packet: Uint8Array): number {
  if (!isData(packet) || (packet[0] & 0x08) === 0) return -1;
  return get16(packet, (packet[0] & 0x40) !== 0 ? 8 : 6);
}

/** Loses data whose number is not the next, for ever. */
function waitsForEver(): L2tpOverrides {
  const next = new Map<string, number>();
  return loses((packet) => {
    const number = numberOf(packet);
    if (number < 0) return false;
    const at = (packet[0] & 0x40) !== 0 ? 4 : 2;
    const flow = packet.subarray(at, at + 4).toHex();
    // Whoever begins anew begins at 0.
    if (number !== 0 && number !== next.get(flow)) return true;
    next.set(flow, number + 1 & 0xffff);
    return false;
  });
}

const MUTANTS = [
  ...mutantOfBoth(
    "frames_of_1024",
    "Loses data of more than 1024 octets",
    "L2TP-129",
    loses((packet) => isData(packet) && packet.length > 1024),
  ),
  ...mutantOfBoth(
    "frames_of_1400",
    "Loses data of more than 1400 octets",
    "L2TP-129",
    loses((packet) => isData(packet) && packet.length > 1400),
  ),
  ...mutantOfBoth(
    "waits_for_ever",
    "Waits for ever for numbered data that is missing",
    "L2TP-130",
    waitsForEver(),
    ["L2TP-085", "L2TP-089"],
  ),
  ...mutantOfBoth(
    "numbers_do_not_wrap",
    "Takes no data behind number 65535",
    "L2TP-130",
    losesBehindLast(),
  ),
];

/** Loses numbered data once it had the last number. */
function losesBehindLast(): L2tpOverrides {
  const over = new Set<string>();
  return loses((packet) => {
    if (opensWitness(packet)) over.clear();
    const number = numberOf(packet), flow = packet.subarray(2, 6).toHex();
    if (number < 0) return false;
    if (number === 0xffff) over.add(flow);
    return over.has(flow) && number < 0x8000;
  });
}

/** §5.4 and §8.1, data that arrives. */
export const DATA_ARRIVING = section("§5.4, §8.1 Data that arrives", PARTS, { mutants: MUTANTS });
