/** RFC 2661 §7.4, §5.2.1: incoming calls. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/names.ts";
import {
  answered,
  call,
  expect,
  open,
  probe,
  send,
  talk,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import {
  Attribute,
  carries,
  type ControlMessage,
  formatMessage,
  number16,
} from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutant } from "./mutants.ts";
import { isNamed } from "./packets.ts";

const { StopCCN, ICRQ, ICRP, ICCN, CDN } = MessageType;
const { result, assignedSession } = Attribute;

/** Fails unless a message is answered by the end of its call, or of the control connection. */
function endedBy(
  c: Conversation,
  tunnel: "a" | "b",
  after: ControlMessage,
  words: string,
): PartialVerdict {
  // §7.4.2 has a CDN; §7.1 lets the control connection be cleared for it.
  const answer = c.tunnel(tunnel).device.find((m) =>
    isAfter(m, after) && (m.type === CDN || m.type === StopCCN)
  );
  return answer === undefined ? fail(words, "there is none", frameRefs(after)) : undefined;
}

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call, announcing, calling }) => ({
    name: "sessions/establishment",
    title: "ICRQ, ICRP, ICCN and its acknowledgement establish a call",
    covers: ["L2TP-074"],
    steps: [...tunnel("a"), ...call("a", "a1"), ...talk("a", "a1", 1)],
    stimulus(c) {
      const [first] = c.sent("a", calling);
      // What the tester asks of this one call alone is asked for plainly.
      const plain = first !== undefined && first.word === 0xc802 &&
        c.tester.every(({ type, ns }) => type === 0 || ns <= first.ns + 1) &&
        first.avps.every(({ vendor, hidden, type }) => vendor === 0 && !hidden && type < 100) &&
        number16(first, assignedSession) === c.sessionId("a1");
      return c.needs("a") ?? c.needsLcp(1) ??
        (plain && c.sent("a", CDN).length === 0
          ? first
          : inconclusive("no call with nothing besides was captured"));
    },
    judge(c, stimulus) {
      const first = c.got("a", announcing)[0];
      if (first === undefined) return fail("a call", "there is none", frameRefs(stimulus));
      return gravest(
        number16(first, assignedSession) > 0
          ? undefined
          : fail("a Session ID assigned", formatMessage(first), frameRefs(stimulus, first)),
        c.aliveCall("a", "a1", stimulus),
        c.answersLcp("a", "a1", 1),
      );
    },
  })),
  benchCase({
    name: "sessions/refused",
    title: "A call that is refused gets a CDN with Result Code and Assigned Session ID",
    covers: ["L2TP-075"],
    role: "lns",
    config: { sessionLimit: 1 },
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 1),
      send("ICRQ", "a", { session: "a2" }),
      answered("a"),
      expect("CDN", "a", 1000),
      ...talk("a", "a1", 2),
    ],
    stimulus(c) {
      const request = c.sent("a", ICRQ)[1];
      if (request === undefined) return c.needs("a") ?? inconclusive("no second ICRQ was captured");
      // Whoever takes the call has no limit that can be set, and refuses nothing here.
      const taken = c.got("a", ICRP).some((m) => m.sessionId === c.sessionId("a2"));
      return c.needsCall("a", "a1") ?? c.needsLcp(2) ??
        (taken
          ? inconclusive("the device took the call")
          : c.setting("sessionLimit") === 1
          ? request
          : inconclusive("the device was not told to take one call alone"));
    },
    judge: (c, request) =>
      gravest(
        c.replies(
          request,
          "a",
          CDN,
          "a CDN to the refused call with Result Code and Assigned Session ID",
          (m) =>
            m.sessionId !== c.sessionId("a1") && carries(result)(m) &&
            number16(m, assignedSession) >= 0,
        ),
        c.answersLcp("a", "a1", 2),
      ),
  }),
  benchCase({
    name: "sessions/bad_events",
    title: "An ICRP while the ICCN is awaited, and a second ICCN, end the call",
    covers: ["L2TP-077"],
    role: "lns",
    steps: [
      ...[...open("a"), ...call("a", "a1")],
      ...[send("ICCN", "a", { session: "a1" }), expect("CDN", "a")],
      ...open("b"),
      ...[send("ICRQ", "b", { session: "b1" }), expect("ICRP", "b")],
      ...[send("ICRP", "b", { session: "b1" }), expect("CDN", "b")],
      ...probe(),
    ],
    stimulus(c) {
      const [first, second] = c.sent("a", ICCN), stray = c.sent("b", ICRP)[0];
      const again = second !== undefined && second.sessionId === first.sessionId &&
        second.ns !== first.ns;
      const over = again && c.got("a", CDN, (m) => isAfter(second, m)).length > 0;
      return c.needsCall("a", "a1") ?? c.needs("b", "probe") ??
        (!again || stray === undefined
          ? inconclusive("no second ICCN and no ICRP of the tester were captured")
          : over
          ? inconclusive("the device had ended the call before")
          : { second, stray });
    },
    judge: (c, { second, stray }) =>
      gravest(
        endedBy(c, "a", second, "a CDN to the second ICCN"),
        endedBy(c, "b", stray, "a CDN to the ICRP"),
      ),
  }),
];

const MUTANTS = [
  mutant("lns", "no_calls", "Refuses every call", "L2TP-074", {
    l2tp: { mayOpenSession: () => false },
  }, [
    ...["L2TP-141", "L2TP-142"] as const,
    "L2TP-002",
    "L2TP-004",
    "L2TP-005",
    "L2TP-008",
    "L2TP-015",
    "L2TP-016",
    "L2TP-022",
    "L2TP-025",
    "L2TP-034",
    "L2TP-040",
    "L2TP-048",
    "L2TP-052",
    "L2TP-054",
    "L2TP-057",
    "L2TP-058",
    "L2TP-062",
    "L2TP-063",
    "L2TP-072",
    "L2TP-091",
    "L2TP-093",
    "L2TP-096",
    "L2TP-076",
  ]),
  mutant("lac", "no_last_message", "Never answers an ICRP", "L2TP-074", {
    l2tp: {
      callTransition: (table, state, event) =>
        state === "wait_reply" && event === "icrp" ? undefined : table[state][event],
    },
  }, [
    "L2TP-118",
    "L2TP-006",
    "L2TP-002",
    "L2TP-015",
    "L2TP-016",
    "L2TP-023",
    "L2TP-025",
    "L2TP-040",
    "L2TP-048",
    "L2TP-058",
    "L2TP-092",
    "L2TP-008",
    "L2TP-004",
    "L2TP-005",
    "L2TP-022",
    "L2TP-054",
    "L2TP-062",
    "L2TP-063",
  ]),
  mutant("lns", "refuses_silently", "Says nothing of a call that it refuses", "L2TP-075", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === CDN && isNamed(get16(t.packet, 6), SESSIONS.a2) ? [] : [t],
    },
  }, ["L2TP-018", "L2TP-034", "L2TP-053", "L2TP-080", "L2TP-126"]),
  mutant("lns", "forgiving_calls", "Ignores call messages that have no place", "L2TP-077", {
    l2tp: {
      callTransition(table, state, event) {
        const known = CALL_RULES.callTransition(table, state, event);
        const misplaced = event === "icrp" || event === "iccn";
        return misplaced && known?.actions.includes("send_cdn") ? undefined : known;
      },
    },
  }),
];

/** §7.4. */
export const INCOMING_CALLS = section("§7.4 Incoming Calls", PARTS, { mutants: MUTANTS });
