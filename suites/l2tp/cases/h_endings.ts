/** Cases of group H about how calls end: by CDN or StopCCN, whatever these carry. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, type Conversations, type Step } from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  avp,
  send,
  talk,
  talkInVain,
  text,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, type End, probed } from "./ends.ts";

const { StopCCN, CDN } = MessageType;
const CAUSE_CODE = 12;
const CALLS = ["a1", "a2", "a3"] as const;
/** Results of a CDN: reserved, the last one defined, one that nobody knows. */
const RESULTS = [0, 11, 99].map((code) => code.toString(16).padStart(4, "0"));
/** Milliseconds that a device takes at most to end a call that it has acknowledged the end of. */
const ENDING = 500;

/** A Result Code in hexadecimal in the place of the usual one. */
export const outcome = (value: string) => ({
  without: [Attribute.result],
  with: [avp(Attribute.result, value)],
});

/** Three calls on tunnel `a` that carry data, each ended by a CDN with a result of its own. */
export function endedOneByOne({ call }: End, results: readonly string[]): StepInput[] {
  return CALLS.flatMap((session, i) => [
    ...call("a", session),
    ...talk("a", session, 11 + i),
    send("CDN", "a", { session, ...outcome(results[i]) }),
    acknowledged("a"),
    wait(ENDING),
    ...talkInVain("a", session, 1 + i),
  ]);
}

/** Fails unless each of them has ended. */
export function allEnded(c: Conversations): Step {
  const verdict = all(
    c.needsCall("a", ...CALLS),
    ...c.sent("a", CDN).map((m) => c.acknowledges(m, "a")),
    ...CALLS.map((session, i) => c.ignoresLcp("a", session, 1 + i)),
  );
  return verdict.verdict === "pass" ? undefined : verdict;
}

/** Two calls that carry data, of which the first is ended in some way. */
function twoCalls({ tunnel, call, probe }: End, end: StepInput, second: "lives" | "ends") {
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

/** The cases of this group. */
export const ENDINGS: readonly Case[] = [
  ...both((end) => ({
    name: "sessions/disconnected",
    title: "A CDN ends its session alone and is answered by its acknowledgement alone",
    covers: ["L2TP-078"],
    calls: [2],
    steps: twoCalls(end, send("CDN", "a", { session: "a1" }), "lives"),
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2"),
        c.acknowledges(c.sent("a", CDN)[0], "a"),
        c.never(c.sent("a", CDN)[0], "no CDN in return", (m) => m.type === CDN),
        c.answersLcp("a", "a2", 12),
        c.ignoresLcp("a", "a1", 11),
      ),
  })),
  ...both((end) => ({
    name: "sessions/stopped",
    title: "A StopCCN ends all sessions without a CDN",
    covers: ["L2TP-079"],
    calls: [2],
    steps: twoCalls(end, send("StopCCN", "a"), "ends"),
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2"),
        c.never(c.sent("a", StopCCN)[0], "no CDN", (m) => m.type === CDN),
        c.acknowledges(c.sent("a", StopCCN)[0], "a"),
        c.ignoresLcp("a", "a1", 11),
        c.ignoresLcp("a", "a2", 12),
        probed(c),
      ),
  })),
  ...both((end) => ({
    name: "sessions/cause_code",
    title: "A CDN with a Q.931 Cause Code ends its session like any other",
    covers: ["L2TP-084"],
    calls: [2],
    steps: twoCalls(
      end,
      send("CDN", "a", { session: "a1", with: [avp(CAUSE_CODE, "001000" + text("bye"))] }),
      "lives",
    ),
    judge(c) {
      const cdn = c.sent("a", CDN)[0];
      return all(
        c.needsCall("a", "a1", "a2"),
        c.acknowledges(cdn, "a"),
        c.never(cdn, "neither StopCCN nor CDN", (m) => m.type === StopCCN || m.type === CDN),
        c.ignoresLcp("a", "a1", 11),
        c.answersLcp("a", "a2", 12),
      );
    },
  })),
  ...both((end) => ({
    name: "sessions/any_result",
    title: "CDN and StopCCN take effect whatever their result code",
    covers: ["L2TP-081"],
    calls: [3],
    steps: [
      ...end.tunnel("a"),
      ...endedOneByOne(end, RESULTS),
      send("StopCCN", "a", outcome(RESULTS[2])),
      acknowledged("a"),
      ...end.probe(),
    ],
    judge: (c) => all(allEnded(c), c.acknowledges(c.sent("a", StopCCN)[0], "a"), probed(c)),
  })),
];
