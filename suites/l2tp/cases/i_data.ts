/** Cases of group I: the data channel. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs } from "../checks/conversation.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  avp,
  expect,
  lcp,
  lcpAnswered,
  lcpRequest,
  send,
  talk,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, ENDS } from "./ends.ts";

const { CDN, ICCN } = MessageType;
const LENGTH = 0x4000, SEQUENCE = 0x0800, OFFSET = 0x0200, PRIORITY = 0x0100, VERSION = 2;
const BITS = [LENGTH, SEQUENCE, OFFSET, PRIORITY];
const COMBINATIONS = Array.from(
  { length: 16 },
  (_, n) => BITS.reduce((word, bit, i) => n >> i & 1 ? word | bit : word, VERSION),
);
const IDENTIFIERS = COMBINATIONS.map((_, i) => i + 1);
const SEQUENCING_REQUIRED = 39;
/** Seconds in which a device may still send data of a call that it has just begun, or ended. */
const EARLY = 0.05, LATE = 1;

/** An LCP request within call `a1`, under a header of the script's own. */
function request(id: number, word: number, more: Partial<Extract<StepInput, { do: "data" }>> = {}) {
  const data = { do: "data" as const, tunnel: "a", session: "a1", payload: lcpRequest(id) };
  return { ...data, word: word | VERSION, ...more };
}

/** The same LCP request under each combination of header options, one after another. */
function combinations(nr: number): StepInput[] {
  // No number is left out: a device may wait for one that is.
  let ns = 0;
  return COMBINATIONS.flatMap((word, i): StepInput[] => [
    request(i + 1, word, {
      ns: word & SEQUENCE ? ns++ : 0,
      ...{ nr: nr * i & 0xffff, offset: i % 3 },
    }),
    lcpAnswered("a1", i + 1),
  ]);
}

/** A numbered request, and its answer. */
const numbered = (id: number, ns: number) => [
  request(id, SEQUENCE, { ns }),
  lcpAnswered("a1", id),
];

/** Cases in which each combination of header options must be understood. */
const COMBINED: readonly Case[] = ([
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
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.answersLcp("a", "a1", 100),
        c.answersLcp("a", "a1", ...IDENTIFIERS),
      ),
  }))
);

/** The cases of this group. */
export const DATA_CASES: readonly Case[] = [
  ...COMBINED,
  ...both(({ tunnel, call }) => ({
    name: "data/offset",
    title: "The payload begins behind the offset, and one past the packet is dropped",
    covers: ["L2TP-086"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...[0, 1, 255].flatMap((offset, i) => [
        request(i + 1, OFFSET, { offset }),
        lcpAnswered("a1", i + 1),
      ]),
      request(4, OFFSET, { offset: 2000, pad: 0 }),
      wait(200),
      ...talk("a", "a1", 5),
    ],
    judge(c) {
      const wrong = c.lcpAnswer("a", "a1", 4);
      return all(
        c.needsCall("a", "a1"),
        c.answersLcp("a", "a1", 100),
        c.answersLcp("a", "a1", 1, 2, 3, 5),
        wrong && fail("a payload past the packet is dropped", "it is answered", refs(wrong)),
      );
    },
  })),
  ...both(({ role, tunnel }) => ({
    name: "data/only_while_established",
    title: "No data passes before the ICCN and after the CDN",
    covers: ["L2TP-090"],
    steps: [
      ...tunnel("a"),
      ...(role === "lns" ? [send("ICRQ", "a", { session: "a1" })] : []),
      expect(role === "lns" ? "ICRP" : "ICRQ", "a"),
      lcp("a", "a1", 1),
      wait(200),
      send(role === "lns" ? "ICCN" : "ICRP", "a", { session: "a1" }),
      ...(role === "lns" ? [acknowledged("a")] : [expect("ICCN", "a")]),
      ...talk("a", "a1", 2),
      send("CDN", "a", { session: "a1" }),
      acknowledged("a"),
      wait(LATE * 1000),
      lcp("a", "a1", 3),
      // PPP that goes on says so again within three seconds.
      wait(3500),
    ],
    judge(c) {
      const iccn = (role === "lns" ? c.sent("a", ICCN) : c.got("a", ICCN))[0];
      const flow = c.flow("a", "a1"), cdn = c.sent("a", CDN)[0];
      if (iccn === undefined || flow === undefined || cdn === undefined) {
        return c.needs("a") ?? inconclusive("the call carried no data");
      }
      const late = flow.messages.find((m) => m.time > cdn.time + LATE + c.tolerance / 1000);
      return all(
        c.ignoresLcp("a", "a1", 1),
        c.answersLcp("a", "a1", 2),
        c.ignoresLcp("a", "a1", 3),
        flow.firstTime < iccn.time - EARLY
          ? fail("no data before the call is established", "there is some", [
            flow.first,
            iccn.frame,
          ])
          : undefined,
        late && fail("no data after the CDN", "there is some", refs(cdn, late)),
      );
    },
  })),
  ...both(({ role, tunnel, call }) => ({
    name: "data/sequencing_required",
    title: role === "lns"
      ? "With Sequencing Required in the ICCN every data message is numbered"
      : "A LAC that demands sequencing in its ICCN numbers every data message",
    covers: ["L2TP-087"],
    needs: ["sequencing"],
    config: role === "lac" ? { calls: [{ name: "call", sequencingRequired: true }] } : {},
    steps: [
      ...tunnel("a"),
      ...call("a", "a1", {}, { with: [avp(SEQUENCING_REQUIRED)] }),
      { do: "data_from", session: "a1" },
      ...[...numbered(1, 0), ...numbered(2, 1)],
      // A LAC goes on numbering whatever the LNS does.
      ...(role === "lac" ? talk("a", "a1", 3) : numbered(3, 2)),
    ],
    judge(c) {
      const flow = c.flow("a", "a1");
      if (flow === undefined) return inconclusive("the device sent no data");
      const plain = flow.messages.find(({ ns }) => ns < 0);
      return all(
        c.needsCall("a", "a1"),
        c.answersLcp("a", "a1", 1, 2, 3),
        flow.sequenced === flow.packets ? undefined : fail(
          `${flow.packets} numbered data messages`,
          `${flow.sequenced}`,
          plain === undefined ? [flow.last] : refs(plain),
        ),
      );
    },
  })),
  {
    name: "data/follows_sequencing",
    title: "The LAC begins and stops to number its data as the LNS does",
    covers: ["L2TP-088"],
    role: "lac",
    needs: ["sequencing"],
    config: ENDS.lac.config(1),
    steps: [
      ...ENDS.lac.tunnel("a"),
      ...ENDS.lac.call("a", "a1"),
      ...[...talk("a", "a1", 1), ...numbered(2, 0)],
      ...[...talk("a", "a1", 3), ...numbered(4, 1)],
    ],
    judge(c) {
      const answers = [1, 2, 3, 4].map((id) => c.lcpAnswer("a", "a1", id));
      const needs = c.needsCall("a", "a1");
      if (needs !== undefined) return needs;
      if (answers.includes(undefined)) return inconclusive("not every LCP request was answered");
      const is = answers.map((m) => m!.ns >= 0 ? "numbered" : "plain").join(", ");
      const wanted = "plain, numbered, plain, numbered";
      return all(
        is === wanted ? undefined : fail(wanted, is, refs(...answers)),
        answers[3]!.ns > answers[1]!.ns
          ? undefined
          : fail("numbers that go on where they left off", `${answers[3]!.ns}`, refs(answers[3])),
      );
    },
  },
];
