/** Cases of an LNS for groups E and G: control connections and HELLO. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  fail,
  inconclusive,
  number16,
  refs,
  result,
  told,
  valueOf,
} from "../checks/conversation.ts";
import { acknowledged, avp, call, expect, open, probe, send, wait } from "../tester/steps.ts";
import { outstanding } from "./reliable.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP } = MessageType;

/** Six calls whose replies are acknowledged late: `acks` says whether the first three are not. */
export function burst(window: "absent" | number): Case["steps"] {
  const sccrq = window === "absent"
    ? { without: [10] }
    : { without: [10], with: [avp(10, window.toString(16).padStart(4, "0"))] };
  return [
    ...open("a", sccrq),
    // Acknowledged ones first, so that no slow start stands in the way.
    ...["a1", "a2", "a3"].flatMap((session) => call("a", session)),
    { do: "acknowledging", on: false },
    ...["a4", "a5", "a6", "a7", "a8", "a9"].flatMap((session) => [
      send("ICRQ", "a", { session, header: { nr: 4 } }),
      acknowledged("a", 200),
    ]),
    wait(200),
    { do: "acknowledging", on: true },
    send(0, "a"),
    wait(300),
    ...probe(),
  ];
}

/** The cases of these groups. */
export const LNS_CONTROL: readonly Case[] = [
  {
    name: "control/establishment",
    title: "SCCRQ, SCCRP, SCCCN and its acknowledgement, with the numbers of appendix B.1",
    covers: ["L2TP-042"],
    role: "lns",
    steps: [...open("a"), wait(100)],
    judge(c) {
      const sccrp = c.got("a", SCCRP)[0], scccn = c.sent("a", SCCCN)[0];
      if (c.sent("a", SCCRQ).length === 0) return inconclusive("no SCCRQ was captured");
      if (c.device.length === 0) return inconclusive("the device sent no control message");
      if (sccrp === undefined) return fail("an SCCRP", "there is none", refs(c.tester[0]));
      if (sccrp.ns !== 0 || sccrp.nr !== 1) return fail("Ns 0, Nr 1", told(sccrp), refs(sccrp));
      return all(
        c.replies(scccn, "a", 0, "a ZLB with Ns 1 and Nr 2", (m) => m.ns === 1 && m.nr === 2),
      );
    },
  },
  {
    name: "control/protocol_version",
    title: "Version 1.0 is told, and another refused with result 5 and the highest version",
    covers: ["L2TP-043"],
    role: "lns",
    steps: [
      send("SCCRQ", "b", { without: [2], with: [avp(2, "0200")] }),
      expect("StopCCN", "b"),
      wait(50),
      ...probe(),
    ],
    judge(c) {
      const told10 = c.got("probe", SCCRP)[0];
      if (told10 === undefined) return all(c.alive());
      return all(
        c.alive(),
        number16(told10, 2) === 0x0100 ? undefined : fail(
          "Protocol Version 1.0",
          `${valueOf(told10, 2)?.toHex()}`,
          refs(told10),
        ),
        c.replies(
          c.sent("b", SCCRQ)[0],
          "b",
          StopCCN,
          "a StopCCN with result 5 and error 1 or 0x0100",
          (m) => result(5, 0x0100)(m) || result(5, 1)(m),
        ),
      );
    },
  },
  {
    name: "control/bad_events",
    title: "SCCRP, SCCRQ and SCCCN where they have no place are answered with a StopCCN",
    covers: ["L2TP-045"],
    role: "lns",
    steps: [
      ...open("a"),
      send("SCCCN", "a"),
      expect("StopCCN", "a"),
      send("SCCRQ", "b"),
      expect("SCCRP", "b"),
      send("SCCRP", "b"),
      expect("StopCCN", "b"),
      ...open("c"),
      send("SCCRQ", "c"),
      expect("StopCCN", "c"),
      wait(50),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("a", "c", "probe"),
        c.replies(c.sent("a", SCCCN)[1], "a", StopCCN, "a StopCCN to a second SCCCN"),
        c.replies(c.sent("b", SCCRP)[0], "b", StopCCN, "a StopCCN to an SCCRP"),
        c.replies(c.sent("c", SCCRQ)[1], "c", StopCCN, "a StopCCN to an SCCRQ on the tunnel"),
      ),
  },
  {
    name: "control/two_tunnels",
    title: "Two tunnels between the same ports carry a call each",
    covers: ["L2TP-048"],
    role: "lns",
    steps: [
      send("SCCRQ", "a"),
      send("SCCRQ", "b"),
      expect("SCCRP", "a"),
      expect("SCCRP", "b"),
      send("SCCCN", "a"),
      send("SCCCN", "b"),
      acknowledged("a"),
      acknowledged("b"),
      ...call("a", "a1"),
      ...call("b", "b1"),
    ],
    judge(c) {
      const { deviceId } = c.tunnel("a");
      if (c.device.length === 0) return inconclusive("the device sent no control message");
      return all(
        c.alive("a"),
        c.alive("b"),
        c.aliveCall("a", "a1"),
        c.aliveCall("b", "b1"),
        deviceId !== c.tunnel("b").deviceId
          ? undefined
          : fail("two Tunnel IDs", `${deviceId} twice`, refs(c.got("b", SCCRP)[0])),
      );
    },
  },
  {
    name: "control/default_window",
    title: "Without a Receive Window Size at most 4 messages are outstanding",
    covers: ["L2TP-049"],
    role: "lns",
    steps: burst("absent"),
    judge: (c) => all(c.needsCall("a", "a1", "a2", "a3"), outstanding(c, 4, false)),
  },
  {
    name: "control/window_of_zero",
    title: "A Receive Window Size of 0 is refused",
    covers: ["L2TP-049"],
    role: "lns",
    steps: [send("SCCRQ", "b", { without: [10], with: [avp(10, "0000")] }), wait(200), ...probe()],
    judge: (c) =>
      all(
        c.alive(),
        c.never(
          c.stimulus((m) => number16(m, 10) === 0),
          "no SCCRP",
          (m) => m.type === SCCRP,
          c.sent("probe", SCCRQ)[0]?.time,
        ),
        c.replies(c.sent("b", SCCRQ)[0], "b", StopCCN, "a StopCCN"),
      ),
  },
  {
    name: "control/stop_by_identifier",
    title: "A StopCCN with Tunnel ID 0 ends the tunnel that its AVP names",
    covers: ["L2TP-050"],
    role: "lns",
    steps: [
      ...open("a"),
      send("StopCCN", "a", { header: { tunnelId: 0 } }),
      acknowledged("a"),
      wait(200),
      send("ICRQ", "a", { session: "a1" }),
      wait(200),
      ...probe(),
    ],
    judge(c) {
      const stop = c.sent("a", StopCCN)[0];
      return all(
        c.needs("a", "probe"),
        c.acknowledges(stop, "a"),
        c.never(stop, "no ICRP on the tunnel that ended", (m) => m.type === ICRP),
      );
    },
  },
  {
    name: "keepalive/hello_acknowledged",
    title: "A HELLO is acknowledged, and a HELLO of the device has Session ID 0",
    covers: ["L2TP-070"],
    role: "lns",
    config: { hello: 2000 },
    steps: [...open("a"), send("HELLO", "a"), wait(7000), ...probe()],
    judge(c) {
      const own = c.got("a", HELLO);
      const bad = own.find(({ sessionId }) => sessionId !== 0);
      return all(
        c.needs("a"),
        c.acknowledges(c.sent("a", HELLO)[0], "a", 1),
        bad && fail("Session ID 0", `${bad.sessionId}`, refs(bad)),
        c.alive(),
      );
    },
  },
  {
    name: "keepalive/none_expected",
    title: "A peer that sends no HELLO for four minutes keeps its tunnel",
    covers: ["L2TP-072"],
    role: "lns",
    heavy: true,
    steps: [...open("a"), wait(240_000), ...call("a", "a1")],
    judge: (c) =>
      all(
        c.needs("a"),
        c.never(c.sent("a", SCCCN)[0], "no StopCCN", ({ type }) => type === StopCCN),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "keepalive/after_silence",
    title: "A HELLO is sent once the peer was silent for the configured time",
    covers: ["L2TP-071"],
    role: "lns",
    needs: ["keepalive"],
    config: { hello: 10_000 },
    steps: [...open("a"), wait(8000), send("HELLO", "a"), wait(15_000), ...probe()],
    judge(c) {
      const last = c.sent("a", HELLO)[0], hello = c.got("a", HELLO)[0];
      if (last === undefined) return inconclusive("the stimulus was not captured");
      const after = hello === undefined ? Infinity : hello.time - last.time;
      return all(
        c.needs("a"),
        after > 9.5 && after < 11.5 ? undefined : fail(
          "a HELLO 10 s after the tester's last message",
          hello === undefined ? "there is none" : `one after ${after.toFixed(1)} s`,
          refs(last, hello),
        ),
        c.alive(),
      );
    },
  },
  {
    name: "keepalive/unanswered",
    title: "A HELLO that stays unacknowledged ends the tunnel",
    covers: ["L2TP-073"],
    role: "lns",
    needs: ["keepalive"],
    config: { hello: 10_000 },
    steps: [
      ...open("a"),
      { do: "acknowledging", on: false },
      wait(80_000),
      { do: "acknowledging", on: true },
      send("ICRQ", "a", { session: "a1", header: { nr: 1 } }),
      wait(300),
      ...probe(),
    ],
    judge(c) {
      const hellos = c.got("a", HELLO);
      return all(
        c.needs("a", "probe"),
        hellos.length >= 3 ? undefined : fail(
          "a HELLO and its retransmissions",
          `${hellos.length} messages`,
          refs(...hellos),
        ),
        c.never(c.sent("a", ICRQ)[0], "no ICRP on the tunnel that ended", (m) => m.type === ICRP),
      );
    },
  },
];
