/** RFC 2661 §7.2, §5.1, Appendix B.1: how control connections come up. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { CONTROL_CONNECTION_RULES } from "../../../peers/l2tp/rules/control_connection.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  asked,
  expect,
  open,
  probe,
  send,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter, isInOrder } from "../facts/bench_view.ts";
import { type Conversation, once, seen } from "../facts/conversation.ts";
import {
  Attribute,
  type ControlMessage,
  formatMessage,
  number16,
  number32,
  valueOf,
} from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { both, type End, ENDS } from "./ends.ts";
import { mutant } from "./mutants.ts";
import { renumbers } from "./packets.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, ICCN } = MessageType;
const NR = 10;
/** Seconds in which an SCCRQ that was sent before may still come. */
const ON_ITS_WAY = 0.5;

/** The AVPs of the tester's SCCRQ and SCCRP when they are as usual, in the order of their numbers. */
const USUAL = [0, 2, 3, 4, 7, 9, 10];

/** Whether a message of the tester opens a tunnel as RFC 2661 has it: nobody refuses it with reason. */
const isUsual = (m: ControlMessage) =>
  m.word === 0xc802 && m.whole && m.avps.every((record) => record.clear !== undefined) &&
  m.avps.map(({ type }) => type).sort((x, y) => x - y).join() === USUAL.join() &&
  number16(m, Attribute.protocolVersion) === 0x0100 && number16(m, Attribute.window) > 0 &&
  number32(m, Attribute.framingCapabilities) === 3 &&
  (valueOf(m, Attribute.hostName)?.length ?? 0) > 0;

/** Two tunnels with a call each: side by side where the tester opens them. */
function twoTunnels({ role }: End): StepInput[] {
  const names = ["a", "b"];
  const together = [
    ...names.map((name) => send("SCCRQ", name)),
    ...names.map((name) => expect("SCCRP", name)),
    ...names.map((name) => send("SCCCN", name, { ifAssigned: true })),
    ...names.map((name) => acknowledged(name)),
  ];
  return [
    ...(role === "lns"
      ? together
      : names.flatMap((name) => ENDS.lac.tunnel(name, { ifAssigned: false }))),
    // Also where a tunnel is not granted: what is tried shows that two were wanted.
    ...names.flatMap((name) => ENDS[role].call(name, `${name}1`, { ifAssigned: false })),
  ];
}

const PARTS: readonly Part[] = [
  benchCase({
    name: "control/establishment",
    title: "SCCRQ, SCCRP, SCCCN and its acknowledgement, with the numbers of appendix B.1",
    covers: ["L2TP-042"],
    role: "lns",
    steps: open("a"),
    stimulus(c) {
      const request = c.sent("a", SCCRQ)[0], connected = c.sent("a", SCCCN)[0];
      // A call or a HELLO that follows may be answered before the SCCCN is acknowledged by itself.
      const alone = c.tester.every(({ type }) => [0, SCCRQ, SCCCN].includes(type));
      return c.takesPart() ?? (alone && c.openings().length === 1 && request !== undefined &&
          connected !== undefined && isUsual(request)
        ? { request, connected }
        : inconclusive("no tunnel of the tester with nothing besides was captured"));
    },
    judge(c, { request, connected }) {
      const sccrp = c.got("a", SCCRP)[0];
      if (sccrp === undefined) return fail("an SCCRP", "there is none", frameRefs(request));
      const last = c.tunnel("a").device.find((m) => isAfter(m, connected));
      const shown = last ? formatMessage(last) : "nothing";
      return gravest(
        sccrp.ns === 0 && sccrp.nr === 1
          ? undefined
          : fail("Ns 0, Nr 1", formatMessage(sccrp), frameRefs(sccrp)),
        c.acknowledges(connected, "a"),
        // Whatever comes next carries the acknowledgement: a ZLB where there is nothing to say.
        last?.ns === 1 && last.nr === 2
          ? undefined
          : fail("Ns 1, Nr 2", shown, frameRefs(connected, last)),
      );
    },
  }),
  benchCase({
    name: "control/establishment",
    title: "SCCRQ, SCCRP, SCCCN with the numbers of appendix B.1",
    covers: ["L2TP-042"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: ENDS.lac.tunnel("a"),
    stimulus(c) {
      const request = c.device.find((m) => m.type === SCCRQ), reply = c.sent("a", SCCRP)[0];
      const first = c.tester.find(({ type }) => type !== 0);
      return request === undefined || reply === undefined || first !== reply || !isUsual(reply)
        ? inconclusive("no SCCRQ with its SCCRP, and nothing between, was captured")
        : c.hasSecret
        ? inconclusive("the ends share a secret, so that the tunnel may be refused")
        : { request, reply };
    },
    judge(c, { request, reply }) {
      const last = c.got("a", SCCCN)[0];
      return gravest(
        request.ns === 0 && request.nr === 0
          ? undefined
          : fail("SCCRQ with Ns 0, Nr 0", formatMessage(request), frameRefs(request)),
        last === undefined
          ? fail("an SCCCN", "there is none", frameRefs(reply))
          : last.ns === 1 && last.nr === 1
          ? undefined
          : fail("SCCCN with Ns 1, Nr 1", formatMessage(last), frameRefs(reply, last)),
      );
    },
  }),
  benchCase({
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
    stimulus(c) {
      const connected = c.sent("a", SCCCN)[1], reply = c.sent("b", SCCRP)[0];
      const request = c.sent("c", SCCRQ, ({ tunnelId }) => tunnelId !== 0)[0];
      return c.needs("a", "c", "probe") ??
        ([connected, reply, request].includes(undefined!)
          ? inconclusive("no second SCCCN, SCCRP and SCCRQ on tunnels of their own were captured")
          : { connected, reply, request });
    },
    judge: (c, { connected, reply, request }) =>
      gravest(
        c.replies(connected, "a", StopCCN, "a StopCCN to a second SCCCN"),
        c.replies(reply, "b", StopCCN, "a StopCCN to an SCCRP"),
        c.replies(request, "c", StopCCN, "a StopCCN to an SCCRQ on the tunnel"),
      ),
  }),
  benchCase({
    name: "control/bad_events",
    title: "An SCCCN in the place of the SCCRP is answered by a StopCCN",
    covers: ["L2TP-046"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: [
      asked("a"),
      send("SCCCN", "a", { with: [{ type: Attribute.assignedTunnel, own: "a" }] }),
      expect("StopCCN", "a", 1000),
    ],
    stimulus: (c) =>
      c.takesPart() ?? seen(
        c.tester.find((m) => m.type === SCCCN && m.ns === 0),
        "SCCCN in the place of the SCCRP",
      ),
    judge(c, stimulus) {
      const stop = c.device.find((m) => m.type === StopCCN && isAfter(m, stimulus));
      return stop === undefined
        ? fail("a StopCCN", "there is none", frameRefs(stimulus))
        : undefined;
    },
  }),
  ...both((end) => ({
    name: "control/two_tunnels",
    title: "Two tunnels between the same ports carry a call each",
    covers: ["L2TP-048"],
    calls: [1, 2],
    // A third would not be what two are about.
    witness: false,
    steps: twoTunnels(end),
    stimulus(c) {
      const openings = c.openings(), [first, second] = openings;
      const types = [0, end.opening, end.calling, ...(end.role === "lns" ? [SCCCN, ICCN] : [])];
      const plain = c.tester.every((m) => types.includes(m.type) && m.word === 0xc802) &&
        isInOrder(once(c.tester));
      const called = once(c.tester.filter((m) => m.type === end.calling)).length === 2;
      const asks = end.role === "lns" || c.device.filter((m) => m.type === SCCRQ).length > 1;
      const confused = asksForItsTunnel(c);
      return c.takesPart() ??
        (confused !== undefined && plain
          ? confused
          : openings.length === 2 && openings.every(isUsual) && plain &&
              first.sourcePort === second.sourcePort && called && asks && !c.hasSecret
          ? second
          : inconclusive("no two tunnels with a call each, and nothing besides, were captured"));
    },
    judge: (c, second) =>
      gravest(
        c.alive("a", second),
        second === asksForItsTunnel(c)
          ? fail("two Tunnel IDs", "one for a tunnel that is up and for another", frameRefs(second))
          : undefined,
        c.alive("b", second),
        c.aliveCall("a", "a1", second),
        c.aliveCall("b", "b1", second),
        c.tunnel("a").deviceId !== c.tunnel("b").deviceId
          ? undefined
          : fail("two Tunnel IDs", "one", frameRefs(second, c.got("b", end.assigning)[0])),
      ),
  })),
];

/** An SCCRQ with the Tunnel ID of a tunnel that the device has connected: it asks for another by it. */
function asksForItsTunnel(c: Conversation): ControlMessage | undefined {
  const connected = c.got("a", SCCCN)[0], { deviceId } = c.tunnel("a");
  return connected &&
    c.device.find((m) =>
      m.type === SCCRQ && isAfter(m, connected) && m.time > connected.time + ON_ITS_WAY &&
      number16(m, Attribute.assignedTunnel) === deviceId
    );
}

/** Does nothing where the state table asks for a StopCCN. */
const FORGIVING: L2tpOverrides = {
  l2tp: {
    controlTransition(state, event) {
      const known = CONTROL_CONNECTION_RULES.controlTransition(state, event);
      const misplaced = event === "sccrq" || event === "sccrp" || event === "scccn";
      return misplaced && known?.actions.includes("send_stop_ccn") ? undefined : known;
    },
  },
};

const MUTANTS = [
  mutant(
    "lns",
    "reply_acknowledges_nothing",
    "Sends its SCCRP with Nr 0",
    "L2TP-042",
    renumbers(SCCRP, NR, 0),
  ),
  mutant(
    "lac",
    "last_acknowledges_nothing",
    "Sends its SCCCN with Nr 0",
    "L2TP-042",
    renumbers(SCCCN, NR, 0),
    // Sent again it has not the Nr of the moment either.
    ["L2TP-059"],
  ),
  mutant("lns", "forgiving", "Ignores messages that have no place", "L2TP-045", FORGIVING),
  mutant("lac", "forgiving", "Ignores messages that have no place", "L2TP-046", FORGIVING, [
    "L2TP-124",
  ]),
  mutant("lns", "one_tunnel_for_a_port", "Knows one tunnel of an address and port", "L2TP-048", {
    l2tp: { sccrqKey: ({ address, port }) => `${address} ${port}` },
  }, [
    ...["L2TP-002", "L2TP-006", "L2TP-007", "L2TP-010", "L2TP-011", "L2TP-014"] as const,
    ...["L2TP-017", "L2TP-019", "L2TP-020", "L2TP-021", "L2TP-023", "L2TP-025"] as const,
    ...["L2TP-027", "L2TP-032", "L2TP-035", "L2TP-038", "L2TP-043", "L2TP-045"] as const,
    ...["L2TP-047", "L2TP-049", "L2TP-051", "L2TP-070", "L2TP-071", "L2TP-077"] as const,
    ...["L2TP-133", "L2TP-142"] as const,
  ]),
  mutant("lac", "one_identifier", "Assigns one identifier to all", "L2TP-048", {
    l2tp: { assignsId: () => 0x1111 },
  }, [
    ...["L2TP-059", "L2TP-121", "L2TP-006", "L2TP-090", "L2TP-019", "L2TP-020"] as const,
    ...["L2TP-023", "L2TP-033", "L2TP-008", "L2TP-017", "L2TP-018", "L2TP-027"] as const,
    ...["L2TP-032", "L2TP-034", "L2TP-038", "L2TP-047", "L2TP-058", "L2TP-063"] as const,
    ...["L2TP-065", "L2TP-096", "L2TP-040", "L2TP-069", "L2TP-072"] as const,
    ...["L2TP-133", "L2TP-134", "L2TP-139"] as const,
  ]),
];

/** §7.2. */
export const CONTROL_CONNECTIONS = section("§7.2 Control Connection States", PARTS, {
  mutants: MUTANTS,
});
