/** Cases of both roles for the congestion window after a loss (§5.8, Appendix A, group F). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  isAck,
  refs,
  type Step,
  told,
} from "../checks/conversation.ts";
import {
  accept,
  acknowledged,
  call,
  expect,
  open,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { calls } from "./ends.ts";

const ICRP = MessageType.ICRP;
/** More calls than a LAC can have under way in a window of 4. */
const CALLS = 16;

/** Fails where more than the message that was lost is on its way before it is acknowledged. */
function beginsAgain(c: Conversations): Step {
  const view = c.tunnel("a"), bodies = view.device.filter(({ type }) => type !== 0);
  const at = bodies.findIndex((m, i) => bodies.slice(0, i).some(({ ns }) => ns === m.ns));
  if (at < 0) return inconclusive("nothing was sent again");
  const lost = bodies[at];
  const outstanding = bodies.slice(0, at).filter((m) => isAck(m.ns, (lost.ns - 1) & 0xffff));
  if (new Set(outstanding.map(({ ns }) => ns)).size < 2) {
    return inconclusive("only one message was outstanding when it was lost");
  }
  const acknowledged = view.tester.find((m) => m.time > lost.time && isAck(m.nr, lost.ns));
  const until = acknowledged?.time ?? Infinity;
  const other = bodies.slice(at).find((m) => m.time < until && m.ns !== lost.ns);
  return other && fail(
    `${told(lost)} alone until it is acknowledged`,
    `${told(other)} as well`,
    refs(lost, other),
  );
}

const common = {
  name: "reliable/after_loss",
  title: "After a loss one message at a time is sent again, until it is acknowledged",
  covers: ["L2TP-066"],
} as const;

/** The cases of both roles. */
export const AFTER_LOSS: readonly Case[] = [
  {
    ...common,
    role: "lns",
    steps: [
      ...open("a"),
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
    ],
    judge: (c) => all(c.needsCall("a", "a1", "a2", "a3"), beginsAgain(c)),
  },
  {
    ...common,
    role: "lac",
    config: calls(CALLS),
    steps: [
      ...accept("a"),
      expect("ICRQ", "a"),
      expect("ICRQ", "a"),
      { do: "acknowledging", on: false },
      wait(3500),
      { do: "acknowledging", on: true },
      send(0, "a"),
      wait(100),
    ],
    judge: (c) => all(c.needs("a"), beginsAgain(c)),
  },
];
