/** RFC 2661 §4.1: attributes, vendors and reserved bits that a device does not know. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  answered,
  avp,
  expect,
  send,
  talk,
  talkInVain,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import type { L2tpRole } from "../words.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { type Fail, fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { type Conversation, seen } from "../facts/conversation.ts";
import { type ControlMessage, formatMessage, hasResult, resultOf } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { ignoresBehindCdn } from "./endings.ts";
import { both, bothJudged, scenariosOf } from "./ends.ts";
import { UNKNOWN_ATTRIBUTE, UNKNOWN_AVP_MUTANTS } from "./4_1_unknown_avps_mutants.ts";

const { StopCCN, HELLO, CDN, ICCN } = MessageType;
/** The result of a StopCCN that ends a tunnel for an error, and not for want of calls. */
const GENERAL_ERROR = 2;
/** Unknown AVPs that may be passed over: of two octets, of none, of many, of the last number. */
const OPTIONAL = [
  avp(UNKNOWN_ATTRIBUTE, "cafe", { m: false }),
  avp(UNKNOWN_ATTRIBUTE + 1, "", { m: false }),
  avp(UNKNOWN_ATTRIBUTE + 2, "5a".repeat(500), { m: false }),
  avp(0xffff, "01", { m: false }),
];
const optional = { with: OPTIONAL };
const mandatory = { with: [avp(UNKNOWN_ATTRIBUTE)] };
/** One that must not be passed over, behind others that may. */
const behind = { with: [...OPTIONAL, avp(UNKNOWN_ATTRIBUTE)] };

/** Whether a message carries that attribute, marked mandatory or not. */
function hasUnknown({ avps }: ControlMessage, marked: boolean): boolean {
  return avps.some((a) => a.type === UNKNOWN_ATTRIBUTE && a.vendor === 0 && a.mandatory === marked);
}

/** Connects a tunnel by an SCCCN with an AVP that must be known: an LNS alone gets one. */
function connecting(role: L2tpRole): StepInput[] {
  return role === "lac"
    ? []
    : [send("SCCRQ", "c"), expect("SCCRP", "c"), send("SCCCN", "c", behind), answered("c", 1000)];
}

const OF_TUNNEL: readonly Part[] = both(({ role, tunnel, begin, probe, opening, accepting }) => ({
  name: "avps/unknown_mandatory_of_tunnel",
  title: "An unknown mandatory AVP in a HELLO ends the tunnel, and one is not begun with it",
  covers: ["L2TP-017"],
  calls: [1, 2],
  steps: [
    ...tunnel("a"),
    send("HELLO", "a", mandatory),
    expect("StopCCN", "a"),
    ...begin("b", behind),
    answered("b", 1000),
    ...connecting(role),
    ...probe(),
  ],
  stimulus(c) {
    const hello = c.sent("a", HELLO, (m) => hasUnknown(m, true))[0];
    const first = c.sent("b", opening, (m) => hasUnknown(m, true))[0];
    return c.needs("a") ?? c.probed() ??
      (hello === undefined || first === undefined
        ? inconclusive("no HELLO and no message that opens a tunnel had an unknown mandatory AVP")
        : { hello, first });
  },
  judge: (c, { hello, first }) =>
    gravest(
      c.replies(hello, "a", StopCCN, "a StopCCN"),
      c.never(
        first,
        "no tunnel with an AVP that must be known and is not",
        (m) => m.type === accepting && m.tunnelId === c.tunnelId("b"),
        [...c.sent("c", opening), ...c.sent("probe", opening)].find((m) => isAfter(m, first)),
      ),
      // An LNS gets an SCCCN with one as well.
      ...c.sent("c", MessageType.SCCCN, (m) => hasUnknown(m, true)).map((connected) =>
        c.replies(connected, "c", StopCCN, "a StopCCN")
      ),
    ),
}));

const OF_SESSION: readonly Part[] = both(({ tunnel, call, beginCall, calling, taking }) => ({
  name: "avps/unknown_mandatory_of_session",
  title: "An unknown mandatory AVP in a message of a call ends that call alone",
  covers: ["L2TP-018"],
  calls: [2],
  steps: [
    ...tunnel("a"),
    ...call("a", "a1"),
    ...talk("a", "a1", 6),
    ...beginCall("a", "a2", mandatory),
    expect("CDN", "a"),
    ...talk("a", "a1", 7),
  ],
  stimulus(c) {
    const stimulus = c.sent("a", calling, (m) => hasUnknown(m, true))[0];
    if (stimulus === undefined) return inconclusive("no message of a call had such an AVP");
    const isOver = c.got(
      "a",
      CDN,
      (m) => m.sessionId === c.sessionId("a1") && isAfter(stimulus, m),
    ).length > 0;
    const stopped = c.got("a", StopCCN, (m) => isAfter(stimulus, m))[0];
    return c.needsCall("a", "a1") ?? c.asks("a", 2) ?? c.needsLcp(7) ??
      (stopped === undefined ? { stimulus, isOver } : inconclusive(
        `the device had ended the tunnel before: ${formatMessage(stopped)}`,
      ));
  },
  judge(c, { stimulus, isOver }) {
    if (isOver) {
      // A tunnel may end with its last call, but not for an error in a message of a call.
      return ofTheTunnel(c, stimulus) ??
        inconclusive("the other call had ended before, and a tunnel may end with its last");
    }
    return gravest(
      c.replies(stimulus, "a", CDN, "a CDN", (m) => m.sessionId !== c.sessionId("a1")),
      // The RFC tells the ends of session and tunnel apart: other calls are not to suffer.
      c.never(
        stimulus,
        "the tunnel lives on",
        (m) => m.type === StopCCN || m.type === taking,
        c.tester.find((m) => isAfter(m, stimulus) && m.type !== 0),
      ),
      c.answersLcp("a", "a1", 7),
    );
  },
}));

/** Fails when the device ends the whole tunnel for a general error that a message of a call had. */
function ofTheTunnel(c: Conversation, stimulus: ControlMessage): Fail | undefined {
  const end = c.tunnel("a").device.find((m) =>
    isAfter(m, stimulus) && (m.type === StopCCN || m.type === CDN)
  );
  return end?.type === StopCCN && resultOf(end)?.result === GENERAL_ERROR
    ? fail("a CDN", formatMessage(end), frameRefs(stimulus, end))
    : undefined;
}

/** A message about an established call with an AVP that must be known, and one that connects a call. */
const OF_CONNECTED: readonly Part[] = both(({ role, tunnel, call }) => ({
  name: "avps/unknown_mandatory_of_connected",
  title:
    "An unknown mandatory AVP in a message about a call that is up, or comes up, ends that call",
  covers: ["L2TP-018"],
  calls: [2],
  steps: [
    ...tunnel("a"),
    ...[...call("a", "a1"), ...talk("a", "a1", 6)],
    ...(role === "lac" ? call("a", "a2") : [
      send("ICRQ", "a", { session: "a2" }),
      expect("ICRP", "a"),
      send("ICCN", "a", { session: "a2", ...behind }),
      expect("CDN", "a"),
      ...call("a", "a3"),
    ]),
    role === "lac"
      ? send("SLI", "a", { session: "a2", ...behind })
      : send("WEN", "a", { session: "a3", ...behind }),
    expect("CDN", "a"),
    ...talk("a", "a1", 7),
  ],
  stimulus(c) {
    const types = role === "lac" ? [MessageType.SLI] : [ICCN, MessageType.WEN];
    // With Session ID 0 it is about no call: the device had told none.
    const sent = c.tester.filter((m) => hasUnknown(m, true) && m.sessionId !== 0);
    const isScript = sent.map(({ type }) => type).join() === types.join();
    return c.needsCall("a", "a1", ...(role === "lac" ? ["a2" as const] : [])) ??
      (isScript ? sent : inconclusive("not just the messages of two calls had such an AVP"));
  },
  judge: (c, sent) =>
    gravest(
      ...sent.map((m) => {
        const session = c.sessionId(role === "lac" || m.type === ICCN ? "a2" : "a3");
        return c.replies(m, "a", CDN, "a CDN", (cdn) => cdn.sessionId === session);
      }),
      c.never(sent[0], "the tunnel lives on", (m) => m.type === StopCCN),
      c.answersLcp("a", "a1", 7),
    ),
}));

const PARTS: readonly Part[] = [
  ...OF_CONNECTED,
  ...both(({ role, tunnel, call, probe, opening }) => ({
    name: "avps/unknown_optional",
    title: "Unknown optional AVPs in any message are ignored",
    covers: ["L2TP-016"],
    calls: [2],
    steps: [
      ...tunnel("a", optional, optional),
      // Without such an AVP first: what is not taken even so says nothing of the AVP.
      ...[{}, optional].flatMap((more) => [send("HELLO", "a", more), acknowledged("a")]),
      ...call("a", "a2"),
      ...call("a", "a1", optional, optional),
      ...[{}, optional].flatMap((more) => [
        send(role === "lac" ? "SLI" : "WEN", "a", { session: "a1", ...more }),
        acknowledged("a"),
      ]),
      ...talk("a", "a1", 1),
      ...talk("a", "a2", 3),
      send("CDN", "a", { session: "a2" }),
      acknowledged("a"),
      wait(300),
      ...talkInVain("a", "a2", 4),
      send("CDN", "a", { session: "a1", ...optional }),
      acknowledged("a"),
      wait(300),
      ...talkInVain("a", "a1", 2),
      send("StopCCN", "a", optional),
      acknowledged("a"),
      ...probe(),
    ],
    stimulus: (c) =>
      c.probed() ?? seen(
        c.sent("a", opening, (m) => hasUnknown(m, false))[0],
        "message that opens a tunnel with an unknown optional AVP",
      ),
    judge(c, stimulus) {
      const lost = c.tunnel("a").tester.find((m) => m.type > 0 && c.acknowledges(m, "a"));
      const end = c.tunnel("a").device.find(({ type }) => type === StopCCN || type === CDN);
      const isFirst = lost !== undefined && (end === undefined || isAfter(end, lost));
      if (isFirst && !hasUnknown(lost, false)) {
        return inconclusive(`${formatMessage(lost)}, which has none, is not acknowledged either`);
      }
      const hello = c.sent("a", HELLO, (m) => hasUnknown(m, false))[0];
      return gravest(
        c.alive("a", stimulus),
        hello && c.acknowledges(hello, "a"),
        c.aliveCall("a", "a1", stimulus, hello),
        ...[MessageType.WEN, MessageType.SLI, CDN, StopCCN].flatMap((type) =>
          c.sent("a", type, (m) => hasUnknown(m, false)).map((m) => c.acknowledges(m, "a"))
        ),
        c.lcpAnswer("a", "a1", 1) && c.lcpRequest(2) && ignoresBehindCdn(c, 2, 4),
      );
    },
  })),
  ...OF_TUNNEL,
  ...OF_SESSION,
  ...bothJudged(({ role, calling }) => ({
    name: "avps/unknown_error",
    title: "What ends for an unknown mandatory AVP says so: result 2, error 8",
    covers: ["L2TP-096"],
    on: scenariosOf([...OF_TUNNEL, ...OF_SESSION], role),
    stimulus(c) {
      const stimulus = c.tester.find((m) => hasUnknown(m, true));
      if (stimulus === undefined) return inconclusive("no unknown mandatory AVP was captured");
      const end = c.device.find((m) =>
        isAfter(m, stimulus) &&
        (m.type === StopCCN || m.type === CDN && m.sessionId !== c.sessionId("a1"))
      );
      return (stimulus.type === calling ? c.asks("a", 2) : undefined) ??
        (end === undefined ? inconclusive("the device ended nothing for it") : { stimulus, end });
    },
    judge: (_, { stimulus, end }) =>
      hasResult(2, 8)(end)
        ? undefined
        : fail("result 2 with error 8", formatMessage(end), frameRefs(stimulus, end)),
  })),
];

/** §4.1, attributes that nobody knows. */
export const UNKNOWN_AVPS = section("§4.1 AVP Format: unrecognized AVPs", PARTS, {
  mutants: UNKNOWN_AVP_MUTANTS,
});
