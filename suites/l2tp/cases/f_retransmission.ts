/** Cases of group F about retransmission: until an answer comes, at growing intervals, and no longer. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { judgeUnaware } from "../../kit/lateness.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs, told } from "../checks/conversation.ts";
import { backsOff, copiesOf, intervals, isGone } from "../checks/delivery.ts";
import {
  acknowledged,
  ALL_COPIES,
  answered,
  copies,
  expect,
  open,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both } from "./ends.ts";

const { StopCCN, HELLO, ICRP } = MessageType;
/** Quick timers for whom they can be set: RFC 2661 §5.8 recommends others, and binds none but the cap. */
const QUICK = { retransmission: { first: 500, retries: 3 } };
/** Seconds in which a device may send again before it has read what came in. */
const ON_ITS_WAY = 0.25;
/** Copies beyond which no one is "several" (RFC 2661 §5.8 recommends five retransmissions). */
const SEVERAL = 12;
/** Milliseconds for which a StopCCN is acknowledged, as RFC 2661 §5.7 recommends. */
const CYCLE = 31_000;

/** The cases of this group. */
export const RETRANSMISSION: readonly Case[] = [
  {
    name: "reliable/lost_reply",
    title: "An ICRP that was not acknowledged is sent again with the same Ns",
    covers: ["L2TP-056"],
    role: "lns",
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      send("ICRQ", "a", { session: "a1" }),
      expect("ICRP", "a"),
      copies("ICRP", "a", 1),
      { do: "acknowledging", on: true },
      send(0, "a"),
      send("ICCN", "a", { session: "a1" }),
      acknowledged("a"),
    ],
    judge(c) {
      if (c.got("a", ICRP).length === 0) return inconclusive("the ICRQ was not answered");
      return all(
        c.needs("a"),
        copiesOf(c, "a", ICRP).length >= 2 ? undefined : fail(
          "the ICRP again, with the same Ns",
          c.got("a", ICRP).map(told).join(", "),
          refs(...c.got("a", ICRP)),
        ),
        c.aliveCall("a", "a1"),
      );
    },
  },
  ...both(({ tunnel, unanswered, announcing, probe }) => ({
    name: "reliable/retransmission",
    title: "A retransmission has the Ns of before and the Nr of now",
    covers: ["L2TP-059"],
    config: QUICK,
    steps: [
      ...tunnel("a"),
      ...unanswered("a", "a1"),
      send("HELLO", "a"),
      copies(announcing, "a", 2),
      { do: "acknowledging", on: true },
      send(0, "a"),
      ...probe(),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0], sent = c.got("a", announcing);
      if (hello === undefined || sent.length === 0) return inconclusive("no call was captured");
      const later = sent.filter((m) => m.time > hello.time + ON_ITS_WAY);
      const wrong = later.find((m) => m.ns !== sent[0].ns || m.nr !== hello.ns + 1);
      const known = wrong && (wrong.time - hello.time - ON_ITS_WAY) * 1000;
      return all(
        c.needs("a"),
        later.length === 0 ? fail("the message again", "it is not", refs(sent[0])) : undefined,
        wrong && judgeUnaware(known!, c.tolerance, () =>
          fail(
            `Ns ${sent[0].ns}, Nr ${hello.ns + 1}`,
            told(wrong),
            refs(sent[0], hello, wrong),
          )),
      );
    },
  })),
  ...both(({ tunnel, unanswered, announcing }) => ({
    name: "reliable/back_off",
    title: "Retransmissions come at intervals that grow exponentially",
    covers: ["L2TP-060"],
    // The first intervals and two at the limit, where there is one.
    steps: [...tunnel("a"), ...unanswered("a", "a1"), copies(announcing, "a", 5)],
    judge(c) {
      if (c.got("a", announcing).length === 0) return inconclusive("no call was captured");
      return all(c.needs("a"), backsOff(copiesOf(c, "a", announcing), c.tolerance));
    },
  })),
  ...both(({ tunnel, unanswered, announcing, probe }) => ({
    name: "reliable/gives_up",
    title: "After unanswered retransmissions the tunnel is gone",
    covers: ["L2TP-061"],
    config: QUICK,
    steps: [
      ...tunnel("a"),
      ...unanswered("a", "a1"),
      copies(announcing, "a", ALL_COPIES),
      { do: "acknowledging", on: true },
      send("HELLO", "a"),
      answered("a", 1500),
      ...probe(),
    ],
    judge(c) {
      const late = c.sent("a", HELLO)[0];
      if (late === undefined || c.got("a", announcing).length === 0) {
        return inconclusive("no call was captured");
      }
      const sent = copiesOf(c, "a", announcing), last = sent.at(-1)!;
      if (sent.length > SEVERAL) {
        const actual = `it is sent ${sent.length} times`;
        return fail("the tunnel cleared after several retransmissions", actual, refs(last));
      }
      const gap = intervals(sent).at(-1);
      if (gap === undefined) return c.needs("a") ?? inconclusive("nothing was sent again");
      return all(
        c.needs("a"),
        late.time - last.time > 2 * gap
          ? undefined
          : inconclusive("the device was still sending again when the scenario ended"),
        isGone(c, late),
      );
    },
  })),
  ...both(({ tunnel, call, probe }) => ({
    name: "reliable/stop_repeated",
    title: "A StopCCN is acknowledged, and again after 5 and after 20 seconds",
    covers: ["L2TP-069"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      send("StopCCN", "a"),
      acknowledged("a"),
      wait(5000),
      send("StopCCN", "a", { header: { nsBy: -1 } }),
      answered("a"),
      wait(15_000),
      send("StopCCN", "a", { header: { nsBy: -1 } }),
      answered("a"),
      ...probe(),
    ],
    judge(c) {
      const stops = c.sent("a", StopCCN);
      if (stops.length < 3) return inconclusive("not three StopCCNs were captured");
      // A device may declare a shorter cycle than the recommended one.
      const cycle = c.parameter("retransmission_cycle", CYCLE) - c.tolerance;
      const until = stops[0].time + cycle / 1000;
      return all(
        c.needs("a"),
        ...stops.filter(({ time }) => time <= until).map((m) => c.acknowledgesAgain(m, "a")),
      );
    },
  })),
];
