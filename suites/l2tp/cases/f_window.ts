/** Cases of group F, and of group E, about the window: how much may be outstanding, and what is not withheld. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, inconclusive } from "../checks/conversation.ts";
import { reaches, staysWithin } from "../checks/delivery.ts";
import { Attribute } from "../checks/messages.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  avp,
  copies,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, type End } from "./ends.ts";

const { HELLO } = MessageType;
/** Calls of a LAC: enough for one that begins slowly to fill the window. */
const CALLS = 16;
/** Milliseconds in which a device that minds no window would overrun it. */
const OVERRUN = 400;

/** A device with more to say than the tester acknowledges, under this Receive Window Size. */
function burst(end: End, window: "absent" | number): StepInput[] {
  const size = window === "absent"
    ? []
    : [avp(Attribute.window, window.toString(16).padStart(4, "0"))];
  const first = { without: [Attribute.window], with: size };
  const most = window === "absent" ? 4 : window;
  return [
    ...end.tunnel("a", first),
    ...end.role === "lns" ? lnsBurst(end) : lacBurst(most),
    wait(OVERRUN),
    { do: "acknowledging", on: true },
    send(0, "a"),
    send("HELLO", "a"),
    acknowledged("a"),
    ...end.probe(),
  ];
}

function lnsBurst({ call }: End): StepInput[] {
  return [
    // Acknowledged ones first, so that no slow start stands in the way.
    ...["a1", "a2", "a3"].flatMap((session) => call("a", session)),
    { do: "acknowledging", on: false },
    ...["a4", "a5", "a6", "a7", "a8", "a9"].flatMap((session) => [
      send("ICRQ", "a", { session }),
      acknowledged("a"),
    ]),
  ];
}

function lacBurst(most: number): StepInput[] {
  return [
    // So many are acknowledged that its window has grown, if it begins slowly.
    expect("ICRQ", "a"),
    expect("ICRQ", "a"),
    // From here on what comes is taken but not acknowledged until its sender holds back.
    { do: "acknowledging", on: false },
    copies("ICRQ", "a", most - 1, 3000),
  ];
}

/** The cases of this group. */
export const WINDOW: readonly Case[] = [
  ...both((end) => ({
    name: "control/default_window",
    title: "Without a Receive Window Size at most 4 messages are outstanding",
    covers: ["L2TP-049"],
    calls: [CALLS],
    steps: burst(end, "absent"),
    judge: (c) => all(c.needs("a"), staysWithin(c, "a", 4)),
  })),
  ...both((end) => ({
    name: "reliable/window",
    title: "No more than the 2 messages of the tester's window are outstanding",
    covers: ["L2TP-064"],
    calls: [CALLS],
    steps: burst(end, 2),
    judge: (c) => all(c.needs("a"), staysWithin(c, "a", 2)),
  })),
  ...both((end) => ({
    name: "reliable/window_of_four",
    title: "A window of 4 is used: four messages are outstanding at once",
    covers: ["L2TP-065"],
    calls: [CALLS],
    steps: burst(end, 4),
    judge: (c) => all(c.needs("a"), reaches(c, "a", 4)),
  })),
  ...both(({ tunnel, probe }) => ({
    name: "reliable/not_withheld",
    title: "Each of a flood of HELLOs is acknowledged",
    covers: ["L2TP-067"],
    steps: [...tunnel("a"), { do: "hellos", tunnel: "a", count: 10 }, ...probe()],
    judge: (c) =>
      all(
        c.needs("a"),
        c.sent("a", HELLO).length < 8 ? inconclusive("not all HELLOs were captured") : undefined,
        ...c.sent("a", HELLO).map((m) => c.acknowledges(m, "a")),
      ),
  })),
  ...both(({ tunnel, call }) => ({
    name: "reliable/zero_length_bodies",
    title: "Zero-length bodies, old ones too, are not answered",
    covers: ["L2TP-068"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      wait(200),
      send(0, "a", { header: { nsBy: -1 } }),
      send(0, "a", { header: { nsBy: -2 } }),
      send(0, "a"),
      wait(300),
      send("HELLO", "a"),
      acknowledged("a"),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0];
      const first = c.tunnel("a").tester.findLast((m) => m.type === 0 && m.ns === hello?.ns - 1);
      return all(
        c.needs("a"),
        c.never(first, "no answer to a zero-length body", ({ type }) => type === 0, hello?.time),
        c.acknowledges(hello, "a"),
      );
    },
  })),
];
