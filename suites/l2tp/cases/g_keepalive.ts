/** Cases of group G: HELLO. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { judgeLimit } from "../../kit/lateness.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs } from "../checks/conversation.ts";
import { isGone } from "../checks/delivery.ts";
import {
  acknowledged,
  ALL_COPIES,
  answered,
  copies,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both } from "./ends.ts";

const { StopCCN, HELLO } = MessageType;
/** Milliseconds of silence that a device is asked to take for the time of a HELLO. */
const INTERVAL = 3000;
const QUICK = { hello: INTERVAL, retransmission: { first: 500, retries: 3 } };
/** Milliseconds in which a HELLO of a device comes that has the recommended interval of a minute. */
const PATIENCE = 90_000;
/** HELLOs of the device through which the tester sends none, and the longest time for them. */
const HELLOS = 6, FOUR_MINUTES = 240_000;
/** Part of the interval by which a HELLO may come early, and seconds by which late. */
const EARLY = 0.05, LATE = 5;

/** The cases of this group. */
export const KEEPALIVE: readonly Case[] = [
  ...both(({ tunnel, call, probe }) => ({
    name: "keepalive/hello_acknowledged",
    title: "A HELLO is acknowledged, and a HELLO of the device has Session ID 0",
    covers: ["L2TP-070"],
    steps: [...tunnel("a"), ...call("a", "a1"), send("HELLO", "a"), acknowledged("a"), ...probe()],
    // Where those are run, the device's own HELLOs are seen.
    on: ["keepalive/after_silence"],
    judge(c) {
      const bad = c.got("a", HELLO).find(({ sessionId }) => sessionId !== 0);
      return all(
        c.needs("a"),
        c.acknowledges(c.sent("a", HELLO)[0], "a"),
        bad && fail("Session ID 0", `${bad.sessionId}`, refs(bad)),
      );
    },
  })),
  ...both(({ tunnel }) => ({
    name: "keepalive/none_expected",
    title: "A peer that sends no HELLO keeps its tunnel",
    covers: ["L2TP-072"],
    config: { hello: INTERVAL },
    steps: [
      ...tunnel("a"),
      // As long as a device that sends them needs for some, or for minutes where it sends none.
      copies("HELLO", "a", HELLOS, FOUR_MINUTES),
      send("HELLO", "a"),
      acknowledged("a"),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.never(c.tunnel("a").tester[0], "no StopCCN", ({ type }) => type === StopCCN),
        c.acknowledges(c.sent("a", HELLO)[0], "a"),
      ),
  })),
  ...both(({ tunnel }) => ({
    name: "keepalive/after_silence",
    title: "A HELLO is sent once the peer was silent for the configured time",
    covers: ["L2TP-071"],
    needs: ["keepalive"],
    config: { hello: INTERVAL },
    steps: [
      ...tunnel("a"),
      wait(INTERVAL - 1000),
      // Whoever counts from the tunnel's beginning sends a second later.
      send("HELLO", "a"),
      expect("HELLO", "a", PATIENCE),
    ],
    judge(c) {
      const interval = c.parameter("hello_interval", INTERVAL) / 1000;
      const last = c.sent("a", HELLO)[0];
      if (last === undefined) return inconclusive("the stimulus was not captured");
      const hello = c.got("a", HELLO, (m) => m.time > last.time)[0];
      const needs = c.needs("a");
      if (needs !== undefined) return needs;
      const words = `a HELLO ${interval} s after the tester's last message`;
      if (hello === undefined) return fail(words, "there is none", refs(last));
      const before = c.tunnel("a").tester.findLast((m) => m.time < hello.time)!;
      const after = hello.time - before.time;
      const excess = Math.max(interval * (1 - EARLY) - after, after - interval - LATE) * 1000;
      return all(judgeLimit(
        interval * 1000,
        excess,
        c.tolerance,
        () => fail(words, `one after ${after.toFixed(1)} s`, refs(before, hello)),
      ));
    },
  })),
  ...both(({ tunnel, probe }) => ({
    name: "keepalive/unanswered",
    title: "A HELLO that stays unacknowledged ends the tunnel",
    covers: ["L2TP-073"],
    needs: ["keepalive"],
    config: QUICK,
    steps: [
      ...tunnel("a"),
      wait(200),
      { do: "acknowledging", on: false },
      expect("HELLO", "a", PATIENCE),
      copies("HELLO", "a", ALL_COPIES),
      { do: "acknowledging", on: true },
      send("HELLO", "a"),
      answered("a", 1500),
      ...probe(),
    ],
    judge(c) {
      const hellos = c.got("a", HELLO), late = c.sent("a", HELLO)[0];
      return all(
        c.needs("a"),
        hellos.length >= 2 ? undefined : fail(
          "a HELLO and its retransmissions",
          `${hellos.length} messages`,
          refs(late, ...hellos),
        ),
        isGone(c, late),
      );
    },
  })),
];
