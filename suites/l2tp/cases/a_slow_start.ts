/** RFC 2661 Appendix A, §5.8: the congestion window after a loss. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import {
  acknowledged,
  call,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type ControlMessage, formatMessage, isAck } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const { ICRP } = MessageType;
/** Calls of a LAC: more than it can have under way in a window of 4. */
const CALLS = 16;

/** The device's message that it sent again, and what else was outstanding then. */
function loss(c: Conversation): { lost: ControlMessage; later: ControlMessage[] } | Inconclusive {
  const bodies = c.tunnel("a").device.filter(({ type }) => type !== 0);
  const at = bodies.findIndex((m, i) => bodies.slice(0, i).some(({ ns }) => ns === m.ns));
  if (at < 0) return inconclusive("nothing was sent again");
  const lost = bodies[at];
  const outstanding = bodies.slice(0, at).filter((m) => isAck(m.ns, (lost.ns - 1) & 0xffff));
  if (new Set(outstanding.map(({ ns }) => ns)).size < 2) {
    return inconclusive("only one message was outstanding when it was sent again");
  }
  return { lost, later: bodies.slice(at) };
}

const PARTS: readonly Part[] = [
  ...both((end) => ({
    name: "reliable/after_loss",
    title: "After a loss one message at a time is sent again, until it is acknowledged",
    covers: ["L2TP-066"],
    calls: [CALLS],
    steps: end.role === "lns"
      ? [
        ...end.tunnel("a"),
        // Acknowledged ones first, so that slow start is over.
        ...["a1", "a2", "a3"].flatMap((session) => call("a", session)),
        { do: "acknowledging", on: false },
        ...["a4", "a5", "a6", "a7"].flatMap((session) => [
          send("ICRQ", "a", { session, header: { nr: 4 } }),
          acknowledged("a"),
        ]),
        { do: "copies", type: ICRP, tunnel: "a", count: 2 },
        { do: "acknowledging", on: true },
        send(0, "a"),
        wait(100),
      ]
      : [
        ...end.tunnel("a"),
        expect("ICRQ", "a"),
        expect("ICRQ", "a"),
        { do: "acknowledging", on: false },
        wait(3500),
        { do: "acknowledging", on: true },
        send(0, "a"),
        wait(100),
      ],
    stimulus: (c) => c.needs("a") ?? loss(c),
    judge(c, { lost, later }) {
      const acknowledgement = c.tunnel("a").tester.find((m) =>
        isAfter(m, lost) && isAck(m.nr, lost.ns)
      );
      const other = later.find((m) =>
        m.ns !== lost.ns && (acknowledgement === undefined || isAfter(acknowledgement, m))
      );
      return other && fail(
        `${formatMessage(lost)} alone until it is acknowledged`,
        `${formatMessage(other)} as well`,
        frameRefs(lost, other),
      );
    },
  })),
];

const MUTANTS = [
  ...mutantOfBoth("sends_all_again", "Keeps its window open after a loss", "L2TP-066", {
    l2tp: { afterLoss: (cwnd, ssthresh) => ({ cwnd, ssthresh }) },
  }),
];

/** Appendix A. */
export const SLOW_START = section(
  "Appendix A: Control Channel Slow Start and Congestion Avoidance",
  PARTS,
  { mutants: MUTANTS },
);
