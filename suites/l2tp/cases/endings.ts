/** Calls that are ended while others go on, for cases of several sections. */
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  avp,
  send,
  talk,
  talkInVain,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import {
  gravest,
  type Inconclusive,
  inconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation, Guard } from "../facts/conversation.ts";
import { Attribute, type ControlMessage, type MessageTest } from "../facts/message.ts";
import type { End } from "./ends.ts";

/** The calls that are ended one by one. */
export const CALLS = ["a1", "a2", "a3"] as const;
/** Milliseconds that a device takes at most to end a call that it has acknowledged the end of. */
const ENDING = 500;
/** Identifiers of requests on three calls before and after their ends. */
const BEFORE = [11, 12, 13], AFTER = [1, 2, 3];

/** A Result Code in hexadecimal in the place of the usual one. */
export const outcome = (value: string) => ({
  without: [Attribute.result],
  with: [avp(Attribute.result, value)],
});

/**
 * Three calls on tunnel `a` that carry data, each ended by a CDN with a result of its own, beside a
 * fourth that stays, as a tunnel may end with its last session.
 */
export function endedOneByOne({ call }: End, results: readonly string[]): StepInput[] {
  return [
    ...call("a", "a4"),
    ...CALLS.flatMap((session, i) => [
      ...call("a", session),
      ...talk("a", session, BEFORE[i]),
      send("CDN", "a", { session, ...outcome(results[i]) }),
      acknowledged("a"),
      wait(ENDING),
      ...talkInVain("a", session, AFTER[i]),
    ]),
  ];
}

/** That the three calls came up and carried data, and were asked again after their ends. */
export function needsThreeCalls(c: Conversation): Guard {
  return c.needsCall("a", ...CALLS) ?? c.needsLcp(...BEFORE, ...AFTER) ??
    CALLS.map((session) => c.speaks("a", session)).find((guard) => guard !== undefined);
}

/**
 * Fails where call `a1` answers a request behind a CDN of some kind, if a plain one has ended call `a2`.
 * @param request Its LCP identifier. @param control That of the request on call `a2` behind its end.
 */
export function ignoresBehindCdn(
  c: Conversation,
  request: number,
  control: number,
): PartialVerdict {
  return c.lcpAnswer("a", "a2", control) === undefined
    ? c.ignoresLcp("a", "a1", request)
    : inconclusive("the device goes on with data behind a plain CDN as well");
}

/** Fails unless each of them has ended. */
export function allEnded(c: Conversation, cdns: readonly ControlMessage[]): PartialVerdict {
  return gravest(
    ...cdns.map((m) => c.acknowledges(m, "a")),
    ...CALLS.map((session, i) => c.ignoresLcp("a", session, AFTER[i])),
  );
}

/** Two calls that carry data, of which the first is ended in some way. */
export function twoCalls(
  { tunnel, call, probe }: End,
  end: StepInput,
  second: "lives" | "ends",
): StepInput[] {
  return [
    ...tunnel("a"),
    ...[...call("a", "a1"), ...talk("a", "a1", 1)],
    ...[...call("a", "a2"), ...talk("a", "a2", 2)],
    end,
    acknowledged("a"),
    wait(ENDING),
    ...talkInVain("a", "a1", 11),
    ...(second === "lives" ? talk("a", "a2", 12) : talkInVain("a", "a2", 12)),
    ...probe(),
  ];
}

/** That these two calls came up and carried data, and were asked again behind a message. */
function needsTwoCalls(c: Conversation): Guard {
  return c.needsCall("a", "a1", "a2") ?? c.needsLcp(1, 2, 11, 12) ?? c.speaks("a", "a1") ??
    c.speaks("a", "a2");
}

/** The message of the tester that ends call `a1`, before its data in vain; or why there is none. */
export function ending(
  c: Conversation,
  type: number,
  test: MessageTest = () => true,
): ControlMessage | Inconclusive {
  const end = c.sent("a", type, test)[0], late = c.lcpRequest(11);
  const inTime = end !== undefined && late !== undefined && isAfter(late, end);
  return needsTwoCalls(c) ?? (inTime ? end : inconclusive("no such end of a call was captured"));
}
