/** RFC 2661 §5.8: how much may be outstanding, and what is not withheld. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  avp,
  copies,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravest,
  type Inconclusive,
  inconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { mostOutstanding, type Outstanding } from "../facts/delivery.ts";
import { Attribute, formatMessage, isAck, number16 } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both, type End } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { loses } from "./packets.ts";

const { HELLO, ICRQ } = MessageType;
/** Calls of a LAC: enough for one that begins slowly to fill the window. */
const CALLS = 16;
/** Milliseconds in which a device that minds no window would overrun it. */
const OVERRUN = 400;
/** Messages that open a tunnel: only what is left of the others could fill a window. */
const OPENING = 2;

/** A device with more to say than the tester acknowledges, under this Receive Window Size. */
function burst(end: End, window: "absent" | number): StepInput[] {
  const size = window === "absent"
    ? []
    : [avp(Attribute.window, window.toString(16).padStart(4, "0"))];
  const first = { without: [Attribute.window], with: size };
  const most = window === "absent" ? 4 : Math.min(window, 4);
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
    copies("ICRQ", "a", Math.max(most - 1, 1), 3000),
  ];
}

/** What the device had outstanding under this window of the tester; -1: under one that it never told. */
function underWindow(
  c: Conversation,
  { opening }: End,
  window: number,
): Outstanding | Inconclusive {
  const first = c.sent("a", opening)[0];
  if (first === undefined) return inconclusive("the tester opened no tunnel");
  const size = number16(first, Attribute.window);
  if (size !== window) {
    return inconclusive(
      `the tester told a Receive Window Size of ${size < 0 ? "none" : size}`,
    );
  }
  const found = mostOutstanding(c, "a");
  return c.needs("a") ??
    (found.sent === 0
      ? inconclusive("the device sent no message with a body on the tunnel")
      : found);
}

/** Fails when more than `window` messages were outstanding. */
function staysWithin({ most, last, before }: Outstanding, window: number): PartialVerdict {
  if (most <= window) return undefined;
  return fail(
    `at most ${window} messages outstanding`,
    `${most} with ${formatMessage(last!)}`,
    frameRefs(before, last),
  );
}

const PARTS: readonly Part[] = [
  ...both((end) => ({
    name: "control/default_window",
    title: "Without a Receive Window Size at most 4 messages are outstanding",
    covers: ["L2TP-049"],
    calls: [CALLS],
    steps: burst(end, "absent"),
    stimulus: (c) => underWindow(c, end, -1),
    judge: (_, found) => staysWithin(found, 4),
  })),
  ...([1, 2] as const).flatMap((window) =>
    both((end) => ({
      name: window === 2 ? "reliable/window" : "reliable/window_of_one",
      title: `No more are outstanding than the tester's window of ${window} allows`,
      covers: ["L2TP-064"],
      calls: [CALLS],
      steps: burst(end, window),
      stimulus: (c) => underWindow(c, end, window),
      judge: (_, found) => staysWithin(found, window),
    }))
  ),
  ...([4, 0x0400] as const).flatMap((window) =>
    both((end) => ({
      name: window === 4 ? "reliable/window_of_four" : "reliable/wide_window",
      title: `A window of ${window} is used: four messages are outstanding at once`,
      covers: ["L2TP-065"],
      calls: [CALLS],
      steps: burst(end, window),
      stimulus(c) {
        const found = underWindow(c, end, window);
        if ("verdict" in found) return found;
        const { sent } = found;
        // What it had to say, and the tester did not acknowledge for long enough.
        const held = heldBack(c);
        const asked = end.role === "lns" ? c.sent("a", ICRQ) : c.got("a", ICRQ);
        const calls = new Set(asked.map(({ ns }) => ns)).size;
        return calls <= 4
          ? inconclusive(`${calls} calls need no window of 4`)
          : sent - OPENING < 4
          ? inconclusive(`the device had no more than ${sent} messages to send`)
          : held
          ? found
          : inconclusive("the tester acknowledged every message at once");
      },
      judge: (_, { most, last }) =>
        most >= 4
          ? undefined
          : fail("4 messages outstanding", `never more than ${most}`, frameRefs(last)),
    }))
  ),
  ...both(({ tunnel, probe }) => ({
    name: "reliable/not_withheld",
    title: "Each of a flood of HELLOs is acknowledged",
    covers: ["L2TP-067"],
    steps: [...tunnel("a"), { do: "hellos", tunnel: "a", count: 10 }, ...probe()],
    stimulus(c) {
      // Those that are not acknowledged come again.
      const hellos = [...Map.groupBy(c.sent("a", HELLO), ({ ns }) => ns).values()]
        .map(([first]) => first);
      return c.needs("a") ??
        (hellos.length < 8 || hellos.length > 10
          ? inconclusive(`${hellos.length} HELLOs of 10 were captured`)
          : hellos);
    },
    judge: (c, hellos) => gravest(...hellos.map((m) => c.acknowledges(m, "a"))),
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
    stimulus(c) {
      const hello = c.sent("a", HELLO)[0];
      const bodies = c.tunnel("a").tester.filter((m) => m.type === 0);
      const at = bodies.findIndex((m, i) =>
        m.ns === hello?.ns - 1 && bodies[i + 1]?.ns === hello.ns - 2
      );
      return c.needsCall("a", "a1") ??
        (at < 0 || isAfter(bodies[at], hello)
          ? inconclusive("no zero-length bodies with old Ns were captured before a HELLO")
          : { first: bodies[at], hello });
    },
    judge: (c, { first, hello }) =>
      gravest(
        c.never(first, "no answer to a zero-length body", ({ type }) => type === 0, hello),
        c.acknowledges(hello, "a"),
      ),
  })),
];

/** Whether a message of the device stayed unacknowledged for as long as a burst takes. */
function heldBack(c: Conversation): boolean {
  const { device, tester } = c.tunnel("a");
  const bodies = device.filter(({ type, ns }) => type !== 0 && ns >= OPENING);
  return bodies.some((m) => {
    const acknowledgement = tester.find((t) => isAfter(t, m) && isAck(t.nr, m.ns));
    return acknowledgement !== undefined && (acknowledgement.time - m.time) * 1000 >= OVERRUN;
  });
}

const MUTANTS = [
  ...mutantOfBoth("default_window_of_8", "Takes the window for 8 where none is told", "L2TP-049", {
    l2tp: { sendWindow: (advertised) => advertised ?? 8 },
  }, ["L2TP-064"]),
  ...mutantOfBoth("ignores_window", "Sends as if the window had no end", "L2TP-064", {
    l2tp: { inFlightLimit: (cwnd) => cwnd + 8 },
  }, ["L2TP-049", "L2TP-065", "L2TP-066"]),
  ...mutantOfBoth("two_of_one", "Sends two messages under a window of 1", "L2TP-064", {
    l2tp: { sendWindow: (advertised = 4) => Math.max(advertised, 2) },
  }),
  ...mutantOfBoth("low_octet_of_window", "Reads the lower octet of a window alone", "L2TP-065", {
    l2tp: { sendWindow: (advertised = 4) => (advertised & 0xff) || 1 },
  }),
  ...mutantOfBoth("window_of_two", "Uses no window of more than 2", "L2TP-065", {
    l2tp: { sendWindow: (advertised) => Math.min(advertised ?? 4, 2) },
  }),
  ...mutantOfBoth(
    "withholds",
    "Takes no HELLO once it had eight messages",
    "L2TP-067",
    loses((packet) => {
      const ns = messageTypeOf(packet) === HELLO ? get16(packet, 8) : 0;
      return ns > 7 && ns < 100;
    }),
  ),
  ...mutantOfBoth("answers_zero_length", "Answers zero-length bodies", "L2TP-068", {
    l2tp: { answersZlb: true },
  }, ["L2TP-003"]),
];

/** §5.8, windows. */
export const WINDOW = section("§5.8 Reliable Delivery of Control Messages: windows", PARTS, {
  mutants: MUTANTS,
});
