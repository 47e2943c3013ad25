/** Cases of group A about Tunnel IDs and Session IDs. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, number16, refs, told } from "../checks/conversation.ts";
import { Attribute, type Test } from "../checks/messages.ts";
import type { ControlMessage } from "../facts/wire.ts";
import { SESSIONS, TUNNELS } from "../../../peers/testing/l2tp_tester/script.ts";
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
import { both, probed } from "./ends.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP, CDN } = MessageType;
const { assignedTunnel, assignedSession } = Attribute;
const SESSION_IDS: readonly number[] = Object.values(SESSIONS);
const zero = (type: number) => ({ without: [type], with: [avp(type, "0000")] });

/** Messages before a session is known, or of no session (§4.4.4, §5.3, §6.5): judged elsewhere. */
const WITHOUT_SESSION: readonly number[] = [SCCRQ, SCCRP, SCCCN, HELLO, ICRQ];
/** §4.4.4 binds what belongs to a session: these may carry an identifier of one, or none. */
const EITHER: readonly number[] = [0, StopCCN];

/** Whether a header has identifiers that the tester never assigned for such a message. */
const foreign: Test = ({ type, tunnelId, sessionId }) => {
  if (type !== SCCRQ && tunnelId !== TUNNELS.a) return true;
  if (WITHOUT_SESSION.includes(type)) return false;
  return !SESSION_IDS.includes(sessionId) && !(sessionId === 0 && EITHER.includes(type));
};

/** What a message assigns, -1 for nothing. */
function assigned(m: ControlMessage): number {
  const begins = [SCCRQ, SCCRP].some((type) => type === m.type);
  const calls = [ICRQ, ICRP].some((type) => type === m.type);
  return begins ? number16(m, assignedTunnel) : calls ? number16(m, assignedSession) : -1;
}

/** The cases of this group. */
export const IDENTIFIERS: readonly Case[] = [
  ...both(() => ({
    name: "header/identifiers",
    title: "Every header has the identifiers that the tester assigned",
    covers: ["L2TP-006"],
    on: ["conversation"],
    judge(c) {
      const bad = c.device.find(foreign);
      const flow = c.wire.data.find((f) =>
        f.from === c.device[0]?.from &&
        (f.tunnelId !== TUNNELS.a || !SESSION_IDS.includes(f.sessionId))
      );
      const ids = `Tunnel ID ${TUNNELS.a} and a Session ID of the tester`;
      return all(
        c.needsCall("a", "a1", "a2"),
        bad && fail(ids, `${told(bad)} with ${bad.tunnelId} and ${bad.sessionId}`, refs(bad)),
        flow && fail(ids, `data with ${flow.tunnelId} and ${flow.sessionId}`, [flow.first]),
      );
    },
  })),
  {
    name: "header/zero_until_assigned",
    title: "The SCCRQ has both identifiers 0, and the ICRQ Session ID 0",
    covers: ["L2TP-007"],
    role: "lac",
    on: ["conversation"],
    judge(c) {
      const requests = [SCCRQ, ICRQ].map((type) => c.device.find((m) => m.type === type));
      if (requests.includes(undefined)) return inconclusive("no call was captured");
      const bad = requests.find((m) =>
        m!.sessionId !== 0 || m!.type === SCCRQ && m!.tunnelId !== 0
      );
      return all(
        bad && fail("0", `${told(bad)} with ${bad.tunnelId}, ${bad.sessionId}`, refs(bad)),
      );
    },
  },
  {
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
    judge(c) {
      const stimulus = c.sent("a", ICRQ)[0];
      // Whether it refuses the call is another question: an identifier it cannot know.
      const answers = c.device.filter(({ type }) => type === CDN || type === ICRP);
      const bad = answers.find(({ sessionId }) => sessionId !== 0);
      return all(
        c.needs("a"),
        c.alive(),
        answers.length === 0 ? inconclusive("the call was not answered by itself") : undefined,
        bad && fail("Session ID 0", `${told(bad)} with ${bad.sessionId}`, refs(stimulus, bad)),
      );
    },
  },
  ...both(({ role, begin, beginCall, tunnel, call, probe }) => ({
    name: "header/zero_assigned",
    title: "Zero is never assigned as a Tunnel ID or as a Session ID",
    covers: ["L2TP-008"],
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
    judge(c) {
      const given = c.device.filter((m) => assigned(m) >= 0);
      const bad = given.find((m) => assigned(m) === 0);
      return all(
        bad && fail("an identifier that is not 0", told(bad), refs(bad)),
        role === "lac" ? c.needsCall("c", "c1") : c.needsCall("probe", "probe1"),
      );
    },
  })),
  ...both(({ role, opening, accepting, calling, taking }) => ({
    name: "header/zero_refused",
    title: "Zero is refused where it is assigned as a Tunnel ID or as a Session ID",
    covers: ["L2TP-023"],
    on: ["header/zero_assigned"],
    judge(c) {
      const tunnel = c.stimulus((m) => m.type === opening && number16(m, assignedTunnel) === 0);
      const call = c.stimulus((m) => m.type === calling && number16(m, assignedSession) === 0);
      const next = c.tester.find((m) => m.type === opening && m.time > (tunnel?.time ?? Infinity));
      const after = c.tester.find((m) => m.type === opening && m.time > (call?.time ?? Infinity));
      return all(
        role === "lac" ? c.needs("c") : c.alive(),
        c.never(tunnel, "the tunnel refused", (m) => m.type === accepting, next?.time),
        c.never(call, "the call refused", (m) => m.type === taking, after?.time),
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
      ...[0x4444, 0].flatMap((tunnelId) => [
        send("HELLO", "b", { header: { tunnelId } }),
        ...(role === "lns" ? [send("ICRQ", "b", { session: "b1", header: { tunnelId } })] : []),
      ]),
      wait(300),
      send("HELLO", "a"),
      acknowledged("a"),
      ...probe(),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0];
      return all(
        c.needsCall("a", "a1"),
        c.never(
          c.stimulus((m) => m.tunnelId === 0x4444),
          "no answer as if there were such a tunnel",
          ({ type }) => type !== StopCCN && type !== CDN,
          hello?.time,
        ),
        c.acknowledges(hello, "a"),
        probed(c),
      );
    },
  })),
  ...both(({ tunnel, call, probe }) => ({
    name: "header/unknown_session_of_data",
    title: "Data for an unknown tunnel or session is dropped, and the call goes on",
    covers: ["L2TP-011"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 100),
      ...[{ tunnelId: 0x4444 }, { sessionId: 0x4444 }].map((odd, i) => ({
        ...{ do: "data" as const, tunnel: "a", session: "a1", payload: lcpRequest(101 + i) },
        ...odd,
      })),
      wait(100),
      ...talk("a", "a1", 103),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.ignoresLcp("a", "a1", 101, 102),
        c.answersLcp("a", "a1", 100, 103),
        probed(c),
      ),
  })),
];
