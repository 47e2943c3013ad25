/** Cases of group E: how control connections begin and end. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Case } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  number16,
  refs,
  result,
  type Step,
  told,
  valueOf,
} from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  answered,
  asked,
  avp,
  expect,
  open,
  probe,
  send,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, type End, ENDS, probed, takesPart } from "./ends.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, ICRP } = MessageType;
const PROTOCOL_VERSION = 2, VERSION_1_0 = 0x0100;
const version = (value: string) => ({
  without: [PROTOCOL_VERSION],
  with: [avp(PROTOCOL_VERSION, value)],
});

/** Fails unless the device tells version 1.0 wherever it opens a tunnel. */
function tellsVersion(c: Conversations, { assigning }: End): Step {
  const told10 = c.device.filter(({ type }) => type === assigning);
  if (told10.length === 0) return inconclusive("the device opened no tunnel");
  const bad = told10.find((m) => number16(m, PROTOCOL_VERSION) !== VERSION_1_0);
  return bad && fail(
    "Protocol Version 1.0",
    `${valueOf(bad, PROTOCOL_VERSION)?.toHex()}`,
    refs(bad),
  );
}

/** Fails when a refusal with result 5 does not tell the highest version supported: 1, or 1.0. */
function tellsHighest(c: Conversations): Step {
  const highest = (m: Parameters<typeof told>[0]) => {
    const value = valueOf(m, Attribute.result);
    const error = value !== undefined && value.length >= 4 ? get16(value, 2) : -1;
    return error === 1 || error === VERSION_1_0;
  };
  const bad = c.device.find((m) => m.type === StopCCN && result(5)(m) && !highest(m));
  return bad && fail("result 5 with the highest version, 1 or 1.0", told(bad), refs(bad));
}

/** Two tunnels with a call each: side by side where the tester opens them. */
function twoTunnels({ role }: End): StepInput[] {
  const names = ["a", "b"];
  const together = [
    ...names.map((name) => send("SCCRQ", name)),
    ...names.map((name) => expect("SCCRP", name)),
    ...names.map((name) => send("SCCCN", name)),
    ...names.map((name) => acknowledged(name)),
  ];
  return [
    ...(role === "lns" ? together : names.flatMap((name) => ENDS.lac.tunnel(name))),
    ...names.flatMap((name) => ENDS[role].call(name, `${name}1`)),
  ];
}

/** The cases of this group. */
export const CONTROL_CONNECTIONS: readonly Case[] = [
  {
    name: "control/establishment",
    title: "SCCRQ, SCCRP, SCCCN and its acknowledgement, with the numbers of appendix B.1",
    covers: ["L2TP-042"],
    role: "lns",
    steps: open("a"),
    judge(c) {
      const sccrp = c.got("a", SCCRP)[0], scccn = c.sent("a", SCCCN)[0];
      if (c.device.length === 0) return inconclusive("the device sent no control message");
      if (sccrp === undefined) return fail("an SCCRP", "there is none", refs(c.tester[0]));
      if (sccrp.ns !== 0 || sccrp.nr !== 1) return fail("Ns 0, Nr 1", told(sccrp), refs(sccrp));
      const last = c.tunnel("a").device.find((m) => m.time >= (scccn?.time ?? Infinity));
      // Whatever comes next carries the acknowledgement: a ZLB where there is nothing to say.
      return all(
        c.acknowledges(scccn, "a"),
        last?.ns === 1 && last.nr === 2
          ? undefined
          : fail("Ns 1, Nr 2", last ? told(last) : "nothing", refs(scccn, last)),
      );
    },
  },
  {
    name: "control/establishment",
    title: "SCCRQ, SCCRP, SCCCN with the numbers of appendix B.1",
    covers: ["L2TP-042"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: ENDS.lac.tunnel("a"),
    judge(c) {
      const request = c.device.find((m) => m.type === SCCRQ), last = c.got("a", SCCCN)[0];
      const reply = c.sent("a", SCCRP)[0];
      if (request === undefined || reply === undefined) {
        return inconclusive("no SCCRQ was captured");
      }
      if (request.ns !== 0 || request.nr !== 0) {
        return fail("SCCRQ with Ns 0, Nr 0", told(request), refs(request));
      }
      if (last === undefined) return fail("an SCCCN", "there is none", refs(reply));
      return all(
        last.ns === 1 && last.nr === 1
          ? undefined
          : fail("SCCCN with Ns 1, Nr 1", told(last), refs(last)),
      );
    },
  },
  // An end that is asked for version 2 may answer with version 1: §7.2.1 has the older one used.
  ...both((end) => ({
    name: "control/protocol_version",
    title: "Version 1.0 is told, and a refusal for the version tells the highest one",
    covers: ["L2TP-043"],
    steps: [...end.begin("a", version("0200")), answered("a"), ...end.probe()],
    judge: (c) => all(probed(c), tellsVersion(c, end), tellsHighest(c)),
  })),
  {
    name: "control/earlier_version",
    title: "A reply of version 0 is answered by a StopCCN and no SCCCN",
    covers: ["L2TP-044"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: [...ENDS.lac.begin("a", version("0001")), expect("StopCCN", "a")],
    judge: (c) =>
      all(
        takesPart(c),
        c.replies(c.sent("a", SCCRP)[0], "a", StopCCN, "a StopCCN"),
        c.never(c.sent("a", SCCRP)[0], "no SCCCN", (m) => m.type === SCCCN),
      ),
  },
  {
    name: "control/bad_events",
    title: "SCCRP, SCCRQ and SCCCN where they have no place are answered with a StopCCN",
    covers: ["L2TP-045"],
    role: "lns",
    steps: [
      ...[...open("a"), send("SCCCN", "a"), expect("StopCCN", "a")],
      ...[send("SCCRQ", "b"), expect("SCCRP", "b"), send("SCCRP", "b"), expect("StopCCN", "b")],
      ...[...open("c"), send("SCCRQ", "c"), expect("StopCCN", "c")],
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
    name: "control/bad_events",
    title: "An SCCCN in the place of the SCCRP is answered by a StopCCN",
    covers: ["L2TP-046"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: [
      asked("a"),
      send("SCCCN", "a", { with: [avp(Attribute.assignedTunnel, "5a31")] }),
      expect("StopCCN", "a", 1000),
    ],
    judge(c) {
      const stimulus = c.stimulus((m) => m.type === SCCCN);
      const stop = stimulus && c.device.find((m) => m.type === StopCCN && m.time >= stimulus.time);
      return all(
        takesPart(c),
        stimulus === undefined ? inconclusive("the SCCCN was not captured") : undefined,
        stop === undefined ? fail("a StopCCN", "there is none", refs(stimulus)) : undefined,
      );
    },
  },
  ...both((end) => ({
    name: "control/two_tunnels",
    title: "Two tunnels between the same ports carry a call each",
    covers: ["L2TP-048"],
    calls: [1, 2],
    steps: twoTunnels(end),
    judge: (c) =>
      all(
        takesPart(c),
        c.alive("a"),
        c.alive("b"),
        c.aliveCall("a", "a1"),
        c.aliveCall("b", "b1"),
        c.tunnel("a").deviceId !== c.tunnel("b").deviceId
          ? undefined
          : fail("two Tunnel IDs", "one", refs(c.got("b", end.assigning)[0])),
      ),
  })),
  ...both(({ begin, probe, opening, accepting }) => ({
    name: "control/window_of_zero",
    title: "A Receive Window Size of 0 is refused",
    covers: ["L2TP-023"],
    steps: [
      ...begin("a", { without: [Attribute.window], with: [avp(Attribute.window, "0000")] }),
      answered("a"),
      ...probe(),
    ],
    judge(c) {
      const stimulus = c.stimulus((m) => number16(m, Attribute.window) === 0);
      const until = c.sent("probe", opening)[0]?.time;
      return all(
        probed(c),
        c.never(stimulus, "no tunnel", (m) => m.type === accepting, until),
        c.replies(stimulus, "a", StopCCN, "a StopCCN"),
      );
    },
  })),
  // Tunnel ID 0 is right only as long as the tester knows none: before the SCCRP has come.
  {
    name: "control/stop_by_identifier",
    title: "A StopCCN with Tunnel ID 0 ends the tunnel that its AVP names",
    covers: ["L2TP-050"],
    role: "lns",
    steps: [
      send("SCCRQ", "a"),
      send("StopCCN", "a", { header: { tunnelId: 0, nr: 0 } }),
      acknowledged("a"),
      send("SCCCN", "a"),
      send("ICRQ", "a", { session: "a1" }),
      answered("a", 500),
      ...probe(),
    ],
    judge(c) {
      const stop = c.sent("a", StopCCN)[0];
      return all(
        c.needs("probe"),
        c.acknowledges(stop, "a"),
        c.never(stop, "no ICRP on the tunnel that ended", (m) => m.type === ICRP),
      );
    },
  },
  {
    name: "control/stop_by_identifier",
    title: "A StopCCN in the place of the SCCRP ends the tunnel, whose identifier its AVP tells",
    covers: ["L2TP-050"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: [
      asked("a"),
      send("StopCCN", "a"),
      acknowledged("a"),
      send("SCCRP", "a"),
      answered("a", 500),
    ],
    judge(c) {
      const stop = c.sent("a", StopCCN)[0];
      return all(
        takesPart(c),
        c.acknowledges(stop, "a"),
        c.never(stop, "no SCCCN on the tunnel that ended", (m) => m.type === SCCCN),
      );
    },
  },
];
