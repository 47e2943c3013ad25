/** RFC 2661 §5.3, §4.4.3, §4.4.4, §9.1: Tunnel IDs and Session IDs. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { avpsOf, messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { SESSIONS, TUNNELS } from "../../../peers/testing/l2tp_tester/names.ts";
import {
  acknowledged,
  answered,
  avp,
  lcpRequest,
  open,
  send,
  talk,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter, type Shown } from "../facts/bench_view.ts";
import { judgeMessages, messagesOf } from "../facts/conduct_rules.ts";
import { seen } from "../facts/conversation.ts";
import {
  assigns,
  comesFirst,
  judgeHeaders,
  judgeUnaddressed,
  notYetAssignedFault,
  zeroAssignedFault,
} from "../facts/identifier_rules.ts";
import { Attribute, carries, formatMessage, number16 } from "../facts/message.ts";
import { benchCase, conductRule, type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothJudged, bothRules, bothScripts } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { assignsZero, isData, isNamed, opens } from "./packets.ts";

const { StopCCN, HELLO, ICRQ, ICRP, CDN } = MessageType;
const { assignedTunnel, assignedSession } = Attribute;
/** An identifier of no tunnel and no session. */
const NOBODY = 0x4444;
const zero = (type: number) => ({ without: [type], with: [avp(type, "0000")] });

const ZEROS = bothScripts(({ role, begin, beginCall, tunnel, call, probe }) => ({
  name: "header/zero_assigned",
  title: "Zero is never assigned as a Tunnel ID or as a Session ID",
  calls: [1, 3],
  steps: [
    ...begin("a", zero(assignedTunnel)),
    wait(300),
    ...(role === "lac" ? begin("b") : tunnel("b")),
    ...beginCall("b", "b1", zero(assignedSession)),
    wait(300),
    ...(role === "lac" ? [...tunnel("c"), ...call("c", "c1")] : probe()),
    ...(role === "lac" ? [] : call("probe", "probe1")),
  ],
}));

const PARTS: readonly Part[] = [
  ...bothRules((role) => ({
    name: "header/identifiers",
    title: "Every header has the identifiers that its receiver assigned",
    covers: ["L2TP-006"],
    on: [CONVERSATION[role]],
    subject: (conduct) =>
      conduct.ends.length > 0 ? conduct : inconclusive("no message of a tunnel was captured"),
    judge: (conduct) => gravest(judgeHeaders(conduct), judgeUnaddressed(conduct)),
  })),
  conductRule({
    role: "lac",
    name: "header/zero_until_assigned",
    title: "The SCCRQ has both identifiers 0, and a request for a call Session ID 0",
    covers: ["L2TP-007"],
    on: [CONVERSATION.lac],
    subject: (conduct) => messagesOf(conduct, "request for a tunnel or a call", comesFirst),
    judge: (messages) => judgeMessages(messages, "identifiers of 0", notYetAssignedFault),
  }),
  benchCase({
    name: "header/zero_until_assigned",
    title: "What answers a call whose identifier was not told has Session ID 0",
    covers: ["L2TP-007"],
    role: "lns",
    steps: [
      ...open("a"),
      send("ICRQ", "a", { session: "a1", without: [assignedSession] }),
      answered("a"),
      wait(200),
      ...open("probe"),
    ],
    stimulus(c) {
      const request = c.sent("a", ICRQ, (m) => !carries(assignedSession)(m))[0];
      if (request === undefined) return inconclusive("no ICRQ without a Session ID was captured");
      // Whether it refuses the call is another question: an identifier it cannot know.
      const answers = c.device.filter((m) =>
        (m.type === CDN || m.type === ICRP) && isAfter(m, request)
      );
      return c.needs("a", "probe") ??
        (answers.length === 0
          ? inconclusive("the call was not answered by itself")
          : { request, answers });
    },
    judge(_, { request, answers }) {
      const bad = answers.find(({ sessionId }) => sessionId !== 0);
      return bad && fail(
        "Session ID 0",
        `${formatMessage(bad)} with ${bad.sessionId}`,
        frameRefs(request, bad),
      );
    },
  }),
  { scenarios: [ZEROS.lns, ZEROS.lac], checks: [] },
  ...bothRules((role) => ({
    name: "header/zero_assigned",
    title: "Zero is never assigned as a Tunnel ID or as a Session ID",
    covers: ["L2TP-008"],
    on: [ZEROS[role]],
    subject: (conduct) => messagesOf(conduct, "message that assigns an identifier", assigns),
    judge: (messages) => judgeMessages(messages, "an identifier that is not 0", zeroAssignedFault),
  })),
  ...bothJudged(({ role, opening, accepting, calling, taking }) => ({
    name: "header/zero_refused",
    title: "Zero is refused where it is assigned as a Tunnel ID or as a Session ID",
    covers: ["L2TP-023"],
    on: [ZEROS[role]],
    stimulus(c) {
      const first = c.tester.find((m) => m.type === opening && number16(m, assignedTunnel) === 0);
      const asked = c.tester.find((m) => m.type === calling && number16(m, assignedSession) === 0);
      return (role === "lac" ? c.needs("c") : c.needs("probe")) ??
        (first === undefined || asked === undefined
          ? inconclusive("the tester did not assign 0 to a tunnel and to a session")
          : { first, asked });
    },
    judge(c, { first, asked }) {
      const next = (after: Shown) => c.openings().find((m) => isAfter(m, after));
      return gravest(
        c.never(first, "the tunnel refused", (m) => m.type === accepting, next(first)),
        c.never(asked, "the call refused", (m) => m.type === taking, next(asked)),
      );
    },
  })),
  ...both(({ role, tunnel, call, probe }) => ({
    name: "header/unknown_tunnel",
    title: "Messages for tunnel 0 or an unknown one are not answered as if there were one",
    covers: ["L2TP-010"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      wait(200),
      ...[NOBODY, 0].flatMap((tunnelId) => [
        send("HELLO", "b", { header: { tunnelId } }),
        ...(role === "lns" ? [send("ICRQ", "b", { session: "b1", header: { tunnelId } })] : []),
      ]),
      wait(300),
      send("HELLO", "a"),
      acknowledged("a"),
      ...probe(),
    ],
    stimulus(c) {
      const stray = c.tester.find((m) => m.tunnelId === NOBODY);
      if (stray === undefined) return inconclusive("no message for an unknown tunnel was captured");
      const hello = c.sent("a", HELLO, (m) => isAfter(m, stray))[0];
      return c.needsCall("a", "a1") ?? c.probed() ??
        (hello === undefined
          ? inconclusive("no HELLO on the tunnel was captured behind it")
          : { stray, hello });
    },
    judge: (c, { stray, hello }) =>
      gravest(
        c.never(
          stray,
          "no answer as if there were such a tunnel",
          ({ type }) => type !== StopCCN && type !== CDN,
          hello,
        ),
        c.acknowledges(hello, "a"),
      ),
  })),
  ...both(({ tunnel, call, probe }) => ({
    name: "header/unknown_session_of_data",
    title: "Data for an unknown tunnel or session is dropped, and the call goes on",
    covers: ["L2TP-011"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...[{ tunnelId: NOBODY }, { sessionId: NOBODY }].map((odd, i) => ({
        ...{ do: "data" as const, tunnel: "a", session: "a1", payload: lcpRequest(101 + i) },
        ...odd,
      })),
      wait(100),
      ...talk("a", "a1", 103),
      ...probe(),
    ],
    stimulus: (c) =>
      c.needsCall("a", "a1") ?? c.probed() ?? c.needsLcp(100, 101, 102, 103) ??
        seen(
          c.dataFromTester().find((m) => m.tunnelId === NOBODY || m.sessionId === NOBODY),
          "data for an unknown tunnel or session",
        ),
    judge: (c) => gravest(c.ignoresLcp("a", "a1", 101, 102), c.answersLcp("a", "a1", 100, 103)),
  })),
];

/** Takes packets for an unknown Tunnel ID for those of the tunnel opened last. */
function takesAnyTunnel(): L2tpOverrides {
  let known = 0;
  return {
    wire: {
      egress(transmission) {
        const found = opens(transmission.packet)
          ? avpsOf(transmission.packet).find((record) => record.type === assignedTunnel)
          : undefined;
        if (found?.value.length === 2) known = get16(found.value, 0);
        return [transmission];
      },
      ingress: (packet) =>
        messageTypeOf(packet) >= 0 && get16(packet, 4) === NOBODY
          ? with16(packet, 4, known)
          : packet,
    },
  };
}

/** Takes data for an unknown Session ID for that of the session that had data last. */
function takesAnySession(): L2tpOverrides {
  let known = 0;
  return {
    wire: {
      ingress(packet) {
        if (!isData(packet) || (packet[0] & 0x4a) !== 0) return packet;
        if (get16(packet, 4) === NOBODY) return with16(packet, 4, known);
        known = get16(packet, 4);
        return packet;
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth("foreign_session_id", "Sends a CDN with a Session ID of nobody", "L2TP-006", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === CDN ? [{ ...t, packet: with16(t.packet, 6, 0x9999) }] : [t],
    },
  }, {
    // No CDN comes to the call that is over.
    lac: ["L2TP-018", "L2TP-052", "L2TP-080", "L2TP-132"],
    lns: [
      ...["L2TP-007", "L2TP-018", "L2TP-034", "L2TP-052", "L2TP-075", "L2TP-077"] as const,
      ...["L2TP-080", "L2TP-132"] as const,
    ],
  }),
  ...mutantOfBoth(
    "own_session_id",
    "Puts its own Session ID where the peer's is unknown",
    "L2TP-007",
    { l2tp: { headerSessionId: (peer, own) => peer === 0 ? own : peer } },
    { lac: ["L2TP-006"], lns: ["L2TP-006", "L2TP-080"] },
  ),
  mutant("lns", "assigns_zero", "Assigns zero to a session", "L2TP-008", {
    wire: {
      egress: (t) => assignsZero(t, "ICRP", (packet) => isNamed(get16(packet, 6), SESSIONS.probe1)),
    },
  }),
  mutant("lac", "assigns_zero", "Assigns zero to a session", "L2TP-008", {
    wire: {
      egress: (t) => assignsZero(t, "ICRQ", (packet) => isNamed(get16(packet, 4), TUNNELS.c)),
    },
  }),
  ...mutantOfBoth("takes_zero", "Takes zero for an identifier", "L2TP-023", {
    l2tp: { acceptsIdentifier: () => true },
    // It answers by the zero that it took.
  }, ["L2TP-006"]),
  ...mutantOfBoth(
    "any_tunnel",
    "Takes messages for an unknown tunnel",
    "L2TP-010",
    takesAnyTunnel(),
    ["L2TP-054"],
  ),
  ...mutantOfBoth(
    "any_session",
    "Takes data for an unknown session",
    "L2TP-011",
    takesAnySession(),
  ),
];

/** §5.3. */
export const IDENTIFIERS = section("§5.3 Multiple Tunnels and Sessions: identifiers", PARTS, {
  mutants: MUTANTS,
});
