/** Cases of an LNS for groups I and J: data messages and transport. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs } from "../checks/conversation.ts";
import type { StepInput } from "../tester/script.ts";
import { BENCH } from "../topologies.ts";
import {
  acknowledged,
  avp,
  call,
  expect,
  lcpRequest,
  open,
  probe,
  send,
  wait,
} from "../tester/steps.ts";
import { lcp } from "./lns_sessions.ts";

const { SCCRQ, SCCRP, ICRP, CDN, HELLO } = MessageType;
const BITS = [0x4000, 0x0800, 0x0200, 0x0100];
const COMBINATIONS = Array.from(
  { length: 16 },
  (_, n) => BITS.reduce((word, bit, i) => n >> i & 1 ? word | bit : word, 2),
);
/** The identifiers of their LCP requests. */
export const IDENTIFIERS = COMBINATIONS.map((_, i) => i + 1);

/** The same LCP request under each combination of header options. */
export function combinations(tunnel: string, session: string, nr: number): StepInput[] {
  return COMBINATIONS.flatMap((word, i): StepInput[] => [
    {
      ...{ do: "data", tunnel, session, payload: lcpRequest(i + 1), word },
      ...{ ns: i, nr: nr * i & 0xffff, offset: i % 3 },
    },
    wait(20),
  ]);
}

/** The cases of these groups. */
export const LNS_DATA: readonly Case[] = [
  {
    name: "data/header_options",
    title: "Data is understood with every combination of L, S, O and P",
    covers: ["L2TP-085"],
    role: "lns",
    steps: [...open("a"), ...call("a", "a1"), ...combinations("a", "a1", 0), wait(200)],
    judge: (c) => all(c.needsCall("a", "a1"), c.answersLcp("a", "a1", ...IDENTIFIERS)),
  },
  {
    name: "data/offset",
    title: "The payload begins behind the offset, and one past the packet is dropped",
    covers: ["L2TP-086"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      ...[0, 1, 255].map((offset, i): StepInput => ({
        ...{ do: "data", tunnel: "a", session: "a1", payload: lcpRequest(i + 1), word: 0x0202 },
        offset,
      })),
      wait(100),
      {
        ...{ do: "data", tunnel: "a", session: "a1", payload: lcpRequest(4), word: 0x0202 },
        ...{ offset: 2000, pad: 0 },
      },
      wait(100),
      lcp("a", "a1", 5),
      wait(200),
    ],
    judge(c) {
      return all(
        c.needsCall("a", "a1"),
        c.answersLcp("a", "a1", 1, 2, 3, 5),
        c.lcpAnsweredAt("a", "a1", 4) === undefined
          ? undefined
          : fail("a payload past the packet is dropped", "it is answered"),
      );
    },
  },
  {
    name: "data/nr_ignored",
    title: "Any Nr in a data message is ignored",
    covers: ["L2TP-089"],
    role: "lns",
    steps: [...open("a"), ...call("a", "a1"), ...combinations("a", "a1", 9973), wait(200)],
    judge: (c) => all(c.needsCall("a", "a1"), c.answersLcp("a", "a1", ...IDENTIFIERS)),
  },
  {
    name: "data/only_while_established",
    title: "No data passes before the ICCN and after the CDN",
    covers: ["L2TP-090"],
    role: "lns",
    steps: [
      ...open("a"),
      send("ICRQ", "a", { session: "a1" }),
      expect("ICRP", "a"),
      lcp("a", "a1", 1),
      wait(200),
      send("ICCN", "a", { session: "a1" }),
      acknowledged("a"),
      lcp("a", "a1", 2),
      wait(200),
      send("CDN", "a", { session: "a1" }),
      wait(100),
      lcp("a", "a1", 3),
      wait(4000),
    ],
    judge(c) {
      const up = c.callUpAt("a", "a1"), flow = c.flow("a", "a1"), cdn = c.sent("a", CDN)[0];
      if (up === undefined || flow === undefined || cdn === undefined) {
        return inconclusive("the call carried no data");
      }
      const late = flow.messages.find((m) => m.time > cdn.time + 0.05);
      return all(
        c.ignoresLcp("a", "a1", 1, 3),
        c.answersLcp("a", "a1", 2),
        flow.firstTime < up - 0.05
          ? fail("no data before the call is established", "there is some", [flow.first])
          : undefined,
        late && fail("no data after the CDN", "there is some", refs(cdn, late)),
      );
    },
  },
  {
    name: "data/sequencing_required",
    title: "With Sequencing Required in the ICCN every data message is numbered",
    covers: ["L2TP-087"],
    role: "lns",
    needs: ["sequencing"],
    steps: [
      ...open("a"),
      ...call("a", "a1", {}, { with: [avp(39)] }),
      ...[1, 2, 3].flatMap((id): StepInput[] => [{
        ...{ do: "data", tunnel: "a", session: "a1", payload: lcpRequest(id), word: 0x0802 },
        ns: id - 1,
      }, wait(50)]),
      wait(200),
    ],
    judge(c) {
      const flow = c.flow("a", "a1");
      if (flow === undefined) return inconclusive("the device sent no data");
      return all(
        c.needsCall("a", "a1"),
        flow.sequenced === flow.packets ? undefined : fail(
          `${flow.packets} numbered data messages`,
          `${flow.sequenced}`,
          [flow.first],
        ),
      );
    },
  },
  {
    name: "transport/source_port",
    title: "A request from another port is answered to that port",
    covers: ["L2TP-091"],
    role: "lns",
    steps: [...open("a", { from: "high" }), ...call("a", "a1"), ...probe()],
    judge(c) {
      const stimulus = c.sent("a", SCCRQ)[0];
      return all(
        c.needs("probe"),
        c.replies(
          stimulus,
          "a",
          SCCRP,
          "an SCCRP to port 40000 of the tester",
          (m) => m.destinationPort === 40_000 && m.destination === BENCH.tester,
        ),
        c.aliveCall("a", "a1"),
      );
    },
  },
  {
    name: "transport/static_peer",
    title: "A message from another address does not move the tunnel there",
    covers: ["L2TP-093"],
    role: "lns",
    steps: [
      ...open("a"),
      send("HELLO", "a", { from: "elsewhere", counts: false }),
      wait(100),
      send("HELLO", "a"),
      acknowledged("a", 1000),
      ...call("a", "a1"),
      lcp("a", "a1", 1),
      wait(200),
    ],
    judge(c) {
      const stranger = c.sent("a", HELLO, (m) => m.source === BENCH.elsewhere)[0];
      const data = c.dataFromDevice("a", "a1").find((m) => m.destination !== BENCH.tester);
      return all(
        c.needs("a"),
        c.never(
          stranger,
          `every message to ${BENCH.tester}`,
          (m) => m.destination !== BENCH.tester,
        ),
        data && fail(`data to ${BENCH.tester}`, data.destination, refs(data)),
        c.aliveCall("a", "a1"),
      );
    },
  },
  {
    name: "transport/one_address",
    title: "Control and data messages come from one address and port",
    covers: ["L2TP-095"],
    role: "lns",
    on: ["conversation"],
    judge(c) {
      const first = c.got("a", SCCRP)[0], data = c.dataFromDevice("a", "a1");
      if (first === undefined || data.length === 0 || c.got("a", ICRP).length === 0) {
        return inconclusive("the device sent no data");
      }
      const other = [...c.tunnel("a").device, ...data].find((m) =>
        m.source !== first.source || m.sourcePort !== first.sourcePort
      );
      return all(
        other && fail(
          `${first.source}:${first.sourcePort}`,
          `${other.source}:${other.sourcePort}`,
          refs(first, other),
        ),
      );
    },
  },
];
