/** Cases of group F about sequence numbers: what moves them, duplicates, early messages, the wrap. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, number16, refs } from "../checks/conversation.ts";
import { numbered } from "../checks/delivery.ts";
import { Attribute } from "../checks/messages.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  answered,
  call,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both } from "./ends.ts";

const { SCCRQ, SCCRP, StopCCN, HELLO, CDN } = MessageType;
const LAST = 65_535;
/** What a peer far behind, or of another conversation, may acknowledge. */
const AHEAD = 100;

/** The cases of this group. */
export const NUMBERS: readonly Case[] = [
  ...both(() => ({
    name: "reliable/ns",
    title: "Ns grows by one with each message and not with a zero-length body",
    covers: ["L2TP-053"],
    on: ["conversation"],
    judge: (c) => all(c.needsCall("a", "a1"), numbered(c, "a")),
  })),
  ...both(({ tunnel, beginCall, probe, calling, taking }) => ({
    name: "reliable/ns_of_zero_length_body",
    title: "The Ns of a zero-length body does not move Nr",
    covers: ["L2TP-054"],
    steps: [
      ...tunnel("a"),
      wait(50),
      send(0, "a", { header: { nsBy: 5 } }),
      send(0, "a"),
      wait(50),
      ...beginCall("a", "a1"),
      expect(taking, "a"),
      ...probe(),
    ],
    judge(c) {
      const first = c.sent("a", calling)[0];
      if (first === undefined) return c.needs("a") ?? inconclusive("no call was captured");
      const odd = c.tunnel("a").tester.find((m) => m.type === 0 && m.ns === first.ns + 5);
      return all(
        c.needs("a"),
        c.never(odd, `an Nr of ${first.ns}`, (m) => m.nr > first.ns, first.time),
        c.replies(first, "a", taking, `an Nr of ${first.ns + 1}`, (m) => m.nr === first.ns + 1),
      );
    },
  })),
  ...both(({ tunnel, call, probe, calling, callingNs, taking }) => ({
    name: "reliable/duplicate",
    title: "A repeated message of a call is acknowledged again and not processed again",
    covers: ["L2TP-055"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      send(calling, "a", { session: "a1", header: { ns: callingNs } }),
      answered("a"),
      send("HELLO", "a"),
      acknowledged("a"),
      ...probe(),
    ],
    judge(c) {
      const taken = c.got("a", taking), again = c.sent("a", calling)[1];
      const other = again && taken.find((m) => m.time >= again.time && m.ns !== taken[0].ns);
      return all(
        c.needsCall("a", "a1"),
        c.acknowledgesAgain(again, "a"),
        other && fail("no second answer", "the call is answered again", refs(again, other)),
        // A device without PPP ends its calls by itself.
        c.never(
          again,
          "neither StopCCN nor CDN",
          ({ type }) => type === StopCCN || type === CDN && c.lacksPpp() === undefined,
        ),
      );
    },
  })),
  {
    name: "reliable/repeated_request",
    title: "A repeated SCCRQ makes no second tunnel",
    covers: ["L2TP-057"],
    role: "lns",
    steps: [
      send("SCCRQ", "b"),
      expect("SCCRP", "b"),
      send("SCCRQ", "b", { header: { ns: 0, tunnelId: 0, nr: 0 } }),
      answered("b"),
      send("SCCCN", "b"),
      acknowledged("b"),
      ...call("b", "b1"),
    ],
    judge(c) {
      const replies = c.got("b", SCCRP), again = c.sent("b", SCCRQ)[1];
      if (again === undefined) return inconclusive("the second SCCRQ was not captured");
      if (replies.length === 0) return inconclusive("the first SCCRQ was not answered");
      const assigned = number16(replies[0], Attribute.assignedTunnel);
      const other = replies.find((m) =>
        number16(m, Attribute.assignedTunnel) !== assigned || m.ns !== 0
      );
      return all(
        other && fail(
          `SCCRP with Tunnel ID ${assigned} and Ns 0 alone`,
          `Tunnel ID ${number16(other, Attribute.assignedTunnel)}, Ns ${other.ns}`,
          refs(again, other),
        ),
        c.needs("b"),
        c.aliveCall("b", "b1"),
      );
    },
  },
  ...both(({ role, tunnel, probe, calling, callingNs, taking }) => ({
    name: "reliable/out_of_order",
    title: "A message that comes early has its effect after the one before it",
    covers: ["L2TP-058"],
    calls: [2],
    steps: [
      ...tunnel("a"),
      ...(role === "lac" ? [expect("ICRQ", "a"), expect("ICRQ", "a")] : []),
      send(calling, "a", { session: "a2", header: { ns: callingNs + 1 } }),
      wait(300),
      send(calling, "a", { session: "a1" }),
      send(calling, "a", { session: "a2" }),
      expect(taking, "a"),
      expect(taking, "a"),
      ...probe(),
    ],
    judge(c) {
      const [early, missing] = c.sent("a", calling);
      if (missing === undefined) return inconclusive("two messages of calls were not captured");
      const replies = c.got("a", taking);
      const order = [...new Set(replies.map(({ sessionId }) => sessionId))];
      return all(
        c.needs("a"),
        c.asks("a", 2),
        c.never(early, "no answer to the early one yet", (m) => m.type === taking, missing.time),
        order.join() === `${SESSIONS.a1},${SESSIONS.a2}` ? undefined : fail(
          "an answer for the first call, then one for the second",
          order.length === 0 ? "there is none" : `answers for ${order.join(" and ")}`,
          refs(early, missing, ...replies),
        ),
      );
    },
  })),
  ...both(({ tunnel, call, probe, calling, callingNs }) => ({
    name: "reliable/wrap",
    title:
      "A call comes up with numbers 65535 and 0, and a duplicate from before the wrap is known",
    covers: ["L2TP-062"],
    heavy: true,
    steps: [
      ...tunnel("a"),
      { do: "hellos", tunnel: "a", count: LAST - callingNs },
      ...call("a", "a1"),
      // Several, as one may meet a message that the device sends of itself.
      ...[1, 2, 3].flatMap(() => [
        send("HELLO", "a", { header: { ns: LAST - 1 } }),
        answered("a", 1000),
      ]),
      ...probe(),
    ],
    judge(c) {
      const hellos = c.sent("a", HELLO), last = c.sent("a", calling)[0];
      const copies = hellos.filter(({ ns }) => ns === LAST - 1).slice(1);
      if (last?.ns !== LAST) {
        const few = inconclusive("the tester's messages did not reach number 65535");
        return c.needs("a") ?? c.acknowledges(hellos.at(-1), "a") ?? few;
      }
      return all(
        c.aliveCall("a", "a1"),
        copies.length === 0 ? inconclusive("no duplicate was captured") : undefined,
        ...copies.map((m) => c.acknowledgesAgain(m, "a")),
      );
    },
  })),
  // The RFC does not say what an Nr ahead of everything sent is: read literally it acknowledges all.
  ...both(({ tunnel, call }) => ({
    name: "reliable/nr_ahead",
    title: "An Nr beyond anything sent harms nothing: calls come up as before",
    covers: ["L2TP-063"],
    calls: [2],
    steps: [
      ...tunnel("a"),
      send("HELLO", "a", { header: { nr: AHEAD } }),
      answered("a"),
      ...call("a", "a1"),
      ...call("a", "a2"),
    ],
    judge(c) {
      const ahead = c.sent("a", HELLO, (m) => m.nr === AHEAD)[0];
      if (ahead === undefined) return inconclusive("the stimulus was not captured");
      return all(
        c.needs("a"),
        c.aliveCall("a", "a1"),
        c.asks("a", 2),
        c.aliveCall("a", "a2"),
      );
    },
  })),
];
