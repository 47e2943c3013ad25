/** Cases of group H: how calls begin, and what is said within them. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, carries, fail, inconclusive, number16, refs, told } from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  answered,
  call,
  expect,
  open,
  probe,
  send,
  talk,
  talkInVain,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both } from "./ends.ts";

const { StopCCN, ICRQ, ICRP, ICCN, CDN, WEN, SLI } = MessageType;
const { result, assignedSession } = Attribute;
const ends = ({ type }: { type: number }) => type === CDN || type === StopCCN;

/** The cases of this group. */
export const CALLS: readonly Case[] = [
  ...both(({ tunnel, call, announcing }) => ({
    name: "sessions/establishment",
    title: "ICRQ, ICRP, ICCN and its acknowledgement establish a call",
    covers: ["L2TP-074"],
    steps: [...tunnel("a"), ...call("a", "a1"), ...talk("a", "a1", 1)],
    judge(c) {
      const first = c.got("a", announcing)[0];
      if (first === undefined) return c.needs("a") ?? fail("a call", "there is none");
      return all(
        c.needs("a"),
        number16(first, assignedSession) > 0
          ? undefined
          : fail("a Session ID assigned", told(first), refs(first)),
        c.aliveCall("a", "a1"),
        c.answersLcp("a", "a1", 1),
      );
    },
  })),
  {
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
    judge(c) {
      const request = c.sent("a", ICRQ)[1];
      if (request === undefined) return c.needs("a") ?? inconclusive("no second ICRQ was captured");
      // Whoever takes the call has no limit that can be set, and refuses nothing here.
      if (c.got("a", ICRP).some((m) => m.sessionId === SESSIONS.a2)) {
        return inconclusive("the device took the call");
      }
      return all(
        c.needsCall("a", "a1"),
        c.replies(
          request,
          "a",
          CDN,
          "a CDN to the refused call with Result Code and Assigned Session ID",
          (m) =>
            m.sessionId !== SESSIONS.a1 && carries(result)(m) && number16(m, assignedSession) >= 0,
        ),
        c.answersLcp("a", "a1", 2),
      );
    },
  },
  {
    name: "sessions/disconnected_early",
    title: "A CDN with Session ID 0 ends the call that its AVP names",
    covers: ["L2TP-076"],
    role: "lns",
    steps: [
      ...open("a"),
      // A call that stays, as a tunnel may end with its last one.
      ...[...call("a", "a2"), ...talk("a", "a2", 2)],
      send("ICRQ", "a", { session: "a1" }),
      // The tester knows no Session ID of the device yet.
      send("CDN", "a", { session: "a1", header: { sessionId: 0 } }),
      acknowledged("a"),
      ...talk("a", "a2", 3),
      // Whoever took no notice of the CDN waits for this still.
      send("ICCN", "a", { session: "a1" }),
      ...talkInVain("a", "a1", 1),
    ],
    judge(c) {
      const cdn = c.sent("a", CDN)[0], flow = c.flow("a", "a1");
      const other = c.lcpAnswer("a", "a2", 2) && !c.lcpAnswer("a", "a2", 3);
      const last = c.dataFromDevice("a", "a2").find((m) => m.time > (cdn?.time ?? Infinity));
      return all(
        c.needs("a"),
        c.acknowledges(cdn, "a"),
        c.never(cdn, "the tunnel lives on", (m) => m.type === StopCCN),
        other ? fail("the other call goes on", "it does not", refs(cdn, last)) : undefined,
        c.answersLcp("a", "a2", 2, 3),
        flow && fail(
          "no data on a call that was disconnected",
          `${flow.packets} data messages`,
          [...refs(cdn), flow.first],
        ),
      );
    },
  },
  {
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
    judge(c) {
      const second = c.sent("a", ICCN)[1], stray = c.sent("b", ICRP)[0];
      // §7.4.2 has a CDN; §7.1 lets the control connection be cleared for it.
      const ended = (tunnel: "a" | "b", after: typeof second, words: string) => {
        if (after === undefined) return inconclusive("the stimulus was not captured");
        const answer = c.tunnel(tunnel).device.find((m) => m.time >= after.time && ends(m));
        return answer === undefined ? fail(words, "there is none", refs(after)) : undefined;
      };
      const over = second && c.got("a", CDN, ({ time }) => time < second.time)[0];
      return all(
        c.needsCall("a", "a1"),
        c.needs("b"),
        over && inconclusive("the device had ended the call before"),
        ended("a", second, "a CDN to the second ICCN"),
        ended("b", stray, "a CDN to the ICRP"),
        c.alive(),
      );
    },
  },
  ...both(({ role, tunnel, call }) => {
    const [type, what] = role === "lns" ? [WEN, "A WEN"] : [SLI, "An SLI"];
    return {
      name: role === "lns" ? "sessions/wan_error_notify" : "sessions/set_link_info",
      title: `${what} is acknowledged and the session goes on`,
      covers: ["L2TP-082"],
      steps: [
        ...tunnel("a"),
        ...call("a", "a1"),
        ...talk("a", "a1", 1),
        send(type, "a", { session: "a1" }),
        acknowledged("a"),
        ...talk("a", "a1", 2),
      ],
      judge: (c) =>
        all(
          c.needsCall("a", "a1"),
          c.acknowledges(c.sent("a", type)[0], "a"),
          c.never(c.sent("a", type)[0], "neither CDN nor StopCCN", ends),
          c.answersLcp("a", "a1", 2),
        ),
    };
  }),
];
