/** Cases of an LNS for group H: calls. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, carries, fail, inconclusive, number16, refs, told } from "../checks/conversation.ts";
import type { StepInput } from "../tester/script.ts";
import {
  acknowledged,
  avp,
  call,
  expect,
  lcpRequest,
  open,
  probe,
  send,
  text,
  wait,
} from "../tester/steps.ts";
import { assignedSession } from "./reliable.ts";

const { StopCCN, ICRQ, ICRP, ICCN, CDN, WEN } = MessageType;

/** An LCP request that the device answers as long as the session stands. */
export function lcp(tunnel: string, session: string, identifier: number): StepInput {
  return { do: "data", tunnel, session, payload: lcpRequest(identifier) };
}

/** Two calls, of which the first is ended in some way. */
function twoCalls(...end: StepInput[]): StepInput[] {
  return [
    ...open("a"),
    ...call("a", "a1"),
    ...call("a", "a2"),
    ...end,
    wait(200),
    lcp("a", "a1", 11),
    lcp("a", "a2", 12),
    wait(200),
  ];
}

/** The cases of this group. */
export const LNS_SESSIONS: readonly Case[] = [
  {
    name: "sessions/establishment",
    title: "ICRQ, ICRP, ICCN and its acknowledgement establish a call",
    covers: ["L2TP-074"],
    role: "lns",
    steps: [...open("a"), ...call("a", "a1"), lcp("a", "a1", 1), wait(200)],
    judge(c) {
      const icrp = c.got("a", ICRP)[0];
      const bad = icrp !== undefined && assignedSession(icrp) <= 0;
      return all(
        c.needs("a"),
        c.aliveCall("a", "a1"),
        bad ? fail("an ICRP that assigns a Session ID", told(icrp), refs(icrp)) : undefined,
        c.answersLcp("a", "a1", 1),
      );
    },
  },
  {
    name: "sessions/refused",
    title: "A call beyond the limit is refused by a CDN with result and Assigned Session ID",
    covers: ["L2TP-075"],
    role: "lns",
    config: { sessionLimit: 1 },
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      send("ICRQ", "a", { session: "a2" }),
      expect("CDN", "a"),
      wait(100),
      lcp("a", "a1", 1),
      wait(200),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.replies(
          c.sent("a", ICRQ)[1],
          "a",
          CDN,
          "a CDN to the refused call with Result Code and Assigned Session ID",
          (m) => m.sessionId === 0x31a2 && carries(1)(m) && number16(m, 14) >= 0,
        ),
        c.answersLcp("a", "a1", 1),
      ),
  },
  {
    name: "sessions/disconnected_early",
    title: "A CDN with Session ID 0 ends the call that its AVP names",
    covers: ["L2TP-076"],
    role: "lns",
    steps: [
      ...open("a"),
      send("ICRQ", "a", { session: "a1" }),
      send("CDN", "a", { session: "a1", header: { sessionId: 0 } }),
      acknowledged("a"),
      wait(100),
      send("ICCN", "a", { session: "a1" }),
      wait(100),
      lcp("a", "a1", 1),
      wait(200),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("a", "probe"),
        c.acknowledges(c.sent("a", CDN)[0], "a"),
        c.got("a", ICRP).length === 0 ? inconclusive("the ICRQ was not answered") : undefined,
        c.flow("a", "a1") === undefined ? undefined : fail(
          "no data on a call that was disconnected",
          `${c.flow("a", "a1")!.packets} data messages`,
          [c.flow("a", "a1")!.first],
        ),
        c.never(c.sent("a", CDN)[0], "the tunnel lives on", (m) => m.type === StopCCN),
      ),
  },
  {
    name: "sessions/bad_events",
    title: "An ICRP while the ICCN is awaited, and a second ICCN, are answered by a CDN",
    covers: ["L2TP-077"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      send("ICCN", "a", { session: "a1" }),
      expect("CDN", "a"),
      send("ICRQ", "a", { session: "a2" }),
      expect("ICRP", "a"),
      send("ICRP", "a", { session: "a2" }),
      expect("CDN", "a"),
      wait(100),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.replies(
          c.sent("a", ICCN)[1],
          "a",
          CDN,
          "a CDN to the second ICCN",
          (m) => m.sessionId === 0x31a1,
        ),
        c.replies(
          c.sent("a", ICRP)[0],
          "a",
          CDN,
          "a CDN to the ICRP",
          (m) => m.sessionId === 0x31a2,
        ),
        c.alive(),
      ),
  },
  {
    name: "sessions/disconnected",
    title: "A CDN ends its session alone and is answered by its acknowledgement alone",
    covers: ["L2TP-078"],
    role: "lns",
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
    role: "lns",
    steps: [...twoCalls(send("StopCCN", "a")), ...probe()],
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2"),
        c.never(c.sent("a", StopCCN)[0], "no CDN", (m) => m.type === CDN),
        c.ignoresLcp("a", "a1", 11),
        c.ignoresLcp("a", "a2", 12),
        c.alive(),
      ),
  },
  {
    name: "sessions/any_result",
    title: "CDN and StopCCN take effect whatever their result code",
    covers: ["L2TP-081"],
    role: "lns",
    steps: [
      ...open("a"),
      ...[0, 11, 99].flatMap((code, i) => [
        ...call("a", `a${i + 1}`),
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
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2", "a3"),
        ...c.sent("a", CDN).map((m) => c.acknowledges(m, "a")),
        ...(["a1", "a2", "a3"] as const).map((s, i) => c.ignoresLcp("a", s, i + 1)),
        c.acknowledges(c.sent("a", StopCCN)[0], "a"),
        c.alive(),
      ),
  },
  {
    name: "sessions/wan_error_notify",
    title: "A WEN is acknowledged and the session goes on",
    covers: ["L2TP-082"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      send("WEN", "a", { session: "a1" }),
      acknowledged("a"),
      lcp("a", "a1", 1),
      wait(200),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.acknowledges(c.sent("a", WEN)[0], "a"),
        c.never(
          c.sent("a", WEN)[0],
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
    role: "lns",
    steps: twoCalls(
      send("CDN", "a", { session: "a1", with: [avp(12, "001000" + text("bye"))] }),
    ),
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
];
