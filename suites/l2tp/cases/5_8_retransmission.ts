/** RFC 2661 §5.8: retransmission: until an answer comes, and no longer. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import {
  acknowledged,
  ALL_COPIES,
  answered,
  copies,
  expect,
  open,
  send,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeUnaware } from "../../kit/lateness.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { copiesOf, intervals } from "../facts/delivery.ts";
import { formatMessage, isAck } from "../facts/message.ts";
import { kit } from "../vocabulary.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { GIVING_UP, isGone } from "./giving_up.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";

const { HELLO, ICRP } = MessageType;
/** Quick timers for whom they can be set: RFC 2661 §5.8 recommends others, and binds none but the cap. */
const QUICK = { retransmission: { first: 500, retries: 3 } };
/** Milliseconds in which a device may send again before it has read what came in. */
const ON_ITS_WAY = 250;
/** Copies beyond which nobody has given up: RFC 2661 §5.8 recommends five, and sets no limit. */
const SEVERAL = 40;
const NO_CALL = inconclusive("no message of a call that stayed unacknowledged was captured");

const PARTS: readonly Part[] = [
  benchCase({
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
    stimulus(c) {
      const first = c.got("a", ICRP)[0];
      const acknowledgement = first &&
        c.tunnel("a").tester.find((m) => isAfter(m, first) && isAck(m.nr, first.ns));
      return c.needs("a") ??
        (first === undefined || acknowledgement === undefined
          ? inconclusive("no ICRP that was acknowledged in the end was captured")
          : copiesOf(c, "a", ICRP).length < 2 &&
              (acknowledgement.time - first.time) * 1000 < QUICK.retransmission.first
          ? inconclusive("the first ICRP was acknowledged at once")
          : first);
    },
    judge: (c, first) =>
      gravest(
        copiesOf(c, "a", ICRP).length >= 2 ? undefined : fail(
          "the ICRP again, with the same Ns",
          c.got("a", ICRP).map(formatMessage).join(", "),
          frameRefs(...c.got("a", ICRP)),
        ),
        c.sent("a", MessageType.ICCN).length > 0 ? c.aliveCall("a", "a1", first) : undefined,
      ),
  }),
  ...both((end) => ({
    name: "reliable/retransmission",
    title: "A retransmission has the Ns of before and the Nr of now",
    covers: ["L2TP-059"],
    config: QUICK,
    steps: [
      ...end.tunnel("a"),
      ...end.unanswered("a", "a1"),
      send("HELLO", "a"),
      copies(end.announcing, "a", 2),
      { do: "acknowledging", on: true },
      send(0, "a"),
      ...end.probe(),
    ],
    stimulus(c) {
      const hello = c.sent("a", HELLO)[0], first = c.got("a", end.announcing)[0];
      if (hello === undefined || first === undefined) return NO_CALL;
      const inTime = isAfter(hello, first) &&
        (hello.time - first.time) * 1000 < QUICK.retransmission.first;
      const acknowledgement = c.tunnel("a").tester.find((m) => isAck(m.nr, first.ns));
      const again = c.got("a", end.announcing).find((m) =>
        m.ns === first.ns && m.time > hello.time + ON_ITS_WAY / 1000
      );
      // Who sends again sooner than it is told has shown what it does.
      const early = hello !== undefined && acknowledgement !== undefined &&
        acknowledgement.time - hello.time < 1 &&
        (again === undefined || isAfter(again, acknowledgement));
      return c.needs("a") ?? (!inTime || early ? NO_CALL : { hello, first });
    },
    judge(c, { hello, first }) {
      const acknowledgement = c.tunnel("a").tester.find((m) => isAck(m.nr, first.ns));
      const later = c.got("a", end.announcing).filter((m) =>
        m.time > hello.time + ON_ITS_WAY / 1000 &&
        (acknowledgement === undefined || isAfter(acknowledgement, m))
      );
      const wrong = later.find((m) => m.ns !== first.ns || m.nr !== hello.ns + 1);
      const broken = () =>
        fail(
          `Ns ${first.ns}, Nr ${hello.ns + 1}`,
          formatMessage(wrong!),
          frameRefs(first, hello, wrong),
        );
      return gravest(
        later.length === 0
          ? fail("the message again", "it is not", frameRefs(first, hello))
          : undefined,
        wrong &&
          judgeUnaware((wrong.time - hello.time) * 1000 - ON_ITS_WAY, c.tolerance, broken),
      );
    },
  })),
  ...both((end) => ({
    name: "reliable/gives_up",
    title: "After unanswered retransmissions the tunnel is gone",
    covers: ["L2TP-061"],
    config: QUICK,
    steps: [
      ...end.tunnel("a"),
      ...end.unanswered("a", "a1"),
      copies(end.announcing, "a", ALL_COPIES, GIVING_UP),
      { do: "acknowledging", on: true },
      send("HELLO", "a"),
      answered("a", 1500),
      ...end.probe(),
    ],
    stimulus(c) {
      const late = c.sent("a", HELLO)[0], first = c.got("a", end.announcing)[0];
      if (late === undefined || first === undefined) return NO_CALL;
      const acknowledgement = c.tunnel("a").tester.find((m) =>
        isAck(m.nr, first.ns) && isAfter(late, m)
      );
      const sent = copiesOf(c, "a", end.announcing), last = sent.at(-1)!;
      const gap = intervals(sent).at(-1);
      return c.needs("a") ??
        (acknowledgement !== undefined
          ? inconclusive("the message of a call was acknowledged")
          : gap === undefined
          ? inconclusive("nothing was sent again")
          : sent.length <= SEVERAL && late.time - last.time <= 2 * gap
          ? inconclusive("the device was still sending again when the scenario ended")
          : { late, sent });
    },
    judge(c, { late, sent }) {
      if (sent.length <= 2) {
        return fail("several retransmissions", "one", frameRefs(...sent, late));
      }
      if (sent.length <= SEVERAL) return isGone(c, late);
      return fail(
        "the tunnel cleared after several retransmissions",
        `it is sent ${sent.length} times`,
        frameRefs(sent[0], sent.at(-1)),
      );
    },
  })),
];

const MUTANTS = [
  mutant("lns", "new_number", "Sends a message again with another Ns", "L2TP-056", {
    l2tp: { retransmittedNs: (ns) => (ns + 1) & 0xffff },
  }, [
    "L2TP-047",
    "L2TP-053",
    "L2TP-059",
    "L2TP-060",
    "L2TP-110",
    "L2TP-116",
    "L2TP-117",
    "L2TP-118",
    "L2TP-120",
  ]),
  ...mutantOfBoth("old_nr", "Sends a message again with the Nr of before", "L2TP-059", {
    l2tp: { retransmittedNr: (_, first) => first },
  }),
  ...mutantOfBoth("tries_once_more", "Gives a peer up after one retransmission", "L2TP-061", {
    l2tp: { givesUp: (retries) => retries >= 1 },
  }),
  ...mutantOfBoth("never_gives_up", "Never gives a peer up", "L2TP-061", {
    l2tp: { givesUp: () => false },
  }, ["L2TP-073"]),
];

const LEGAL_VARIANTS = (["lac", "lns"] as const).map((role) =>
  kit.legalVariant({
    role,
    name: "fifteen_retransmissions",
    title: "Gives a peer up after fifteen retransmissions",
    source: "RFC 2661 §5.8",
    rules: { l2tp: { givesUp: (retries) => retries >= 15 } },
  })
);

/** §5.8, retransmission. */
export const RETRANSMISSION = section(
  "§5.8 Reliable Delivery of Control Messages: retransmission",
  PARTS,
  { mutants: MUTANTS, legalVariants: LEGAL_VARIANTS },
);
