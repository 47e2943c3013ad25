/** Cases of an LNS for group F: reliable delivery. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, number16, refs, told } from "../checks/conversation.ts";
import { acknowledged, call, expect, open, probe, send, wait } from "../tester/steps.ts";
import { burst } from "./lns_control.ts";
import { assignedSession, backsOff, copies, numbered, outstanding } from "./reliable.ts";

const { SCCRQ, SCCRP, StopCCN, HELLO, ICRQ, ICRP } = MessageType;
const HELLOS = 66_000;

/** The cases of this group. */
export const LNS_RELIABLE: readonly Case[] = [
  {
    name: "reliable/ns",
    title: "Ns grows by one with each message and not with a zero-length body",
    covers: ["L2TP-053"],
    role: "lns",
    on: ["conversation"],
    judge: (c) => all(c.needsCall("a", "a1"), numbered(c, "a")),
  },
  {
    name: "reliable/ns_of_zero_length_body",
    title: "The Ns of a zero-length body does not move Nr",
    covers: ["L2TP-054"],
    role: "lns",
    steps: [
      ...open("a"),
      wait(50),
      send(0, "a", { header: { nsBy: 5 } }),
      send(0, "a"),
      wait(50),
      send("ICRQ", "a", { session: "a1" }),
      expect("ICRP", "a"),
      wait(100),
      ...probe(),
    ],
    judge(c) {
      const odd = c.tunnel("a").tester.find((m) => m.type === 0 && m.ns === 7);
      const icrq = c.sent("a", ICRQ)[0];
      return all(
        c.needs("a", "probe"),
        c.never(odd, "an Nr of 2", (m) => m.nr > 2, icrq?.time),
        c.replies(icrq, "a", ICRP, "an ICRP with Nr 3", (m) => m.nr === 3),
      );
    },
  },
  {
    name: "reliable/duplicate",
    title: "A repeated ICRQ is acknowledged again and makes no second call",
    covers: ["L2TP-055"],
    role: "lns",
    steps: [
      ...open("a"),
      send("ICRQ", "a", { session: "a1" }),
      expect("ICRP", "a"),
      wait(100),
      send("ICRQ", "a", { session: "a1", header: { ns: 2 } }),
      wait(300),
      ...probe(),
    ],
    judge(c) {
      const replies = c.got("a", ICRP);
      const again = c.sent("a", ICRQ)[1];
      if (replies.length === 0) return inconclusive("the first ICRQ was not answered");
      const other = replies.find((m) => assignedSession(m) !== assignedSession(replies[0]));
      return all(
        c.needs("a", "probe"),
        c.acknowledges(again, "a", 1),
        other && fail("one call", "a second ICRP assigns another Session ID", refs(again, other)),
        c.never(again, "neither StopCCN nor CDN", (m) => m.type === StopCCN || m.type === 14),
      );
    },
  },
  {
    name: "reliable/lost_reply",
    title: "An ICRP that was not acknowledged is sent again with the same Ns",
    covers: ["L2TP-056"],
    role: "lns",
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      send("ICRQ", "a", { session: "a1" }),
      wait(2500),
      { do: "acknowledging", on: true },
      send(0, "a"),
      send("ICCN", "a", { session: "a1" }),
      acknowledged("a"),
    ],
    judge(c) {
      const first = c.got("a", ICRP)[0];
      if (first === undefined) return inconclusive("the ICRQ was not answered");
      const all_ = copies(c, "a", ICRP, first.ns);
      return all(
        c.needs("a"),
        all_.length >= 2 ? undefined : fail(
          "the ICRP again, with the same Ns",
          c.got("a", ICRP).map(told).join(", "),
          refs(...c.got("a", ICRP)),
        ),
        c.aliveCall("a", "a1"),
      );
    },
  },
  {
    name: "reliable/repeated_request",
    title: "A repeated SCCRQ makes no second tunnel",
    covers: ["L2TP-057"],
    role: "lns",
    steps: [
      send("SCCRQ", "b"),
      expect("SCCRP", "b"),
      send("SCCRQ", "b", { header: { ns: 0, tunnelId: 0, nr: 0 } }),
      wait(100),
      send("SCCCN", "b"),
      acknowledged("b"),
      ...call("b", "b1"),
    ],
    judge(c) {
      const replies = c.got("b", SCCRP), again = c.sent("b", SCCRQ)[1];
      if (again === undefined) return inconclusive("the second SCCRQ was not captured");
      const other = replies.find((m) => number16(m, 9) !== number16(replies[0], 9) || m.ns !== 0);
      return all(
        other && fail(
          `SCCRP with Tunnel ID ${number16(replies[0], 9)} and Ns 0 alone`,
          `Tunnel ID ${number16(other, 9)}, Ns ${other.ns}`,
          refs(again, other),
        ),
        c.needs("b"),
        c.aliveCall("b", "b1"),
      );
    },
  },
  {
    name: "reliable/out_of_order",
    title: "A message that comes early has its effect after the one before it",
    covers: ["L2TP-058"],
    role: "lns",
    steps: [
      ...open("a"),
      send("ICRQ", "a", { session: "a2", header: { ns: 3 } }),
      wait(100),
      send("ICRQ", "a", { session: "a1" }),
      send("ICRQ", "a", { session: "a2" }),
      wait(500),
      ...probe(),
    ],
    judge(c) {
      const [early, missing] = c.sent("a", ICRQ);
      if (missing === undefined) return inconclusive("not two ICRQs were captured");
      const replies = c.got("a", ICRP);
      const order = [...new Set(replies.map(({ sessionId }) => sessionId))];
      return all(
        c.needs("a", "probe"),
        c.never(early, "no answer to the early one yet", (m) => m.type === ICRP, missing.time),
        order.join() === `${0x31a1},${0x31a2}` ? undefined : fail(
          "one ICRP for the first call, then one for the second",
          order.length === 0 ? "there is none" : `ICRP for ${order.join(" and ")}`,
          refs(early, missing, ...replies),
        ),
      );
    },
  },
  {
    name: "reliable/retransmission",
    title: "A retransmission has the Ns of before and the Nr of now",
    covers: ["L2TP-059"],
    role: "lns",
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      send("ICRQ", "a", { session: "a1" }),
      wait(300),
      send("HELLO", "a", { header: { nr: 1 } }),
      wait(3000),
      { do: "acknowledging", on: true },
      send(0, "a"),
      wait(100),
      ...probe(),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0];
      const replies = c.got("a", ICRP);
      if (hello === undefined || replies.length === 0) return inconclusive("no ICRP was captured");
      const later = replies.filter((m) => m.time > hello.time);
      const wrong = later.find((m) => m.ns !== replies[0].ns || m.nr !== hello.ns + 1);
      return all(
        c.needs("a", "probe"),
        later.length === 0 ? fail("the ICRP again", "it is not", refs(replies[0])) : undefined,
        wrong && fail(
          `Ns ${replies[0].ns}, Nr ${hello.ns + 1}`,
          told(wrong),
          refs(replies[0], hello, wrong),
        ),
      );
    },
  },
  {
    name: "reliable/back_off",
    title: "Retransmissions come at intervals that grow exponentially",
    covers: ["L2TP-060"],
    role: "lns",
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      send("ICRQ", "a", { session: "a1" }),
      wait(40_000),
    ],
    judge(c) {
      const first = c.got("a", ICRP)[0];
      if (first === undefined) return inconclusive("the ICRQ was not answered");
      return all(c.needs("a"), backsOff(copies(c, "a", ICRP, first.ns)));
    },
  },
  {
    name: "reliable/gives_up",
    title: "After unanswered retransmissions the tunnel is gone",
    covers: ["L2TP-061"],
    role: "lns",
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      send("ICRQ", "a", { session: "a1" }),
      wait(120_000),
      { do: "acknowledging", on: true },
      send("ICRQ", "a", { session: "a2" }),
      wait(1000),
      ...probe(),
    ],
    judge(c) {
      const first = c.got("a", ICRP)[0], late = c.sent("a", ICRQ)[1];
      if (first === undefined) return inconclusive("the first ICRQ was not answered");
      return all(
        c.needs("a", "probe"),
        copies(c, "a", ICRP, first.ns).length > 1
          ? undefined
          : inconclusive("the ICRP was not sent again"),
        c.never(late, "no ICRP on the tunnel that ended", (m) => m.type === ICRP),
      );
    },
  },
  {
    name: "reliable/wrap",
    title:
      "After 66,000 messages the tunnel goes on, and a duplicate from before the wrap is known",
    covers: ["L2TP-062"],
    role: "lns",
    heavy: true,
    steps: [
      ...open("a"),
      { do: "hellos", tunnel: "a", count: HELLOS },
      send("HELLO", "a", { header: { ns: 65_535 } }),
      wait(300),
      ...call("a", "a1"),
      wait(100),
    ],
    judge(c) {
      const duplicate = c.sent("a", HELLO).findLast((m) => m.ns === 65_535);
      const sent = c.tunnel("a").tester.length + c.wire.more / 2;
      if (sent < 65_536) {
        const last = c.sent("a", HELLO).filter((m) => m.ns !== 65_535).at(-1);
        return c.needs("a") ?? c.acknowledges(last, "a") ??
          inconclusive(`only ${Math.round(sent)} messages of the tester were captured`);
      }
      if (duplicate === undefined) {
        return inconclusive(`only ${Math.round(sent)} messages of the tester were captured`);
      }
      return all(
        c.needs("a"),
        c.acknowledges(duplicate, "a", 1),
        c.aliveCall("a", "a1"),
      );
    },
  },
  {
    name: "reliable/nr_ahead",
    title: "An Nr beyond anything sent acknowledges nothing",
    covers: ["L2TP-063"],
    role: "lns",
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      send("ICRQ", "a", { session: "a1" }),
      expect("ICRP", "a"),
      send("HELLO", "a", { header: { nr: 100 } }),
      wait(1500),
      { do: "acknowledging", on: true },
      send("ICCN", "a", { session: "a1" }),
      acknowledged("a"),
    ],
    judge(c) {
      const ahead = c.sent("a", HELLO, (m) => m.nr === 100)[0];
      if (ahead === undefined) return inconclusive("the stimulus was not captured");
      const again = c.got("a", ICRP, (m) => m.time > ahead.time);
      return all(
        c.needs("a"),
        again.length > 0
          ? undefined
          : fail("the ICRP sent again", "it counts as acknowledged", refs(ahead)),
        c.aliveCall("a", "a1"),
      );
    },
  },
  {
    name: "reliable/window",
    title: "No more than the 2 messages of the tester's window are outstanding",
    covers: ["L2TP-064"],
    role: "lns",
    steps: burst(2),
    judge: (c) => all(c.needsCall("a", "a1", "a2", "a3"), outstanding(c, 2, false)),
  },
  {
    name: "reliable/window_of_four",
    title: "A window of 4 is used: four messages are outstanding at once",
    covers: ["L2TP-065"],
    role: "lns",
    steps: burst(4),
    judge: (c) => all(c.needsCall("a", "a1", "a2", "a3"), outstanding(c, 4, true)),
  },
  {
    name: "reliable/not_withheld",
    title: "Each of a flood of messages is acknowledged at once",
    covers: ["L2TP-067"],
    role: "lns",
    steps: [
      ...open("a"),
      ...[1, 2, 3, 4].map(() => send("HELLO", "a")),
      acknowledged("a", 1500),
      ...[1, 2, 3, 4].map(() => send("HELLO", "a")),
      acknowledged("a", 1500),
      wait(200),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.sent("a", HELLO).length < 8 ? inconclusive("not all HELLOs were captured") : undefined,
        ...c.sent("a", HELLO).map((m) => c.acknowledges(m, "a", 0.9)),
      ),
  },
  {
    name: "reliable/zero_length_bodies",
    title: "Zero-length bodies, old ones too, are not answered",
    covers: ["L2TP-068"],
    role: "lns",
    steps: [
      ...open("a"),
      wait(200),
      send(0, "a", { header: { nsBy: -1 } }),
      send(0, "a", { header: { nsBy: -2 } }),
      send(0, "a"),
      wait(300),
      send("HELLO", "a"),
      acknowledged("a"),
      wait(100),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0];
      const first = c.tunnel("a").tester.find((m) => m.type === 0 && m.ns === 1);
      return all(
        c.needs("a"),
        c.never(first, "no answer to a zero-length body", () => true, hello?.time),
        c.acknowledges(hello, "a"),
      );
    },
  },
  {
    name: "reliable/stop_repeated",
    title: "A StopCCN is acknowledged, and again after 5 and after 20 seconds",
    covers: ["L2TP-069"],
    role: "lns",
    steps: [
      ...open("a"),
      send("StopCCN", "a"),
      wait(5000),
      send("StopCCN", "a", { header: { ns: 2 } }),
      wait(15_000),
      send("StopCCN", "a", { header: { ns: 2 } }),
      wait(300),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("a", "probe"),
        c.sent("a", StopCCN).length < 3 ? inconclusive("not three were captured") : undefined,
        ...c.sent("a", StopCCN).map((m) => c.acknowledges(m, "a", 1)),
      ),
  },
];
