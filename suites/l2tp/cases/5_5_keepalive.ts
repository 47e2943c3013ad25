/** RFC 2661 §5.5, §6.5: HELLO. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { TUNNELS } from "../../../peers/testing/l2tp_tester/names.ts";
import {
  acknowledged,
  ALL_COPIES,
  answered,
  copies,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit } from "../../kit/lateness.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { judgeMessages, messagesOf } from "../facts/conduct_rules.ts";
import { seen } from "../facts/conversation.ts";
import { isAck, type MessageTest } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both, bothRules, scenariosOf } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { GIVING_UP, isGone } from "./giving_up.ts";
import { isNamed, loses } from "./packets.ts";

const { SCCRQ, StopCCN, HELLO } = MessageType;
/** Milliseconds of silence that a device is asked to take for the time of a HELLO. */
const INTERVAL = 3000;
const QUICK = { hello: INTERVAL, retransmission: { first: 500, retries: 3 } };
/** Milliseconds in which a HELLO of a device comes that has the recommended interval of a minute. */
const PATIENCE = 90_000;
/** HELLOs of the device through which the tester sends none, and the longest time for them. */
const HELLOS = 6, FOUR_MINUTES = 240_000;
/** Their interval may be a minute or more: so long a silence does not mean that it has given up. */
const UNTIL_ENOUGH = { count: HELLOS, within: FOUR_MINUTES, silence: FOUR_MINUTES };
/** HELLOs of the device that show that it goes on though the tester sends none. */
const ENOUGH = 3;
/** Part of the interval by which a HELLO may come early, and milliseconds by which late. */
const EARLY = 0.05, LATE = 5000;

/** Whether a message is as RFC 2661 has it, with nothing besides. */
const isPlain: MessageTest = ({ word, whole, sessionId, avps, problem }) =>
  word === 0xc802 && whole && sessionId === 0 && avps.length === 1 && problem === undefined;

const AFTER_SILENCE: readonly Part[] = both(({ tunnel }) => ({
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
  stimulus(c) {
    const interval = c.parameter("hello_interval", INTERVAL);
    const { tester } = c.tunnel("a"), own = c.sent("a", HELLO)[0];
    if (own === undefined) return inconclusive("no HELLO of the tester was captured");
    const hello = c.got("a", HELLO, (m) => isAfter(m, own))[0];
    const last = tester.findLast((m) => hello === undefined || isAfter(hello, m))!;
    // One before it came too early: so had that of a device that counts from the beginning.
    const early = c.got("a", HELLO, (m) => isAfter(own, m))[0];
    const before = early && tester.findLast((m) => isAfter(early, m));
    const waited = hello !== undefined || c.waitedAfter(last) > interval + LATE;
    return c.needs("a") ??
      (c.setting("hello") === INTERVAL && before !== undefined
        ? { interval, last: before, hello: early }
        : c.setting("hello") === INTERVAL && waited
        ? { interval, last, hello }
        : inconclusive("the device was not told to send HELLOs, or the script ended before one"));
  },
  judge(c, { interval, last, hello }) {
    const words = `a HELLO ${interval / 1000} s after the tester's last message`;
    if (hello === undefined) return fail(words, "there is none", frameRefs(last));
    const after = (hello.time - last.time) * 1000;
    const excess = Math.max(interval * (1 - EARLY) - after, after - interval - LATE);
    const actual = `one after ${(after / 1000).toFixed(1)} s`;
    return judgeLimit(
      interval,
      excess,
      c.tolerance,
      () => fail(words, actual, frameRefs(last, hello)),
    );
  },
}));

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call, probe }) => ({
    name: "keepalive/hello_acknowledged",
    title: "A HELLO is acknowledged",
    covers: ["L2TP-070"],
    steps: [...tunnel("a"), ...call("a", "a1"), send("HELLO", "a"), acknowledged("a"), ...probe()],
    stimulus(c) {
      const usual = c.tunnel("a").tester[0]?.source;
      const hello = c.sent("a", HELLO, (m) => isPlain(m) && m.source === usual)[0];
      return c.needsCall("a", "a1") ?? seen(hello, "plain HELLO of the tester");
    },
    judge: (c, hello) => c.acknowledges(hello, "a"),
  })),
  ...bothRules((role) => ({
    name: "keepalive/hello_of_no_session",
    title: "A HELLO has Session ID 0",
    covers: ["L2TP-070"],
    on: scenariosOf(AFTER_SILENCE, role),
    subject: (conduct) => messagesOf(conduct, "HELLO", ({ type }) => type === HELLO),
    judge: (messages) =>
      judgeMessages(
        messages,
        "Session ID 0",
        ({ sessionId }) => sessionId === 0 ? undefined : `${sessionId}`,
      ),
  })),
  ...both(({ tunnel }) => ({
    name: "keepalive/none_expected",
    title: "A peer that sends no HELLO keeps its tunnel",
    covers: ["L2TP-072"],
    config: { hello: INTERVAL },
    steps: [
      ...tunnel("a"),
      // As long as a device that sends them needs for some, or for minutes where it sends none.
      { do: "copies", type: HELLO, tunnel: "a", ...UNTIL_ENOUGH },
      send("HELLO", "a"),
      acknowledged("a"),
    ],
    stimulus(c) {
      const hello = c.sent("a", HELLO)[0];
      if (hello === undefined) return c.needs("a") ?? inconclusive("the tester sent no HELLO");
      const before = c.tunnel("a").tester.findLast((m) => m.type !== 0 && isAfter(hello, m));
      const silence = before === undefined ? 0 : (hello.time - before.time) * 1000;
      const own = c.got("a", HELLO, (m) => isAfter(hello, m));
      const acknowledgement = own.every((m) => c.tunnel("a").tester.some((t) => isAck(t.nr, m.ns)));
      const numbers = new Set(own.map(({ ns }) => ns)).size;
      return c.needs("a") ??
        (acknowledgement && (numbers >= ENOUGH || silence >= FOUR_MINUTES)
          ? { hello, first: c.tunnel("a").tester[0] }
          : inconclusive(`the tester sent no HELLO for ${(silence / 1000).toFixed(0)} s alone`));
    },
    judge: (c, { hello, first }) =>
      gravest(
        c.never(first, "no StopCCN", ({ type }) => type === StopCCN),
        c.acknowledges(hello, "a"),
      ),
  })),
  ...AFTER_SILENCE,
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
      copies("HELLO", "a", ALL_COPIES, GIVING_UP),
      { do: "acknowledging", on: true },
      send("HELLO", "a"),
      answered("a", 1500),
      ...probe(),
    ],
    stimulus(c) {
      const hellos = c.got("a", HELLO), late = c.sent("a", HELLO)[0];
      const up = c.upWith("a");
      const acknowledgement = late &&
        c.tunnel("a").tester.find((m) =>
          hellos.length > 0 && isAfter(m, hellos[0]) && isAfter(late, m)
        );
      return c.needs("a") ??
        (late === undefined || c.setting("hello") !== INTERVAL
          ? inconclusive("the device was not told to send HELLOs, or not tried in the end")
          : hellos.length > 0 && !isAfter(late, hellos[0])
          ? inconclusive("the tester sent nothing behind the HELLOs of the device")
          : acknowledgement !== undefined
          ? inconclusive("the tester answered the HELLOs of the device")
          : { late, hellos, up: up! });
    },
    judge: (c, { late, hellos, up }) =>
      gravest(
        hellos.length >= 2 ? undefined : fail(
          "a HELLO and its retransmissions",
          `${hellos.length} messages`,
          frameRefs(up, ...hellos, late),
        ),
        isGone(c, late),
      ),
  })),
];

/** Falls silent once it has sent more HELLOs than four since it got one, until a tunnel is asked for. */
function expectsHello(): L2tpOverrides {
  const begins = (packet: Uint8Array) => messageTypeOf(packet) === SCCRQ;
  // What the tester keeps beside its script without a HELLO is not what the script is about.
  const isBeside = (packet: Uint8Array) => isNamed(get16(packet, 4), TUNNELS.witness);
  let unanswered = 0;
  return {
    wire: {
      ingress(packet) {
        const hello = messageTypeOf(packet) === HELLO && unanswered <= 4;
        if (hello || begins(packet)) unanswered = 0;
        return packet;
      },
      egress(transmission) {
        if (isBeside(transmission.packet)) return [transmission];
        if (messageTypeOf(transmission.packet) === HELLO) unanswered++;
        if (begins(transmission.packet)) unanswered = 0;
        return unanswered > 4 ? [] : [transmission];
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth(
    "deaf_to_hello",
    "Loses every HELLO",
    "L2TP-070",
    loses((packet) => messageTypeOf(packet) === HELLO),
    [
      "L2TP-016",
      "L2TP-017",
      "L2TP-019",
      "L2TP-020",
      "L2TP-021",
      "L2TP-051",
      "L2TP-054",
      "L2TP-059",
      "L2TP-063",
      "L2TP-067",
      "L2TP-068",
      "L2TP-071",
      "L2TP-072",
      "L2TP-093",
      "L2TP-010",
    ],
  ),
  ...mutantOfBoth("hello_of_a_session", "Sends HELLO with a Session ID", "L2TP-070", {
    l2tp: { helloSessionId: 1 },
  }),
  ...mutantOfBoth(
    "expects_hello",
    "Falls silent after four HELLOs without one",
    "L2TP-072",
    expectsHello(),
  ),
  ...mutantOfBoth("counts_data_alone", "Lets control messages put off no HELLO", "L2TP-071", {
    l2tp: { showsLife: (kind) => kind === "data" },
  }),
  ...mutantOfBoth("sends_no_hello", "Sends no HELLO", "L2TP-073", {
    l2tp: { helloAfter: () => 0 },
  }, ["L2TP-071"]),
];

/** §5.5. */
export const KEEPALIVE = section("§5.5 Keepalive (Hello)", PARTS, { mutants: MUTANTS });
