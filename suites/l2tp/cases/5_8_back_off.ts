/** RFC 2661 §5.8: the intervals between retransmissions. */
import { copies } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit } from "../../kit/lateness.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { copiesOf, intervals } from "../facts/delivery.ts";
import { type ControlMessage, isAck } from "../facts/message.ts";
import { judgeBackOff, sendsAgain } from "../facts/retransmission_rules.ts";
import { type Part, section } from "./bench.ts";
import { both, bothRules, scenariosOf } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

/**
 * How much an interval must be longer than the one before. RFC 2661 §5.8 doubles them in its example
 * and asks for exponential growth.
 */
const GROWTH = 1.2;
/** Milliseconds after which whoever sends again has done so. */
const WAITED = 5000;
/** Seconds that a limit on intervals must allow, less a tenth for timers. */
const LIMIT = 7.2;

/** Fails where intervals below the limit grow by the same each time: exponential ones grow faster. */
function steady(
  sent: readonly ControlMessage[],
  gaps: readonly number[],
  tolerance: number,
): PartialVerdict {
  const [first, second, third] = gaps;
  if (third === undefined || third >= LIMIT) return undefined;
  const least = second + (second - first) * GROWTH;
  return judgeLimit(
    least * 1000,
    (least - third) * 1000,
    4 * tolerance,
    () =>
      fail(
        "intervals that grow exponentially",
        `${first.toFixed(1)} s, ${second.toFixed(1)} s, ${
          third.toFixed(1)
        } s, by as much each time`,
        frameRefs(...sent.slice(0, 4)),
      ),
  );
}

/**
 * Fails unless the intervals between copies of one message grow exponentially, up to a limit.
 * @param tolerance Milliseconds by which the device may have been late with each.
 */
function backsOff(sent: readonly ControlMessage[], tolerance: number): PartialVerdict {
  if (sent.length < 2) return fail("a message sent again", "it is not", frameRefs(...sent));
  const gaps = intervals(sent);
  const words = gaps.map((gap) => `${gap.toFixed(1)} s`).join(", ");
  const growth = gaps.slice(1).map((gap, i) => {
    const least = Math.min(gaps[i] * GROWTH, LIMIT);
    return judgeLimit(
      least * 1000,
      (least - gap) * 1000,
      // One that is late makes the interval before longer, and the next shorter.
      (1 + GROWTH) * tolerance,
      () =>
        fail(
          "intervals that grow exponentially, up to a limit of 8 s or more",
          words,
          frameRefs(sent[i + 1], sent[i + 2]),
        ),
    );
  });
  return gravest(
    ...growth,
    steady(sent, gaps, tolerance),
    // Two intervals that grow may grow by chance.
    gaps.length < 3 ? inconclusive(`a message was sent ${sent.length} times only`) : undefined,
  );
}

const BACK_OFF: readonly Part[] = both((end) => ({
  name: "reliable/back_off",
  title: "Retransmissions come at intervals that grow exponentially",
  covers: ["L2TP-060"],
  // The first intervals and two at the limit, where there is one.
  steps: [
    ...end.tunnel("a"),
    ...end.unanswered("a", "a1"),
    copies(end.announcing, "a", 5),
  ],
  stimulus(c) {
    const first = c.got("a", end.announcing)[0];
    const acknowledgement = first && c.tunnel("a").tester.find((m) => isAck(m.nr, first.ns));
    const waited = first && c.waitedAfter(first) > WAITED;
    return c.needs("a") ??
      (acknowledgement === undefined && waited
        ? first
        : inconclusive("no message of a call that stayed unacknowledged was captured"));
  },
  judge: (c) => backsOff(copiesOf(c, "a", end.announcing), c.tolerance),
}));

const PARTS: readonly Part[] = [
  ...BACK_OFF,
  ...bothRules((role) => ({
    name: "reliable/intervals",
    title: "Nothing is sent again at intervals that stay the same",
    covers: ["L2TP-060"],
    on: scenariosOf(BACK_OFF, role),
    subject: (conduct) =>
      sendsAgain(conduct)
        ? conduct
        : inconclusive(`no retransmission of the ${role.toUpperCase()} was captured`),
    judge: (_, conduct) => judgeBackOff(conduct),
  })),
];

const MUTANTS = [
  ...mutantOfBoth("every_second", "Sends again every second", "L2TP-060", {
    l2tp: { interval: (_, first) => first },
  }),
  ...mutantOfBoth("every_fourth", "Sends again every four seconds", "L2TP-060", {
    l2tp: { interval: () => 4000 },
  }),
  ...mutantOfBoth("adds_a_second", "Waits a second longer before each retransmission", "L2TP-060", {
    l2tp: { interval: (retries, first) => first * (retries + 1) },
  }),
];

/** §5.8, intervals. */
export const BACK_OFF_INTERVALS = section(
  "§5.8 Reliable Delivery of Control Messages: intervals between retransmissions",
  PARTS,
  { mutants: MUTANTS },
);
