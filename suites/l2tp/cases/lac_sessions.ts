/** Cases of a LAC for groups H, I and J: calls, data, transport. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs, told } from "../checks/conversation.ts";
import type { StepInput } from "../tester/script.ts";
import { BENCH } from "../topologies.ts";
import {
  accept,
  acknowledged,
  avp,
  expect,
  lcpRequest,
  send,
  take,
  text,
  wait,
} from "../tester/steps.ts";
import { calls } from "./ends.ts";
import { combinations, IDENTIFIERS } from "./lns_data.ts";
import { lcp } from "./lns_sessions.ts";
import { assignedSession } from "./reliable.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, CDN, SLI } = MessageType;

/** Two calls, of which the first is ended in some way. */
function twoCalls(...end: StepInput[]): StepInput[] {
  return [
    ...accept("a"),
    ...take("a", "a1"),
    ...take("a", "a2"),
    wait(50),
    ...end,
    wait(200),
    lcp("a", "a1", 11),
    lcp("a", "a2", 12),
    wait(200),
  ];
}

const one = (...steps: StepInput[]): StepInput[] => [...accept("a"), ...take("a", "a1"), ...steps];
const numberedRequest = (id: number, ns: number): StepInput => ({
  ...{ do: "data", tunnel: "a", session: "a1", payload: lcpRequest(id), word: 0x0802 },
  ns,
});

/** The cases of these groups. */
export const LAC_SESSIONS: readonly Case[] = [
  {
    name: "sessions/establishment",
    title: "ICRQ, ICRP and ICCN establish a call",
    covers: ["L2TP-074"],
    role: "lac",
    config: calls(1),
    steps: one(lcp("a", "a1", 1), wait(200)),
    judge(c) {
      const icrq = c.got("a", ICRQ)[0];
      if (icrq === undefined) return c.needs("a") ?? fail("an ICRQ", "there is none");
      return all(
        c.needs("a"),
        assignedSession(icrq) > 0
          ? undefined
          : fail("an ICRQ that assigns a Session ID", told(icrq), refs(icrq)),
        c.aliveCall("a", "a1"),
        c.answersLcp("a", "a1", 1),
      );
    },
  },
  {
    name: "sessions/disconnected",
    title: "A CDN ends its session alone and is answered by its acknowledgement alone",
    covers: ["L2TP-078"],
    role: "lac",
    config: calls(2),
    steps: twoCalls(send("CDN", "a", { session: "a1" })),
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2"),
        c.acknowledges(c.sent("a", CDN)[0], "a"),
        c.never(c.sent("a", CDN)[0], "no CDN in return", (m) => m.type === CDN),
        c.answersLcp("a", "a2", 12),
        c.ignoresLcp("a", "a1", 11),
      ),
  },
  {
    name: "sessions/stopped",
    title: "A StopCCN ends all sessions without a CDN",
    covers: ["L2TP-079"],
    role: "lac",
    config: calls(2),
    steps: twoCalls(send("StopCCN", "a")),
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2"),
        c.never(c.sent("a", StopCCN)[0], "no CDN", (m) => m.type === CDN),
        c.acknowledges(c.sent("a", StopCCN)[0], "a"),
        c.ignoresLcp("a", "a1", 11),
        c.ignoresLcp("a", "a2", 12),
      ),
  },
  {
    name: "sessions/any_result",
    title: "CDN and StopCCN take effect whatever their result code",
    covers: ["L2TP-081"],
    role: "lac",
    config: calls(3),
    steps: [
      ...accept("a"),
      ...["a1", "a2", "a3"].flatMap((session) => take("a", session)),
      ...[0, 11, 99].flatMap((code, i) => [
        send("CDN", "a", {
          session: `a${i + 1}`,
          without: [1],
          with: [avp(1, code.toString(16).padStart(4, "0"))],
        }),
        wait(100),
        lcp("a", `a${i + 1}`, i + 1),
        wait(100),
      ]),
      send("StopCCN", "a", { without: [1], with: [avp(1, "0063")] }),
      wait(100),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2", "a3"),
        ...c.sent("a", CDN).map((m) => c.acknowledges(m, "a")),
        ...(["a1", "a2", "a3"] as const).map((s, i) => c.ignoresLcp("a", s, i + 1)),
        c.acknowledges(c.sent("a", StopCCN)[0], "a"),
      ),
  },
  {
    name: "sessions/set_link_info",
    title: "An SLI is acknowledged and the session goes on",
    covers: ["L2TP-082"],
    role: "lac",
    config: calls(1),
    steps: one(
      send("SLI", "a", { session: "a1" }),
      acknowledged("a"),
      lcp("a", "a1", 1),
      wait(200),
    ),
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.acknowledges(c.sent("a", SLI)[0], "a"),
        c.never(
          c.sent("a", SLI)[0],
          "neither CDN nor StopCCN",
          (m) => m.type === CDN || m.type === StopCCN,
        ),
        c.answersLcp("a", "a1", 1),
      ),
  },
  {
    name: "sessions/cause_code",
    title: "A CDN with a Q.931 Cause Code ends its session like any other",
    covers: ["L2TP-084"],
    role: "lac",
    config: calls(2),
    steps: twoCalls(send("CDN", "a", { session: "a1", with: [avp(12, "001000" + text("bye"))] })),
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2"),
        c.acknowledges(c.sent("a", CDN)[0], "a"),
        c.never(
          c.sent("a", CDN)[0],
          "neither StopCCN nor CDN",
          (m) => m.type === StopCCN || m.type === CDN,
        ),
        c.ignoresLcp("a", "a1", 11),
        c.answersLcp("a", "a2", 12),
      ),
  },
  {
    name: "data/header_options",
    title: "Data is understood with every combination of L, S, O and P",
    covers: ["L2TP-085"],
    role: "lac",
    config: calls(1),
    steps: one(...combinations("a", "a1", 0), wait(200)),
    judge: (c) => all(c.needsCall("a", "a1"), c.answersLcp("a", "a1", ...IDENTIFIERS)),
  },
  {
    name: "data/offset",
    title: "The payload begins behind the offset, and one past the packet is dropped",
    covers: ["L2TP-086"],
    role: "lac",
    config: calls(1),
    steps: one(
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
    ),
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.answersLcp("a", "a1", 1, 2, 3, 5),
        c.lcpAnsweredAt("a", "a1", 4) === undefined
          ? undefined
          : fail("a payload past the packet is dropped", "it is answered"),
      ),
  },
  {
    name: "data/nr_ignored",
    title: "Any Nr in a data message is ignored",
    covers: ["L2TP-089"],
    role: "lac",
    config: calls(1),
    steps: one(...combinations("a", "a1", 9973), wait(200)),
    judge: (c) => all(c.needsCall("a", "a1"), c.answersLcp("a", "a1", ...IDENTIFIERS)),
  },
  {
    name: "data/only_while_established",
    title: "No data passes before the ICCN and after the CDN",
    covers: ["L2TP-090"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      expect("ICRQ", "a"),
      lcp("a", "a1", 1),
      wait(200),
      send("ICRP", "a", { session: "a1" }),
      expect("ICCN", "a"),
      wait(50),
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
    title: "A LAC that demands sequencing in its ICCN numbers every data message",
    covers: ["L2TP-087"],
    role: "lac",
    needs: ["sequencing"],
    config: { calls: [{ name: "call", sequencingRequired: true }] },
    steps: one(numberedRequest(1, 0), wait(50), lcp("a", "a1", 2), wait(200)),
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
    name: "data/follows_sequencing",
    title: "The LAC begins and stops to number its data as the LNS does",
    covers: ["L2TP-088"],
    role: "lac",
    needs: ["sequencing"],
    config: calls(1),
    steps: one(
      lcp("a", "a1", 1),
      wait(100),
      numberedRequest(2, 0),
      wait(100),
      lcp("a", "a1", 3),
      wait(100),
      numberedRequest(4, 1),
      wait(200),
    ),
    judge(c) {
      const answers = [1, 2, 3, 4].map((id) => {
        const time = c.lcpAnsweredAt("a", "a1", id);
        return c.dataFromDevice("a", "a1").find((m) => m.time === time);
      });
      const needs = c.needsCall("a", "a1");
      if (needs !== undefined) return needs;
      if (answers.includes(undefined)) return inconclusive("not every LCP request was answered");
      const is = answers.map((m) => m!.ns >= 0 ? "numbered" : "plain").join(", ");
      return all(
        is === "plain, numbered, plain, numbered"
          ? undefined
          : fail("plain, numbered, plain, numbered", is, refs(...answers)),
        answers[3]!.ns > answers[1]!.ns
          ? undefined
          : fail("numbers that go on where they left off", `${answers[3]!.ns}`, refs(answers[3])),
      );
    },
  },
  {
    name: "transport/reply_port",
    title: "After a reply from another source port everything goes to that port",
    covers: ["L2TP-092"],
    role: "lac",
    config: calls(1),
    steps: [...accept("a", { from: "high" }), ...take("a", "a1")],
    judge(c) {
      const reply = c.sent("a", SCCRP)[0];
      const wrong = c.tunnel("a").device.find((m) =>
        m.type !== SCCRQ && (m.destinationPort !== 40_000 || m.destination !== BENCH.tester)
      );
      if (reply === undefined) return inconclusive("no SCCRQ was captured");
      return all(
        c.replies(reply, "a", SCCCN, "an SCCCN"),
        wrong && fail(
          `${BENCH.tester}:40000`,
          `${wrong.destination}:${wrong.destinationPort}`,
          refs(reply, wrong),
        ),
        c.aliveCall("a", "a1"),
      );
    },
  },
  {
    name: "transport/static_peer",
    title: "A message from another address does not move the tunnel there",
    covers: ["L2TP-093"],
    role: "lac",
    config: calls(1),
    steps: one(
      wait(50),
      send("HELLO", "a", { from: "elsewhere", counts: false }),
      wait(100),
      send("HELLO", "a"),
      acknowledged("a", 1000),
      lcp("a", "a1", 1),
      wait(200),
    ),
    judge(c) {
      const stranger = c.sent("a", HELLO, (m) => m.source === BENCH.elsewhere)[0];
      const data = c.dataFromDevice("a", "a1").find((m) => m.destination !== BENCH.tester);
      return all(
        c.needsCall("a", "a1"),
        c.never(
          stranger,
          `every message to ${BENCH.tester}`,
          (m) => m.destination !== BENCH.tester,
        ),
        data && fail(`data to ${BENCH.tester}`, data.destination, refs(data)),
        c.acknowledges(c.sent("a", HELLO, (m) => m.source === BENCH.tester)[0], "a"),
      );
    },
  },
  {
    name: "transport/one_address",
    title: "Control and data messages come from one address and port",
    covers: ["L2TP-095"],
    role: "lac",
    on: ["conversation"],
    judge(c) {
      const first = c.got("a", SCCCN)[0], data = c.dataFromDevice("a", "a1");
      if (first === undefined || data.length === 0) return inconclusive("the device sent no data");
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
