/** RFC 2661 §7.5.2, §5.2.2: outgoing calls, as an LNS asks for them. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import {
  acknowledged,
  expect,
  open,
  send,
  talk,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { Attribute, carries, type ControlMessage, formatMessage } from "../facts/message.ts";
import { BENCH } from "../topologies.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { mutant } from "./mutants.ts";
import {
  dials,
  ignores,
  judgeAssignment,
  OUTGOING,
  place,
  ready,
  waits,
} from "./outgoing_steps.ts";

const { SCCRQ, SCCRP, HELLO, OCRQ, OCRP, OCCN, CDN } = MessageType;
const { bearerCapabilities } = Attribute;

/** Judges the call that an LNS asked for on tunnel `a`, and the tester connected. */
function placed(c: Conversation, request: ControlMessage): PartialVerdict {
  const connected = c.sent("a", OCCN)[0];
  return gravest(
    request.sessionId === 0
      ? judgeAssignment(request)
      : fail("an OCRQ with Session ID 0", `${request.sessionId}`, frameRefs(request)),
    connected === undefined ? inconclusive("no OCCN was captured") : gravest(
      c.acknowledges(connected, "a"),
      c.never(connected, "no CDN", (m) => m.type === CDN),
      c.answersLcp("a", "a1", 1),
    ),
  );
}

/** Whether the LNS was told to dial, and the tester took the call as a LAC does. */
const wasDialled = (c: Conversation) =>
  c.wasInstructed("dial") && c.sent("a", OCCN).length === c.sent("a", OCRP).length;

const NOT_DIALLED = inconclusive("the device was not asked to dial, and let dial");

const PARTS: readonly Part[] = [
  benchCase({
    name: "outgoing/establishment",
    title: "OCRQ, OCRP and OCCN establish a call that the LNS asked for",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    steps: [...open("a"), ready("dial"), ...place("a", "a1"), ...talk("a", "a1", 1)],
    run: dials(["dial", {}]),
    stimulus(c) {
      const first = c.sent("a", SCCRQ, carries(bearerCapabilities))[0];
      const plain = c.sent("b", SCCRQ).length === 0 && c.sent("a", OCRP).length <= 1;
      return c.needs("a") ??
        (!wasDialled(c) || first === undefined || !plain ? NOT_DIALLED : c.needsLcp(1) ?? first);
    },
    judge(c, first) {
      const request = c.got("a", OCRQ)[0];
      return request === undefined
        ? fail("an OCRQ", "there is none", frameRefs(first))
        : placed(c, request);
    },
  }),
  benchCase({
    name: "outgoing/own_tunnel",
    title: "An LNS that has no tunnel opens one, and asks for the call through it",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    config: { peers: [{ name: "tester", address: BENCH.tester, port: 1701 }] },
    steps: [
      ready("dial"),
      expect("SCCRQ", "a"),
      send("SCCRP", "a"),
      expect("SCCCN", "a"),
      ...place("a", "a1"),
      ...talk("a", "a1", 1),
    ],
    run: dials(["dial", {}]),
    stimulus(c) {
      const reply = c.sent("a", SCCRP)[0];
      return c.got("a", SCCRQ).length === 0 || reply === undefined
        ? inconclusive("the device asked for no tunnel")
        : !wasDialled(c) || c.sent("b", SCCRQ).length > 0
        ? NOT_DIALLED
        : c.needsLcp(1) ?? reply;
    },
    judge(c, reply) {
      const request = c.got("a", OCRQ)[0];
      return request === undefined ? c.replies(reply, "a", OCRQ, "an OCRQ") : placed(c, request);
    },
  }),
  benchCase({
    name: "outgoing/no_bearer_capabilities",
    title: "No call is asked of a LAC that told no Bearer Capabilities",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    // It would be another tunnel to ask for a call in, in vain.
    witness: false,
    steps: [
      ...open("a", { without: [bearerCapabilities] }),
      ready("first"),
      expect("OCRQ", "a", 500),
      ...open("b"),
      ready("second"),
      ...place("b", "b1"),
      // In a tunnel that is forgotten nobody is asked for anything.
      ...[send("HELLO", "a"), acknowledged("a")],
    ],
    run: dials(["first", {}], ["second", {}]),
    stimulus(c) {
      const first = c.sent("a", SCCRQ, (m) => !carries(bearerCapabilities)(m))[0];
      return c.needs("a", "b") ??
        (first === undefined || !c.wasInstructed("dial")
          ? inconclusive("no tunnel without Bearer Capabilities was captured on which to dial")
          : c.sent("a", HELLO).some((hello) => c.acknowledges(hello, "a") !== undefined)
          ? inconclusive("the device has forgotten the tunnel without Bearer Capabilities")
          : c.got("a", OCRQ).length + c.got("b", OCRQ).length === 0
          ? inconclusive("no call was asked for at all")
          : first);
    },
    judge(c, first) {
      const asked = c.got("a", OCRQ)[0];
      return asked && fail("no OCRQ", formatMessage(asked), frameRefs(first, asked));
    },
  }),
  benchCase({
    name: "outgoing/bad_events",
    title: "An OCCN in the place of the OCRP, and a second OCRP, are answered by a CDN",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    steps: [
      ...open("a"),
      // One that stays: a tunnel may end with its last session.
      ready("dial"),
      expect("OCRQ", "a", 5000),
      send("OCRP", "a", { session: "a3" }),
      ready("first"),
      expect("OCRQ", "a", 5000),
      send("OCCN", "a", { session: "a1" }),
      expect("CDN", "a"),
      ready("second"),
      expect("OCRQ", "a", 5000),
      send("OCRP", "a", { session: "a2" }),
      send("OCRP", "a", { session: "a2" }),
      expect("CDN", "a"),
    ],
    run: dials(["dial", {}], ["first", {}], ["second", {}]),
    stimulus(c) {
      const [, reply, again] = c.sent("a", OCRP, carries(Attribute.assignedSession));
      const connected = c.sent("a", OCCN).find((m) => reply !== undefined && isAfter(reply, m));
      const calls = c.got("a", OCRQ).length;
      return c.needs("a") ??
        (connected === undefined || again?.sessionId !== reply?.sessionId || again === undefined
          ? inconclusive("no OCCN in the place of an OCRP and no second OCRP were captured")
          : calls < 3
          ? inconclusive(`${calls} of 3 calls were asked for`)
          : { connected, again });
    },
    judge: (c, { connected, again }) =>
      gravest(
        c.replies(connected, "a", CDN, "a CDN to the OCCN"),
        c.replies(
          again,
          "a",
          CDN,
          "a CDN to the second OCRP",
          (m) => m.sessionId === c.sessionId("a2"),
        ),
      ),
  }),
];

const MUTANTS = [
  mutant(
    "lns",
    "no_connection",
    "Takes no OCCN",
    "L2TP-080",
    ignores((state, event) => state === "wait_connect" && event === "occn"),
    ["L2TP-126"],
  ),
  mutant("lns", "asks_any_lac", "Asks any LAC for calls", "L2TP-080", {
    l2tp: { mayRequestCall: () => true },
  }),
  mutant(
    "lns",
    "forgiving_outgoing_calls",
    "Ignores messages of outgoing calls that have no place",
    "L2TP-080",
    {
      l2tp: {
        callTransition(table, state, event) {
          const known = CALL_RULES.callTransition(table, state, event);
          const misplaced = waits(state) && OUTGOING.includes(event);
          return misplaced && known?.next === "idle" ? undefined : known;
        },
      },
    },
    ["L2TP-126"],
  ),
];

/** §7.5.2. */
export const LNS_OUTGOING_CALLS = section("§7.5.2 LNS Outgoing Call States", PARTS, {
  mutants: MUTANTS,
});
