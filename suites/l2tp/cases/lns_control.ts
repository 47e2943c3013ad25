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

const { SCCRQ, SCCRP, SCCCN, StopCCN, ICRP } = MessageType;

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
];
